"""The product's whole search call, by stage, and the same call over stock Whoosh."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from bench.site import bring_up_to_date, open_site, reader_queries
from bench.stages import Place, Stages
from bench.stock_searcher import stock_site
from bench.timing import ROUNDS, median_of, quantiles, take_turns
from wangqi.search.answer import open_index, service
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.request import SearchRequest
from wangqi.search.whoosh_engine.query import searching
from wangqi.search.whoosh_engine.query.documents import DocumentTable
from wangqi.search.whoosh_engine.query.matching import Matcher
from wangqi.web.site.addresses import Addresses
from wangqi.web.site.as_json import Json, result_as_dict

PLACES: Final[list[Place]] = [
    ("parse", service, "parse"),
    ("plan", open_index, "make_plan"),
    ("match", Matcher, "matching"),
    ("score", searching, "score"),
    ("order", DocumentTable, "order"),
    ("count facets", DocumentTable, "counts"),
    ("load entries", DocumentTable, "matches"),
    ("highlight, snippets", service, "_hits"),
]
AS_DICT: Final = "as dict"

STOCK_SHARE: Final = 9
"""Every so many queries are asked over stock Whoosh too: all of them would take it ten minutes."""


def measure() -> dict[str, Any]:
    """Times of the whole call over both engines, and of its stages over ours."""
    bring_up_to_date()
    ours = open_site()
    queries = reader_queries(ours.searcher)
    call, some = _call(ours), queries[::STOCK_SHARE]
    whole = take_turns({"ours": call}, queries)
    compared = take_turns({"ours": call, "whoosh": _call(stock_site(ours))}, some)
    return {
        "queries": len(queries),
        "whole": asdict(whole["ours"]),
        "compared_queries": len(some),
        "compared": {name: asdict(times) for name, times in compared.items()},
        "stages": _stages(ours, queries),
    }


def _call(index: OpenIndex) -> Callable[[str], Json]:
    addresses = Addresses("https://example.org")

    def call(q: str) -> Json:
        result = service.search(index, SearchRequest(q=q))
        return result_as_dict(result, generation="000001", addresses=addresses)

    return call


def _stages(index: OpenIndex, queries: list[str]) -> dict[str, dict[str, float]]:
    """p50, p95 and max of each stage, in the order of the call."""
    names = [*dict.fromkeys(stage for stage, _, _ in PLACES), AS_DICT]
    rounds: dict[str, list[Any]] = {name: [] for name in names}
    stages = Stages()
    addresses = Addresses("https://example.org")
    with stages.measured(PLACES):
        for _ in range(ROUNDS):
            counted = [_one_call(stages, index, q, addresses) for q in queries]
            for name in names:
                rounds[name].append(quantiles([each.get(name, 0.0) * 1000 for each in counted]))
    return {name: asdict(median_of(times)) for name, times in rounds.items()}


def _one_call(stages: Stages, index: OpenIndex, q: str, addresses: Addresses) -> dict[str, float]:
    stages.take()
    result = service.search(index, SearchRequest(q=q))
    found = stages.take()
    result_as_dict(result, generation="000001", addresses=addresses)
    return found | {AS_DICT: sum(stages.take().values())}
