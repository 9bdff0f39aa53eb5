"""How many of a set of documents have each value of an attribute.

For a small set, the values of its members are counted. A large one is a row of bits, one for each document of the
index, and so is each value: what both have in common is counted 64 documents at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.engine import Facet, FacetCount
from search.facets import ordered_counts, shown_order
from search.whoosh_engine.sets import Docs

LARGE_SHARE: Final = 1 / 16
"""Part of all documents from which a set is large: about where both ways take the same time."""

FEW_VALUES: Final = 64
"""With more values than these (sections, sites), their rows of bits would be the size of the columns."""

Bits = NDArray[np.uint64]


class ValueCounter:
    """Counts one attribute."""

    def __init__(self, facet: Facet, names: Sequence[str], codes: NDArray[Any]) -> None:
        """`codes` has for each document the number of its value in `names`."""
        self._facet = facet
        order = sorted(range(len(names)), key=lambda code: shown_order(facet, names[code]))
        self._names = [names[code] for code in order]
        ranks = np.empty(len(names), np.min_scalar_type(len(names)))
        ranks[order] = np.arange(len(names), dtype=ranks.dtype)
        self._codes = ranks[codes] if len(codes) else ranks

    def count(self, docs: Docs, bits: Bits | None) -> list[FacetCount]:
        """The counts over `docs`; `bits` are the same documents, where they are many."""
        if bits is not None and len(self._names) <= FEW_VALUES:
            found = np.bitwise_count(self._rows & bits).sum(axis=1, dtype=np.int64)
        else:
            found = np.bincount(self._codes.take(docs), minlength=len(self._names))
        return ordered_counts(self._facet, zip(self._names, found.tolist(), strict=True))

    @cached_property
    def _rows(self) -> NDArray[np.uint64]:
        """Which documents have each value."""
        size = len(self._codes)
        return np.stack([_pack(np.flatnonzero(self._codes == code), size) for code in range(len(self._names))])


def bits_of(docs: Docs, size: int) -> Bits | None:
    """`docs` among `size` documents as a row of bits; None when they are few."""
    return _pack(docs, size) if len(docs) > size * LARGE_SHARE else None


def _pack(docs: Docs, size: int) -> Bits:
    marks = np.zeros(-(-size // 64) * 64, bool)
    marks[docs.astype(np.intp, copy=False)] = True
    bits: Bits = np.packbits(marks).view(np.uint64)
    return bits
