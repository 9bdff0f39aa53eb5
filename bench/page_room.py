"""How much of the pages a reader sees at once, and how far it is to the first hit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHONE: Final = (390, 844)
DESKTOP: Final = (1280, 900)
CORRECTED: Final = "kubrenetes"
"""A query with a notice above its hits."""
MAX_TABS: Final = 40

TOP: Final = "document.querySelector('.hit h2').getBoundingClientRect().top"
SHOWN: Final = """[...document.querySelectorAll(".hits > li")]
  .filter((hit) => hit.getBoundingClientRect().bottom <= innerHeight).length"""
ON_A_HIT: Final = "document.activeElement.closest('.hit') !== null"


def measure(browser: Browser, address: str, queries: Sequence[str]) -> dict[str, Any]:
    """Pixels, and counts. `queries` that find fewer than a page of hits say nothing of a screen."""
    with _page(browser, PHONE) as page:
        page.goto(f"{address}/search?q={CORRECTED}")
        first_title = page.evaluate(TOP)
        page.goto(f"{address}/issues")
        list_height = page.evaluate("document.documentElement.scrollHeight")
    with _page(browser, DESKTOP) as page:
        shown = []
        for q in queries:
            page.goto(f"{address}/search?q={quote(q)}")
            shown += [page.evaluate(SHOWN)] if page.locator(".hits > li").count() > 15 else []
        page.goto(f"{address}/search?q={CORRECTED}")
        tabs = _tabs(page)
    return {"first_title": first_title, "list_height": list_height, "hits_shown": median(shown), "tabs": tabs}


def _tabs(page: Page) -> int:
    for tabs in range(1, MAX_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(ON_A_HIT):
            return tabs
    return MAX_TABS


@contextmanager
def _page(browser: Browser, size: tuple[int, int]) -> Iterator[Page]:
    width, height = size
    is_phone = size == PHONE
    context = browser.new_context(
        locale="zh-CN", viewport={"width": width, "height": height}, is_mobile=is_phone, has_touch=is_phone
    )
    yield context.new_page()
    context.close()
