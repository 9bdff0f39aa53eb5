"""Sets of documents as sorted arrays of numbers, and the values that postings give to the members of a set.

Two ways lead to "which of `sought` are in `held`": a binary search for each, or a scratch array with a cell for every
document. Which is cheaper depends on the sizes alone, so it is decided by them, for each call.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import local
from typing import Final

import numpy as np
from numpy.typing import NDArray

Docs = NDArray[np.int32]
Values = NDArray[np.float32]

NO_DOCS: Final[Docs] = np.empty(0, np.int32)

_SEARCH_COST: Final = 12
"""One binary search costs about as much as this many cells written or read (17 000 to 500 000 documents)."""


class Scratch(local):
    """Zeroed cells for every document of a reader, one array for each thread; users leave it zeroed."""

    def __init__(self, size: int) -> None:
        self.cells: Values = np.zeros(size, np.float32)


def values_in(held: Docs, values: Values, sought: Docs, scratch: Scratch) -> Values:
    """For each of `sought` its value in the postings (`held`, `values`); 0 where it has none."""
    if not len(held) or not len(sought):
        return np.zeros(len(sought), np.float32)
    if len(sought) * _SEARCH_COST < len(held):
        at = held.searchsorted(sought)
        at[at == len(held)] = 0
        found = values[at]
        found[held[at] != sought] = 0
        return found
    cells = scratch.cells
    cells[held] = values
    found = cells[sought]
    cells[held] = 0
    return found


def intersect(sets: Sequence[Docs], scratch: Scratch) -> Docs:
    """Members of all `sets`, of which there is at least one."""
    first, *others = sorted(sets, key=len)
    for other in others:
        if not len(first):
            break
        first = first[_member(first, other, scratch)]
    return first


def subtract(docs: Docs, without: Docs, scratch: Scratch) -> Docs:
    return docs[~_member(docs, without, scratch)]


def unite(sets: Sequence[Docs], scratch: Scratch) -> Docs:
    """Members of any of `sets`."""
    kept = [docs for docs in sets if len(docs)]
    if len(kept) < 2:
        return kept[0] if kept else NO_DOCS
    total = sum(map(len, kept))
    cells = scratch.cells
    if total * _SEARCH_COST < len(cells):
        merged = np.concatenate(kept)
        merged.sort(kind="stable")
        return merged[np.r_[True, merged[1:] != merged[:-1]]]
    for docs in kept:
        cells[docs] = 1
    united = np.flatnonzero(cells).astype(np.int32)
    cells[united] = 0
    return united


def _member(sought: Docs, held: Docs, scratch: Scratch) -> NDArray[np.bool_]:
    return values_in(held, np.broadcast_to(np.float32(1), len(held)), sought, scratch) > 0
