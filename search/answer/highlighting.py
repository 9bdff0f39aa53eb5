"""Find the words of a query in a text: whole words as typed, and nothing else.

    >>> Highlighter(parse("node.js 教程").query, Analyzer()).find(["Nodejs 入门教程"])
    [[Mark(start=0, end=6, word=0), Mark(start=9, end=11, word=1)]]

A word that was typed in one piece and stands so in the entry is marked there only; else the words it consists of are;
else the forms of these that a search finds too (downloads, 下载).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice, pairwise
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from wangqi.search.analysis import Analyzer, Unit
from wangqi.search.analysis.analyzer import QueryWord
from wangqi.search.analysis.units import cut_units
from wangqi.search.answer.haystack import Haystack
from wangqi.search.answer.needles import Needle
from wangqi.search.answer.result import Range
from wangqi.search.document.fields import typed_words
from wangqi.search.plan.stopwords import STOP_WORDS
from wangqi.search.plan.variants import Breadth, variants_in
from wangqi.search.query.tree import And, Literally, Match, Most, Or, Phrase, Prefix, Query

REMEMBERED: Final = 1024
"""Variants of words, as many as an analyzer remembers words of queries."""

_KNOWN: Final[WeakKeyDictionary[Analyzer, dict[tuple[object, ...], Sequence[Needle]]]] = WeakKeyDictionary()
"""By the analyzer, which must not be kept by it: an analyzer leads to the index whose words it joins."""


class Mark(NamedTuple):
    """A place where a word of the query stands."""

    start: int
    end: int
    """Half-open, in code points of the text."""
    word: int
    """Which of the query's words, by number."""


class Highlighter:
    """Finds the words of one query in the texts of many entries."""

    def __init__(self, query: Query, analyzer: Analyzer) -> None:
        breadth = Breadth.LITERAL if isinstance(query, Literally) else Breadth.LOOSE
        parts = list(positive_parts(query))
        typed = [_Typed(part, analyzer, breadth, ends=at == len(parts)) for at, part in enumerate(parts, start=1)]
        for before, after in pairwise(typed):
            before.join(after)
        telling = [part for part in typed if not part.is_stop_word] or typed
        distinct: dict[tuple[object, ...], _Typed] = {}
        for part in telling:
            if part.whole:
                distinct.setdefault(part.looked_for, part)  # one may type a word a hundred times
        self._typed = list(distinct.values())

    @property
    def words(self) -> int:
        """How many different words are looked for."""
        return len(self._typed)

    def find(self, texts: Sequence[str]) -> list[list[Mark]]:
        """The marks of each of the texts of one entry, sorted; they may overlap."""
        return self.find_in_each([texts])[0]

    def find_in_each(self, entries: Sequence[Sequence[str]]) -> list[list[list[Mark]]]:
        """`find` for the texts of each of several entries. They are searched as one text: most of what one call takes
        does not depend on its length."""
        texts = [text for each in entries for text in each]
        owners = [entry for entry, each in enumerate(entries) for _ in each]
        marks = map(sorted, self._marks(texts, owners))
        return [list(islice(marks, len(each))) for each in entries]

    def _marks(self, texts: Sequence[str], owners: Sequence[int]) -> list[set[Mark]]:
        """The marks of each of `texts`, which belong to the entries that `owners` numbers."""
        if not texts:
            return []
        haystack = Haystack(texts)
        starts = [0, *accumulate(len(text) + 1 for text in texts)]
        marks: list[set[Mark]] = [set() for _ in texts]
        for word, typed in enumerate(self._typed):
            lacking = set(owners)
            for needles in typed.forms():
                held = set()
                for start, end in haystack.find(needles):
                    text = bisect_right(starts, start) - 1
                    if owners[text] in lacking:
                        marks[text].add(Mark(start - starts[text], end - starts[text], word))
                        held.add(owners[text])
                lacking -= held
                if not lacking:
                    break
        return marks


def positive_parts(query: Query) -> Iterator[Match | Phrase | Prefix]:
    """The parts of a query that a document should hold, in the order typed."""
    match query:
        case Match() | Phrase() | Prefix():
            yield query
        case And(parts) | Or(parts):
            for part in parts:
                yield from positive_parts(part)
        case Most(inner, instead=near):
            yield from positive_parts(near or inner)
        case Literally(inner):
            yield from positive_parts(inner)


