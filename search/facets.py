"""Counts of the values of an attribute, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from search.engine import Facet, FacetCount


def ordered_counts(facet: Facet, counts: Mapping[str, int]) -> list[FacetCount]:
    """Most frequent first, then by value; years newest first. Empty values and counts of zero are left out."""
    pairs = [(value, count) for value, count in counts.items() if value and count]
    pairs.sort()
    pairs.sort(key=lambda pair: -int(pair[0]) if facet == "year" else -pair[1])
    return [FacetCount(value=value, count=count) for value, count in pairs]
