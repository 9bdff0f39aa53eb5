"""The page of results in a browser: what it weighs, when something is seen, how long results take while one types.

`wangqi serve` over the index of the real archives and Chromium share the machine with all else that it does, and half
a dozen processes take part in each answer: of each visit and each query the best of five counts. Nothing is throttled.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from random import Random
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from bench import page_room
from bench.arriving import farthest_moves
from bench.http_client import HOST
from bench.serving import running
from bench.site import bring_up_to_date, open_site, reader_queries, wangqi
from bench.timing import quantiles

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VISITS: Final = 20
QUERIES: Final = 80
ROUNDS: Final = 5

# From the request, which ends the pause, until the frame in which its answer stands has been painted.
WATCH: Final = """() => {
  performance.setResourceTimingBufferSize(5000);
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => {
    const asked = performance.getEntriesByName(location.href).pop();
    window.painted?.([performance.now() - asked.startTime, asked.responseEnd - asked.startTime]);
  }))).observe(document.querySelector("main"), { childList: true });
}"""
TYPE: Final = """q => new Promise((painted) => {
  window.painted = painted;
  document.querySelector("#q").value = q;
  document.querySelector("#q").dispatchEvent(new InputEvent("input"));
})"""
FIRST_PAINT: Final = """() => new Promise((seen) => new PerformanceObserver((list) => {
  for (const { name, startTime } of list.getEntries()) if (name === "first-contentful-paint") seen(startTime);
}).observe({ type: "paint", buffered: true }))"""


def measure() -> dict[str, Any]:
    """Quantiles over the visits, and over the queries that are typed."""
    bring_up_to_date()
    queries = _queries()
    with running(lambda port: wangqi("serve", "--port", str(port))) as server, _chromium() as browser:
        address = f"http://{HOST}:{server.port}"
        _visit(browser, address)  # opens what is opened once
        visits = [[_visit(browser, f"{address}/search?q={quote(q)}") for q in queries[:VISITS]] for _ in range(ROUNDS)]
        answers = [_type(browser, address, queries[VISITS:]) for _ in range(ROUNDS)]
        room = page_room.measure(browser, address, queries[:VISITS])
        moves = farthest_moves(browser, address, queries[:VISITS])
    figures = dict(zip(("kilobytes", "first_paint"), _best(visits), strict=True))
    figures |= dict(zip(("typing", "answer"), _best(answers), strict=True))
    quantiles_of = {name: asdict(quantiles(values)) for name, values in figures.items()}
    return quantiles_of | room | {"off_target": max(moves), "visits": VISITS, "queries": QUERIES}


def _best(rounds: Sequence[Sequence[tuple[float, float]]]) -> Iterator[list[float]]:
    """The best of each figure of each query, figure by figure."""
    of_queries = list(zip(*rounds, strict=True))
    for figure in range(2):
        yield [min(each[figure] for each in tries) for tries in of_queries]


def _queries() -> list[str]:
    """Different ones that are short enough to be typed, in no order; the same on every run."""
    found = sorted({" ".join(q.split()) for q in reader_queries(open_site().searcher)})
    Random(3).shuffle(found)
    return found[: VISITS + QUERIES]


@contextmanager
def _chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # the other parts do without

    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def _visit(browser: Browser, address: str) -> tuple[float, float]:
    """Compressed kilobytes, headers included, and milliseconds until something is seen; nothing is cached."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    received: list[float] = []
    devtools = context.new_cdp_session(page)
    devtools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    devtools.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    painted = float(page.evaluate(FIRST_PAINT))
    context.close()
    return sum(received) / 1000, painted


def _type(browser: Browser, address: str, queries: list[str]) -> list[tuple[float, float]]:
    """For each query the milliseconds until it is painted, and of these until it was answered."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(f"{address}/search")
    page.evaluate(WATCH)
    page.focus("#q")
    answers = [page.evaluate(TYPE, q) for q in queries]
    context.close()
    return [(painted, answered) for painted, answered in answers]
