"""Results as `docs/performance.md`: tables, the goals beside what was measured, and one plot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from bench.comparing import MODES, SIZE
from bench.corpus import ROOT
from bench.plot import scale_plot

DOCUMENT: Final = ROOT / "docs" / "performance.md"
PLOT: Final = ROOT / "docs" / "images" / "scale.svg"
INTRODUCTION: Final = Path(__file__).with_name("introduction.md")

Results = dict[str, Any]


def write(results: Results) -> None:
    """Write the document and its plot from all that has been measured so far."""
    PLOT.parent.mkdir(parents=True, exist_ok=True)
    if "scale" in results:
        PLOT.write_text(scale_plot(results["scale"]), encoding="utf-8")
    parts = {"engines": _engines, "scale": _scale, "product": _product, "indexing": _indexing, "serving": _serving}
    text = [INTRODUCTION.read_text(encoding="utf-8").strip(), _machine(results["machine"])]
    text += [write_part(results[name]) for name, write_part in parts.items() if name in results]
    DOCUMENT.write_text("\n\n".join(text) + "\n", encoding="utf-8")


def _machine(machine: dict[str, str]) -> str:
    said = "; ".join(f"{name} {value}" for name, value in machine.items())
    return f"Measured on: {said}. The machine is shared with other work: ratios within a table hold, times do not."


def _engines(engines: dict[str, Results]) -> str:
    head = ["engine", "OR p50 / p95 / max ms", "AND p50 / p95 / max ms", "build s", "index MB", "PSS MB"]
    rows = [
        [each["label"], *(_times(each[mode]) for mode in MODES)]
        + [f"{each['build_s']:.1f}", f"{each['index_mb']:.0f}", f"{each['pss_mb']:.0f}"]
        for each in engines.values()
    ]
    others = [name for name in engines if name != "ours"]
    ratios = [
        [engines[name]["label"], *(_ratios(engines["ours"][mode], engines[name][mode]) for mode in MODES)]
        for name in others
    ]
    return "\n\n".join(
        [
            f"## Engines, {SIZE:,} documents".replace(",", " "),
            _table(head, rows),
            "Ours as a multiple of the other (below 1: ours is faster):",
            _table(["ours ÷", "OR p50 / p95", "AND p50 / p95"], ratios),
        ]
    )


def _scale(scale: dict[str, dict[str, Results]]) -> str:
    head = ["documents", "engine", "OR p50 / p95 / max ms", "AND p50 / p95 / max ms", "build s", "build peak MB"]
    rows = [
        [_number(int(size)), each["label"], *(_times(each[mode]) for mode in MODES)]
        + [f"{each['build_s']:.1f}", f"{each['peak_mb']:.0f}", f"{each['pss_mb']:.0f}", f"{each['index_mb']:.0f}"]
        for size, engines in scale.items()
        for each in engines.values()
    ]
    ratios = [
        [
            _number(int(size)),
            engines[name]["label"],
            *(_ratios(engines["ours"][mode], engines[name][mode]) for mode in MODES),
        ]
        + [_ratio(engines["ours"][key], engines[name][key]) for key in ("build_s", "pss_mb")]
        for size, engines in scale.items()
        for name in engines
        if name != "ours"
    ]
    return "\n\n".join(
        [
            "## Scale",
            _table([*head, "PSS MB", "index MB"], rows),
            _table(["documents", "ours ÷", "OR p50 / p95", "AND p50 / p95", "build", "PSS"], ratios),
            f"![Time of a query by number of documents](images/{PLOT.name})",
        ]
    )


def _product(product: Results) -> str:
    rows = [[name, _times(times)] for name, times in product["stages"].items()]
    ours, stock = product["compared"]["ours"], product["compared"]["whoosh"]
    compared = [["Wangqi", _times(ours)], ["the same over stock Whoosh", _times(stock)]]
    return "\n\n".join(
        [
            "## The whole search call",
            f"{product['queries']} queries over the real archives, p50 / p95 / max: **{_times(product['whole'])} ms**. By stage "
            "(each stage's own quantiles over the same queries, which do not add up; the clocks themselves cost a little):",
            _table(["stage", "p50 / p95 / max ms"], rows),
            f"{product['compared_queries']} of the queries over both engines; ours ÷ stock is {_ratios(ours, stock)} (p50 / p95):",
            _table(["", "p50 / p95 / max ms"], compared),
        ]
    )


def _indexing(indexing: Results) -> str:
    stages = [[name, f"{seconds:.2f}"] for name, seconds in indexing["stages"].items()]
    processes = [[name, f"{seconds:.2f}"] for name, seconds in indexing["processes"].items()]
    full = indexing["processes"]["full reindex"]
    return "\n\n".join(
        [
            "## Indexing",
            "ruanyf and kuring, 423 issues, each stage by itself in one process:",
            _table(
                ["stage", "s"], [*stages, ["`jieba.cut_for_search` alone over the files", f"{indexing['jieba_s']:.2f}"]]
            ),
            f"A full reindex takes {_ratio(full, indexing['jieba_s'])} of the time of jieba alone. Whole processes, wall time:",
            _table(["process", "s"], processes),
        ]
    )


def _serving(serving: Results) -> str:
    return "\n\n".join(
        [
            "## HTTP",
            f"`wangqi serve`, {serving['connections']} connections with different queries, client on the same cores: "
            f"**{serving['answers_per_s']:.0f} answers/s**, p50 {serving['p50']:.1f} ms, p99 {serving['p99']:.1f} ms "
            f"({serving['answers']} answers). All serving processes together hold {serving['pss_mb']:.0f} MB (PSS).",
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


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
