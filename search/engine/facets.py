"""Counts of the values of an attribute, in the order in which they are shown.

What is counted for a value is what a filter for it finds: of names that differ in case or width one is shown, with all
that have any of them, and a host counts what lies below it as well. Shown are the values that something found has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from wangqi.search.document.filters import LIST_FILTERS
from wangqi.search.engine import FACET_VALUES, Facet, FacetCount


def shown_order(facet: Facet, value: str) -> tuple[int, str]:
    """Sort key of values that count alike: by name; years newest first."""
    return (-int(value) if facet == "year" and value else 0, value)


class Counted(NamedTuple):
    """The values that a document counts for."""

    own: Sequence[str]
    """Those that it has: a value that nothing found has is not shown."""
    above: Sequence[str]
    """Those that find it as well."""


def counted_for(facet: Facet, attributes: Collection[str]) -> dict[str, Counted]:
    """Map each of `attributes`, which are all that documents have, to the values that it counts for; none for ""."""
    row = LIST_FILTERS[facet]
    keys = {value: row.keys(value) for value in sorted({each for text in attributes for each in row.held(text)})}
    shown: dict[str, str] = {}
    for value, (key, *_) in keys.items():
        shown.setdefault(key, value)
    found: dict[str, Counted] = {}
    for text in filter(None, attributes):
        held = [keys[value] for value in row.held(text)]
        own = list(dict.fromkeys(shown[first] for first, *_ in held))
        above = dict.fromkeys(shown[key] for _, *others in held for key in others if key in shown)
        found[text] = Counted(own, [value for value in above if value not in own])
    return found


def ordered_counts(facet: Facet, counts: Iterable[tuple[str, int]]) -> list[FacetCount]:
    """The first `FACET_VALUES`: most frequent first; years newest first. `counts` are pairs of a value and its count,
    which is none of zero, the values in their `shown_order`."""
    if facet != "year":
        counts = sorted(counts, key=itemgetter(1), reverse=True)  # keeps the order of equals
    return [FacetCount(value, count) for value, count in islice(counts, FACET_VALUES)]


def count_values(facet: Facet, counts: Iterable[tuple[str, int]]) -> list[FacetCount]:
    """Order pairs of value and count as the facet lists them."""
    return ordered_counts(facet, sorted(counts, key=lambda pair: shown_order(facet, pair[0])))