def merged(marks: Iterable[Mark]) -> tuple[Range, ...]:
    """The ranges that sorted `marks` cover: overlapping and touching ones made one."""
    ranges: list[Range] = []
    for mark in marks:
        if ranges and mark.start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(ranges[-1][1], mark.end))
        else:
            ranges.append((mark.start, mark.end))
    return tuple(ranges)


class _Typed:
    """A part of a query as needles: whole as typed, the words that it consists of, and their variants."""

    def __init__(self, part: Match | Phrase | Prefix, analyzer: Analyzer, breadth: Breadth, *, ends: bool) -> None:
        text = typed_words(part.text) if isinstance(part, Match) else part.text
        words = analyzer.query(text) if isinstance(part, Match) else ()
        units = cut_units(text)
        key = _key(units)
        dotted = len(units) == 1 and units[0].dotted
        needle = Needle(key, is_prefix=isinstance(part, Prefix), is_phrase=isinstance(part, Phrase), dotted=dotted)
        self.whole = [needle] if key else []
        self.parts: list[Needle] = []
        self.is_stop_word = isinstance(part, Match) and all(word.text in STOP_WORDS for word in words)
        self._is_latin = len(words) == 1 and key.isascii()
        if len(words) == 1:
            self.whole += _names(words[0])
        elif words:
            keys = zip(words, _keys(words, units), strict=True)
            self.parts = [Needle(key) for word, key in keys if _stands_alone(word.text)]
            self.parts += [name for word in words for name in _names(word)]
        self._text, self._words, self._analyzer, self._breadth, self._ends = text, words, analyzer, breadth, ends

    @property
    def looked_for(self) -> tuple[object, ...]:
        """A key that is equal for parts that are marked in the same places."""
        return tuple((each.text, each.is_prefix, each.is_phrase, each.dotted) for each in self.whole)

    def forms(self) -> Iterator[Sequence[Needle]]:
        """Yield groups of needles; each group is sought only in entries that hold nothing of those before."""
        yield self.whole
        yield self.parts
        # The analyzer that no index has bound knows all that is asked, and an index that is closed is not kept.
        yield _variants(self._text, self._words, self._analyzer.base, self._breadth, self._ends)

    def join(self, after: _Typed) -> None:
        """Mark this word also where it and the next one are written as one: open messaging, openmessaging."""
        if self._is_latin and after._is_latin:
            self.whole.append(Needle(self.whole[0].text + after.whole[0].text))


def _variants(
    text: str, words: tuple[QueryWord, ...], analyzer: Analyzer, breadth: Breadth, ends: bool
) -> Sequence[Needle]:
    known = _KNOWN.setdefault(analyzer, {})
    key = text, words, breadth, ends
    if key not in known:
        if len(known) >= REMEMBERED:
            known.clear()
        known[key] = _made_variants(text, words, analyzer, breadth, ends)
    return known[key]


def _made_variants(
    text: str, words: tuple[QueryWord, ...], analyzer: Analyzer, breadth: Breadth, ends: bool
) -> Sequence[Needle]:
    found = variants_in(text, words, analyzer, breadth, ends=ends)
    forms = dict.fromkeys(
        (text, variant.kind == "prefix") for variants in found for variant in variants for text in variant.forms
    )
    return [Needle(_key(cut_units(text)), is_prefix=is_prefix) for text, is_prefix in forms]


def _names(word: QueryWord) -> Iterator[Needle]:
    """The other names of `word`."""
    for name in word.aliases:
        units = cut_units(name)
        yield Needle(_key(units), dotted=len(units) == 1 and units[0].dotted)


def _key(units: Iterable[Unit]) -> str:
    return "".join(unit.text for unit in units)


def _keys(words: Sequence[QueryWord], units: Sequence[Unit]) -> Iterator[str]:
    """The key of each of the `words` that `units` make."""
    remaining = iter(units)
    return (_key(islice(remaining, word.units)) for word in words)


def _stands_alone(word: str) -> bool:
    """Whether marking `word` apart from its neighbours helps: not single characters, not words of grammar."""
    return word not in STOP_WORDS and (len(word) > 1 or word.isascii())
