"""Folding: the many spellings of one character → one, with the way back to the original text.

Per character, so that a substring of a text always folds to a substring of the folded text: NFKC (full and half width,
㎏ → kg), accents off Latin letters, traditional → simplified, control and zero-width characters dropped. Case is kept,
because Latin words are cut by it; `search.analysis.units` lowers it afterwards.

    >>> folded = fold("１㎏㍿")
    >>> folded.text, folded.original(1, 3)
    ('1kg株式会社', (1, 2))
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text."""

    text: str
    origins: tuple[int, ...] | None
    """For each character of `text` the index in the original that it comes from; None when they are the same."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original text that `text[start:end]`, not empty, was folded from."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> Folded:
    """`text` folded; never longer ranges than the original, never an error, lone surrogates included."""
    folded = fold_text(text)
    if _TABLE.uneven.isdisjoint(text):
        return Folded(folded, None)
    origins = [index for index, char in enumerate(text) for _ in _TABLE[ord(char)]]
    return Folded(folded, tuple(origins))


def fold_text(text: str) -> str:
    """`text` folded, for those who need no way back."""
    return text.translate(_TABLE)


def fold_key(text: str) -> str:
    """`text` as names are compared (sections, sites, contributors): folded, lower case, white space made one blank."""
    return " ".join(fold_text(text).casefold().split())


class _FoldTable(dict[int, str]):
    """A translation table that fills itself, one character at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()
        """Characters met so far that do not fold to exactly one."""

    def __missing__(self, codepoint: int) -> str:
        char = chr(codepoint)
        folded = _fold_char(char)
        # The uneven ones first: another thread that finds the folded character must find it noted here as well.
        if len(folded) != 1:
            self.uneven.add(char)
        self[codepoint] = folded
        return folded


_TABLE = _FoldTable()

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


def _without_accents(char: str) -> str:
    decomposed = unicodedata.normalize("NFKD", char)
    return "".join(part for part in decomposed if ord(part) not in _COMBINING_ACCENTS)


@cache
def _simplifier() -> Any:
    """OpenCC, traditional → simplified. Made on first use; keeps the length of what it converts."""
    from opencc import OpenCC

    return OpenCC("t2s")
