"""Postings in files of about one size, each with the terms of one range: what a browser fetches for a query.

Terms are ordered by their `key`, and those with the same first two characters, or three letters, stand in one file: so
a Han bigram, the words that begin with it, their stems and their other names come together. Terms of a single
character, whose postings are long, have files of their own.

A file is deflated. Numbers are LEB128, texts are in code units of UTF-16:

    count of terms
    of each term   how many code units it shares with the one before; then of each, how many others it has; then of
                   each its mode; then of each how many postings it has
    of each term   the other code units, the first as the difference from the one that the term before has there
    of each term   its documents as differences
    of each term   a byte for each posting (`postings`)
    of each term of mode `SOME`   a bit for each posting: whether it is one of the word as well
    as JSON in GB 18030 other names, word → [[kind, share, [text, …]], …], and heads
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, pairwise
from typing import Any, Final

from wangqi.web.export.encoding import chinese, deflated, number
from wangqi.web.export.heads import Heads
from wangqi.web.export.postings import Found

TARGET_BYTES: Final = 8_000
"""Of a file before it is deflated, which halves it: smaller ones would be less to fetch for a query, and more files."""

GRAM, BOTH, SOME, WORD = range(4)
"""Modes of a term: a gram alone; a word as well, wherever the gram is; a word in some of these places; a word alone."""

Names = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Term:
    text: str
    mode: int
    postings: array[int]
    marks: bytes = b""
    """Of mode SOME, the bits."""

    def of_word(self) -> Sequence[int]:
        """The postings of the term as a word, as a browser reads them."""
        if self.mode == SOME:
            return [posting for at, posting in enumerate(self.postings) if self.marks[at >> 3] >> (at & 7) & 1]
        return () if self.mode == GRAM else self.postings


@dataclass(frozen=True, slots=True)
class Shard:
    first: str
    """The beginning of the keys from which on it holds them."""
    data: bytes


def key_of(term: str) -> str:
    """What a term is ordered by: a stem stands beside its word, .net beside net."""
    return term.lstrip("~.") or term


def group_of(term: str) -> str:
    """The beginning of its key: terms that have the same stand in one file."""
    key = key_of(term)
    return key[:3] if key[0].isascii() else key[:2]


def utf16(text: str) -> bytes:
    """What to sort by, so that a browser, which compares code units, agrees."""
    return text.encode("utf-16-be", "surrogatepass")


class ShardMaker:
    """Writes terms with their postings, other names of words, and heads (`heads`)."""

    def __init__(self, grams: Found, words: Found, names: Names, heads: Heads) -> None:
        self._grams = grams
        self._words = words
        self._names = names
        self._heads = heads

    def shards(self, *, single: bool) -> list[Shard]:
        """The files of the terms of one character (`single`), or of all longer ones."""
        texts = {text for text in (*self._grams, *self._words, *self._names) if (len(key_of(text)) == 1) is single}
        ordered = sorted(texts, key=lambda text: (utf16(group_of(text)), utf16(text)))
        shards: list[Shard] = []
        pending: list[str] = []
        size = 0
        for _, group in groupby(ordered, key=group_of):
            fresh = list(group)
            more = sum(map(self._estimate, fresh))
            if pending and size + more > TARGET_BYTES:
                shards.append(self._shard(pending))
                pending, size = [], 0
            pending += fresh
            size += more
        return [*shards, self._shard(pending)] if pending else shards

    def _estimate(self, text: str) -> int:
        found = self._grams.get(text) or self._words.get(text)
        return len(text) + 6 + (3 * len(found) if found else 30)

    def _shard(self, texts: Sequence[str]) -> Shard:
        terms = [term for text in texts for term in _terms(text, self._grams, self._words)]
        names = {text: self._names[text] for text in texts if text in self._names}
        heads = list(self._heads.of({term.text: term.of_word() for term in terms if term.mode != GRAM}))
        return Shard(group_of(texts[0]), deflated(*_encoded(terms), chinese([names, heads])))


def _terms(text: str, grams: Found, words: Found) -> Iterator[Term]:
    gram, word = grams.get(text), words.get(text)
    if gram is None or word is None:
        if found := gram or word:
            yield Term(text, GRAM if gram else WORD, found)
        return
    documents = {posting >> 8 for posting in word}
    flags = [posting >> 8 in documents for posting in gram]
    if all(flags):
        yield Term(text, BOTH, gram)
    elif sum(flags) == len(documents):
        yield Term(text, SOME, gram, _bits(flags))
    else:
        yield Term(text, GRAM, gram)
        yield Term(text, WORD, word)


def _bits(flags: Sequence[bool]) -> bytes:
    return sum(flag << at for at, flag in enumerate(flags)).to_bytes(-(-len(flags) // 8), "little")


def _encoded(terms: Sequence[Term]) -> list[bytes]:
    """The columns of `terms`, those together whose bytes are alike."""
    texts = [array("H", term.text.encode("utf-16-le", "surrogatepass")) for term in terms]
    shared = [_shared(*each) for each in pairwise([array("H"), *texts])]
    rests = [text[start:] for text, start in zip(texts, shared, strict=True)]
    columns = (shared, map(len, rests), (term.mode for term in terms), (len(term.postings) for term in terms))
    numbers = ([posting >> 8 for posting in term.postings] for term in terms)
    return [
        b"".join([number(len(terms)), *map(number, chain(*columns))]),
        b"".join(map(_differences, pairwise([array("H"), *texts]), shared)),
        b"".join([number(after - last) for each in numbers for last, after in pairwise([0, *each])]),
        bytes([posting & 0xFF for term in terms for posting in term.postings]),
        b"".join([term.marks for term in terms]),
    ]


def _shared(before: Sequence[int], text: Sequence[int]) -> int:
    """How many first code units the two have in common."""
    pairs = zip(before, text, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(before), len(text)))


def _differences(texts: tuple[Sequence[int], Sequence[int]], shared: int) -> bytes:
    """The code units that a text does not share with the one before it; the first is a small difference mostly."""
    before, text = texts
    if shared == len(text):
        return b""
    instead = before[shared] if shared < len(before) else 0
    return b"".join([number(text[shared] - instead & 0xFFFF), *map(number, text[shared + 1 :])])
