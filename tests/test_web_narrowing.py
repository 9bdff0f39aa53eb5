"""Filters by a click in the system's Chromium: in place, several one after the other, and with what is being typed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest
from browsing import IN_BROWSER, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = IN_BROWSER


@pytest.fixture
def phone(browser: "Browser") -> Iterator["Page"]:
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def desktop(browser: "Browser") -> Iterator["Page"]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def asked(page: "Page") -> dict[str, list[str]]:
    """The parameters in the address."""
    return parse_qs(urlsplit(page.url).query)


def chosen(page: "Page") -> set[str]:
    return {text.split()[0] for text in page.locator(".side .choices [aria-current]").all_inner_texts()}


def test_the_panel_of_a_phone_stays_open_for_several_choices_and_tells_the_count(
    phone: "Page", site_address: str
) -> None:
    phone.goto(f"{site_address}/search?q=的")
    phone.locator(".fold > summary").tap()
    phone.locator(".side .choices a", has_text="文章").first.tap()
    phone.wait_for_url("**kind=article**")
    articles = phone.locator(".done").inner_text()
    phone.locator(".side .choices a", has_text="工具").first.tap()
    phone.wait_for_url("**kind=tool**")
    assert asked(phone)["kind"] == ["article", "tool"]
    assert chosen(phone) >= {"文章", "工具"}
    both = phone.locator(".done").inner_text()
    assert both != articles
    assert phone.locator(".total").inner_text().split("，")[0] in both
    phone.locator(".done a").tap()
    assert not phone.locator(".side .choices").first.is_visible()
    until(phone, "Math.abs(document.querySelector('.list').getBoundingClientRect().top) < 100")
    phone.go_back()
    phone.wait_for_url("**kind=article")


def test_a_click_while_a_text_is_pending_keeps_the_text(desktop: "Page", site_address: str) -> None:
    desktop.goto(f"{site_address}/search?q=的")
    desktop.locator("#q").fill("搜索")
    desktop.locator(".side .choices a", has_text="文章").first.click()
    desktop.wait_for_url("**kind=article**")
    assert asked(desktop) == {"q": ["搜索"], "kind": ["article"]}
    assert desktop.locator("#q").input_value() == "搜索"
    assert set(desktop.locator(".hit .kind").all_inner_texts()) == {"文章"}


def test_a_click_without_an_answer_leaves_the_text_and_is_tried_again(desktop: "Page", site_address: str) -> None:
    desktop.goto(f"{site_address}/search?q=的")
    desktop.route("**/search?**", lambda route: route.abort("internetdisconnected"))
    desktop.locator("#q").fill("搜索")
    desktop.locator(".side .choices a", has_text="文章").first.click()
    desktop.get_by_role("status").get_by_text("没有连上").wait_for()
    assert desktop.locator("#q").input_value() == "搜索"
    desktop.unroute_all()
    desktop.wait_for_url("**kind=article**")
    assert asked(desktop)["q"] == ["搜索"]


def test_a_text_typed_after_a_click_keeps_the_filter(desktop: "Page", site_address: str) -> None:
    desktop.goto(f"{site_address}/search?q=的")
    desktop.locator(".side .choices a", has_text="文章").first.click()
    desktop.wait_for_url("**kind=article**")
    desktop.locator("#q").fill("搜索")
    desktop.wait_for_url(f"**q={quote_plus('搜索')}**")
    assert asked(desktop)["kind"] == ["article"]


def test_the_focus_stays_where_one_chose(desktop: "Page", site_address: str) -> None:
    desktop.goto(f"{site_address}/search?q=的")
    desktop.locator(".side .choices a", has_text="文章").first.focus()
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**kind=article**")
    until(desktop, "document.activeElement.textContent.startsWith('文章')")
    desktop.keyboard.press("Enter")  # and away again
    desktop.wait_for_url(lambda address: "kind" not in address)


def test_a_typed_filter_that_is_taken_away_leaves_the_box(desktop: "Page", site_address: str) -> None:
    desktop.goto(f"{site_address}/search?q=工具 kind:工具")
    assert chosen(desktop) >= {"工具"}
    desktop.locator(".chips a", has_text="工具").click()
    desktop.wait_for_url(f"**q={quote_plus('工具')}")
    assert desktop.locator("#q").input_value() == "工具"


def test_dragging_from_bar_to_bar_chooses_the_years_between(desktop: "Page", site_address: str) -> None:
    desktop.goto(f"{site_address}/search?q=的")
    bars = desktop.locator(".bars a")
    first, last = bars.first.bounding_box(), bars.last.bounding_box()
    assert first
    assert last
    years = bars.evaluate_all("bars => bars.map(bar => bar.dataset.year)")
    desktop.mouse.move(last["x"] + last["width"] / 2, last["y"] + 10)
    desktop.mouse.down()
    desktop.mouse.move(first["x"] + first["width"] / 2, first["y"] + 60, steps=4)
    assert desktop.locator(".bars .within").count() == len(years)
    desktop.mouse.up()
    desktop.wait_for_url("**year=**")
    assert asked(desktop)["year"] == [f"{years[0]}..{years[-1]}"]
    assert desktop.locator(".chips a").first.inner_text().startswith(f"{years[0]}–{years[-1]}")


def test_a_bar_says_its_year_on_focus_and_the_switch_shows_shares(desktop: "Page", site_address: str) -> None:
    desktop.goto(f"{site_address}/search?q=的")
    assert not desktop.locator(".said:visible").count()
    desktop.locator(".bars a").first.focus()
    desktop.keyboard.press("Shift+Tab")
    desktop.keyboard.press("Tab")
    assert desktop.locator(".said:visible").inner_text().startswith(desktop.locator(".ends span").first.inner_text())
    desktop.get_by_label("占当年的比例").check()
    assert (desktop.locator(".counts:visible").count(), desktop.locator(".shares:visible").count()) == (
        0,
        desktop.locator(".bars a").count(),
    )


def test_menus_close_when_one_turns_elsewhere(desktop: "Page", site_address: str) -> None:
    desktop.goto(f"{site_address}/search?q=的")
    menu, help_ = desktop.locator(".menu").first, desktop.locator(".help")
    menu.locator("summary").click()
    assert menu.get_by_role("link", name="固定链接").is_visible()
    help_.locator("summary").click()
    assert not menu.get_by_role("link", name="固定链接").is_visible()
    assert help_.get_by_role("link", name="kube*").is_visible()
    desktop.keyboard.press("Escape")
    assert not help_.get_by_role("link", name="kube*").is_visible()
    assert desktop.evaluate("document.activeElement.closest('.help') !== null")


def test_every_example_of_the_help_can_be_run(desktop: "Page", site_address: str) -> None:
    desktop.goto(site_address)
    desktop.locator(".help summary").click()
    for link in desktop.locator(".help dt a").all():
        answer = desktop.request.get(f"{site_address.rsplit('/', 1)[0]}{link.get_attribute('href')}")
        assert answer.ok
        q = link.inner_text().replace('"', "&#34;").replace("'", "&#39;")
        assert f'name="q" value="{q}"' in answer.text()


def test_without_a_script_filters_and_help_are_links(browser: "Browser", site_address: str) -> None:
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site_address}/search?q=的")
    page.locator(".bars a").first.click()
    page.wait_for_url("**year=**")
    page.locator(".help summary").click()
    page.get_by_role("link", name="kube*").click()
    page.wait_for_url("**q=kube**")
    context.close()
