"""Folding: the many spellings of one character → one, with the way back to the original text.

Per character, so that a substring of a text always folds to a substring of the folded text: NFKC (full and half width,
㎏ → kg), accents off Latin letters (Đ and ø too), traditional → simplified, control and zero-width characters dropped.
What is written in several, the parts of a Hangul syllable and the voice mark of a kana, is composed first. Case is
kept, because Latin words are cut by it; `search.analysis.units` lowers it afterwards.

    >>> folded = fold("１㎏㍿")
    >>> folded.text, folded.original(1, 3)
    ('1kg株式会社', (1, 2))
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import Any, Final, NamedTuple, overload

_UNEVEN: Final = "\0"
"""Stands for a character that does not fold to exactly one, or that may be a part of one (`_PARTS`); none that is kept
is this one."""

_LESSONS: Final = frozenset(int(1000 * 1.25**power) for power in range(20))
"""Numbers of characters met at which the table learns which of them it can pass over: the first is more than a single
search meets, and each lesson takes less time (1 to 3 ms) than meeting as many characters did. With a lesson at each
doubling, the texts of a page had 42 characters on average to look up that fold to themselves, and have 3 so."""

_PUNCTUATION: Final = tuple(zip("，（）：；？！", ",():;?!", strict=True))
"""Most of what would be looked up. A look-up takes as long as replacing a character throughout 3 000, which are the
texts of a page of hits: folding them takes 85 µs without, 25 µs with."""


class Folded(NamedTuple):
    text: str
    origins: Sequence[int] | None
    """For each character of `text` the index in the original that it comes from; None when they are the same."""
    ends: Sequence[int] | None = None
    """For each character the end of what it comes from; None when that is always one character."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original text that `text[start:end]`, not empty, was folded from."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.ends[end - 1] if self.ends else self.origins[end - 1] + 1


_CLUSTER: Final = re.compile(
    # Letters of Hangul, after a syllable or not: as macOS writes syllables, as letters of their own, of half width.
    "[\uac00-\ud7a3]?[\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\ud7b0-\ud7fb\uffa0-\uffdc]+"
    "|[\u3041-\u30ff\uff66-\uff9d][\u3099\u309a\uff9e\uff9f]"  # kana and its voice mark, of full or half width
)

_PARTS: Final = re.compile("[\u1100-\u11ff\u3099\u309a\u3131-\u318e\ua960-\ua97c\ud7b0-\ud7fb\uff9e-\uffdc]")
"""In every cluster stands one of these, and hardly in any other text."""


def fold(text: str) -> Folded:
    """`text` folded; never longer ranges than the original, never an error, lone surrogates included."""
    if text.isascii() and text.isprintable():
        return Folded(text, None)
    marked = _marked(text)
    # A text with parts has marks; to search every text for parts takes as long as all else.
    has_parts = _UNEVEN in marked and _PARTS.search(text)
    return _fold_composed(text) if has_parts else _with_origins(text, marked)


def _fold_composed(text: str) -> Folded:
    """`text` folded where clusters of several characters are one in it."""
    once = _fold_clusters(text)
    if all(unicodedata.is_normalized("NFKC", cluster[0]) for cluster in _CLUSTER.finditer(once.text)):
        return once
    again = _fold_composed(once.text)  # what stood between the parts of a cluster was dropped
    spans = [once.original(*again.original(at, at + 1)) for at in range(len(again.text))]
    return Folded(again.text, tuple(start for start, _ in spans), tuple(end for _, end in spans))


def _fold_clusters(text: str) -> Folded:
    pieces: list[str] = []
    ranges: list[tuple[int, int]] = []
    at = 0
    for cluster in _CLUSTER.finditer(text):
        composed = unicodedata.normalize("NFKC", cluster[0])
        pieces += text[at : cluster.start()], composed
        ranges += _single(at, cluster.start())
        ranges += [cluster.span()] * len(composed)
        at = cluster.end()
    ranges += _single(at, len(text))
    composed_text = "".join([*pieces, text[at:]])
    folded, origins, _ = _with_origins(composed_text, _marked(composed_text))
    sources = [ranges[index] for index in (range(len(ranges)) if origins is None else origins)]
    return Folded(folded, tuple(start for start, _ in sources), tuple(end for _, end in sources))


def _single(start: int, end: int) -> list[tuple[int, int]]:
    """The ranges of the single characters from `start` to `end`."""
    return [(index, index + 1) for index in range(start, end)]


def _marked(text: str) -> str:
    """`text` with each character folded, and `_UNEVEN` for those that do not fold to exactly one or are of `_PARTS`."""
    for wide, plain in _PUNCTUATION:
        text = text.replace(wide, plain)
    return _TABLE.changing.sub(_look_up, text)


