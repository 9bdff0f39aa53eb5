"""An open index: the segments of a folder seen as one list of documents, numbered from 0 through all segments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial, reduce
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wangqi.search.analysis.analyzer import Spelling, Stream
from wangqi.search.plan.ranking import idf
from wangqi.search.whoosh_engine.segment.arrays import Arrays
from wangqi.search.whoosh_engine.segment.segment import STREAMS, OpenSegment
from wangqi.search.whoosh_engine.segment.terms import terms_of
from wangqi.search.whoosh_engine.sets import NO_DOCS, NO_FLAGS, NO_VALUES, Docs, Flags, Values, operations

MAX_REMEMBERED: Final = 4096
"""Terms whose postings are remembered, as views into a file: 0.7 KB each, in each process. With 1024 the median search
takes 2 % longer."""

COPIES_REMEMBERED: Final = 1 << 23
"""Postings that are remembered at most where they are copies: 72 MB of memory."""

ASKED_AGAIN: Final = 16
"""Prefixes whose postings are remembered, and words that stand apart: one search asks for the same ones several times.
"""

SPELLINGS_REMEMBERED: Final = 128
"""The same of names and runs, whose postings are copies: nine bytes for each document that holds one."""


@dataclass(slots=True)
class Postings:
    """The documents that hold a term."""

    docs: Docs
    weights: Values
    """BM25F frequency: occurrences, divided by the norm of their field and times its boost."""
    in_title: Flags
    """Which of `docs` hold the term in their title."""
    idf: float = 0.0
    """How much the term tells (`search.plan.ranking.idf`); counted over all segments, not in the postings of one."""


NO_POSTINGS: Final = Postings(NO_DOCS, NO_VALUES, NO_FLAGS)


class SegmentReader:
    """A reader of one segment that never shows deleted documents."""

    def __init__(self, segment: OpenSegment, *, base: int) -> None:
        """`base` is the number of the segment's first document in the whole index."""
        self._arrays = segment.postings
        self.columns = segment.columns
        self.entries = segment.entries
        self.base = base
        self.size = len(self.columns["units"])
        self.terms = {stream: terms_of(segment.postings, stream) for stream in STREAMS}
        self.alive = segment.alive if segment.deleted else None
        """Which documents are not deleted; None when all are there."""
        self._streams = {stream: _stream(segment.postings, stream) for stream in STREAMS}
        self._gram_number = lru_cache(MAX_REMEMBERED)(self.terms["grams"].find)

    @cached_property
    def _position_starts(self) -> Docs:
        """The index at which the positions of each document begin, and the end of the last."""
        starts: Docs = np.r_[0, np.cumsum(self.columns["units"])].astype(np.int32)
        return starts

    @cached_property
    def _places(self) -> tuple[NDArray[np.integer[Any]], Docs]:
        """The index at which the positions of each gram begin, and all positions, numbers below 2**31: so many units
        would be a text of six gigabytes."""
        return self._arrays["grams.position_starts"], self._arrays["grams.positions"].view(np.int32)

    def postings(self, stream: Stream, number: int) -> Postings:
        """The postings of the term with that number; none for -1."""
        if number < 0:
            return NO_POSTINGS
        starts, docs, weights, in_title = self._streams[stream]
        first, end = starts[number : number + 2].tolist()
        docs, weights, in_title = docs[first:end], weights[first:end], in_title[first:end]
        if self.alive is not None:
            kept = self.alive[docs]
            docs, weights, in_title = docs[kept], weights[kept], in_title[kept]
        if self.base:
            docs = docs + np.int32(self.base)
        return Postings(docs, weights, in_title)

    def starting(self, prefix: str) -> Postings:
        """The postings of all grams that start with `prefix`, added up: sorted terms lie side by side, and so do their
        postings."""
        starts, docs, weights, in_title = self._streams["grams"]
        low, high = self.terms["grams"].prefix(prefix)
        chosen = slice(int(starts[low]), int(starts[high]))
        found = _as_one_term(docs[chosen], weights[chosen], in_title[chosen], self.size)
        docs, weights, in_title = found.docs, found.weights, found.in_title
        if self.alive is not None:
            kept = self.alive[docs]
            docs, weights, in_title = docs[kept], weights[kept], in_title[kept]
        return Postings(docs + np.int32(self.base), weights, in_title)

    def counted_terms(self, stream: Stream) -> Iterator[tuple[str, int]]:
        """Every term that some document holds, with the number of these."""
        starts, docs, _, _ = self._streams[stream]
        held = np.diff(starts) if self.alive is None else np.diff(np.r_[0, np.cumsum(self.alive[docs])][starts])
        return ((term, count) for term, count in zip(self.terms[stream], held.tolist(), strict=True) if count)

    def contiguous(self, spelling: Spelling) -> tuple[Docs, Flags]:
        """Documents where the grams of `spelling` stand as it says, and which of them hold them so in their title."""
        grams = [(self._positions(gram), offset) for gram, offset in spelling]
        docs, in_title = operations.contiguous(grams, self._position_starts, self.columns["title_units"])
        if self.alive is not None:
            kept = self.alive[docs]
            docs, in_title = docs[kept], in_title[kept]
        return docs + np.int32(self.base) if self.base else docs, in_title

    def _positions(self, gram: str) -> Docs:
        number = self._gram_number(gram)
        if number < 0:
            return NO_DOCS
        starts, positions = self._places
        start, end = starts[number : number + 2].tolist()
        return positions[start:end]


