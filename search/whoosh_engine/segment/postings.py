"""Build postings in flat arrays from the tokens of many documents.

A *stream* holds, for each of its terms: the documents that hold it (`docs`, ascending), what it weighs in each
(`weights`), whether it stands in the title (`titled`), and, for grams, where it stands (`positions`, counted through
the whole segment). `starts` and `position_starts` say where each term's part of those arrays begins, with one more
value for the end. The terms themselves are in `keys`, `ends` and `blob` (`search.whoosh_engine.segment.terms`).
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wangqi.search.whoosh_engine.segment.arrays import Arrays, offsets
from wangqi.search.whoosh_engine.segment.terms import pack_terms

Numbers = NDArray[Any]


class Runs:
    """Values of tokens in runs of the same field of the same document: one value for each run, in order."""

    def __init__(self) -> None:
        self.docs = array("i")
        self.factors = array("f")
        """What each token adds to the weight of its term in the document."""
        self.titled = array("B")
        """1 where the field is the title."""
        self.bases = array("I")
        """Where positions count from."""

    def add(self, doc: int, factor: float, *, title: bool, base: int) -> None:
        """The next run. Documents come in order."""
        self.docs.append(doc)
        self.factors.append(factor)
        self.titled.append(title)
        self.bases.append(base)


class StreamBuilder:
    """Collects the tokens of one stream, run after run."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        # Terms are numbered as they are first met, without a line of Python for each.
        self._vocabulary = defaultdict[str, int](count().__next__)
        self._terms = array("I")
        self._positions = array("I")
        self._counts = array("I")

    def add(self, terms: Sequence[str], positions: Iterable[int] = ()) -> None:
        """The tokens of the next run."""
        self._terms.extend(map(self._vocabulary.__getitem__, terms))
        self._positions.extend(positions)
        self._counts.append(len(terms))

    def arrays(self) -> Arrays:
        """The stream, complete."""
        # In the order of their characters, which is that of their bytes.
        names = sorted(self._vocabulary)
        packed = pack_terms([name.encode("utf-8", "surrogatepass") for name in names])
        rank = np.empty(len(names), np.uint32)
        rank[[self._vocabulary[name] for name in names]] = np.arange(len(names), dtype=np.uint32)
        terms = rank[_numbers(self._terms)]
        # Stable: tokens of a term stay in the order of their documents.
        by_term = _stable_order(terms)
        terms = terms[by_term]
        run = np.repeat(np.arange(len(self._counts), dtype=np.uint32), _numbers(self._counts))[by_term]
        positions = self._position_arrays(terms, by_term, run, len(names))
        docs = _numbers(self._runs.docs)[run]
        del by_term
        begins = _changes(terms, docs)
        postings = {
            "starts": _starts(terms[begins], len(names)),
            "docs": docs[begins],
            "weights": _sums(_numbers(self._runs.factors)[run], begins),
            "titled": _any(_numbers(self._runs.titled)[run], begins),
        }
        return packed | postings | positions

    def _position_arrays(self, terms: Numbers, by_term: Numbers, run: Numbers, names: int) -> Arrays:
        if not self._positions:
            return {}
        positions = _numbers(self._positions)[by_term]
        positions += _numbers(self._runs.bases)[run]
        return {"positions": _ascending(terms, positions), "position_starts": _starts(terms, names)}


def _numbers(values: array[Any]) -> Numbers:
    return np.frombuffer(values, values.typecode) if values else np.empty(0, values.typecode)


def _stable_order(values: Numbers) -> Numbers:
    """`np.argsort(values, kind="stable")` in a third of the time: numpy counts numbers of 16 bits into place, and
    compares longer ones."""
    order = np.argsort(values.astype(np.uint16), kind="stable").astype(np.uint32)
    high = (values >> 16).astype(np.uint16)
    return order[np.argsort(high[order], kind="stable")] if high.any() else order


def _ascending(terms: Numbers, positions: Numbers) -> Numbers:
    """`positions` in order for each of the `terms`, which most are already."""
    falls = (positions[1:] < positions[:-1]) & (terms[1:] == terms[:-1])
    mixed = np.isin(terms, terms[1:][falls]) if falls.any() else np.zeros(len(terms), bool)
    part = positions[mixed]
    positions[mixed] = part[np.lexsort((part, terms[mixed]))]
    return positions


def _changes(terms: Numbers, docs: Numbers) -> Numbers:
    """The indexes at which a posting begins: where the term or the document changes."""
    if not len(terms):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.r_[True, (terms[1:] != terms[:-1]) | (docs[1:] != docs[:-1])])


def _sums(values: Numbers, begins: Numbers) -> Numbers:
    return np.add.reduceat(values, begins) if len(begins) else values


def _any(flags: Numbers, begins: Numbers) -> Numbers:
    return np.maximum.reduceat(flags, begins) if len(begins) else flags


def _starts(terms: Numbers, count: int) -> Numbers:
    """The index at which each of `count` terms begins in the sorted `terms`, and the end."""
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(terms, minlength=count), out=starts[1:])
    return offsets(starts)
