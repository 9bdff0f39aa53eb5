"""What was aimed at, beside what was measured: the worse of OR and AND, against tantivy that counts as ours does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from bench.comparing import MODES

SPEED: Final = {"17000": (0.8, 1.0), "100000": (0.9, 1.2), "500000": (1.2, 1.5)}
"""Largest multiple of tantivy's p50 and p95 by number of documents."""

Results = dict[str, Any]
Goal = tuple[str, float, float, str]
"""What, the limit, what was measured, the unit."""


def goals(results: Results) -> list[Goal]:
    """The goals of the parts that were measured."""
    parts = {
        "scale": _scale,
        "product": _product,
        "hostile": _hostile,
        "requests": _requests,
        "indexing": _indexing,
        "serving": _serving,
        "page": _page,
    }
    return [goal for name, of_part in parts.items() if name in results for goal in of_part(results[name])]


def _scale(scale: dict[str, dict[str, Results]]) -> Iterator[Goal]:
    for size, (p50, p95) in SPEED.items():
        ours, other = scale[size]["ours"], scale[size]["tantivy"]
        for key, limit in (("p50", p50), ("p95", p95)):
            worse = max(ours[mode][key] / other[mode][key] for mode in MODES)
            yield f"{size} documents, {key}", limit, worse, "× tantivy"
        yield f"{size} documents, build", 2.5, ours["build_s"] / other["build_s"], "× tantivy"
    yield "500000 documents, memory", 2.5, ours["pss_mb"] / other["pss_mb"], "× tantivy"
    yield "500000 documents, build peak", 1000, ours["peak_mb"], "MB"


def _product(product: Results) -> Iterator[Goal]:
    yield "search call, p50", 1.5, product["whole"]["p50"], "ms"
    yield "search call, p95", 5, product["whole"]["p95"], "ms"
    compared = product["compared"]
    yield "search call, p95", 0.1, compared["ours"]["p95"] / compared["whoosh"]["p95"], "× stock Whoosh"


def _hostile(hostile: Results) -> Iterator[Goal]:
    yield "slowest hostile query, processor time", 50, hostile["max"], "ms"


def _requests(requests: Results) -> Iterator[Goal]:
    yield "slowest random request, processor time", 100, requests["max"], "ms"


def _indexing(indexing: Results) -> Iterator[Goal]:
    processes = indexing["processes"]
    yield "full reindex", 1, processes["full reindex"] / indexing["jieba_s"], "× jieba alone"
    yield "one changed issue, whole process", 1.0, processes["one changed issue"], "s"
    yield "nothing changed, whole process", 0.3, processes["nothing changed"], "s"
    yield "`wangqi search`, first answer", 0.6, processes["wangqi search, first answer"], "s"


def _serving(serving: Results) -> Iterator[Goal]:
    yield "JSON over HTTP, time for an answer", 1.25, 1000 / serving["answers_per_s"], "ms"
    yield "JSON over HTTP, p99", 25, serving["p99"], "ms"
    pages = serving["pages"]
    yield "pages over HTTP, time for one", 1.92, 1000 / pages["answers_per_s"], "ms"
    yield "pages over HTTP, p99", 25, pages["p99"], "ms"
    yield "page, processor time, p50", 4, serving["cpu"]["page"]["p50"], "ms"
    yield "page, processor time, p95", 6, serving["cpu"]["page"]["p95"], "ms"
    stock = serving["stock"]["answers_per_s"] / serving["answers_per_s"]
    yield "JSON over HTTP, time for an answer", 0.125, stock, "× stock Whoosh"
    yield "memory of the serving processes", 300, serving["pss_mb"], "MB"


def _page(page: Results) -> Iterator[Goal]:
    yield "page with what it loads, compressed", 40, page["kilobytes"]["max"], "KB"
    yield "first contentful paint, p95", 300, page["first_paint"]["p95"], "ms"
    yield "results while typing, p95", 60, page["typing"]["p95"], "ms"
    yield "first title on a phone, below a notice", 220, page["first_title"], "px"
    yield "of seven hits not shown on a desktop", 0, max(0, 7 - page["hits_shown"]), ""
    yield "Tabs to the first hit", 10, page["tabs"], ""
    yield "off target on arrival, images coming late", 100, page["off_target"], "px"
    yield "list of all issues on a phone", 6000, page["list_height"], "px"
