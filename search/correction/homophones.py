"""Han characters that an input method got wrong: 人工只能 ─► 人工智能, 图形验正码 ─► 图形验证码.

A piece of what was typed is replaced where these characters stand together nowhere in the index and a word of the index
sounds the same and shares half of them. A word that the index or the dictionary knows is only replaced as a whole: 只能
alone is right, and 全文检索 is not 全文件索.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from wangqi.search.analysis import Analyzer
from wangqi.search.correction.candidate import Candidate, Certainty
from wangqi.search.correction.pinyin import MAX_CHARS, PinyinTable

IsHeld = Callable[[str], bool]
"""Whether some document holds these characters one after the other."""

LEAST_UNLISTED: Final = 3
"""Documents that must hold a word which the dictionary does not have: the segmenter makes many such words, of pieces of
two others (文件索) or of names, and these stand in one or two."""

CHARS_FOR_SURE: Final = 3
"""Two characters that nobody knows may as well be a name, unless what stands beside them stands with the other word."""


@dataclass(frozen=True, slots=True)
class Righted:
    """A text whose wrong characters are replaced."""

    text: str
    certainty: Certainty
    """That of the least sure replacement."""


def right_characters(typed: str, table: PinyinTable, analyzer: Analyzer, is_held: IsHeld) -> Righted | None:
    """`typed`, a run of Han characters, with its wrong ones replaced; None when nothing is wrong."""
    if is_held(typed):
        return None
    replacements = _Replacements(typed, table, analyzer, is_held)
    text, certainty, at = typed, Certainty.SURE, 0
    while at < len(typed):
        found = next(replacements.at(at), None)
        if found:
            text = text[:at] + found.word + text[at + len(found.word) :]
            certainty = min(certainty, found.certainty)
        at += len(found.word) if found else 1
    if certainty is Certainty.SHOWN and len(typed) >= CHARS_FOR_SURE and is_held(text):
        certainty = Certainty.SURE
    return Righted(text, certainty) if text != typed else None


class _Replacements:
    """The words that may stand in the place of pieces of one text."""

    def __init__(self, typed: str, table: PinyinTable, analyzer: Analyzer, is_held: IsHeld) -> None:
        self._typed, self._table, self._analyzer, self._is_held = typed, table, analyzer, is_held
        self._borders = self._find_borders()

    def at(self, start: int) -> Iterator[Candidate]:
        """Yield candidates to replace the characters from `start`, longest first."""
        if start not in self._borders:
            return
        for end in range(min(len(self._typed), start + MAX_CHARS), start + 1, -1):
            wrong = self._typed[start:end]
            alike = self._alike(wrong) if end in self._borders else []
            if alike and not self._is_held(wrong):
                yield from alike

    def _alike(self, wrong: str) -> list[Candidate]:
        """Words in place of `wrong`; for a word of the dictionary they are only offered."""
        if self._analyzer.knows(wrong):
            return [replace(each, certainty=Certainty.OFFERED) for each in self._words(wrong)]
        return [replace(each, certainty=self._certainty(each, wrong)) for each in self._words(wrong)]

    def _words(self, wrong: str) -> Iterator[Candidate]:
        for found in self._table.homophones(wrong):
            is_word = self._analyzer.knows(found.word) or found.documents >= LEAST_UNLISTED
            if is_word and 2 * _shared(found.word, wrong) >= len(wrong):
                yield found

    def _certainty(self, found: Candidate, wrong: str) -> Certainty:
        is_sure = (
            len(wrong) >= CHARS_FOR_SURE
            and len(wrong) - _shared(found.word, wrong) == 1
            and found.documents >= self._table.least_documents
            and self._analyzer.knows(found.word)
        )
        return Certainty.SURE if is_sure else Certainty.SHOWN

    def _find_borders(self) -> set[int]:
        """Offsets at which a piece may begin or end: not inside a word that the index or the dictionary knows."""
        inside = {
            at
            for word in self._analyzer.query(self._typed)
            if word.units > 1 and self._is_known(self._typed[word.start : word.end])
            for at in range(word.start + 1, word.end)
        }
        return set(range(len(self._typed) + 1)) - inside

    def _is_known(self, word: str) -> bool:
        return self._analyzer.knows(word) or self._is_held(word)


def _shared(first: str, second: str) -> int:
    return sum(map(str.__eq__, first, second))
