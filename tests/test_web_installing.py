"""The site as an app in the system's Chromium: what opens without a network, what is printed, forced colours."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsing import until
from flask import Flask

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture
def context(browser: "Browser") -> Iterator["BrowserContext"]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    context.set_default_timeout(20_000)
    yield context
    context.close()


def test_the_manifest_names_what_a_browser_asks_for(example_site: Flask) -> None:
    client = example_site.test_client()
    described = json.loads(client.get("/manifest.webmanifest").text)
    assert {"name", "start_url", "scope", "display", "icons"} <= set(described)
    for icon in described["icons"]:
        with client.get(icon["src"]) as answer:
            assert (answer.status_code, answer.mimetype) == (200, icon["type"])
    assert "manifest-src 'self'" in client.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/manifest.webmanifest", "/service-worker.js?v=1"])
def test_both_are_kept_as_pages_are(example_site: Flask, path: str) -> None:
    client = example_site.test_client()
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def installed(context: "BrowserContext", address: str) -> "Page":
    """A page of the site whose worker answers."""
    page = context.new_page()
    page.goto(address)
    until(page, "navigator.serviceWorker.ready.then((ready) => ready.active.state === 'activated')")
    page.goto(address)
    until(page, "Boolean(navigator.serviceWorker.controller)")
    return page


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_browser_would_install_it(context: "BrowserContext", site_address: str) -> None:
    page = installed(context, site_address + "/")
    errors = context.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error for error in errors if error["errorId"] != "in-incognito"] == []  # as every page of a test is


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_start_searches_and_last_results_open_without_a_network(context: "BrowserContext", site_address: str) -> None:
    page = installed(context, site_address + "/")
    page.goto(f"{site_address}/search?q=NATS")
    page.goto(site_address + "/")
    page.locator("#q").fill("消息系统")
    page.locator("#q").press("Enter")
    page.locator(".hit").first.wait_for()
    pages = "caches.open('pages /wangqi/search').then((pages) => pages.keys())"
    until(page, f"{pages}.then((keys) => keys.length === 3)")

    context.set_offline(True)
    for address in (f"{site_address}/search?q=NATS", page.url):
        page.goto(address)
        assert page.locator(".hit h2").first.inner_text() == "NATS"
    page.goto(f"{site_address}/issues")  # not kept
    page.wait_for_url(site_address + "/")
    page.locator("#q").click()
    page.get_by_role("option", name="消息系统").click()
    page.locator(".hit h2", has_text="NATS").first.wait_for()

    page.locator("#q").fill("")
    page.get_by_role("button", name="清除最近的搜索").click()
    until(page, f"{pages}.then((keys) => keys.length === 1)")  # forgotten with their pages
    page.goto(site_address + "/")
    assert page.locator("#q").is_visible()


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("in_place", [True, False], ids=["in place", "by navigating"])
def test_no_more_than_the_last_results_are_kept(context: "BrowserContext", site_address: str, in_place: bool) -> None:
    page = installed(context, site_address + "/")
    address = f"{site_address}/search?q=NATS"
    pages = "caches.open('pages /wangqi/search')"
    fill = f"Promise.all(addresses.map((address) => {pages}.then((pages) => pages.add(address))))"
    page.evaluate(f"(addresses) => {fill}", [f"{address}&year={year}" for year in range(2000, 2030)])
    if in_place:
        page.locator("#q").fill("消息系统")
        page.locator("#q").press("Enter")
    else:
        page.goto(f"{site_address}/search?q=消息系统")
    page.locator(".hit").first.wait_for()
    is_there = "keys.some(({ url }) => url.includes(encodeURI('消息系统')))"
    until(page, f"{pages}.then((pages) => pages.keys()).then((keys) => keys.length === 21 && {is_there})")


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_page_without_an_answer_asks_again_by_itself(context: "BrowserContext", site_address: str) -> None:
    page = context.new_page()
    page.goto(f"{site_address}/search?q=的")
    context.set_offline(True)
    page.locator("#q").fill("消息系统")
    page.get_by_role("status").get_by_text("没有连上").wait_for()
    context.set_offline(False)
    page.locator(".hit h2", has_text="NATS").first.wait_for()
    assert "没有连上" not in page.get_by_role("status").inner_text()


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_results_are_printed_with_the_query_and_their_addresses(context: "BrowserContext", site_address: str) -> None:
    page = context.new_page()
    page.goto(f"{site_address}/search?q=消息系统")
    page.emulate_media(media="print")
    assert page.locator("h1").first.bounding_box()["height"] > 10  # type: ignore[index]
    assert page.locator("h1").first.inner_text() == "搜索“消息系统”的结果"
    address = "getComputedStyle(document.querySelector('.hit h2 a'), '::after').content"
    assert "attr(href)" in page.evaluate(address) or "https://nats.io/" in page.evaluate(address)
    for hidden in (".search", ".side", ".menu", ".sorts"):
        assert not page.locator(hidden).first.is_visible()


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_forced_colours_show_the_bars_and_what_is_chosen(context: "BrowserContext", site_address: str) -> None:
    page = context.new_page()
    page.emulate_media(forced_colors="active")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site_address}/search?q=的&kind=tool&year=2024")
    fill = "bar => getComputedStyle(bar).fill"
    chosen, other = (
        page.locator(f".bars a{which} .counts").first.evaluate(fill)
        for which in ("[aria-current]", ":not([aria-current])")
    )
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert len({chosen, other, paper}) == 3
    assert (
        page.locator(".side .choices [aria-current]").first.evaluate("link => getComputedStyle(link).outlineStyle")
        == "solid"
    )