def _with_origins(text: str, marked: str) -> Folded:
    """The folded form of `text` from `_marked` of it."""
    if _UNEVEN not in marked:
        return Folded(marked, None)
    pieces: list[str] = []
    origins: list[Sequence[int]] = []
    at = 0
    for even in marked.split(_UNEVEN):
        end = at + len(even)
        # The last piece has no uneven character after it.
        uneven = _TABLE.uneven[text[end]] if end < len(text) else ""
        pieces += even, uneven
        origins += range(at, end), (end,) * len(uneven)
        at = end + 1
    return Folded("".join(pieces), _EndToEnd(origins))


class _EndToEnd(Sequence[int]):
    """`parts` as one sequence. A text has few uneven characters, and few of its origins are asked for."""

    def __init__(self, parts: Sequence[Sequence[int]]) -> None:
        self._parts = parts
        self._ends = list(accumulate(map(len, parts)))

    def __len__(self) -> int:
        return self._ends[-1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        part = bisect_right(self._ends, index)
        return self._parts[part][index - self._ends[part]]  # counted from its end


def fold_case(text: str) -> Folded:
    """`text` folded as `fold` does, in lower case."""
    folded, origins, ends = fold(text)
    lowered = folded.casefold()
    if len(lowered) != len(folded):  # ß → ss
        sources = [index for index, char in enumerate(folded) for _ in char.casefold()]
        origins = tuple(origins[index] if origins else index for index in sources)
        ends = tuple(ends[index] for index in sources) if ends else None
    return Folded(lowered, origins, ends)


def fold_text(text: str) -> str:
    """`text` folded, for those who need no way back."""
    return fold(text).text


def fold_key(text: str) -> str:
    """`text` as names are compared (sections, sites, contributors): folded, lower case, white space made one blank."""
    return " ".join(fold_text(text).casefold().split())


class _FoldTable(dict[str, str]):
    """Character → folded, filled as characters are met.

    Looking up each character of a text takes longer than all the rest, and most fold to themselves. So the table learns
    which do and passes over them: 2.6 instead of 11 µs for a text of 116 characters.
    """

    def __init__(self) -> None:
        super().__init__()
        self.changing = re.compile(r"[^ -~\n]")
        """Characters to look up: all but those of which it is known that they fold to themselves."""
        self.uneven: dict[str, str] = {}
        """What the characters fold to that are marked in a text."""

    def __missing__(self, char: str) -> str:
        folded = _fold_char(char)
        # The uneven ones first: another thread that finds the mark in the table must find it noted here as well.
        is_even = len(folded) == 1 and not _PARTS.match(char)
        if not is_even:
            self.uneven[char] = folded
        self[char] = even = folded if is_even else _UNEVEN
        if len(self) in _LESSONS:
            self._learn()
        return even

    def _learn(self) -> None:
        # From a copy, since other threads add to the table.
        kept = [re.escape(char) for char, folded in self.copy().items() if char == folded]
        self.changing = re.compile(f"[^ -~\\n{''.join(kept)}]")


_TABLE: Final = _FoldTable()


def _look_up(match: re.Match[str]) -> str:
    return _TABLE[match[0]]


_DROPPED = {"Cc", "Cf", "Cs"}
"""Categories of characters that nobody sees: control, format (zero width, byte order mark), lone surrogates."""

_COMBINING_ACCENTS = range(0x0300, 0x0370)


def _fold_char(char: str) -> str:
    if char in "\t\n\r\v\f":
        return char
    if unicodedata.category(char) in _DROPPED or ord(char) in _COMBINING_ACCENTS:
        return ""
    folded = unicodedata.normalize("NFKC", _without_accents(char))
    return folded if folded.isascii() else str(_simplifier().convert(folded))


_PLAIN: Final = str.maketrans(
    dict(zip("ĐđÐðØøŁłĦħŦŧı", "DdDdOoLlHhTti", strict=True))
    | dict(zip("ŒœÆæÞþĲĳ", ("OE", "oe", "AE", "ae", "TH", "th", "IJ", "ij"), strict=True))
)
"""Letters that Unicode does not take apart, though people who have no key for them type these."""


def _without_accents(char: str) -> str:
    decomposed = unicodedata.normalize("NFKD", char.translate(_PLAIN))
    return "".join(part for part in decomposed if ord(part) not in _COMBINING_ACCENTS)


@cache
def _simplifier() -> Any:
    """OpenCC, traditional → simplified. Made on first use; keeps the length of what it converts."""
    from opencc import OpenCC

    return OpenCC("t2s")
