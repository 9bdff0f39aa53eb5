"""Units: what positions count. One unit is one Han character (kana, Hangul syllable), one part of a Latin word, or one
symbol such as an emoji.

    >>> [unit.text for unit in cut_units("C语言和OpenMessaging")]
    ['c', '语', '言', '和', 'open', 'messaging']

Latin stands for every script that is written in words. Its words end at white space and punctuation, its parts also at
`_ - . / ' +`, at digits and at a change of case. `C++`, `C#`, `F#` are one part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import Final, Literal, NamedTuple

from wangqi.search.analysis.folding import Folded, fold

CJK: Final = (
    "\u3005-\u3007\u3041-\u309f\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003fffd"
)
"""Characters that stand for themselves, inside a regular expression's []: Han, kana, Hangul; 𠮷 and its like too."""

_SYMBOL: Final = "\u00a9\u00ae\u2190-\u2bff\U0001f000-\U0001faff"
"""Symbols that are units, inside [] as well: arrows, signs, emoji."""

CONNECTORS: Final = frozenset("_-.'’+·")
"""Between the parts of one word."""

_SHARP: Final = r"(?<![A-Za-z0-9])[A-Za-z](?:\+\+|#)(?![A-Za-z+#])"
_LETTERS: Final = rf"[^\W_{CJK}]+"
RUN: Final = re.compile(
    rf"(?P<cjk>[{CJK}]+)"
    rf"|(?P<latin>(?:{_SHARP}|{_LETTERS})(?:[{re.escape(''.join(sorted(CONNECTORS)))}](?:{_SHARP}|{_LETTERS}))*)"
    rf"|(?P<symbol>[{_SYMBOL}])"
)
"""In a folded text, what belongs together: Han characters, a Latin word with its connectors, a symbol."""

_WORD_PIECE: Final = re.compile(rf"(?P<sharp>{_SHARP})|{_LETTERS}")
_PART: Final = re.compile(
    r"[A-Z]{2,}s(?![a-z])"  # plural of an abbreviation: PDFs
    r"|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\dA-Za-z]+|."
)
SEPARATORS: Final = frozenset({"/", "\\", "&", "::", "@", ":"})
"""Between words that belong together: `owner/repo`, `TCP/IP`."""

Script = Literal["cjk", "latin", "symbol"]


class Unit(NamedTuple):
    """A Han character or a part of a Latin word: one position of a text."""

    text: str
    """Folded, lower case."""
    start: int
    """Offsets into the original text, half-open."""
    end: int
    script: Script
    gap: str
    """What stands between the unit before and this one: "" nothing, "case" or "digit" a change inside a Latin run, a
    connector or separator such as "-" or "/", " " white space within a line, "|" anything else (also at the start)."""
    dotted: bool = False
    """A Latin part whose dot belongs to its name: .NET, .gitignore."""


def cut_units(text: str) -> list[Unit]:
    """The units of `text`, in order, with offsets into `text`."""
    return list(chain.from_iterable(cut_runs(text)))


def cut_runs(text: str) -> list[list[Unit]]:
    """The units of `text` that belong together: a run of Han characters, a Latin word, a symbol."""
    folded = fold(text)
    runs: list[list[Unit]] = []
    last_end = 0
    for match in RUN.finditer(folded.text):
        gap = gap_of(folded.text[last_end : match.start()]) if runs else "|"
        last_end = match.end()
        runs.append(_units_of(match, folded, gap))
    return runs


def latin_units(word: str, before: str) -> list[Unit]:
    """The units of a Latin word of a folded text; `before` is the dot that stands before it with what is before that,
    "" when there is none. Offsets count from the start of `before`."""
    folded = Folded(before + word, None)
    match = RUN.match(folded.text, len(before))
    assert match
    return list(_parts(match, folded, "|"))


def gap_of(between: str) -> str:
    """`Unit.gap` of what stands between two runs."""
    if not between or between in CONNECTORS or between in SEPARATORS:
        return between
    return " " if between.isspace() and "\n" not in between else "|"


def _units_of(run: re.Match[str], folded: Folded, gap: str) -> list[Unit]:
    start, end = run.span()
    match run.lastgroup:
        case "cjk":
            return _characters(folded, start, end, gap)
        case "latin":
            return list(_parts(run, folded, gap))
        case _:
            return [_unit(folded, start, end, "symbol", gap)]


def _characters(folded: Folded, start: int, end: int, gap: str) -> list[Unit]:
    # Most units are such characters: made all at once, without a call for each.
    chars, gaps = folded.text[start:end], chain((gap,), repeat(""))
    if folded.origins is None:
        starts: Iterable[int] = range(start, end)
        ends: Iterable[int] = range(start + 1, end + 1)
    else:
        starts = folded.origins[start:end]
        ends = folded.ends[start:end] if folded.ends else [origin + 1 for origin in starts]
    return list(map(Unit._make, zip(chars, starts, ends, repeat("cjk"), gaps, repeat(False))))


def _parts(run: re.Match[str], folded: Folded, gap: str) -> Iterator[Unit]:
    """The units of a Latin word: of each of its pieces, which connectors part."""
    for piece in _WORD_PIECE.finditer(folded.text, *run.span()):
        start, end = piece.span()
        if start > run.start():
            gap = folded.text[start - 1]
        if piece["sharp"]:
            yield _unit(folded, start, end, "latin", gap)
        else:
            yield from _parts_of_letters(piece, folded, gap)


def _parts_of_letters(piece: re.Match[str], folded: Folded, gap: str) -> Iterator[Unit]:
    start = piece.start()
    dotted = _is_dotted(folded.text, start)
    for part in _PART.finditer(piece.group()):
        yield _unit(folded, start + part.start(), start + part.end(), "latin", gap, dotted)
        following = piece.string[start + part.end() : start + part.end() + 1]
        gap = "digit" if part.group().isdigit() or following.isdigit() else "case"
        dotted = False


def _is_dotted(text: str, start: int) -> bool:
    """Whether the Latin run at `start` is a name with its own dot: ` .NET` and `ASP.NET`, not `example.net`."""
    if text[start - 1 : start] != "." or not text[start].isalpha():
        return False
    before = text[start - 2 : start - 1]
    return not (before.isalnum() or before == ".") or text[start : start + 2].isupper()


def _unit(folded: Folded, start: int, end: int, script: Script, gap: str, dotted: bool = False) -> Unit:
    original_start, original_end = folded.original(start, end)
    return Unit(folded.text[start:end].casefold(), original_start, original_end, script, gap, dotted)
