"""From the tokens of many documents to postings in flat arrays.

A *stream* holds, for each of its terms: the documents that hold it (`docs`, ascending), what it weighs in each
(`weights`), whether it stands in the title (`titled`), and, for grams, where it stands (`positions`, counted through
the whole segment). `starts` and `position_starts` say where each term's part of those arrays begins, with one more
value for the end. The terms themselves are in `keys`, `ends` and `blob` (`search.whoosh_engine.terms`).
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.whoosh_engine.arrays import Arrays
from search.whoosh_engine.terms import pack_terms

Numbers = NDArray[Any]


class _Vocabulary(defaultdict[str, int]):
    """Numbers terms in the order in which they are first met."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class StreamBuilder:
    """Collects the tokens of one stream, document after document."""

    def __init__(self) -> None:
        self._vocabulary = _Vocabulary()
        self._terms = array("I")
        self._positions = array("I")
        # One value for each run of tokens of the same field of the same document.
        self._counts = array("I")
        self._docs = array("I")
        self._factors = array("f")
        self._titled = array("B")

    def add(self, doc: int, terms: Iterable[str], factor: float, *, title: bool, positions: Iterable[int] = ()) -> None:
        """Tokens of one field of `doc`; each adds `factor` to what its term weighs there. Documents come in order."""
        before = len(self._terms)
        vocabulary = self._vocabulary
        self._terms.extend([vocabulary[term] for term in terms])
        self._positions.extend(positions)
        self._counts.append(len(self._terms) - before)
        self._docs.append(doc)
        self._factors.append(factor)
        self._titled.append(title)

    def arrays(self) -> Arrays:
        """The stream, complete."""
        names = [term.encode("utf-8", "surrogatepass") for term in self._vocabulary]
        order = sorted(range(len(names)), key=names.__getitem__)
        rank = np.empty(len(names), np.uint32)
        rank[order] = np.arange(len(names), dtype=np.uint32)
        terms = rank[_numbers(self._terms, np.uint32)]
        # Stable: tokens of a term stay in the order of their documents.
        by_term = np.argsort(terms, kind="stable")
        terms = terms[by_term]
        run = np.repeat(np.arange(len(self._counts)), _numbers(self._counts, np.uint32))[by_term]
        docs = _numbers(self._docs, np.uint32)[run]
        begins = _changes(terms, docs)
        return (
            pack_terms([names[index] for index in order])
            | {
                "starts": _starts(terms[begins], len(names)),
                "docs": docs[begins].astype(np.int32),
                "weights": _sums(_numbers(self._factors, np.float32)[run], begins),
                "titled": _sums(_numbers(self._titled, np.uint8)[run], begins).astype(bool).astype(np.uint8),
            }
            | self._position_arrays(terms, by_term, len(names))
        )

    def _position_arrays(self, terms: Numbers, by_term: Numbers, names: int) -> Arrays:
        if not self._positions:
            return {}
        positions = _numbers(self._positions, np.uint32)[by_term]
        return {"positions": positions[np.lexsort((positions, terms))], "position_starts": _starts(terms, names)}


def _numbers(values: array[Any], dtype: Any) -> Numbers:
    return np.frombuffer(values, dtype) if values else np.empty(0, dtype)


def _changes(terms: Numbers, docs: Numbers) -> Numbers:
    """Where a posting begins: where the term or the document changes."""
    if not len(terms):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.r_[True, (terms[1:] != terms[:-1]) | (docs[1:] != docs[:-1])])


def _sums(values: Numbers, begins: Numbers) -> Numbers:
    return np.add.reduceat(values, begins) if len(begins) else values


def _starts(terms: Numbers, count: int) -> Numbers:
    """Where each of `count` terms begins in the sorted `terms`, and the end."""
    return np.searchsorted(terms, np.arange(count + 1)).astype(np.int64)
