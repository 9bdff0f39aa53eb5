"""Sets of documents as sorted arrays of numbers, and the values that postings give to the members of a set.

Two ways lead to "which of `sought` are in `held`": a binary search for each, or a scratch array with a cell for every
document. Which is cheaper depends on the sizes alone, so it is decided by them, for each call.

Numbers of documents are 32 bits wide where they come from a file and 64 where they were computed here. numpy takes
cells by numbers of 64 bits two to three times as fast, so they are widened before they are used more than once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import local
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Docs = NDArray[Any]
Values = NDArray[np.float32]

NO_DOCS: Final[Docs] = np.empty(0, np.int32)
NO_VALUES: Final[Values] = np.empty(0, np.float32)

_SEARCH_COST: Final = 12
"""One binary search costs about as much as this many cells written or read (17 000 to 500 000 documents)."""

_SEARCH_SET_UP: Final = 2000
"""What the calls around a search cost before the first document is found, in cells."""

_SORT_COST: Final = 3
"""Merging one document into the others costs about as much as looking through this many marks."""

_BLOCK: Final = 64
_FEW_BLOCKS: Final = 4
"""For each key that is looked for: with fewer blocks, their largest keys say too little."""


class Scratch(local):
    """Zeroed cells for every document of a reader, of each kind one array for each thread; users leave them zeroed."""

    def __init__(self, size: int) -> None:
        self.sums: Values = np.zeros(size, np.float32)
        self.marks: NDArray[np.bool_] = np.zeros(size, bool)


class Sums:
    """What several postings give to each of `docs`, added up at the end: numpy charges by the call, so that short
    postings are laid end to end. In one that is much longer than `docs`, each of `docs` is searched instead."""

    def __init__(self, docs: Docs, scratch: Scratch) -> None:
        self._docs = docs
        self._cells = scratch.sums
        self._held: list[Docs] = []
        self._values: list[Values] = []
        self._factors: list[float] = []
        self._found: list[tuple[Values, float]] = []

    def add(self, held: Docs, values: Values, factor: float) -> None:
        """The documents `held` get `factor` times what `take` makes of their `values`."""
        if _is_far(self._docs, held):
            self._found.append((values_of(held, values, self._docs), factor))
        else:
            self._held.append(held)
            self._values.append(values)
            self._factors.append(factor)

    def take(self, curve: Callable[[Values], Values]) -> Values:
        """The sums of factor times `curve(values)`, which is 0 for 0. One caller at a time for each thread."""
        total = self._near_sums(curve)
        for values, factor in self._found:
            total += curve(values) * np.float32(factor)
        return total

    def _near_sums(self, curve: Callable[[Values], Values]) -> Values:
        if not self._held:
            return np.zeros(len(self._docs), np.float32)
        if len(self._held) == 1 and self._held[0] is self._docs:
            return curve(self._values[0]) * np.float32(self._factors[0])
        sizes = [len(held) for held in self._held]
        values = curve(_laid_out(self._values)) * np.array(self._factors, np.float32).repeat(sizes)
        return _added_up(self._held, values, self._docs, self._cells)


def sum_of_worths(docs: Docs, parts: Sequence[tuple[Docs, float]], scratch: Scratch) -> Values:
    """For each of `docs` the sum of the worths of those `parts` that hold it."""
    near = [(held, worth) for held, worth in parts if not _is_far(docs, held)]
    worths = np.array([worth for _, worth in near], np.float32).repeat([len(held) for held, _ in near])
    total = _added_up([held for held, _ in near], worths, docs, scratch.sums)
    for held, worth in parts:
        if _is_far(docs, held):
            total += _search(docs, held)[1] * np.float32(worth)
    return total


def _added_up(parts: Sequence[Docs], values: Values, docs: Docs, cells: Values) -> Values:
    """For each of `docs` the sum of the `values` that it has in `parts`, by way of `cells`, which are all zero."""
    if not parts:
        return np.zeros(len(docs), np.float32)
    held = np.concatenate(parts, dtype=np.intp, casting="unsafe")
    np.add.at(cells, held, values)  # faster than bincount since numpy 1.25, and than `+=`, which adds only once
    total: Values = cells.take(docs)
    cells[held] = 0
    return total


def _laid_out(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def values_of(held: Docs, values: Values, sought: Docs) -> Values:
    """For each of `sought` its value in the postings (`held`, `values`), found by search; 0 where it has none."""
    at, found = _search(sought, held)
    taken: Values = values.take(at, mode="clip")
    taken *= found
    return taken


def titled_members(sought: Docs, held: Docs, in_title: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of `sought` are in `held` and marked there with `in_title`."""
    if not len(held):
        return np.zeros(len(sought), bool)
    if sought is held:
        return in_title
    at, found = _search(sought, held)
    return found & in_title.take(at, mode="clip")


