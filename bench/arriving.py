"""How far an entry moves from where a reader arrived at it, while the images of its issue come late."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

SIZE: Final = (1200, 800)
LATE_MS: Final = 150
SEEN_MS: Final = 2500

# As in browsers that do not hold the place of what is read by themselves.
WITHOUT_ANCHORING: Final = """addEventListener("DOMContentLoaded", () => {
  document.documentElement.style.overflowAnchor = "none";
});"""
TOP: Final = "document.querySelector(':target').getBoundingClientRect().top"


def farthest_moves(browser: Browser, address: str, queries: Sequence[str]) -> list[float]:
    """For the first hit of each query, the pixels between where it is at first and where it comes to be."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    context.add_init_script(WITHOUT_ANCHORING)
    image = _image()

    def answer_late(route: Route) -> None:
        page.wait_for_timeout(LATE_MS)
        route.fulfill(body=image, content_type="image/png")

    page = context.new_page()
    page.route(lambda url: not url.startswith(address), answer_late)
    moves = [_move(page, place) for q in queries if (place := _first_place(page, address, q))]
    context.close()
    return moves


def _first_place(page: Page, address: str, q: str) -> str | None:
    answer = page.request.get(f"{address}/api/v1/search", params={"q": f"{q} -kind:issue", "per_page": 1}).json()
    return str(answer["hits"][0]["permalink"]) if answer["hits"] else None


def _move(page: Page, place: str) -> float:
    page.goto(place, wait_until="domcontentloaded")
    page.wait_for_timeout(50)
    first = float(page.evaluate(TOP))
    page.wait_for_timeout(SEEN_MS)
    return abs(float(page.evaluate(TOP)) - first)


def _image() -> bytes:
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", SIZE, "grey").save(data, "PNG")
    return data.getvalue()
