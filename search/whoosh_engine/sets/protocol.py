"""Sets of documents, and the values that postings give to the members of a set.

A set is an array of document numbers, ascending, each once. What is done with sets is said twice: compiled
(`_sets.c`), where the program was installed with a C compiler at hand, and in numpy, which always works. Both keep to
`SetOperations`; `tests/test_sets.py` compares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import local
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

Docs = NDArray[np.int32]
Values = NDArray[np.float32]
Flags = NDArray[np.bool_]
Bits = NDArray[np.uint64]

NO_DOCS: Final[Docs] = np.empty(0, np.int32)
NO_VALUES: Final[Values] = np.empty(0, np.float32)
NO_FLAGS: Final[Flags] = np.empty(0, bool)

Part = tuple[Docs, Values | None, float]
"""Documents, how often each holds a term (None: what is added does not depend on it), and the factor of the part."""

TitlePart = tuple[Docs, Flags, float, float]
"""Documents, which of them hold a word in their title, what the word is worth, and its length in units."""

GramPlaces = tuple[NDArray[np.int32], int]
"""Where a gram stands in a segment, counted in units from its first document on, and which unit of a spelling it is."""


class Scratch(local):
    """Zeroed cells and bits for every document of an index, for each thread its own; users leave them zeroed."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.sums: Values = np.zeros(size, np.float32)
        self.bits: Bits = np.zeros(-(-size // 64), np.uint64)
        self.titles: Values = np.zeros((size, 2), np.float32)


class SetOperations(Protocol):
    """Operations on sorted sets of document numbers."""

    def unite(self, sets: Sequence[Docs], scratch: Scratch) -> Docs:
        """Members of any of `sets`."""
        ...

    def intersect(self, sets: Sequence[Docs], scratch: Scratch) -> Docs:
        """Members of all `sets`, of which there is at least one."""
        ...

    def subtract(self, docs: Docs, without: Docs, scratch: Scratch) -> Docs: ...

    def members(self, sought: Docs, held: Docs, scratch: Scratch) -> Flags:
        """Flags of the documents of `sought` that are in `held`."""
        ...

    def contiguous(self, grams: Sequence[GramPlaces], starts: Docs, title_units: Docs) -> tuple[Docs, Flags]:
        """The documents in which all `grams`, of which there is at least one, stand as their numbers say, and which of
        them hold them so in their title. `starts` says where the units of each document begin and those of the last
        end, `title_units` how many of these are its title, the first of its fields."""
        ...

    def add_up(
        self, docs: Docs, parts: Sequence[Part], k1: float, scratch: Scratch, times: Values | None = None
    ) -> Values:
        """For each of `docs` the sum over the parts that hold it: factor times the saturated frequency
        (`search.plan.ranking.saturation` with this `k1`), or the factor alone where the part has no frequencies. The
        sum is multiplied by what `times` has for it, which is of the length of `docs`, or has something for every
        document."""
        ...

    def add_titles(
        self,
        scores: Values,
        factors: Values,
        docs: Docs,
        parts: Sequence[TitlePart],
        title_units: Docs,
        scale: float,
        scratch: Scratch,
    ) -> None:
        """Add to the score of each of `docs` its factor times `scale` times the square of what the parts that it holds
        in its title are worth together, times the part of the title that the units of these make up; `title_units` has
        the length of the title of every document."""
        ...

    def first(self, docs: Docs, keys: Values | None, ranks: NDArray[np.int32], count: int) -> NDArray[np.int32]:
        """The indexes of the first `count` of `docs`, in order: the largest of `keys`, which each of `docs` has one of,
        come first, and of equals those with the lowest of `ranks`, which every document has its own of. Without `keys`
        all are equals."""
        ...

    def tally(self, codes: NDArray[Any], docs: Docs, values: int) -> NDArray[np.intp]:
        """Count the documents of `docs` with each of the codes below `values`; `codes` has one for every document."""
        ...
