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

_BLOCK: Final = 64
_FEW_BLOCKS: Final = 4
"""For each key that is looked for: with fewer blocks, their largest keys say too little."""


class Scratch(local):
    """Zeroed cells for every document of a reader, of each kind one array for each thread; users leave them zeroed."""

    def __init__(self, size: int) -> None:
        self.sums: Values = np.zeros(size, np.float32)
        self.marks: NDArray[np.bool_] = np.zeros(size, bool)


class Sums:
    """What several postings give to each of `docs`, added up. One at a time for each thread: they share the cells."""

    def __init__(self, docs: Docs, scratch: Scratch) -> None:
        self._docs = docs
        self._cells = scratch.sums
        self._used: list[Docs] = []
        self._found: Values | None = None

    def add(self, held: Docs, values: Values, worth: Callable[[Values], Values]) -> None:
        """The documents `held` have `values`, which are worth so much each. Computed for as few of them as possible."""
        if held is self._docs:
            self._add_found(worth(values))
        elif _is_far(self._docs, held):
            self._add_found(worth(values_of(held, values, self._docs)))
        else:
            self.add_each(held, worth(values))

    def add_each(self, held: Docs, worth: Values | np.float32) -> None:
        """The documents `held` get `worth` each."""
        if held is self._docs:
            self._add_found(np.full(len(held), worth, np.float32))
            return
        cells = held.astype(np.intp, copy=False)
        np.add.at(self._cells, cells, worth)  # faster than `cells[held] += worth` since numpy 1.25
        self._used.append(cells)

    def _add_found(self, values: Values) -> None:
        self._found = values if self._found is None else self._found + values

    def take(self) -> Values:
        """The sums, which are forgotten then."""
        if not self._used:
            return np.zeros(len(self._docs), np.float32) if self._found is None else self._found
        total = self._cells.take(self._docs)
        for cells in self._used:
            self._cells[cells] = 0
        return total if self._found is None else total + self._found


def values_of(held: Docs, values: Values, sought: Docs) -> Values:
    """For each of `sought` its value in the postings (`held`, `values`), found by search; 0 where it has none."""
    at, found = _search(sought, held)
    taken: Values = values.take(at)
    taken *= found
    return taken


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
    if sum(map(len, kept)) * _SEARCH_COST < len(scratch.marks):
        merged = np.concatenate(kept)
        merged.sort(kind="stable")
        return distinct(merged)
    for docs in kept:
        scratch.marks[docs.astype(np.intp, copy=False)] = True
    united = np.flatnonzero(scratch.marks)
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
    return len(sought) * _SEARCH_COST < len(held)


def _search(sought: Docs, held: Docs) -> tuple[Docs, NDArray[np.bool_]]:
    """Where in `held`, which is not empty, each of `sought` stands if it is there, and which are."""
    sought = sought.astype(held.dtype, copy=False)  # else numpy would widen all of `held`
    at = held.searchsorted(sought)
    at[at == len(held)] = 0
    return at, held[at] == sought
