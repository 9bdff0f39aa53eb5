"""Counts of the values of an attribute: asked as terms, told as `search.engine.facets` says.

Counted are keys. What a key is shown as is the first of all values that have it, asked once for an index.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

from wangqi.search.document.filters import LIST_FILTERS
from wangqi.search.engine import Facet, FacetCount
from wangqi.search.engine.facets import count_values
from wangqi.search.opensearch_engine.index.documents import term
from wangqi.search.opensearch_engine.query.repeated_links import Spare

MOST_VALUES: Final = 60_000
"""Of a facet that are counted; a cluster gives no more than 65 535 buckets."""

NAMED: Final[tuple[Facet, ...]] = ("archive", "section", "site", "tag", "by")
"""Facets whose values are not their keys."""

OWN: Final[Mapping[Facet, str]] = {"site": "site_own"}
"""Fields of the keys that a document has itself, where others find it as well."""


def fields_of(facets: Collection[Facet]) -> list[str]:
    """The fields whose values are counted."""
    return list(dict.fromkeys(field for facet in facets for field in (facet, OWN.get(facet, facet))))


def aggregations(facets: Collection[Facet]) -> dict[str, Any]:
    return {field: _terms(field) for field in fields_of(facets)}


def _terms(field: str) -> dict[str, Any]:
    # Each shard tells all that it has: no count is a guess.
    return {"terms": {"field": field, "size": MOST_VALUES, "shard_size": MOST_VALUES}}


class FacetReader:
    """Reads the counts of one index. `ask` asks a search of it."""

    def __init__(self, ask: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._ask = ask
        self._shown: dict[Facet, Mapping[str, str]] = {}

    def read(self, found: Mapping[str, Any], facets: Collection[Facet], spare: Spare) -> dict[Facet, list[FacetCount]]:
        """The counts of each facet by what `aggregations` found, less what is `spare`; none where nothing was asked."""
        return {facet: self._counts(facet, found, spare) if found else [] for facet in facets}

    def _counts(self, facet: Facet, found: Mapping[str, Any], spare: Spare) -> list[FacetCount]:
        own = {str(bucket["key"]) for bucket in found[OWN.get(facet, facet)]["buckets"]}
        counts = {str(bucket["key"]): bucket["doc_count"] for bucket in found[facet]["buckets"]}
        shown = self._shown_as(facet) if own else {}
        pairs = [(shown.get(key, key), counts[key] - spare.of(facet, key)) for key in own]
        return count_values(facet, pairs)

    def _shown_as(self, facet: Facet) -> Mapping[str, str]:
        if facet not in NAMED:
            return {}
        if not self._shown:
            counted = {each: _terms(f"{each}_value") for each in NAMED}
            found = self._ask({"size": 0, "track_total_hits": False, "aggs": counted})["aggregations"]
            self._shown = {each: _first_by_key(each, found[each]["buckets"]) for each in NAMED}
        return self._shown[facet]


def _first_by_key(facet: Facet, buckets: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
    shown: dict[str, str] = {}
    for value in sorted(str(bucket["key"]) for bucket in buckets):
        key, *_ = LIST_FILTERS[facet].keys(value)
        shown.setdefault(term(key), value)
    return shown