def members(sought: Docs, held: Docs, scratch: Scratch) -> NDArray[np.bool_]:
    """Which of `sought` are in `held`."""
    if not len(held) or not len(sought):
        return np.zeros(len(sought), bool)
    if _is_far(sought, held):
        return _search(sought, held)[1]
    cells = held.astype(np.intp, copy=False)
    scratch.marks[cells] = True
    found: NDArray[np.bool_] = scratch.marks.take(sought)
    scratch.marks[cells] = False
    return found


def intersect(sets: Sequence[Docs], scratch: Scratch) -> Docs:
    """Members of all `sets`, of which there is at least one."""
    first, *others = sorted(sets, key=len)
    for other in others:
        if not len(first):
            break
        first = first[members(first, other, scratch)]
    return first


def subtract(docs: Docs, without: Docs, scratch: Scratch) -> Docs:
    return docs[~members(docs, without, scratch)]


def unite(sets: Sequence[Docs], scratch: Scratch) -> Docs:
    """Members of any of `sets`."""
    kept = [docs for docs in sets if len(docs)]
    if len(kept) < 2:
        return kept[0] if kept else NO_DOCS
    if sum(map(len, kept)) * _SORT_COST < len(scratch.marks):
        merged = np.concatenate(kept)
        merged.sort(kind="stable")  # merges runs that are sorted already
        return distinct(merged)
    for docs in kept:
        scratch.marks[docs.astype(np.intp, copy=False)] = True
    united = scratch.marks.nonzero()[0]
    scratch.marks[united] = False
    return united


def distinct(docs: Docs) -> Docs:
    """Sorted `docs`, each once."""
    kept = np.empty(len(docs), bool)
    kept[:1] = True
    np.not_equal(docs[1:], docs[:-1], out=kept[1:])
    return docs[kept]


def largest(keys: NDArray[Any], count: int) -> Docs:
    """The indexes of the `count` largest of `keys` and of those that equal the smallest of them, ascending."""
    if count >= len(keys):
        return np.arange(len(keys))
    blocks = len(keys) // _BLOCK
    if blocks <= _FEW_BLOCKS * count:
        return np.flatnonzero(keys >= _bar(keys, count))
    # So many blocks hold a key that is as large: most keys need no more than one comparison.
    highest = keys[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(axis=1)
    candidates = np.flatnonzero(keys >= _bar(highest, count))
    candidate_keys = keys[candidates]
    chosen: Docs = candidates[candidate_keys >= _bar(candidate_keys, count)]
    return chosen


def _bar(keys: NDArray[Any], count: int) -> Any:
    """The `count`-th largest of `keys`."""
    return np.partition(keys, len(keys) - count)[len(keys) - count]


def _is_far(sought: Docs, held: Docs) -> bool:
    """Whether a binary search for each of `sought` is the cheaper way."""
    return len(sought) * _SEARCH_COST + _SEARCH_SET_UP < len(held)


def _search(sought: Docs, held: Docs) -> tuple[Docs, NDArray[np.bool_]]:
    """Where in `held`, which is not empty, each of `sought` stands if it is there (the end, clipped), and which are."""
    sought = sought.astype(held.dtype, copy=False)  # else numpy would widen all of `held`
    at = held.searchsorted(sought)
    return at, held.take(at, mode="clip") == sought
