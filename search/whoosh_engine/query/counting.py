"""Count the values of an attribute over a set of documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import compress
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wangqi.search.engine import Facet, FacetCount
from wangqi.search.engine.facets import Counted, count_values, counted_for, ordered_counts, shown_order
from wangqi.search.whoosh_engine.sets import NO_DOCS, Docs, operations


def counter_of(facet: Facet, names: Sequence[str], codes: NDArray[Any], alive: Docs) -> Counter:
    """`codes` has for each document the number of its value in `names`; `alive` are those that are not deleted."""
    held = np.bincount(codes.take(alive), minlength=len(names)).tolist()
    counted = counted_for(facet, list(compress(names, held)))
    has_lists = any(len(each.own) > 1 for each in counted.values())
    return (ListCounter if has_lists else ValueCounter)(facet, names, codes, counted)


class Counter(Protocol):
    def count(self, docs: Docs, linked: Docs = NO_DOCS, links: Sequence[int] = ()) -> list[FacetCount]:
        """The counts over `docs` and over `linked`, none of which is among them. `links` name the link of each of
        `linked`: those with one value and one link count once."""
        ...


class ListCounter:
    """Counts an attribute of which documents have several values, by the lists of values that there are."""

    def __init__(self, facet: Facet, names: Sequence[str], codes: NDArray[Any], counted: Mapping[str, Counted]) -> None:
        self._facet = facet
        self._codes = codes
        self._values = [counted[name].own if name in counted else () for name in names]
        """By code."""

    def count(self, docs: Docs, linked: Docs = NO_DOCS, links: Sequence[int] = ()) -> list[FacetCount]:
        counts: defaultdict[str, int] = defaultdict(int)
        for code, count in _held(operations.tally(self._codes, docs, len(self._values))):
            for value in self._values[code]:
                counts[value] += count
        lists = zip(links, self._codes.take(linked).tolist(), strict=True)
        for _, value in {(link, value) for link, code in lists for value in self._values[code]}:
            counts[value] += 1
        return count_values(self._facet, counts.items())


class ValueCounter:
    """Counts an attribute of which documents have one value."""

    def __init__(self, facet: Facet, names: Sequence[str], codes: NDArray[Any], counted: Mapping[str, Counted]) -> None:
        self._facet = facet
        owned = {name: own for name, each in counted.items() for own in each.own}
        self._names = sorted(set(owned.values()), key=lambda name: shown_order(facet, name))
        places = {name: place for place, name in enumerate(self._names)}
        # What counts for nothing has the place behind all.
        of_names = [places[owned[name]] if name in owned else len(places) for name in names]
        self._places = np.array(of_names or [0], np.uint8 if len(places) < 256 else np.int32)[codes]
        """For each document the place of its value in `_names`."""
        self._above = {
            places[owned[name]]: [places[above] for above in each.above] for name, each in counted.items() if each.above
        }
        """By place: the other values that a document counts for."""
        pairs = [(place, above) for place, over in self._above.items() for above in over]
        self._pairs = np.array(pairs, np.intp).reshape(-1, 2).T
        """The same as places beside those above them."""

    def count(self, docs: Docs, linked: Docs = NO_DOCS, links: Sequence[int] = ()) -> list[FacetCount]:
        counts = operations.tally(self._places, docs, len(self._names))
        if links or self._above:
            self._add_others(counts, set(zip(links, self._places.take(linked).tolist(), strict=True)))
        return ordered_counts(self._facet, ((self._names[place], count) for place, count in _held(counts)))

    def _add_others(self, counts: NDArray[np.intp], once: Set[tuple[int, int]]) -> None:
        """Add each link and place of `once`, and what counts for other places as well."""
        others, (below, above) = np.zeros_like(counts), self._pairs
        np.add.at(others, above, counts[below])
        of_links = {(link, over) for link, place in once for over in self._above.get(place, ())}
        for _, over in of_links - once:
            others[over] += 1
        for _, place in once:
            if place < len(counts):
                counts[place] += 1
        counts += others * (counts > 0)  # a host that none of them is on is not shown


def _held(counts: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """The places of `counts` at which there is something, and how much: of five thousand sites a query finds few."""
    places = np.flatnonzero(counts)
    return zip(places.tolist(), counts.take(places).tolist(), strict=True)
