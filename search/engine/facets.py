"""Counts of the values of an attribute, in the order in which they are shown.

What is counted for a value is what a filter for it finds: of names that differ in case or width one is shown, with all
that have any of them, and a host counts what lies below it as well. Shown are the values that something found has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from operator import itemgetter

from search.document.filters import LIST_FILTERS
from search.engine import Facet, FacetCount


def shown_order(facet: Facet, value: str) -> tuple[int, str]:
    """Sort key of values that count alike: by name; years newest first."""
    return (-int(value) if facet == "year" and value else 0, value)


def counted_for(facet: Facet, values: Collection[str]) -> dict[str, list[str]]:
    """For each of `values`, which are all that documents have, the values that a document with it counts for, its own
    first; nothing for ""."""
    shown: dict[str, str] = {}
    keys_of = LIST_FILTERS[facet].keys
    keys = {value: keys_of(value) for value in sorted(filter(None, values))}
    for value, (own, *_) in keys.items():
        shown.setdefault(own, value)
    return {value: [shown[key] for key in found_by if key in shown] for value, found_by in keys.items()}


def ordered_counts(facet: Facet, counts: Iterable[tuple[str, int]]) -> list[FacetCount]:
    """Most frequent first; years newest first. `counts` are pairs of a value and its count, which is none of zero, the
    values in their `shown_order`."""
    if facet != "year":
        counts = sorted(counts, key=itemgetter(1), reverse=True)  # keeps the order of equals
    return [FacetCount(value, count) for value, count in counts]


def count_values(facet: Facet, counts: Iterable[tuple[str, int]]) -> list[FacetCount]:
    """The same for pairs in any order."""
    return ordered_counts(facet, sorted(counts, key=lambda pair: shown_order(facet, pair[0])))
