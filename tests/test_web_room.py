"""How much of a page a reader sees at once, and how far it is to the first hit, in the system's Chromium."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsing import IN_BROWSER, serving
from sample_site import make_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = IN_BROWSER

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
TABS = 10
LAMPS = "可以调亮度的灯，用旧瓶子做成，光很柔和，放在床边不刺眼，晚上起来也不必开大灯。作者写下了做法，材料都便宜。"


@pytest.fixture(scope="module")
def lamps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with 420 issues of eight years, whose titles begin alike."""
    texts = {}
    for number in range(1, 421):
        year, day = 2016 + number // 53, f"{1 + number % 12:02d}-{1 + number % 28:02d}"
        entry = f"1、[第 {number} 盏夜灯 kubernetes](https://lamp.example/{number})\n\n{LAMPS}\n"
        title = f"青桐周报（第 {number} 期）：灯与人的第 {number} 个故事"
        texts["甲", f"{number}.md"] = f"---\ndate: {year}-{day}\n---\n# {title}\n\n## 工具\n\n{entry}".encode()
    with serving(make_site(texts, tmp_path_factory.mktemp("lamps"))) as address:
        yield address


def page_of(browser: "Browser", size: dict[str, int]) -> "Page":
    is_phone = size is PHONE
    context = browser.new_context(locale="zh-CN", viewport=size, is_mobile=is_phone, has_touch=is_phone)  # type: ignore[arg-type]
    return context.new_page()


@pytest.mark.parametrize("q", ["夜灯", "kubrenetes"])
def test_on_a_phone_the_first_title_is_near_the_top_below_a_notice_too(browser: "Browser", lamps: str, q: str) -> None:
    page = page_of(browser, PHONE)
    page.goto(f"{lamps}/search?q={q}")
    assert page.locator(".notice").count() == (q == "kubrenetes")
    assert page.locator(".hit h2").first.evaluate("title => title.getBoundingClientRect().top") <= 220
    page.context.close()


def test_a_desktop_shows_seven_hits(browser: "Browser", lamps: str) -> None:
    page = page_of(browser, DESKTOP)
    page.goto(f"{lamps}/search?q=夜灯")
    ends = page.locator(".hits > li").evaluate_all("hits => hits.map(hit => hit.getBoundingClientRect().bottom)")
    assert sum(end <= DESKTOP["height"] for end in ends) >= 7
    assert page.locator(".snippet").first.evaluate("text => text.getClientRects()[0].height") > 30  # of two lines
    page.context.close()


@pytest.mark.parametrize("q", ["夜灯", "kubrenetes"])
def test_few_tabs_lead_to_the_first_hit(browser: "Browser", lamps: str, q: str) -> None:
    page = page_of(browser, DESKTOP)
    page.goto(f"{lamps}/search?q={q}")
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.hit') !== null"):
            break
    assert page.evaluate("document.activeElement.closest('.hit') !== null")
    page.context.close()


def test_a_finger_empties_a_box_with_a_long_text(browser: "Browser", lamps: str) -> None:
    page = page_of(browser, PHONE)
    page.goto(f"{lamps}/search?q={LAMPS}")
    box = page.locator("#q").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] - 40, box["y"] + 6)  # at the edge of what a finger meets
    assert page.locator("#q").input_value() == ""
    page.context.close()


def test_the_skip_link_leads_to_the_hits(browser: "Browser", lamps: str) -> None:
    page = page_of(browser, DESKTOP)
    page.goto(f"{lamps}/search?q=夜灯&kind=tool&year=2016..")
    for key in ("Tab", "Enter", "Tab"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.closest('.hit') !== null")
    page.context.close()


def test_all_issues_are_a_few_screens_of_a_phone_and_a_year_unfolds(browser: "Browser", lamps: str) -> None:
    page = page_of(browser, PHONE)
    page.goto(f"{lamps}/issues")
    assert page.evaluate("document.documentElement.scrollHeight") < 6000
    names = page.locator("a.issue:visible .name").all_inner_texts()
    assert "灯与人的第 420 个故事" in names
    page.locator("summary", has_text="2019").tap()
    page.locator("a.issue:visible .name", has_text="第 200 个").wait_for()
    page.context.close()


OUTSIDE = """() => {
  const main = document.querySelector("main");
  const links = [...main.querySelectorAll("a")].filter((link) => link.checkVisibility());
  const { bottom, right } = main.getBoundingClientRect();
  const lies = (box) => box.bottom > bottom + 1 || box.right > right + 1;
  return links.filter((link) => lies(link.getBoundingClientRect())).map((link) => link.textContent.trim());
}"""


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("path", ["/", "/issues"])
def test_no_link_hangs_over_the_foot_of_the_page(
    browser: "Browser", lamps: str, path: str, size: dict[str, int]
) -> None:
    page = page_of(browser, size)
    page.goto(f"{lamps}{path}")
    assert page.evaluate(OUTSIDE) == []
    page.context.close()


def test_a_key_that_copies_stays_at_its_hit(browser: "Browser", lamps: str) -> None:
    page = page_of(browser, DESKTOP)
    page.goto(f"{lamps}/search?q=夜灯")
    menu = page.locator(".menu").first
    menu.locator("summary").press("Enter")
    menu.get_by_role("button", name="复制").press("Enter")
    assert menu.evaluate("menu => [menu.open, menu.contains(document.activeElement)]") == [False, True]
    page.context.close()


def test_a_menu_of_a_hit_has_its_other_ways(browser: "Browser", lamps: str) -> None:
    page = page_of(browser, PHONE)
    page.goto(f"{lamps}/search?q=夜灯")
    hit = page.locator(".hit").first
    assert hit.locator("a:visible, button:visible, summary:visible").count() == 4  # title, place, kind, menu
    hit.locator("summary").tap()
    hit.get_by_role("link", name="固定链接").tap()
    page.wait_for_url("**/entries/*")
    page.context.close()