def _stream(arrays: Arrays, stream: str) -> tuple[NDArray[Any], ...]:
    starts, docs, weights, titled = (arrays[f"{stream}.{name}"] for name in ("starts", "docs", "weights", "titled"))
    return starts, docs, weights, titled.view(bool)


class _Terms:
    """Postings of terms through all segments."""

    def __init__(self, segments: Sequence[SegmentReader], count: int) -> None:
        self._segments = segments
        self._count = count

    def postings(self, stream: Stream, term: str) -> Postings:
        return self._joined(each.postings(stream, each.terms[stream].find(term)) for each in self._segments)

    def starting(self, prefix: str) -> Postings:
        return self._joined(each.starting(prefix) for each in self._segments)

    def _joined(self, found: Iterable[Postings]) -> Postings:
        joined = _joined([postings for postings in found if len(postings.docs)])
        return replace(joined, idf=idf(self._count, len(joined.docs)))


class _Spellings:
    """Places where grams stand together, through all segments, as postings."""

    def __init__(
        self, segments: Sequence[SegmentReader], size: int, count: int, postings: Callable[[Stream, str], Postings]
    ) -> None:
        self._segments = segments
        self._size = size
        self._count = count
        self._postings = postings

    def spelled(self, spellings: tuple[Spelling, ...]) -> Postings:
        found = [each for each in map(self._standing, spellings) if len(each.docs)]
        held = found[0] if found else NO_POSTINGS
        if len(found) > 1:
            held = _as_one_term(*_end_to_end(found), self._size)
        return Postings(held.docs, held.weights, held.in_title, idf(self._count, len(held.docs)))

    def apart(self, spellings: tuple[Spelling, ...]) -> Postings:
        """The documents in which all of `spellings` stand, as if they were one term; in the title when one does."""
        found = [self._standing(spelling) for spelling in spellings]
        docs = reduce(partial(np.intersect1d, assume_unique=True), [each.docs for each in found])
        at = [each.docs.searchsorted(docs) for each in found]
        weights = reduce(np.minimum, [each.weights[places] for each, places in zip(found, at, strict=True)])
        in_title = reduce(np.logical_or, [each.in_title[places] for each, places in zip(found, at, strict=True)])
        return Postings(docs, weights, in_title, idf(self._count, len(docs)))

    def _standing(self, spelling: Spelling) -> Postings:
        """Documents where `spelling` stands: no more often than the rarest of its grams."""
        if len(spelling) == 1:
            return self._postings("grams", spelling[0][0])
        docs, in_title = self.contiguous(spelling)
        grams = [self._postings("grams", gram) for gram, _ in spelling]
        weights = reduce(np.minimum, [each.weights[each.docs.searchsorted(docs)] for each in grams])
        return Postings(docs, weights, in_title)

    def contiguous(self, spelling: Spelling) -> tuple[Docs, Flags]:
        """Documents where `spelling` stands, and which of them hold it in their title."""
        if len(spelling) == 1:
            postings = self._postings("grams", spelling[0][0])
            return postings.docs, postings.in_title
        found = [segment.contiguous(spelling) for segment in self._segments]
        if len(found) == 1:
            return found[0]
        # An index without documents has no segments.
        docs, in_title = zip((NO_DOCS, NO_FLAGS), *found, strict=True)
        return np.concatenate(docs), np.concatenate(in_title)


