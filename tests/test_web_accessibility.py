"""What axe finds on every kind of page, in every state that it can be in: nothing."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import pytest
from browsing import IN_BROWSER

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe: pip install -e .[dev]")

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = IN_BROWSER

PHONE = {"width": 375, "height": 812}
DESKTOP = {"width": 1280, "height": 860}
PAGES = {
    "home": "/",
    "results": "/search?q=的",
    "results with everything": "/search?q=的+-NATS&kind=article,tool&year=2024..&sort=newest&per_page=5&explain=1",
    "a page too many": "/search?q=的&page=99",
    "no hits": "/search?q=魑魅&kind=tool",
    "issue": "/issues/qingtong/issue-06.md",
    "entry": "/entries/kibji655rfono-7nfqyb6i",
    "issues": "/issues",
    "error": "/nope",
    "bad request": "/search?q=的&page=x",
}


UNFOLD = """() => document.querySelectorAll("details:not(.menu), li:first-child .menu")
  .forEach((each) => (each.open = true))"""


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Literal["light", "dark"]:
    return "dark" if request.param == "dark" else "light"


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(browser: "Browser", scheme: Literal["light", "dark"], request: pytest.FixtureRequest) -> Iterator["Page"]:
    is_phone = request.param is PHONE
    context = browser.new_context(viewport=request.param, color_scheme=scheme, has_touch=is_phone, locale="zh-CN")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def assert_nothing_is_found(page: "Page") -> None:
    results = axe.Axe().run(page)
    assert results.response["passes"]
    assert not results.violations_count, results.generate_report()


def test_axe_finds_nothing_on_any_page(page: "Page", site_address: str) -> None:
    for path in PAGES.values():
        page.goto(site_address + path)
        page.evaluate(UNFOLD)
        assert_nothing_is_found(page)


def test_axe_finds_nothing_with_new_results_and_searches_of_before(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    page.locator("#q").fill("N")
    page.wait_for_url("**/search?q=N")
    page.locator("#ghost span:not(:empty)").first.wait_for(state="attached")
    assert_nothing_is_found(page)
    page.locator("#q").press("Enter")
    page.locator("#q").fill("")
    page.locator("#q").press("ArrowDown")
    page.get_by_role("option", selected=True).wait_for()
    assert_nothing_is_found(page)


def test_axe_finds_nothing_when_there_was_no_answer(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/search?q=的")
    page.context.set_offline(True)
    page.locator("#q").fill("消息")
    page.get_by_role("status").get_by_text("没有连上").wait_for()
    assert_nothing_is_found(page)


BLOG = """<!doctype html><html lang="zh"><meta name="color-scheme" content="light dark"><title>博客</title>
<main><h1>博客</h1><script type="module" src="static/wangqi-search.js"></script></main>"""


def test_axe_finds_nothing_in_the_box_for_other_pages(page: "Page", site_address: str) -> None:
    page.route("**/blog", lambda route: route.fulfill(body=BLOG, content_type="text/html; charset=utf-8"))
    page.goto(f"{site_address}/blog")
    page.locator("wangqi-search input").fill("的")
    page.locator("wangqi-search li").first.wait_for()
    assert_nothing_is_found(page)
