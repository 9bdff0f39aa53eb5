"""A text in which needles are looked for: first as plain strings, then by units where that leaves a doubt."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from wangqi.search import budget
from wangqi.search.analysis.folding import fold_case
from wangqi.search.analysis.units import CJK, cut_units
from wangqi.search.answer.needles import Needle, squeezed
from wangqi.search.answer.result import Range

_LATIN: Final = re.compile(rf"[^\W_{CJK}]")
_INSIDE_UNIT: Final = re.compile(rf"(?<=[A-Za-z])[a-z]|(?<=[A-Z])[A-Z](?![a-z]|[^\x00-\x7f{CJK}])|(?<=[0-9])[0-9]")
_BORDER: Final = re.compile("(?<=[a-z])[A-Z0-9]|(?<=[A-Z])(?:[0-9]|[A-Z](?=[a-rt-z]))|(?<=[0-9])[A-Za-z]")
"""Where it is plain that no unit begins, and that one does: SQ|Lite, mongo|DB, vue|3. The s of PDFs is left open, and
what stands before a sign that folding may make small letters of, or nothing: AB|A㎏."""
_SHARP: Final = re.compile(r"[+#]")
_WORD_END: Final = re.compile(rf"[\s{CJK}]")


class Haystack:
    """Texts as one, lines apart, to be searched for needles.

    What takes time (squeezing, units) is made only when a needle may be there.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        # As one, to save calls: nothing that is found runs over the end of a line.
        self._original = "\n".join(texts)
        self._folded = fold_case(self._original)
        self._text, self._origins, _ = self._folded
        self._squeezed = ""
        self._word_ends: dict[Range, list[int]] = {}
        """By line."""
        self._units: dict[Range, _Units] = {}
        """Of the pieces that needles were looked for in: several may be doubtful in the same place."""

    def find(self, needles: Iterable[Needle]) -> list[Range]:
        """Find every range where one of `needles` stands; ranges may overlap."""
        found: list[Range] = []
        for needle in needles:
            budget.check()
            if all(map(self._text.__contains__, needle.text)):
                spans = needle.solid_spans(self._text, self._squeezed_text)
                if spans is not None and needle.is_han:
                    found += map(self._in_original, spans)  # each character is a unit
                else:
                    found += self._verified(needle, needle.spaced_spans(self._text) if spans is None else spans)
        return found

    def _verified(self, needle: Needle, spans: Iterable[Range]) -> Iterator[Range]:
        """Yield the ranges where `needle`, which is spelled at `spans`, stands as whole units."""
        done = 0
        for start, end in spans:
            if end <= done or self._cuts_unit(start) or (self._cuts_unit(end) and not needle.is_prefix):
                continue
            if self._stands_clear(needle, start, end):
                yield self._in_original((start, end))
            else:
                # The words around will do, but for what runs out of those looked at already: lines end that.
                whole_line = needle.is_phrase or start < done
                start, done = self._line(start, end) if whole_line else self._word(start, end)
                yield from self._units_of(*self._in_original((start, done))).find(needle)

    def _units_of(self, start: int, end: int) -> _Units:
        if (start, end) not in self._units:
            self._units[start, end] = _Units(self._original[start:end], start)
        return self._units[start, end]

    def _squeezed_text(self) -> str:
        # Not a cached property: those take a lock, which is slower than what is cached.
        self._squeezed = self._squeezed or squeezed(self._text)
        return self._squeezed

    def _in_original(self, span: Range) -> Range:
        return self._folded.original(*span) if self._origins else span

    def _stands_clear(self, needle: Needle, start: int, end: int) -> bool:
        """Whether `needle` stands there in one piece, and no unit runs over its ends: then it is whole units."""
        if end - start > len(needle.text) or needle.dotted or _SHARP.search(self._text, start, end + 1):
            return False
        return self._is_border(end) and self._is_border(start)

    def _is_border(self, at: int) -> bool:
        if not at or not (_LATIN.match(self._text, at) and _LATIN.match(self._text, at - 1)):
            return True
        return bool(_BORDER.match(self._original, self._original_index(at)))

    def _cuts_unit(self, at: int) -> bool:
        """Whether plainly no unit starts at `at`: single letters stand in every English word."""
        return bool(_INSIDE_UNIT.match(self._original, self._original_index(at)))

    def _original_index(self, at: int) -> int:
        if not self._origins:
            return at
        return self._origins[at] if at < len(self._origins) else len(self._original)

    def _word(self, start: int, end: int) -> Range:
        """The words that `start` and `end` stand in, with all between; neither runs over the end of its line."""
        line = self._line(start, end)
        # One letter may be doubtful in every word of a line: so all ends are found at once.
        ends = self._word_ends.get(line)
        if ends is None:
            inside = (found.start() for found in _WORD_END.finditer(self._text, *line))
            ends = self._word_ends[line] = [line[0] - 1, *inside, line[1]]
        return ends[bisect_left(ends, start) - 1] + 1, ends[bisect_left(ends, end)]

    def _line(self, start: int, end: int) -> Range:
        found = self._text.find("\n", end)
        return self._text.rfind("\n", 0, start) + 1, found if found >= 0 else len(self._text)


class _Units:
    """A piece of a text, its units joined to be searched as one string."""

    def __init__(self, text: str, offset: int) -> None:
        self._offset = offset
        self._units = cut_units(text)
        self._joined = "".join(unit.text for unit in self._units)
        self._starts = [0, *accumulate(len(unit.text) for unit in self._units)]

    def find(self, needle: Needle) -> Iterator[Range]:
        at = self._joined.find(needle.text)
        while at >= 0:
            first = bisect_left(self._starts, at)
            last = bisect_left(self._starts, at + len(needle.text))
            if self._fits(needle, at, first, last):
                start = self._units[first].start - needle.dotted
                yield self._offset + start, self._offset + self._units[last - 1].end
            at = self._joined.find(needle.text, at + 1)

    def _fits(self, needle: Needle, at: int, first: int, last: int) -> bool:
        """Whether the needle at `at` is exactly the units `first` to `last`, and these belong together."""
        starts, ends = self._starts[first] == at, self._starts[last] == at + len(needle.text)
        if not starts or not (ends or needle.is_prefix) or (needle.dotted and not self._units[first].dotted):
            return False
        return needle.is_phrase or all(unit.gap != "|" for unit in self._units[first + 1 : last])
