"""The site by the keyboard alone, in the system's Chromium."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsing import IN_BROWSER

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = IN_BROWSER

IN_BOX = "document.activeElement === document.querySelector('input[name=q]')"
FOCUSED = "document.activeElement.innerText"


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def press(page: "Page", *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_visit_without_a_mouse(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/issues")
    press(page, "/")
    page.keyboard.type("搜索")
    press(page, "Enter")
    page.wait_for_url("**/search?q=**")
    titles = page.locator(".hit h2").all_inner_texts()

    press(page, "/", "ArrowDown")
    assert page.evaluate(FOCUSED) == titles[0]
    press(page, "Tab")  # the other links of the hit are on the way
    assert page.evaluate("document.activeElement.closest('.hit') !== null")
    press(page, "ArrowDown")
    assert page.evaluate(FOCUSED) == titles[1]
    press(page, "ArrowUp", "ArrowUp")
    assert page.evaluate(IN_BOX)

    page.locator(".hit a.place").first.focus()
    press(page, "Enter")
    page.wait_for_url("**/issues/**#e-*")
    assert titles[0] in page.locator(":target").locator("xpath=..").inner_text()
    page.go_back(wait_until="commit")
    assert page.locator(".hit h2").all_inner_texts() == titles


def test_the_first_tab_leads_past_the_head(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/search?q=的")
    press(page, "Tab")
    assert page.evaluate(FOCUSED) == "跳到正文"
    press(page, "Enter", "Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("path", ["/", "/search?q=的", "/issues", "/issues/qingtong/issue-06.md", "/nope"])
@pytest.mark.parametrize("keys", ["/", "Control+k", "Meta+k"])
def test_keys_lead_to_the_box_from_anywhere(page: "Page", site_address: str, path: str, keys: str) -> None:
    page.goto(site_address + path)
    page.evaluate("document.activeElement.blur()")
    press(page, keys)
    assert page.evaluate(IN_BOX)
    page.keyboard.type("新")  # in place of what was there, and without the slash
    assert page.locator("input[name=q]").input_value() == "新"


@pytest.mark.parametrize("keys", ["Shift+/", "Alt+/", "Control+/", "Control+Shift+K", "Alt+Control+k", "k"])
def test_other_keys_do_not(page: "Page", site_address: str, keys: str) -> None:
    page.goto(f"{site_address}/issues")
    press(page, keys)
    assert not page.evaluate(IN_BOX)


def test_a_slash_in_the_box_is_a_slash(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    page.wait_for_function(IN_BOX)  # the browser puts the caret there a moment after all is loaded
    page.keyboard.type("nats-io/nats")
    assert page.locator("input[name=q]").input_value() == "nats-io/nats"


def test_esc_leads_from_a_hit_to_the_box(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/search?q=的")
    press(page, "/", "ArrowDown", "ArrowDown", "Escape")
    assert page.evaluate(IN_BOX)
    assert page.locator("input[name=q]").input_value() == "的"


def test_arrows_stop_at_the_last_hit_and_scroll_elsewhere(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/search?q=搜索")
    titles = page.locator(".hit h2").all_inner_texts()
    press(page, "/", *["ArrowDown"] * (len(titles) + 3))
    assert page.evaluate(FOCUSED) == titles[-1]
    page.goto(f"{site_address}/issues")
    press(page, "ArrowDown")
    assert page.evaluate("document.activeElement === document.body")


def test_ctrl_enter_opens_a_hit_in_a_tab_of_its_own(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/search?q=的&kind=quote")  # quotations lead to their issue, not out of the site
    press(page, "/", "ArrowDown")
    place = page.locator(".hit h2 a").first.get_attribute("href")
    with page.context.expect_page() as opened:
        press(page, "Control+Enter")
    opened.value.wait_for_load_state()
    assert opened.value.url.endswith(str(place))
    assert "/search?" in page.url


def test_ctrl_enter_opens_the_results_in_a_tab_of_their_own(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    page.locator("input[name=q]").fill("NATS")
    with page.context.expect_page() as opened:
        press(page, "Control+Enter")
    opened.value.wait_for_url("**/search?q=NATS")
    assert page.locator("input[name=q]").input_value() == "NATS"
