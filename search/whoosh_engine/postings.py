"""Postings as arrays: which documents hold a term, how often it stands in each field, where.

Read from Whoosh block by block on first use, kept while there is room. Documents are numbered over the whole index.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from search.analysis.analyzer import Stream
from search.fields import FIELDS, TITLE
from search.whoosh_engine.guard import IndexReader, ListMatcher, TermNotFound
from search.whoosh_engine.schema import FIELD_SHIFT

Ints = npt.NDArray[np.int64]
Masks = npt.NDArray[np.bool_]

MAX_KEPT: Final = 4_000_000
"""Numbers that a cache keeps, 8 bytes each at most."""

MAX_EXPANSIONS: Final = 400
"""Grams that a prefix stands for at most: those that most documents hold."""


@dataclass(frozen=True)
class Postings:
    """One term's postings, by rising document number."""

    documents: Ints
    counts: Ints
    """Times in each field: one row for each document."""
    places: Ints
    """`document << 32 | field << 24 | position`, rising; empty where positions are not kept."""

    @property
    def size(self) -> int:
        return self.documents.size + self.counts.size + self.places.size

    @cached_property
    def titled(self) -> Masks:
        """For each of `documents` whether its title holds the term."""
        return self.counts[:, TITLE] > 0


NOTHING: Final = Postings(np.empty(0, np.int64), np.empty((0, len(FIELDS)), np.int64), np.empty(0, np.int64))

DOCUMENT_SHIFT: Final = 32


class PostingsReader:
    """Reads terms of one index. Safe to share by threads: Whoosh's files are read by one at a time."""

    def __init__(self, reader: IndexReader, alive: Masks) -> None:
        """`alive` tells of each document whether it is there and not deleted."""
        self._segments = [(leaf, start) for leaf, start in reader.leaf_readers()]
        self._alive = alive
        self._lock = Lock()
        self._kept: Kept[tuple[Stream, str], Postings] = Kept(MAX_KEPT)

    def read(self, stream: Stream, term: str) -> Postings:
        """The postings of `term`; NOTHING when no document holds it."""
        key = (stream, term)
        postings = self._kept.get(key)
        if postings is None:
            with self._lock:
                postings = self._read(stream, term)
            self._kept.put(key, postings, postings.size)
        return postings

    def grams_starting(self, prefix: str) -> list[str]:
        """The grams that start with `prefix`, at most MAX_EXPANSIONS."""
        start = prefix.encode("utf-8", "surrogatepass")
        found: dict[bytes, int] = {}
        with self._lock:
            for leaf, _ in self._segments:
                for term in leaf.expand_prefix("grams", start):
                    found[term] = found.get(term, 0) + leaf.doc_frequency("grams", term)
        commonest = sorted(found, key=lambda term: (-found[term], term))[:MAX_EXPANSIONS]
        return [term.decode("utf-8", "surrogatepass") for term in commonest]

    def documents_titled(self, title_key: str) -> Ints:
        """The documents with this title key; none for ""."""
        return self._ids("title_key", title_key) if title_key else NOTHING.documents

    def document(self, entry_id: str) -> int | None:
        """The number of the entry's document."""
        found = self._ids("id", entry_id)
        return int(found[0]) if found.size else None

    def _ids(self, field: str, term: str) -> Ints:
        name = term.encode("utf-8", "surrogatepass")
        with self._lock:
            found = [
                _read_ids(leaf.postings(field, name), start) for leaf, start in self._segments if (field, name) in leaf
            ]
        documents: Ints = np.concatenate([NOTHING.documents, *found])
        alive: Ints = documents[self._alive[documents]]
        return alive

    def _read(self, stream: Stream, term: str) -> Postings:
        name = term.encode("utf-8", "surrogatepass")
        found = [_read_segment(leaf, start, stream, name) for leaf, start in self._segments]
        documents = np.concatenate([part.documents for part in found])
        alive = self._alive[documents]
        counts = np.concatenate([part.counts for part in found])[alive]
        places = np.concatenate([part.places for part in found])
        return Postings(documents[alive], counts, places[self._alive[places >> DOCUMENT_SHIFT]])


def _read_segment(leaf: IndexReader, start: int, stream: Stream, term: bytes) -> Postings:
    try:
        matcher = leaf.postings(stream, term)
    except TermNotFound:
        return NOTHING
    ids, values = zip(*_blocks(matcher), strict=True)
    documents = np.concatenate(ids) + start
    flat = [value for block in values for value in block]
    if stream == "words":
        counts = np.frombuffer(b"".join(flat), dtype=np.uint8).reshape(-1, len(FIELDS))
        return Postings(documents, counts.astype(np.int64), NOTHING.places)
    return _with_places(documents, flat)


def _read_ids(matcher: Any, start: int) -> Ints:
    return np.concatenate([ids for ids, _ in _blocks(matcher)]) + start


def _with_places(documents: Ints, values: list[bytes]) -> Postings:
    lengths = np.array([len(value) // 4 for value in values], dtype=np.int64)
    positions = np.frombuffer(b"".join(values), dtype=np.uint32).astype(np.int64)
    rows = np.repeat(np.arange(documents.size), lengths)
    size = documents.size * len(FIELDS)
    counts = np.bincount(rows * len(FIELDS) + (positions >> FIELD_SHIFT), minlength=size).reshape(-1, len(FIELDS))
    return Postings(documents, counts, documents[rows] << DOCUMENT_SHIFT | positions)


def _blocks(matcher: Any) -> Iterator[tuple[Ints, Sequence[bytes]]]:
    """Document numbers and values of the postings, deleted documents included, a block at a time.

    Whoosh's public way takes one posting at a time, ten times as long: so this reads what the matcher of the one
    release that is pinned keeps of a block.
    """
    while hasattr(matcher, "child"):  # a filter over deleted documents
        matcher = matcher.child
    if isinstance(matcher, ListMatcher):  # a single posting, kept with the term
        yield np.array(matcher._ids, dtype=np.int64), matcher._values
        return
    while matcher.is_active():
        matcher._read_ids()
        matcher._read_values()
        yield np.array(matcher._ids, dtype=np.int64), matcher._values
        matcher._next_block()


Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """What was used last, up to a total size. Safe to share by threads."""

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._size = 0
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: Key, value: Value, size: int) -> None:
        with self._lock:
            self._size += size - self._values.pop(key, (value, 0))[1]
            self._values[key] = (value, size)
            while self._size > self._max_size and len(self._values) > 1:
                self._size -= self._values.popitem(last=False)[1][1]
