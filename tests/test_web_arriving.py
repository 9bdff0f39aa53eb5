"""Arriving at an entry in its issue, in Chromium: it stays where it is, and the page says where that is."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest
from browsing import IN_BROWSER, chromium_alone, serving, until
from sample_site import make_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = IN_BROWSER

ENTRIES: Final = 10
IMAGE: Final = "![图](https://img.example/{section}-{number}.png)"


def an_entry(section: str, number: int) -> str:
    image = IMAGE.format(section=section, number=number)
    return f"{number}、[{section}{number}](https://{number}.example/)\n\n{image}\n\n一盏小**夜**灯，放在走廊里。\n\n又一段。\n\n"


ISSUE: Final = "---\ntitle: 青铜周刊（第 7 期）\n---\n" + "".join(
    f"## {section}\n\n" + "".join(an_entry(section, number) for number in range(1, ENTRIES + 1))
    for section in ("文章", "工具")
)
WITHOUT_ANCHORING: Final = """addEventListener("DOMContentLoaded", () => {
  document.documentElement.style.overflowAnchor = "none"; // as in Safari
});"""


def png(width: int, height: int) -> bytes:
    """A grey image."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = make_site({("样刊", "7.md"): ISSUE.encode()}, tmp_path_factory.mktemp("arriving"), title="青铜周刊")
    with serving(app) as address:
        yield address


class Images:
    """Answers for the images of the issue, all of them late."""

    def __init__(self, page: Page) -> None:
        self._waiting: list[Route] = []
        page.route("https://img.example/**", lambda route: self._waiting.append(route))
        self._page = page

    def stay_away(self) -> None:
        for route in self._waiting:
            route.abort()
        self._page.unroute_all(behavior="wait")

    def arrive(self, width: int = 1200, height: int = 800) -> int:
        """Answers all that were asked for, one after the other; how many they were."""
        count = 0
        self._page.wait_for_timeout(150)
        while self._waiting:
            self._waiting.pop(0).fulfill(body=png(width, height), content_type="image/png")
            self._page.wait_for_timeout(20)
            count += 1
        self._page.wait_for_timeout(150)
        return count


@pytest.fixture
def images(page: Page) -> Iterator[Images]:
    images = Images(page)
    yield images
    images.stay_away()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 390, "height": 844}, permissions=["clipboard-read", "clipboard-write"]
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.add_init_script(WITHOUT_ANCHORING)
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
    yield page
    context.close()
    assert said == []


def place_of(page: Page, site: str, title: str) -> str:
    [hit] = page.request.get(f"{site}/api/v1/search", params={"q": f'title:"{title}"'}).json()["hits"]
    return str(hit["permalink"]).replace("#", "?hl=夜灯#")


TOP: Final = "document.querySelector(':target').getBoundingClientRect().top"
SPOT: Final = "document.querySelector('.here .spot').textContent"


@pytest.mark.parametrize(("width", "height"), [(1200, 800), (800, 1600), (60, 40)])
@pytest.mark.parametrize("title", ["文章2", "工具9"])
def test_the_entry_stays_where_it_is_while_images_arrive(
    page: Page, images: Images, site: str, title: str, width: int, height: int
) -> None:
    page.goto(place_of(page, site, title), wait_until="domcontentloaded")
    until(page, f"{TOP} < 200")
    tops = [page.evaluate(TOP)]
    for _ in range(5):
        arrived = images.arrive(width, height)
        tops.append(page.evaluate(TOP))
        if not arrived:
            break
    assert len(tops) > 2  # some have come
    assert page.evaluate("[...document.images].some((image) => image.naturalWidth)")
    assert max(tops) - min(tops) <= 100, tops


def test_what_the_reader_moved_to_is_left_alone(page: Page, images: Images, site: str) -> None:
    page.goto(place_of(page, site, "工具5"), wait_until="domcontentloaded")
    until(page, f"{TOP} < 200")
    page.mouse.wheel(0, 3000)
    page.wait_for_timeout(200)
    images.arrive()
    assert abs(page.evaluate(TOP)) > 1000


