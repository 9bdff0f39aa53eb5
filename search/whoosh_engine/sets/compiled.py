"""`search.whoosh_engine.sets.protocol.SetOperations`, compiled: makes the arrays for the results that `_sets.c` fills.
Counting is as quick in numpy.

Importing it raises ImportError where the program was installed without a C compiler.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wangqi.search.whoosh_engine.sets import _sets
from wangqi.search.whoosh_engine.sets.plain import tally
from wangqi.search.whoosh_engine.sets.protocol import NO_DOCS, Docs, Flags, GramPlaces, Part, Scratch, TitlePart, Values

__all__ = [
    "add_titles",
    "add_up",
    "contiguous",
    "first",
    "intersect",
    "members",
    "subtract",
    "tally",
    "unite",
]

if not hasattr(_sets, "add_bonuses"):  # what an older version left in a checkout that was not installed again
    raise ImportError("_sets was compiled by an older version: `make` compiles it again")


def unite(sets: Sequence[Docs], scratch: Scratch) -> Docs:
    kept = [docs for docs in sets if len(docs)]
    if len(kept) < 2:
        return kept[0] if kept else NO_DOCS
    out = np.empty(min(scratch.size, sum(map(len, kept))), np.int32)
    return out[: _sets.unite(kept, scratch.bits, out)]


def intersect(sets: Sequence[Docs], scratch: Scratch) -> Docs:
    first, *others = sorted(sets, key=len)
    for other in others:
        first = _sift(first, other, wanted=True)
    return first


def subtract(docs: Docs, without: Docs, scratch: Scratch) -> Docs:
    return _sift(docs, without, wanted=False)


def _sift(docs: Docs, held: Docs, *, wanted: bool) -> Docs:
    out = np.empty(len(docs), np.int32)
    return out[: _sets.sift(docs, held, wanted, out)]


def members(sought: Docs, held: Docs, scratch: Scratch) -> Flags:
    found = np.empty(len(sought), bool)
    _sets.members(sought, held, found)
    return found


def contiguous(grams: Sequence[GramPlaces], starts: Docs, title_units: Docs) -> tuple[Docs, Flags]:
    rarest_first = sorted(grams, key=lambda gram: len(gram[0]))
    room = min(len(rarest_first[0][0]), len(title_units))
    docs, in_title = np.empty(room, np.int32), np.empty(room, bool)
    found = _sets.contiguous(rarest_first, starts, title_units, docs, in_title)
    return docs[:found], in_title[:found]


def add_up(docs: Docs, parts: Sequence[Part], k1: float, scratch: Scratch, times: Values | None = None) -> Values:
    sums = np.empty(len(docs), np.float32)
    _sets.add_up(docs, parts, k1, times, scratch.sums, sums)
    return sums


def add_titles(
    scores: Values,
    factors: Values,
    docs: Docs,
    parts: Sequence[TitlePart],
    title_units: Docs,
    scale: float,
    scratch: Scratch,
) -> None:
    _sets.add_bonuses(scores, factors, docs, parts, title_units, scale, scratch.bits, scratch.titles)


def first(docs: Docs, keys: Values | None, ranks: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    out = np.empty(min(count, len(docs)), np.int32)
    _sets.first_in_order(docs, keys, ranks, out)
    return out
