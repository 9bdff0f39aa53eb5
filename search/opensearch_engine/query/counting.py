"""How many documents there are of all kinds: asked together in one call, and remembered, since an index never changes.

>>> counts.of([{"term": {"grams": "灯"}}, {"match_phrase": {"places": "灯泡 泡"}}])
[2, 1]
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from search.opensearch_engine.query.matching import Query
from search.opensearch_engine.query.repeated_links import read_spare, spare_aggregation

AT_ONCE: Final = 500
"""RememberedCounts of one call: more would have to be an answer of megabytes."""

REMEMBERED: Final = 1 << 16
"""RememberedCounts that are kept, some hundred bytes each; then they are forgotten all together."""

Ask = Callable[[dict[str, Any]], dict[str, Any]]
"""Asks one search of the index."""


class RememberedCounts:
    """RememberedCounts of one index. Threads share it: at worst two ask the same."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[str, int] = {}

    def of(self, queries: Sequence[Query], *, folded: bool = False) -> list[int]:
        """How many documents each of `queries` finds; `folded`, those with one link as one."""
        keys = [f"{folded} {_key(query)}" for query in queries]
        known = self._known
        found = {key: known[key] for key in keys if key in known}
        new = {key: query for key, query in zip(keys, queries, strict=True) if key not in found}
        for some in _pieces(list(new.items())):
            found |= self._counted(dict(some), folded=folded)
        return [found[key] for key in keys]

    def _counted(self, new: dict[str, Query], *, folded: bool) -> dict[str, int]:
        if len(self._known) > REMEMBERED:
            self._known = {}
        each = {"filters": {"filters": list(new.values())}} | ({"aggs": spare_aggregation(())} if folded else {})
        answer = self._ask({"size": 0, "track_total_hits": False, "aggs": {"counts": each}})
        buckets = answer["aggregations"]["counts"]["buckets"]
        counts = [bucket["doc_count"] - (read_spare(bucket).total if folded else 0) for bucket in buckets]
        found = dict(zip(new, counts, strict=True))
        self._known |= found
        return found


def _key(query: Query) -> str:
    return json.dumps(query, ensure_ascii=False, sort_keys=True)


def _pieces(items: Sequence[tuple[str, Query]]) -> Iterable[Sequence[tuple[str, Query]]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