@pytest.mark.usefixtures("images")
def test_images_have_room_before_they_come(page: Page, site: str) -> None:
    page.goto(f"{site}/issues/样刊/7.md", wait_until="domcontentloaded")
    until(page, "document.querySelector('.waiting') !== null")
    assert page.evaluate("document.querySelector('.prose img').getBoundingClientRect().height") > 200


def test_a_line_at_the_top_says_where_one_is(page: Page, site: str) -> None:
    page.goto(place_of(page, site, "工具9"))
    until(page, f"{SPOT} === '第 7 期 · 工具 9/10'")
    assert page.evaluate("document.querySelector('.here').getBoundingClientRect().top") == 0
    page.mouse.wheel(0, -100_000)
    page.wait_for_timeout(100)
    page.evaluate("document.querySelectorAll('a.anchor')[2].scrollIntoView()")
    until(page, f"{SPOT} === '第 7 期 · 文章 3/10'")


def test_the_whole_entry_is_tinted_and_nothing_else(page: Page, site: str) -> None:
    page.goto(place_of(page, site, "工具3"))
    tinted = page.evaluate(
        """[...document.querySelectorAll('.prose > *')]
          .filter((each) => getComputedStyle(each).backgroundColor !== 'rgba(0, 0, 0, 0)')
          .map((each) => each.innerText.trim())"""
    )
    assert [" ".join(text.split()) for text in tinted] == ["3、工具3", "", "一盏小夜灯，放在走廊里。", "又一段。"]


def test_without_a_script_the_entry_is_tinted_and_the_line_leads_back(browser: Browser, site: str, page: Page) -> None:
    place = place_of(page, site, "工具3")
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    plain = context.new_page()
    chromium_alone(plain, "scripts cannot be turned off there")
    plain.goto(place)
    back = plain.locator(".here .back")
    assert str(back.get_attribute("href")).endswith("/search?q=%E5%A4%9C%E7%81%AF")
    assert plain.locator(".here button:visible").count() == 0
    assert plain.locator(".here .spot").inner_text() == "第 7 期"
    context.close()


def test_an_entry_shows_its_link_which_leads_to_its_page(page: Page, site: str) -> None:
    page.goto(place_of(page, site, "工具3"))
    link = page.locator("a.anchor:target")
    assert link.is_visible()
    link.click()
    page.wait_for_url("**/entries/*")
    assert page.locator("h1").inner_text() == "工具3"


def test_what_is_copied_names_title_link_newsletter_issue_and_page(page: Page, site: str) -> None:
    page.goto(place_of(page, site, "工具3"))
    place = page.locator(".here .take").bounding_box()
    assert place
    page.mouse.click(place["x"] + 5, place["y"] + 5)  # Playwright's own click would move the page in Firefox
    page.get_by_role("status").get_by_text("复制好了").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    entry = page.locator("a.anchor:target").get_attribute("href")
    assert (
        copied
        == f"[工具3](<https://3.example/>)：一盏小夜灯，放在走廊里。 又一段。（青铜周刊 [第 7 期](<{site}{entry}>)）"
    )


def test_the_way_back_leads_to_the_results_as_they_were(page: Page, site: str) -> None:
    page.goto(f"{site}/search?q=夜灯&sort=oldest&page=2&per_page=5")
    titles = page.locator(".hit h2").all_inner_texts()
    page.locator(".hit a.place").nth(3).click()
    page.wait_for_url("**/issues/**")
    page.locator(".here .back").click()
    page.wait_for_url("**/search?**page=2**")
    assert page.locator(".hit h2").all_inner_texts() == titles


def test_marks_are_gone_through_one_after_the_other(page: Page, site: str) -> None:
    page.goto(place_of(page, site, "文章1"))
    page.get_by_role("button", name="下一处").click()
    assert page.locator(".here [data-mark]").inner_text() == "1/20"
    page.get_by_role("button", name="下一处").click()
    assert page.locator(".here [data-mark]").inner_text() == "2/20"  # a word that a tag cuts in two is one
    page.get_by_role("button", name="上一处").click()
    page.get_by_role("button", name="上一处").click()
    assert page.locator(".here [data-mark]").inner_text() == "20/20"
    assert page.locator("mark.now").bounding_box()
