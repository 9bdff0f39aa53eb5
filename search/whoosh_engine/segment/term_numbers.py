"""The terms of several segments as one list: which there are, and the number of each segment's terms in it.

Terms are compared as numbers, eight bytes at a time: nine tenths of those of a large archive end within sixteen bytes,
and only the others are looked at one by one. Sorting all of them as Python's bytes takes four times as long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wangqi.search.whoosh_engine.segment.arrays import Arrays, offsets
from wangqi.search.whoosh_engine.segment.terms import heads
from wangqi.search.whoosh_engine.sets import Flags

_COMPARED: Final = 16
"""Bytes of a term that are compared as numbers."""

_AT_ONCE: Final = 1 << 16
"""Terms that are sorted at once, about: 10 MB of memory. All those of a large archive would take hundreds."""

_SAMPLED: Final = 1 << 6
"""Of so many terms one is looked at to find where a range of terms ends."""


class _Terms(NamedTuple):
    """Terms as `terms.pack_terms` has them, but with lengths in place of ends, so that they can be joined."""

    keys: NDArray[np.uint64]
    lengths: NDArray[np.int32]
    blob: NDArray[np.uint8]


class Numbering:
    """The different terms of one stream of several segments, numbered from 0 in the order of their bytes."""

    def __init__(self, segments: Sequence[Arrays], stream: str) -> None:
        keys = [each[f"{stream}.keys"] for each in segments]
        self.maps: Sequence[NDArray[np.int32]] = [np.empty(len(each), np.int32) for each in keys]
        """For each segment, the numbers of its terms."""
        different, count = [], 0
        for ranges in _ranges(keys):
            terms = _joined([_terms_of(each, stream, part) for each, part in zip(segments, ranges, strict=True)])
            order, is_new = _sorted(terms)
            numbers = np.empty(len(order), np.int32)
            numbers[order] = np.cumsum(is_new) + (count - 1)
            for term_map, part in zip(self.maps, ranges, strict=True):
                term_map[part], numbers = np.split(numbers, [part.stop - part.start])
            different.append(_chosen(terms, order[is_new]))
            count += len(different[-1].keys)
        self._terms = _joined(different)

    def __len__(self) -> int:
        return len(self._terms.keys)

    def pack(self, kept: Flags) -> Arrays:
        """Pack the terms that are `kept`, as `terms.pack_terms` does."""
        keys, lengths, blob = self._terms
        ends = offsets(np.cumsum(lengths[kept], dtype=np.int64))
        return {"keys": keys[kept], "ends": ends, "blob": blob[np.repeat(kept, lengths)]}


def _ranges(keys: Sequence[NDArray[np.uint64]]) -> Iterator[tuple[slice, ...]]:
    """Where each segment has the terms of the same range, range after range. Terms that begin alike are in one."""
    sample = np.sort(np.concatenate([each[::_SAMPLED] for each in keys]))
    step = _AT_ONCE // _SAMPLED
    borders = np.r_[np.uint64(0), np.unique(sample[step::step])]
    cuts = [np.r_[each.searchsorted(borders), len(each)].tolist() for each in keys]
    extents = [list(map(slice, each, each[1:])) for each in cuts]
    return zip(*extents, strict=True)


def _terms_of(segment: Arrays, stream: str, part: slice) -> _Terms:
    ends = segment[f"{stream}.ends"]
    begin = int(ends[part.start - 1]) if part.start else 0
    lengths = np.diff(ends[part].astype(np.int64), prepend=begin).astype(np.int32)
    return _Terms(segment[f"{stream}.keys"][part], lengths, segment[f"{stream}.blob"][begin : begin + lengths.sum()])


def _joined(terms: Sequence[_Terms]) -> _Terms:
    return _Terms(
        np.concatenate([each.keys for each in terms]),
        np.concatenate([each.lengths for each in terms]),
        np.concatenate([each.blob for each in terms]),
    )


def _chosen(terms: _Terms, places: NDArray[np.int32]) -> _Terms:
    """The terms at these `places`, in their order."""
    lengths = terms.lengths[places]
    shifts = np.cumsum(terms.lengths)[places] - np.cumsum(lengths)
    return _Terms(terms.keys[places], lengths, terms.blob[np.repeat(shifts, lengths) + np.arange(lengths.sum())])


def _sorted(terms: _Terms) -> tuple[NDArray[np.int32], Flags]:
    """The places of all terms in order, and which of them are not the same as the one before."""
    ends = np.cumsum(terms.lengths, dtype=np.int64)
    columns = _ranks_of_long(terms, ends), heads(terms.blob, ends, terms.keys.itemsize), terms.keys
    order = np.lexsort(columns).astype(np.int32)
    is_new = np.ones(len(order), bool)
    is_new[1:] = False
    for column in columns:
        ordered = column[order]
        is_new[1:] |= ordered[1:] != ordered[:-1]
    return order, is_new


def _ranks_of_long(terms: _Terms, ends: NDArray[np.int64]) -> NDArray[np.uint32]:
    """The place of each term among the different ones that are longer than what is compared; 0 for all others."""
    ranks = np.zeros(len(ends), np.uint32)
    long = np.flatnonzero(terms.lengths > _COMPARED)
    blob, starts = terms.blob.tobytes(), (ends - terms.lengths)[long]
    texts = [blob[start:end] for start, end in zip(starts.tolist(), ends[long].tolist(), strict=True)]
    places: dict[bytes, int] = {text: place for place, text in enumerate(sorted(set(texts)), 1)}
    ranks[long] = np.fromiter(map(places.__getitem__, texts), np.uint32, len(texts))
    return ranks
