"""Where the words of a query stand in a text: what was typed, whole, and nothing else.

    >>> Highlighter(parse("node.js 教程").query, Analyzer()).find(["Nodejs 入门教程"])
    [[Mark(start=0, end=6, word=0), Mark(start=9, end=11, word=1)]]

A word that was typed in one piece and stands so in the entry is marked there only; else the words it consists of are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from search.analysis import Analyzer
from search.analysis.folding import fold
from search.analysis.units import CJK
from search.fields import typed_words
from search.query.stopwords import STOP_WORDS
from search.query.tree import And, Match, Most, Or, Phrase, Prefix, Query
from search.result import Range

_NO_WORD = re.compile(r"[\W_]+")
_HAN_ONLY = re.compile(f"[{CJK}]+")
_JOINT = "(?:[^\\w\\n|]|_){0,2}"
"""Between the parts of a word: nothing, a blank, a connector or separator such as - . / ::"""
_WORD_END = re.compile(rf"[\s{CJK}]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where a word of the query stands."""

    start: int
    end: int
    """Half-open, in code points of the text."""
    word: int
    """Which of the query's words, by number."""


class _Needle:
    """Units to find, joined."""

    __slots__ = ("_spelled", "dotted", "hint", "is_han", "is_phrase", "is_prefix", "text")

    def __init__(self, text: str, is_prefix: bool = False, is_phrase: bool = False, dotted: bool = False) -> None:
        self.text = text
        self.is_prefix = is_prefix
        self.is_phrase = is_phrase
        self.dotted = dotted
        self.hint = _squeezed(text)
        """What a text must hold, squeezed, to hold the needle."""
        self.is_han = bool(_HAN_ONLY.fullmatch(text))
        self._spelled: re.Pattern[str] | None = None

    def spelled(self) -> re.Pattern[str]:
        """The needle as it may be written: what joins the units of a word may stand between any two characters."""
        if self._spelled is None:
            self._spelled = re.compile(_JOINT.join(map(re.escape, self.text)), re.IGNORECASE)
        return self._spelled


