"""What an export weighs, how long it takes, and how its search compares with the served one and with Pagefind.

    python -m bench.static_site          writes the table of docs/static-site.md

Pagefind (`pip install "pagefind[bin]"`) is measured where it is installed: as its manual says, over the exported pages;
and with a page for each entry, made of our tokens, the queries cut by our analyzer.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING, Final

from bench.comparing_static import Figures, cpu_of_children, pagefind_sites, size_of
from bench.corpus import ROOT, SHARED, WORK
from bench.report import table
from bench.site import bring_up_to_date, named_archives, open_site, wangqi
from bench.static_host import CountingHost, hosting, throttled
from wangqi.search.answer import service
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.quality.judgments import read_judgments
from wangqi.search.request import SearchRequest
from wangqi.web.site.addresses import anchor_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SITE: Final = WORK / "static-site"
DOCUMENT: Final = ROOT / "docs" / "static-site.md"
BEGIN, END = "<!-- figures of `python -m bench.static_site` -->", "<!-- end of the figures -->"
TWO_CHARACTERS: Final = ("图床", "截图", "字体", "地图", "爬虫", "播客", "密码", "音乐", "翻译", "壁纸")

OURS: Final = """(q) => new Promise((found) => {
  const place = document.querySelector("#results");
  place.replaceChildren();
  new MutationObserver((_, watch) => {
    const hit = place.querySelector(".hits > li");
    if (!hit?.firstChild && !place.querySelector(".empty")) return;
    watch.disconnect();
    const ways = hit ? [...hit.querySelectorAll(".place, h2 a")] : [];
    const way = ways.find((each) => each.className === "place") ?? ways[0];
    found(way ? decodeURIComponent(way.href.replace(/.*\\/issues\\//, "")) : "");
  }).observe(place, { childList: true, subtree: true });
  const form = document.querySelector("form.search");
  form.elements.q.value = q;
  form.requestSubmit();
})"""
"""Types a query and answers with the place of the first hit when that is shown."""

PAGEFIND_OPENED: Final = """async () => {
  window.engine = await import("./pagefind/pagefind.js");
  await window.engine.init();
}"""
PAGEFIND: Final = """async (q) => {
  const { results } = await window.engine.search(q);
  return results.length ? decodeURIComponent((await results[0].data()).url.replace(/.*\\/issues\\//, "")) : "";
}"""


def main() -> None:
    bring_up_to_date()
    index = open_site()
    judged = [each.query for each in read_judgments(sorted((SHARED / "judgments").glob("*.jsonl")))]
    wanted = [(q, _first_of_server(index, q)) for q in judged]
    reindex_s = _timed(wangqi("reindex", "--full", *named_archives(("ruanyf", "kuring", "openbiox"))))
    shutil.rmtree(SITE, ignore_errors=True)
    ours = Figures("`wangqi export`")
    ours.seconds = _timed(wangqi("export", str(SITE), "--base-url", "https://example.org/site"))
    ours.files, ours.megabytes = size_of(SITE / "search")
    whole = size_of(SITE)
    parts = {part.name: size_of(part)[1] for part in sorted(SITE.iterdir())}
    measured = [ours]
    with _chromium() as browser:
        with hosting(SITE) as host:
            _measure(browser, host, "search/", OURS, ours, wanted)
        print(ours, flush=True)
        for figures, folder, typed in pagefind_sites(index, SITE, WORK) if find_spec("pagefind") else ():
            with hosting(folder) as host:
                _measure(browser, host, "", PAGEFIND, figures, wanted, typed)
            measured.append(figures)
    text = f"{_written(ours, reindex_s, whole, parts)}\n\n{_compared(measured)}"
    print(text)
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def _first_of_server(index: OpenIndex, q: str) -> str:
    hits = service.search(index, SearchRequest(q=q)).hits
    if not hits:
        return ""
    entry = hits[0].entry
    return f"{entry.issue.archive}/{entry.issue.path}#{anchor_of(entry.id)}"


def _timed(command: Sequence[str]) -> float:
    """Processor time of a command."""
    began = cpu_of_children()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return cpu_of_children() - began


@contextmanager
def _chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def _measure(
    browser: Browser,
    host: CountingHost,
    page_path: str,
    ask: str,
    figures: Figures,
    wanted: Sequence[tuple[str, str]],
    typed: Callable[[str], str] | None = None,
) -> None:
    """Bytes and times of two queries on a page that was just loaded; then the first hits of all queries."""
    judged = [q for q, _ in wanted]
    typed = typed or str

    def open_page(page: Page) -> None:
        page.goto(host.address + page_path)
        if ask is PAGEFIND:
            page.evaluate(PAGEFIND_OPENED)
        page.wait_for_load_state("networkidle")

    for number, q in enumerate(TWO_CHARACTERS):
        context = browser.new_context()
        page = context.new_page()
        throttled(context, page)
        host.count()
        open_page(page)
        began = time.perf_counter()
        page.evaluate(ask, typed(q))
        figures.first_ms.append(1000 * (time.perf_counter() - began))
        figures.first_kb.append(host.count()[0] / 1000)
        page.evaluate(ask, typed(TWO_CHARACTERS[number - 1]))
        figures.second_kb.append(host.count()[0] / 1000)
        page.evaluate(ask, typed(judged[7 * number]))
        figures.judged_kb.append(host.count()[0] / 1000)
        context.close()
    page = browser.new_page()
    open_page(page)
    for q, best in wanted:
        found = (
            page.evaluate(ask, typed(q))
            .replace("/#", "#")
            .replace("/e-", "#e-")
            .removesuffix(".html")
            .removesuffix("/")
        )
        figures.same += found == (best if "#" in found else best.partition("#")[0])
    figures.queries = len(wanted)
    page.close()


def _place(address: str) -> str:
    """Archive, path and anchor of a hit's address below `issues/`; a page has no anchor."""
    return address.replace("/#", "#").replace("/e-", "#e-").removesuffix(".html").removesuffix("/")


def _written(ours: Figures, reindex_s: float, whole: tuple[int, float], parts: dict[str, float]) -> str:
    kb, second, ms = max(ours.first_kb), max(ours.second_kb), median(ours.first_ms)
    times, share = ours.seconds / reindex_s, ours.same / ours.queries
    rows = [
        _goal("to the first result of two characters, KB", "≤ 200", f"{kb:.0f}", kb <= 200),
        _goal("for a second query of two characters, KB", "≤ 60", f"{second:.0f}", second <= 60),
        _goal("to the first result after load, on fast 3G, ms (median)", "≤ 300", f"{ms:.0f}", ms <= 300),
        _goal("the whole export, MB", "≤ 15", f"{whole[1]:.1f}", whole[1] <= 15),
        _goal("processor time, in parts of a full reindex", "≤ 2", f"{times:.1f}", times <= 2),
        _goal("first hit of the server", "≥ 90 %", f"{ours.same} of {ours.queries}", share >= 0.9),
    ]
    large = ", ".join(f"{name} {size:.1f}" for name, size in parts.items() if size >= 0.1)
    return f"{table(['what', 'goal', 'measured', ''], rows)}\n\n{whole[0]} files; MB: {large}."


def _compared(measured: Sequence[Figures]) -> str:
    """Beside other ways to search."""
    rows = [
        [
            each.name,
            f"{each.files}",
            f"{each.megabytes:.1f}",
            f"{each.seconds:.0f}",
            f"{median(each.first_kb):.0f}",
            f"{median(each.first_ms):.0f}",
            f"{median(each.judged_kb):.0f} / {max(each.judged_kb):.0f}",
            f"{each.same} of {each.queries}",
        ]
        for each in measured
    ]
    head = [
        "",
        "files",
        "MB",
        "made in s",
        "first result, KB",
        "ms on fast 3G",
        "judged query, KB: median / most",
        "first hit of the server",
    ]
    return table(head, rows)


def _goal(what: str, goal: str, measured: str, met: bool) -> list[str]:
    return [what, goal, measured, "met" if met else "**not met**"]


if __name__ == "__main__":
    main()
