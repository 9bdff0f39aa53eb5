"""Results as `docs/performance.md`: tables, the goals beside what was measured, and one plot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def write(results: Results, text: str) -> None:
    """Write the document `text` and its plot, from results of all parts."""
    PLOT.parent.mkdir(parents=True, exist_ok=True)
    PLOT.write_text(scale_plot(results["scale"]), encoding="utf-8")
    DOCUMENT.write_text(text, encoding="utf-8")


def document(results: Results) -> str:
    """The report on the parts that have been measured."""
    parts = {
        "engines": _engines,
        "scale": _scale,
        "product": _product,
        "hostile": _hostile,
        "requests": _requests,
        "indexing": _indexing,
        "serving": _serving,
        "page": _page,
    }
    text = [INTRODUCTION.read_text(encoding="utf-8").strip(), _machine(results["machine"])]
    text.append(_goals(results))
    text += [write_part(results[name]) for name, write_part in parts.items() if name in results]
    return "\n\n".join(text) + "\n"


def _machine(machine: dict[str, str]) -> str:
    said = "; ".join(f"{name} {value}" for name, value in machine.items())
    return f"Measured on: {said}. The machine is shared: compare ratios within a table, not times."


def _goals(results: Results) -> str:
    rows = [
        [what, f"≤ {limit:g} {unit}", f"{measured:.2f}", "met" if measured <= limit else "**not met**"]
        for what, limit, measured, unit in goals(results)
    ]
    return "\n\n".join(["## Goals", table(["what", "goal", "measured", ""], rows)])


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
        if name != "tantivy-top"  # is in the plot
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
    compared = [["Wangqi", _times(ours)], ["the same over stock Whoosh", _times(stock)]]
    return "\n\n".join(
        [
            "## The whole search call",
            f"{product['queries']} queries over the real archives in one process, p50 / p95 / max: "
            f"**{_times(product['whole'])} ms**. "
            "By stage (quantiles of different stages do not add up):",
            table(["stage", "p50 / p95 / max ms"], rows),
            f"{product['compared_queries']} of them over both engines; ours takes {_ratios(ours, stock)} of the time:",
            table(["", "p50 / p95 / max ms"], compared),
        ]
    )


def _hostile(hostile: Results) -> str:
    return (
        f"## Hostile queries\n\n{_number(hostile['queries'])} of them (`bench/hostile.py`), processor time of a first "
        f"answer: p50 {hostile['p50']:.1f} ms, **the slowest {hostile['max']:.0f} ms**."
    )


def _requests(requests: Results) -> str:
    # Not which: what is typed there is made of pieces of the archives' titles.
    ten = [milliseconds for _, milliseconds in requests["dearest"]]
    return (
        f"## Requests\n\n{_number(requests['requests'])} random ones to all addresses with all parameters, processor "
        f"time of a first answer: p50 {requests['p50']:.1f} ms, **the slowest {requests['max']:.0f} ms**, the tenth "
        f"{ten[-1]:.0f} ms. `python -m bench.requests` names them."
    )


def _indexing(indexing: Results) -> str:
    used = indexing["stage_processes"]
    stages = [[name, str(used[name]), f"{seconds:.2f}"] for name, seconds in indexing["stages"].items()]
    stages.append(["`jieba.cut_for_search` alone over the files", "1", f"{indexing['jieba_s']:.2f}"])
    processes = [[name, f"{seconds:.2f}"] for name, seconds in indexing["processes"].items()]
    share = _ratio(indexing["processes"]["full reindex"], indexing["jieba_s"])
    return "\n\n".join(
        [
            "## Indexing",
            "ruanyf and kuring, 423 issues, each stage by itself:",
            table(["stage", "processes", "s"], stages),
            f"A full reindex ({max(used.values())} processes) takes {share} the time of jieba alone. "
            "Whole commands, wall time:",
            table(["command", "s"], processes),
        ]
    )


def _serving(serving: Results) -> str:
    servers = {
        "`wangqi serve`, JSON": serving,
        "`wangqi serve`, pages": serving["pages"],
        "the same application over stock Whoosh, JSON": serving["stock"],
    }
    cpu = [[name, _times(serving["cpu"][name])] for name in ("page", "json")]
    rows = [
        [name, f"{each['answers_per_s']:.0f}", f"{each['p50']:.1f} / {each['p99']:.1f}", _number(each["answers"])]
        for name, each in servers.items()
    ]
    return "\n\n".join(
        [
            "## HTTP",
            f"Searches, {serving['workers']} workers, {serving['connections']} connections, client on the same "
            f"cores; all processes of `wangqi serve` hold {serving['pss_mb']:.0f} MB (PSS):",
            table(["", "answers/s", "p50 / p99 ms", "answers"], rows),
            "Processor time of one answer to the queries of readers, in one process, ms:",
            table(["", "p50 / p95 / max"], cpu),
        ]
    )


def _page(page: Results) -> str:
    rows = [
        ["page, style, script and icon, compressed, KB", _times(page["kilobytes"])],
        ["first contentful paint, nothing cached, ms", _times(page["first_paint"])],
        ["results while typing, after the pause, until painted, ms", _times(page["typing"])],
        ["of that until the answer arrives, ms", _times(page["answer"])],
    ]
    return "\n\n".join(
        [
            "## The page",
            f"{page['visits']} visits, {page['queries']} typed queries:",
            table(["", "p50 / p95 / max"], rows),
            f"Room: the first title stands {page['first_title']:.0f} px from the top of a phone of 390 × 844, below a "
            f"notice; a desktop of 1280 × 900 shows {page['hits_shown']:.0f} hits (median of the visits); "
            f"{page['tabs']} Tabs lead to the first hit; all issues are {page['list_height']:.0f} px on a phone.",
        ]
    )


def _times(times: dict[str, float]) -> str:
    return " / ".join(f"{times[name]:.2f}" for name in ("p50", "p95", "max"))


def _ratios(ours: dict[str, float], other: dict[str, float]) -> str:
    return " / ".join(_ratio(ours[name], other[name]) for name in ("p50", "p95"))


def _ratio(ours: float, other: float) -> str:
    ratio = ours / other
    return f"{ratio:.2f} ×" if ratio >= 0.1 else f"1/{1 / ratio:.0f}"


def _number(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