class Highlighter:
    """Finds the words of one query in the texts of many entries."""

    def __init__(self, query: Query, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        typed = [_Typed(part, analyzer) for part in positive_parts(query)]
        for before, after in pairwise(typed):
            before.join(after)
        telling = [part for part in typed if not part.is_stop_word] or typed
        self._typed = [part for part in telling if part.whole]

    def find(self, texts: Sequence[str]) -> list[list[Mark]]:
        """The marks of each of the texts of one entry, sorted; they may overlap."""
        return self.find_in([Haystack(text, self._analyzer) for text in texts])

    def find_in(self, haystacks: Sequence[Haystack]) -> list[list[Mark]]:
        """The same for texts that several highlighters are asked about."""
        found: list[list[Mark]] = [[] for _ in haystacks]
        for number, typed in enumerate(self._typed):
            whole = [list(haystack.find(typed.whole)) for haystack in haystacks]
            places = whole if any(whole) else [list(haystack.find(typed.parts)) for haystack in haystacks]
            for marks, ranges in zip(found, places, strict=True):
                marks += [Mark(start, end, number) for start, end in ranges]
        return [sorted(marks, key=lambda mark: (mark.start, mark.end, mark.word)) for marks in found]


def positive_parts(query: Query) -> Iterator[Match | Phrase | Prefix]:
    """What a document should hold, in the order typed."""
    match query:
        case Match() | Phrase() | Prefix():
            yield query
        case And(parts) | Or(parts):
            for part in parts:
                yield from positive_parts(part)
        case Most(inner):
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
    """A part of a query as needles: whole as typed, and the words that it consists of."""

    def __init__(self, part: Match | Phrase | Prefix, analyzer: Analyzer) -> None:
        text = typed_words(part.text) if isinstance(part, Match) else part.text
        words = analyzer.query(text) if isinstance(part, Match) else []
        units = analyzer.units(text)
        key = "".join(unit.text for unit in units)
        dotted = len(units) == 1 and units[0].dotted
        needle = _Needle(key, isinstance(part, Prefix), isinstance(part, Phrase), dotted)
        self.whole = [needle] if key else []
        self.parts: list[_Needle] = []
        self.is_stop_word = isinstance(part, Match) and all(word.text in STOP_WORDS for word in words)
        self._is_latin = len(words) == 1 and key.isascii()
        if len(words) == 1:
            self.whole += [_Needle(_key(name, analyzer)) for name in words[0].aliases]
        elif words:
            self.parts = [_Needle(_key(word.text, analyzer)) for word in words if _stands_alone(word.text)]

    def join(self, after: _Typed) -> None:
        """Mark this word also where it and the next one are written as one: open messaging, openmessaging."""
        if self._is_latin and after._is_latin:
            self.whole.append(_Needle(self.whole[0].text + after.whole[0].text))


def _key(text: str, analyzer: Analyzer) -> str:
    return "".join(unit.text for unit in analyzer.units(text))


def _stands_alone(word: str) -> bool:
    """Whether marking `word` apart from its neighbours helps: not single characters, not words of grammar."""
    return word not in STOP_WORDS and (len(word) > 1 or word.isascii())


class Haystack:
    """A text to be searched for needles. What takes time (units, lines) is made only when a needle may be there."""

    def __init__(self, text: str, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._text = text
        self._folded = fold(text)
        self._squeezed = ""

    def find(self, needles: Sequence[_Needle]) -> Iterator[Range]:
        """Where the needles stand."""
        for needle in needles:
            if needle.is_han and needle.text in self._folded.text:
                # Each character is a unit, so that there is nothing to compare but the characters.
                yield from self._plain_places(needle.text)
            elif self._may_hold(needle):
                # A phrase may run over whatever punctuation, so that only whole lines are sure to hold it.
                places = [] if needle.is_phrase else [_Line(*place, self._analyzer) for place in self._around(needle)]
                for line in places or self._lines:
                    yield from line.find(needle)

    def _may_hold(self, needle: _Needle) -> bool:
        # Not a cached property: those take a lock, which is slower than what is cached.
        self._squeezed = self._squeezed or _squeezed(self._folded.text)
        return needle.hint in self._squeezed

    def _plain_places(self, text: str) -> Iterator[Range]:
        at = self._folded.text.find(text)
        while at >= 0:
            yield self._folded.original(at, at + len(text))
            at = self._folded.text.find(text, at + 1)

    def _around(self, needle: _Needle) -> Iterator[tuple[str, int]]:
        """The words around each place where `needle` is spelled, and where they start in the text."""
        folded, done = self._folded.text, 0
        for match in needle.spelled().finditer(folded):
            start, end = match.span()
            if start < done:
                continue
            start = next((at + 1 for at in range(start - 1, done - 1, -1) if _WORD_END.match(folded, at)), done)
            done = found.start() if (found := _WORD_END.search(folded, end)) else len(folded)
            first, last = self._folded.original(start, done)
            yield self._text[first:last], first

    @cached_property
    def _lines(self) -> list[_Line]:
        lines, start = [], 0
        for line in self._text.split("\n"):
            lines.append(_Line(line, start, self._analyzer))
            start += len(line) + 1
        return lines


def _squeezed(folded: str) -> str:
    """A folded text without all that is neither letter nor digit: whatever holds a word holds it here."""
    return _NO_WORD.sub("", folded.casefold())


class _Line:
    """A line or a part of one, its units joined to be searched as one string."""

    def __init__(self, text: str, offset: int, analyzer: Analyzer) -> None:
        self._offset = offset
        self._units = analyzer.units(text)
        self._joined = "".join(unit.text for unit in self._units)
        self._starts = [0, *accumulate(len(unit.text) for unit in self._units)]

    def find(self, needle: _Needle) -> Iterator[Range]:
        at = self._joined.find(needle.text)
        while at >= 0:
            first = bisect_left(self._starts, at)
            last = bisect_left(self._starts, at + len(needle.text))
            if self._fits(needle, at, first, last):
                start = self._units[first].start - needle.dotted
                yield self._offset + start, self._offset + self._units[last - 1].end
            at = self._joined.find(needle.text, at + 1)

    def _fits(self, needle: _Needle, at: int, first: int, last: int) -> bool:
        """Whether the needle at `at` is exactly the units `first` to `last`, and these belong together."""
        starts, ends = self._starts[first] == at, self._starts[last] == at + len(needle.text)
        if not starts or not (ends or needle.is_prefix) or (needle.dotted and not self._units[first].dotted):
            return False
        return needle.is_phrase or all(unit.gap != "|" for unit in self._units[first + 1 : last])
