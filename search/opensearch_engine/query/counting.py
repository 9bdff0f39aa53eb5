"""How many documents there are of all kinds: asked together in one call, and remembered, since an index never changes.

>>> counts.of([{"term": {"grams": "灯"}}, {"match_phrase": {"places": "灯泡 泡"}}])
[2, 1]
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from wangqi.search.opensearch_engine.query.matching import Query
from wangqi.search.opensearch_engine.query.repeated_links import read_spare, spare_aggregation

AT_ONCE: Final = 500
"""Counts of one call: more would have to be an answer of megabytes."""

REMEMBERED: Final = 1 << 16
"""Counts that are kept, some hundred bytes each; then they are forgotten all together."""

Item = tuple[str, tuple[bool, Query]]

Ask = Callable[[dict[str, Any]], dict[str, Any]]
"""Asks one search of the index."""


class RememberedCounts:
    """Counts of one index. Threads share it: at worst two ask the same."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[str, int] = {}

    def of(self, queries: Sequence[Query], *, folded: bool = False) -> list[int]:
        """How many documents each of `queries` finds; `folded`, those with one link as one."""
        return self.both((), queries)[1] if folded else self.both(queries, ())[0]

    def both(self, plain: Sequence[Query], folded: Sequence[Query]) -> tuple[list[int], list[int]]:
        """The counts of `plain` queries and of `folded` ones, in one call."""
        keys = [(False, query) for query in plain] + [(True, query) for query in folded]
        named = [json.dumps(key, ensure_ascii=False, sort_keys=True) for key in keys]
        known = self._known
        found = {name: known[name] for name in named if name in known}
        new = {name: key for name, key in zip(named, keys, strict=True) if name not in found}
        for start in range(0, len(new), AT_ONCE):
            found |= self._counted(list(new.items())[start : start + AT_ONCE])
        counts = [found[name] for name in named]
        return counts[: len(plain)], counts[len(plain) :]

    def _counted(self, new: Sequence[Item]) -> dict[str, int]:
        plain = {name: query for name, (is_folded, query) in new if not is_folded}
        folded = {name: query for name, (is_folded, query) in new if is_folded}
        aggregations: dict[str, Any] = {}
        if plain:
            aggregations["plain"] = {"filters": {"filters": list(plain.values())}}
        if folded:
            aggregations["folded"] = {"filters": {"filters": list(folded.values())}, "aggs": spare_aggregation(())}
        answer = self._ask({"size": 0, "track_total_hits": False, "aggs": aggregations})["aggregations"]
        buckets = {name: answer[name]["buckets"] for name in aggregations}
        counts = {name: bucket["doc_count"] for name, bucket in zip(plain, buckets.get("plain", ()), strict=True)}
        for name, bucket in zip(folded, buckets.get("folded", ()), strict=True):
            counts[name] = bucket["doc_count"] - read_spare(bucket).total
        if len(self._known) > REMEMBERED:
            self._known = {}
        self._known |= counts
        return counts