class IndexReader:
    """A reader of all segments of an index."""

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self.segments = segments
        self.size = sum(segment.size for segment in segments)
        """Documents, the deleted ones included."""
        self.alive: Flags | None = None
        if any(segment.alive is not None for segment in segments):
            parts = [np.ones(each.size, bool) if each.alive is None else each.alive for each in segments]
            self.alive = np.concatenate(parts)
        self.count = self.size if self.alive is None else int(np.count_nonzero(self.alive))
        """Documents that can be found."""
        # What remembers holds what it asks and not this reader: a circle would keep its files open.
        terms = _Terms(segments, self.count)
        # Terms are asked for again while a reader types. The postings of one whole segment are views into its file.
        are_views = len(segments) == 1 and self.alive is None
        remembered = MAX_REMEMBERED if are_views else COPIES_REMEMBERED // (self.size + 1) + 1
        self.postings: Callable[[Stream, str], Postings] = lru_cache(remembered)(terms.postings)
        """The postings of a term, through all segments."""
        self.starting: Callable[[str], Postings] = lru_cache(ASKED_AGAIN)(terms.starting)
        """The postings of all grams that start with a prefix, added up as if they were one term."""
        spellings = _Spellings(segments, self.size, self.count, self.postings)
        self._spelled = lru_cache(SPELLINGS_REMEMBERED)(spellings.spelled)
        self.apart: Callable[[tuple[Spelling, ...]], Postings] = lru_cache(ASKED_AGAIN)(spellings.apart)
        """Those of the documents in which all of some spellings stand."""
        self.contiguous: Final = spellings.contiguous

    def spelled(self, spellings: tuple[Spelling, ...]) -> Postings:
        """The postings of all places where one of `spellings` stands, as if they were one term."""
        if len(spellings) == len(spellings[0]) == 1:  # one gram, which is remembered as such
            return self.postings("grams", spellings[0][0][0])
        return self._spelled(spellings)

    def counted_terms(self, stream: Stream) -> Iterable[tuple[str, int]]:
        """Every term of all segments once, with the number of documents that hold it."""
        if len(self.segments) == 1:
            return self.segments[0].counted_terms(stream)
        counts: dict[str, int] = {}
        for term, count in chain.from_iterable(segment.counted_terms(stream) for segment in self.segments):
            counts[term] = counts.get(term, 0) + count
        return counts.items()

    def all_docs(self) -> Docs:
        every = np.arange(self.size, dtype=np.int32)
        return every if self.alive is None else every[self.alive]


def _joined(found: Sequence[Postings]) -> Postings:
    if len(found) < 2:
        return found[0] if found else NO_POSTINGS
    return Postings(*_end_to_end(found))


def _end_to_end(found: Sequence[Postings]) -> tuple[Docs, Values, Flags]:
    docs, weights, in_title = (
        np.concatenate([getattr(postings, name) for postings in found]) for name in ("docs", "weights", "in_title")
    )
    return docs, weights, in_title


def _as_one_term(docs: Docs, weights: Values, in_title: Flags, size: int) -> Postings:
    """The postings of several terms, laid end to end, as those of one. Documents are numbers below `size`."""
    if len(docs) > size // 4:  # a cell for each document is cheaper than to sort
        sums = np.bincount(docs, weights, size)
        holding, titled = np.zeros(size, bool), np.zeros(size, bool)
        holding[docs] = True
        titled[docs[in_title]] = True
        held = np.flatnonzero(holding)  # a third of the time that it takes over the sums
        return Postings(held.astype(np.int32), sums[held].astype(np.float32), titled[held])
    order = docs.argsort(kind="stable")  # merges runs that are sorted already
    docs = docs[order]
    is_first = np.ones(len(docs), bool)
    np.not_equal(docs[1:], docs[:-1], out=is_first[1:])
    firsts = is_first.nonzero()[0]
    if not len(firsts):
        return NO_POSTINGS
    sums = np.add.reduceat(weights[order], firsts, dtype=np.float64)  # as bincount adds
    return Postings(docs[firsts], sums.astype(np.float32), np.logical_or.reduceat(in_title[order], firsts))
