"""A reader's visit in the system's Chromium, on a phone and a desktop, with JavaScript and without."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import pytest
from browsing import IN_BROWSER, chromium_alone, tap

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Locator, Page, ViewportSize

pytestmark = IN_BROWSER

PHONE: "ViewportSize" = {"width": 375, "height": 812}
DESKTOP: "ViewportSize" = {"width": 1280, "height": 860}


def box_of(element: "Locator") -> "FloatRect":
    """Where it is shown."""
    box = element.bounding_box()
    assert box
    return box


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def page(browser: "Browser", request: pytest.FixtureRequest) -> Iterator["Page"]:
    context = browser.new_context(
        locale="zh-CN", viewport=PHONE, has_touch=True, java_script_enabled=request.param == "with JavaScript"
    )
    page = context.new_page()
    if request.param == "without JavaScript":
        chromium_alone(page, "scripts cannot be turned off there")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    context.close()
    assert complaints == []  # a violation of the content security policy would be one


def test_a_reader_searches_filters_turns_the_page_and_reads(page: "Page", site_address: str) -> None:
    page.goto(site_address)
    page.locator("#q").fill("的")
    page.locator("#q").press("Enter")
    page.wait_for_url("**/search?q=**")

    tap(page.get_by_text("筛选", exact=True))
    tap(page.locator(".choices").get_by_role("link", name="文章").first)
    page.wait_for_url("**kind=article**")
    assert set(page.locator(".hit .kind").all_inner_texts()) == {"文章"}

    tap(page.get_by_role("link", name="下一页"))
    page.wait_for_url("**page=2**")
    first = page.locator(".hit").first
    title = first.get_by_role("heading").inner_text()
    tap(first.locator("a.place"))
    page.wait_for_url("**/issues/**#e-*")
    entry = page.locator(":target").locator("xpath=..")
    assert title in entry.inner_text()
    assert box_of(entry)["y"] < PHONE["height"]  # scrolled to

    page.go_back(wait_until="commit")
    assert first.get_by_role("heading").inner_text() == title


def test_a_searched_word_is_in_sight_on_the_page_of_the_issue(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/search?q=算法")
    title = page.locator(".hit h2").last.inner_text()
    tap(page.locator(".hit a.place").last)
    page.wait_for_url("**hl=**#e-*")
    mark = page.locator(".prose mark").last
    assert mark.inner_text() == "算法"
    assert title in page.locator(":target").locator("xpath=..").inner_text()
    assert page.evaluate("scrollY") > 0


def test_a_reader_of_english_may_change_to_chinese(browser: "Browser", site_address: str) -> None:
    page = browser.new_page(locale="en-GB", viewport=PHONE)
    page.goto(f"{site_address}/search?q=工具")
    assert page.get_by_role("link", name="Newest", exact=True).is_visible()
    page.get_by_role("link", name="中文").click()
    page.get_by_role("link", name="最新", exact=True).click()
    assert page.get_by_role("link", name="全部期数").first.is_visible()  # it stays Chinese from link to link
    page.locator("#q").fill("图床")
    page.locator("#q").press("Enter")
    page.wait_for_url("**lang=zh**")
    page.close()


def test_a_bar_filters_by_its_year(page: "Page", site_address: str) -> None:
    page.goto(f"{site_address}/search?q=的")
    tap(page.get_by_text("筛选", exact=True))
    tap(page.get_by_role("link", name="2025 年、"))
    page.wait_for_url("**year=2025**")
    assert {day[:4] for day in page.locator(".hit time").all_inner_texts()} == {"2025"}


@pytest.mark.parametrize(
    "path", ["/", "/search?q=的", "/search?q=魑魅", "/issues", "/issues/qingtong/issue-06.md", "/nope"]
)
def test_nothing_is_wider_than_a_phone(browser: "Browser", site_address: str, path: str) -> None:
    page = browser.new_page(locale="zh-CN", viewport={"width": 320, "height": 640})
    page.goto(site_address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


def test_everything_to_tap_is_large_enough(browser: "Browser", site_address: str) -> None:
    page = browser.new_page(locale="zh-CN", viewport=PHONE)
    page.goto(f"{site_address}/search?q=的&kind=article&year=2024..2025")
    for name in ("筛选", "逐年"):
        page.get_by_text(name, exact=True).click()
    for selector in (".all a", ".chips a", ".choices a", ".sorts a", ".place", ".pages a", "summary", ".search input"):
        sizes = [box["height"] for item in page.locator(selector).all() if (box := item.bounding_box())]
        assert sizes, selector
        assert min(sizes) >= 44, selector
    assert page.evaluate("getComputedStyle(document.querySelector('.search input')).fontSize") == "16px"
    page.close()


def test_on_a_desktop_the_filters_stand_open_beside_the_hits(browser: "Browser", site_address: str) -> None:
    page = browser.new_page(locale="zh-CN", viewport=DESKTOP)
    page.goto(f"{site_address}/search?q=的")
    side, hits = box_of(page.locator(".side")), box_of(page.locator(".hits"))
    assert side["x"] > hits["x"] + hits["width"]
    assert page.get_by_role("link", name="图书").first.is_visible()
    page.close()


def luminance(colour: str) -> float:
    red, green, blue = (int(part) for part in colour[4:-1].split(","))
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_the_page_follows_light_and_dark(
    browser: "Browser", site_address: str, scheme: Literal["light", "dark"], dark: bool
) -> None:
    page = browser.new_page(locale="zh-CN", color_scheme=scheme)
    chromium_alone(page, "the scheme cannot be chosen there")
    page.goto(f"{site_address}/search?q=的")
    style = "getComputedStyle(document.body)"
    paper, ink = page.evaluate(f"{style}.backgroundColor"), page.evaluate(f"{style}.color")
    assert (luminance(paper) < luminance(ink)) == dark
    page.close()


def test_a_keyboard_alone_reaches_the_hits(browser: "Browser", site_address: str) -> None:
    page = browser.new_page(locale="zh-CN", viewport=DESKTOP)
    page.goto(f"{site_address}/search?q=NATS")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent"))
    assert "NATS" in reached
    page.close()
