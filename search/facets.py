"""Counts of the values of an attribute, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from search.engine import Facet, FacetCount


def shown_order(facet: Facet, value: str) -> tuple[int, str]:
    """Sort key of values that count alike: by name; years newest first."""
    return (-int(value) if facet == "year" and value else 0, value)


def ordered_counts(facet: Facet, counts: Iterable[tuple[str, int]]) -> list[FacetCount]:
    """Most frequent first; years newest first. Empty values and counts of zero are left out.

    `counts` are pairs of a value and its count, the values in their `shown_order`.
    """
    pairs = [pair for pair in counts if pair[1] and pair[0]]
    if facet != "year":
        pairs.sort(key=itemgetter(1), reverse=True)  # keeps the order of equals
    return [FacetCount(value, count) for value, count in pairs]


def count_values(facet: Facet, counts: Iterable[tuple[str, int]]) -> list[FacetCount]:
    """The same for pairs in any order."""
    return ordered_counts(facet, sorted(counts, key=lambda pair: shown_order(facet, pair[0])))
