"""Results as `docs/performance.md`: tables, the goals beside what was measured, and one plot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from bench.comparing import MODES, SIZE
from bench.corpus import ROOT
from bench.goals import goals
from bench.plot import scale_plot

DOCUMENT: Final = ROOT / "docs" / "performance.md"
PLOT: Final = ROOT / "docs" / "images" / "scale.svg"
INTRODUCTION: Final = Path(__file__).with_name("introduction.md")

Results = dict[str, Any]
Rows = Iterator[list[str]]


def write(results: Results, text: str) -> None:
    """Write the document `text` and its plot, from results of all parts."""
    PLOT.parent.mkdir(parents=True, exist_ok=True)
    PLOT.write_text(scale_plot(results["scale"]), encoding="utf-8")
    DOCUMENT.write_text(text, encoding="utf-8")


def document(results: Results) -> str:
    """The report on the parts that have been measured."""
    sections = {"engines": _engines, "scale": _scale, "product": _product, "indexing": _indexing}
    rows = {"hostile": _hostile, "requests": _requests, "serving": _serving}
    text = [INTRODUCTION.read_text(encoding="utf-8").strip(), _machine(results["machine"]), _goals(results)]
    text += [write(results[name]) for name, write in sections.items() if name in results]
    others = [row for name, write in rows.items() if name in results for row in write(results[name])]
    if others:
        text += ["## Requests", table(["what", "measured"], others)]
    return "\n\n".join(text) + "\n"


def _machine(machine: dict[str, str]) -> str:
    said = "; ".join(f"{name} {value}" for name, value in machine.items())
    return f"Machine: {said}. It is shared: compare ratios within a table, not times."


def _goals(results: Results) -> str:
    rows = [
        [what, f"≤ {limit:g} {unit}".strip(), _rounded(measured) + ("" if measured <= limit else " **not met**")]
        for what, limit, measured, unit in goals(results)
    ]
    return "\n\n".join(["## Goals", table(["what", "goal", "measured"], rows)])


def _rounded(figure: float) -> str:
    return f"{figure:.3g}" if figure < 1000 else f"{figure:.0f}"


def _engines(engines: dict[str, Results]) -> str:
    head = ["engine", "OR p50 / p95 / max ms", "AND p50 / p95 / max ms", "build s", "index MB", "PSS MB"]
    rows = [[each["label"], *_query_times(each), *_figures(each, "index_mb", "pss_mb")] for each in engines.values()]
    return "\n\n".join([f"## Engines, {_number(SIZE)} documents", table(head, rows)])


def _scale(scale: dict[str, dict[str, Results]]) -> str:
    head = ["documents", "engine", "OR p50 / p95 / max ms", "AND p50 / p95 / max ms"]
    rows = [
        [_number(int(size)), each["label"], *_query_times(each), *_figures(each, "peak_mb", "pss_mb", "index_mb")]
        for size, engines in scale.items()
        for name, each in engines.items()
        if int(size) != SIZE and name != "tantivy-top"  # is in the plot
    ]
    return "\n\n".join(
        [
            "## Scale",
            table([*head, "build s", "build peak MB", "PSS MB", "index MB"], rows),
            f"![Time of a query by number of documents](images/{PLOT.name})",
        ]
    )


def _query_times(engine: Results) -> list[str]:
    return [_times(engine[mode]) for mode in MODES]


def _figures(engine: Results, *names: str) -> list[str]:
    return [f"{engine['build_s']:.1f}", *(f"{engine[name]:.0f}" for name in names)]


def _product(product: Results) -> str:
    rows = [[name, _times(times)] for name, times in product["stages"].items()]
    ours, stock = product["compared"]["ours"], product["compared"]["whoosh"]
    return "\n\n".join(
        [
            "## The whole search call",
            f"{product['queries']} queries in one process, p50 / p95 / max: "
            f"**{_times(product['whole'])} ms**; {product['compared_queries']} of them {_times(ours)} ms, over stock "
            f"Whoosh {_times(stock)} ms. By stage:",
            table(["stage", "p50 / p95 / max ms"], rows),
        ]
    )


def _indexing(indexing: Results) -> str:
    used = indexing["stage_processes"]
    stages = [[name, str(used[name]), f"{seconds:.2f}"] for name, seconds in indexing["stages"].items()]
    stages.append(["`jieba.cut_for_search` alone over the files", "1", f"{indexing['jieba_s']:.2f}"])
    head = "423 issues, each stage by itself:"
    return "\n\n".join(["## Indexing", head, table(["stage", "processes", "s"], stages)])


# Figures that have a goal are in the table of goals alone.


def _hostile(hostile: Results) -> Rows:
    what = f"{_number(hostile['queries'])} hostile queries (`bench/hostile.py`), processor time of a first answer"
    yield [what, f"p50 {hostile['p50']:.1f}, max {hostile['max']:.0f} ms"]


def _requests(requests: Results) -> Rows:
    # Not which: what is typed there is made of pieces of the archives' titles.
    what = f"{_number(requests['requests'])} random requests (`python -m bench.requests`), the same"
    yield [what, f"p50 {requests['p50']:.1f}, max {requests['max']:.0f} ms"]


def _serving(serving: Results) -> Rows:
    what = f"JSON search over HTTP, {serving['workers']} workers, {serving['connections']} connections"
    servers = {what: serving, "the same, pages": serving["pages"], "the same over stock Whoosh, JSON": serving["stock"]}
    for name, each in servers.items():
        refused = f", {each['refused']} refused" if each["refused"] else ""
        said = f"{each['answers_per_s']:.0f} answers/s, p50 {each['p50']:.1f}, p99 {each['p99']:.1f} ms{refused}"
        yield [name, said]
    yield ["processor time of one answer, JSON, p50 / p95 / max", f"{_times(serving['cpu']['json'])} ms"]


def _times(times: dict[str, float]) -> str:
    return " / ".join(f"{times[name]:.2f}" for name in ("p50", "p95", "max"))


def _number(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
