"""An open index: the segments of a folder seen as one list of documents, numbered from 0 through all segments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search import ranking
from search.analysis.analyzer import Spelling, Stream
from search.whoosh_engine.arrays import Arrays
from search.whoosh_engine.segments import STREAMS, OpenSegment
from search.whoosh_engine.sets import NO_DOCS, NO_FLAGS, NO_VALUES, Docs, Flags, Values
from search.whoosh_engine.terms import terms_of

MAX_REMEMBERED: Final = 4096
"""Terms whose postings are remembered, as views into a file."""

COPIES_REMEMBERED: Final = 1 << 23
"""Postings that are remembered at most where they are copies: 72 MB of memory."""

PREFIXES_REMEMBERED: Final = 16
"""Prefixes whose postings are remembered: one search asks for the same ones several times."""

Positions = NDArray[np.uint32]


@dataclass(slots=True)
class Postings:
    """The documents that hold a term."""

    docs: Docs
    weights: Values
    """BM25F frequency: occurrences, divided by the norm of their field and times its boost."""
    in_title: Flags
    """Which of `docs` hold the term in their title."""
    idf: float = 0.0
    """How much the term tells (`search.ranking.idf`); counted over all segments, not in the postings of one."""


NO_POSTINGS: Final = Postings(NO_DOCS, NO_VALUES, NO_FLAGS)


class SegmentReader:
    """One segment. Deleted documents are never seen."""

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
    def _position_starts(self) -> NDArray[np.int64]:
        """Where the positions of each document begin, and the end of the last."""
        starts: NDArray[np.int64] = np.r_[0, np.cumsum(self.columns["units"])]
        return starts

    def postings(self, stream: Stream, number: int) -> Postings:
        """Of the term with that number; -1 has none."""
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
        """Of all grams that start with `prefix`, added up: sorted terms lie side by side, and so do their postings."""
        starts, docs, weights, in_title = self._streams["grams"]
        low, high = self.terms["grams"].prefix(prefix)
        chosen = slice(int(starts[low]), int(starts[high]))
        docs, weights, in_title = docs[chosen], weights[chosen], in_title[chosen]
        sums = np.bincount(docs, weights, self.size)
        if self.alive is not None:
            sums *= self.alive
        titled = np.zeros(self.size, bool)
        titled[docs[in_title]] = True
        held = np.flatnonzero(sums)
        return Postings((held + self.base).astype(np.int32), sums[held].astype(np.float32), titled[held])

    def counted_terms(self, stream: Stream) -> Iterator[tuple[str, int]]:
        """Every term that some document holds, with the number of these."""
        starts, docs, _, _ = self._streams[stream]
        held = np.diff(starts) if self.alive is None else np.diff(np.r_[0, np.cumsum(self.alive[docs])][starts])
        return ((term, count) for term, count in zip(self.terms[stream], held.tolist(), strict=True) if count)

    def contiguous(self, spelling: Spelling) -> tuple[Docs, Flags]:
        """Documents where the grams of `spelling` stand as it says, and which of them hold them so in their title."""
        held = [(self._positions(gram), offset) for gram, offset in spelling]
        held.sort(key=lambda pair: len(pair[0]))
        (rarest, first_offset), *others = held
        anchors = rarest.astype(np.int64) - first_offset
        for positions, offset in others:
            anchors = anchors[_among(anchors + offset, positions)]
        if not len(anchors):
            return NO_DOCS, NO_FLAGS
        docs = (np.searchsorted(self._position_starts, anchors, "right") - 1).astype(np.int32)
        if self.alive is not None:
            kept = self.alive[docs]
            anchors, docs = anchors[kept], docs[kept]
        # The title is the first field, so that the first place in a document is in the title if any is.
        first = np.flatnonzero(np.diff(docs, prepend=-1))
        docs = docs[first]
        in_title = anchors[first] - self._position_starts[docs] < self.columns["title_units"][docs]
        return docs + np.int32(self.base), in_title

    def _positions(self, gram: str) -> Positions:
        number = self._gram_number(gram)
        if number < 0:
            return np.empty(0, np.uint32)
        start, end = self._arrays["grams.position_starts"][number : number + 2]
        return self._arrays["grams.positions"][start:end]


def _stream(arrays: Arrays, stream: str) -> tuple[NDArray[Any], ...]:
    starts, docs, weights, titled = (arrays[f"{stream}.{name}"] for name in ("starts", "docs", "weights", "titled"))
    return starts, docs, weights, titled.view(bool)


def _among(sought: NDArray[np.int64], held: Positions) -> Flags:
    if not len(held):
        return np.zeros(len(sought), bool)
    # In the type of `held`, else numpy would widen all of it; below 0 nothing is held, and wrapped around neither.
    at = held.searchsorted(sought.astype(held.dtype))
    found: Flags = held.take(at, mode="clip") == sought
    return found


class IndexReader:
    """All segments of an index."""

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
        # Terms are asked for again while a reader types. The postings of one whole segment are views into its file.
        are_views = len(segments) == 1 and self.alive is None
        remembered = MAX_REMEMBERED if are_views else COPIES_REMEMBERED // (self.size + 1) + 1
        self.postings: Callable[[Stream, str], Postings] = lru_cache(remembered)(self._postings)
        """The postings of a term, through all segments."""
        self.starting: Callable[[str], Postings] = lru_cache(PREFIXES_REMEMBERED)(self._starting)
        """The postings of all grams that start with a prefix, added up as if they were one term."""

    def _postings(self, stream: Stream, term: str) -> Postings:
        return self._joined(each.postings(stream, each.terms[stream].find(term)) for each in self.segments)

    def _starting(self, prefix: str) -> Postings:
        return self._joined(each.starting(prefix) for each in self.segments)

    def _joined(self, found: Iterable[Postings]) -> Postings:
        joined = _joined([postings for postings in found if len(postings.docs)])
        return replace(joined, idf=ranking.idf(self.count, len(joined.docs)))

    def contiguous(self, spelling: Spelling) -> tuple[Docs, Flags]:
        """Documents where `spelling` stands, and which of them hold it in their title."""
        found = [segment.contiguous(spelling) for segment in self.segments]
        if len(found) == 1:
            return found[0]
        # An index without documents has no segments.
        docs, in_title = zip((NO_DOCS, NO_FLAGS), *found, strict=True)
        return np.concatenate(docs), np.concatenate(in_title)

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
    docs, weights, in_title = (
        np.concatenate([getattr(postings, name) for postings in found]) for name in ("docs", "weights", "in_title")
    )
    return Postings(docs, weights, in_title)
