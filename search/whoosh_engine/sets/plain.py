"""`search.whoosh_engine.sets.SetOperations` in numpy, which charges by the call: so arrays are laid end to end.

Two ways lead to "which of `sought` are in `held`": a binary search for each, or a scratch array with a cell for every
document. Which is cheaper depends on the sizes alone, so it is decided by them, for each call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wangqi.search.plan.ranking import saturation
from wangqi.search.whoosh_engine.sets.protocol import NO_DOCS, Docs, Flags, GramPlaces, Part, Scratch, TitlePart, Values

_SEARCH_COST: Final = 12
"""One binary search costs about as much as this many cells written or read (17 000 to 500 000 documents)."""

_SEARCH_SET_UP: Final = 2000
"""What the calls around a search cost before the first document is found, in cells."""

_CELLS_PER_MEMBER: Final = 2
"""Written and cleared, where they are not added to anything."""

_CELLS_SET_UP: Final = 800
"""What the calls around cells cost more than those around a search, in cells."""

_BLOCK: Final = 64
_FEW_BLOCKS: Final = 4
"""For each key that is looked for: with fewer blocks, their largest keys say too little."""


def unite(sets: Sequence[Docs], scratch: Scratch) -> Docs:
    kept = [docs for docs in sets if len(docs)]
    if len(kept) < 2:
        return kept[0] if kept else NO_DOCS
    merged = np.concatenate(kept)
    merged.sort(kind="stable")  # merges runs that are sorted already
    is_first = np.empty(len(merged), bool)
    is_first[0] = True
    np.not_equal(merged[1:], merged[:-1], out=is_first[1:])
    return merged[is_first]


def intersect(sets: Sequence[Docs], scratch: Scratch) -> Docs:
    first, *others = sorted(sets, key=len)
    for other in others:
        first = first[members(first, other, scratch)]
    return first


def subtract(docs: Docs, without: Docs, scratch: Scratch) -> Docs:
    return docs[~members(docs, without, scratch)]


def members(sought: Docs, held: Docs, scratch: Scratch) -> Flags:
    if not len(held) or not len(sought):
        return np.zeros(len(sought), bool)
    if len(sought) * _SEARCH_COST < len(held) * _CELLS_PER_MEMBER + _CELLS_SET_UP:
        return _search(sought, held)[1]
    cells = held.astype(np.intp)  # numpy takes cells by numbers of 64 bits two to three times as fast
    scratch.sums[cells] = 1
    found: Flags = scratch.sums.take(sought).astype(bool)
    scratch.sums[cells] = 0
    return found


def contiguous(grams: Sequence[GramPlaces], starts: Docs, title_units: Docs) -> tuple[Docs, Flags]:
    (rarest, first_offset), *others = sorted(grams, key=lambda gram: len(gram[0]))
    anchors = rarest - np.int32(first_offset)
    for places, offset in others:
        anchors = anchors[_among(anchors + np.int32(offset), places)]
    docs = (starts.searchsorted(anchors, "right") - 1).astype(np.int32)
    first = np.flatnonzero(np.diff(docs, prepend=-1))
    docs = docs[first]
    return docs, anchors[first] - starts[docs] < title_units[docs]


def _among(sought: Docs, held: Docs) -> Flags:
    return _search(sought, held)[1] if len(held) else np.zeros(len(sought), bool)


def add_up(docs: Docs, parts: Sequence[Part], k1: float, scratch: Scratch, times: Values | None = None) -> Values:
    parts = [part for part in parts if len(part[0])]
    near = [part for part in parts if not _is_far(docs, part[0])]
    total = np.zeros(len(docs), np.float32)
    if near:
        held = np.concatenate([part[0] for part in near], dtype=np.intp)
        # Faster than bincount since numpy 1.25, and than `+=`, which adds only once.
        np.add.at(scratch.sums, held, np.concatenate([_worths(part, k1) for part in near]))
        total += scratch.sums.take(docs)
        scratch.sums[held] = 0
    for part in parts:
        if _is_far(docs, part[0]):
            at, found = _search(docs, part[0])
            total += found * _worths(part, k1).take(at, mode="clip")
    if times is not None:
        total *= times if len(times) == len(docs) else times.take(docs)
    return total


def _worths(part: Part, k1: float) -> Values:
    held, frequencies, factor = part
    if frequencies is None:
        return np.full(len(held), factor, np.float32)
    worths: Values = saturation(frequencies, k1) * np.float32(factor)
    return worths


def add_titles(
    scores: Values,
    factors: Values,
    docs: Docs,
    parts: Sequence[TitlePart],
    title_units: Docs,
    scale: float,
    scratch: Scratch,
) -> None:
    titled = [(held[in_title], worth, units) for held, in_title, worth, units in parts]
    worths = add_up(docs, [(held, None, worth) for held, worth, _ in titled], 0.0, scratch)
    at = worths.nonzero()[0]
    units = add_up(docs[at], [(held, None, units) for held, _, units in titled], 0.0, scratch)
    filled = units / np.maximum(title_units.take(docs[at]), np.maximum(units, 1))
    scores[at] += (worths[at] ** 2 * filled * np.float32(scale)).astype(np.float32, copy=False) * factors[at]


def first(docs: Docs, keys: Values | None, ranks: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    if not count:
        return NO_DOCS
    falling = -ranks.take(docs) if keys is None else keys
    # All that are as good as the last: ties are decided by rank.
    chosen = _largest(falling, count)
    order = np.lexsort((ranks.take(docs.take(chosen)), -falling.take(chosen)))
    return chosen[order[:count]].astype(np.int32)


def _largest(keys: NDArray[Any], count: int) -> NDArray[np.intp]:
    if count >= len(keys):
        return np.arange(len(keys))
    blocks = len(keys) // _BLOCK
    if blocks <= _FEW_BLOCKS * count:
        return np.flatnonzero(keys >= _bar(keys, count))
    # So many blocks hold a key that is as large: most keys need no more than one comparison.
    highest = keys[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(axis=1)
    candidates = np.flatnonzero(keys >= _bar(highest, count))
    candidate_keys = keys[candidates]
    chosen: NDArray[np.intp] = candidates[candidate_keys >= _bar(candidate_keys, count)]
    return chosen


def _bar(keys: NDArray[Any], count: int) -> Any:
    """The `count`-th largest of `keys`."""
    return np.partition(keys, len(keys) - count)[len(keys) - count]


def tally(codes: NDArray[Any], docs: Docs, values: int) -> NDArray[np.intp]:
    return np.bincount(codes.take(docs), minlength=values)[:values]


def _is_far(sought: Docs, held: Docs) -> bool:
    """Whether a binary search for each of `sought` is the cheaper way."""
    return len(sought) * _SEARCH_COST + _SEARCH_SET_UP < len(held)


def _search(sought: Docs, held: Docs) -> tuple[NDArray[np.intp], Flags]:
    """The index in `held`, which is not empty, at which each of `sought` stands if it is there (the end, clipped), and
    which are there."""
    at = held.searchsorted(sought)
    return at, held.take(at, mode="clip") == sought
