"""How many of a set of documents have each value of an attribute."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engine import Facet, FacetCount
from search.facets import ordered_counts, shown_order
from search.whoosh_engine.sets import NO_DOCS, Docs, operations


class ValueCounter:
    """Counts one attribute."""

    def __init__(self, facet: Facet, names: Sequence[str], codes: NDArray[Any]) -> None:
        """`codes` has for each document the number of its value in `names`."""
        self._facet = facet
        order = sorted(range(len(names)), key=lambda code: shown_order(facet, names[code]))
        self._names = [names[code] for code in order]
        ranks = np.empty(len(names), np.uint8 if len(names) <= 256 else np.int32)
        ranks[order] = np.arange(len(names))
        self._codes = ranks[codes] if len(codes) else ranks

    def count(self, docs: Docs, more: Docs = NO_DOCS) -> list[FacetCount]:
        """The counts over `docs` and `more`, which has none of them."""
        counts = operations.tally(self._codes, docs, len(self._names))
        if len(more):
            counts = list(map(add, counts, operations.tally(self._codes, more, len(self._names))))
        # Of five thousand sites few are left.
        return ordered_counts(self._facet, zip(compress(self._names, counts), filter(None, counts), strict=True))
