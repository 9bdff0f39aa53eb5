"""The terms of several segments as one list: which there are, and the number of each segment's terms in it.

Terms are compared as numbers, eight bytes at a time: nine tenths of those of a large archive end within sixteen bytes,
and only the others are looked at one by one. Sorting all of them as Python's bytes takes four times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wangqi.search.whoosh_engine.segment.arrays import Arrays, offsets
from wangqi.search.whoosh_engine.segment.terms import heads
from wangqi.search.whoosh_engine.sets import Flags

_COMPARED: Final = 16
"""Bytes of a term that are compared as numbers."""

_PACKED: Final = 1 << 16
"""Terms that are packed at once."""


class Numbering:
    """The different terms of one stream of several segments, numbered from 0 in the order of their bytes."""

    def __init__(self, segments: Sequence[Arrays], stream: str) -> None:
        self._keys = np.concatenate([each[f"{stream}.keys"] for each in segments])
        self._blob = np.concatenate([each[f"{stream}.blob"] for each in segments])
        # Of each term in 32 bits, not 64: there are millions, and this is when a reindex needs most memory.
        self._lengths = np.concatenate(
            [np.diff(each[f"{stream}.ends"].astype(np.int64), prepend=0).astype(np.int32) for each in segments]
        )
        order, is_new = self._sorted()
        numbers = np.empty(len(order), np.int32)
        numbers[order] = np.cumsum(is_new) - 1
        self._first = order[is_new]
        """Where each term stands first."""
        sizes = [len(each[f"{stream}.keys"]) for each in segments]
        self.maps: Sequence[NDArray[np.int32]] = np.split(numbers, np.cumsum(sizes)[:-1])
        """For each segment, the numbers of its terms."""

    @property
    def _ends(self) -> NDArray[np.int64]:
        """Where each term ends in the blob: made when it is asked for, rather than kept while the terms are sorted."""
        return np.cumsum(self._lengths, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._first)

    def pack(self, kept: Flags) -> Arrays:
        """Pack the terms that are `kept`, as `terms.pack_terms` does."""
        chosen = self._first[kept]
        lengths = self._lengths[chosen]
        ends = np.cumsum(lengths, dtype=np.int64)
        shifts = self._ends[chosen] - ends
        blob = np.empty(lengths.sum(), np.uint8)
        # In slices: the place of each byte takes eight times as much memory as the byte.
        for first in range(0, len(chosen), _PACKED):
            part = slice(first, first + _PACKED)
            begin, end = ends[first] - lengths[first], ends[part][-1]
            blob[begin:end] = self._blob[np.repeat(shifts[part], lengths[part]) + np.arange(begin, end)]
        return {"keys": self._keys[chosen], "ends": offsets(ends), "blob": blob}

    def _sorted(self) -> tuple[NDArray[np.int32], Flags]:
        """The places of all terms in order, and which of them are not the same as the one before."""
        columns = self._ranks_of_long(), heads(self._blob, self._ends, self._keys.itemsize), self._keys
        order = np.lexsort(columns).astype(np.int32)
        is_new = np.ones(len(order), bool)
        is_new[1:] = False
        for column in columns:
            ordered = column[order]
            is_new[1:] |= ordered[1:] != ordered[:-1]
        return order, is_new

    def _ranks_of_long(self) -> NDArray[np.uint32]:
        """The place of each term among the different ones that are longer than what is compared; 0 for all others."""
        ranks = np.zeros(len(self._lengths), np.uint32)
        long = np.flatnonzero(self._lengths > _COMPARED)
        blob, ends = self._blob.tobytes(), self._ends[long]
        terms = [
            blob[start:end] for start, end in zip((ends - self._lengths[long]).tolist(), ends.tolist(), strict=True)
        ]
        places: dict[Any, int] = {term: place for place, term in enumerate(sorted(set(terms)), 1)}
        ranks[long] = np.fromiter(map(places.__getitem__, terms), np.uint32, len(terms))
        return ranks
