"""Han characters that an input method got wrong: 人工只能 ─► 人工智能, 图形验正码 ─► 图形验证码.

A piece of what was typed is replaced where these characters stand together nowhere in the index and a word of the index
sounds the same and shares half of them. A word that the index knows is only replaced as a whole: 只能 alone is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from search.analysis import Analyzer
from search.correction.candidate import Candidate
from search.correction.pinyin import MAX_CHARS, PinyinTable

IsHeld = Callable[[str], bool]
"""Whether some document holds these characters one after the other."""


def right_characters(typed: str, table: PinyinTable, analyzer: Analyzer, is_held: IsHeld) -> str:
    """`typed`, a run of Han characters, with its wrong ones replaced; itself when nothing is wrong."""
    if is_held(typed):
        return typed
    borders = _borders(typed, analyzer, is_held)
    at = 0
    while at < len(typed):
        found = next(_replacements(typed, at, borders, table, is_held), None)
        if found:
            typed = typed[:at] + found.word + typed[at + len(found.word) :]
        at += len(found.word) if found else 1
    return typed


def _replacements(
    typed: str, start: int, borders: set[int], table: PinyinTable, is_held: IsHeld
) -> Iterator[Candidate]:
    """What may stand at `start` instead, longest first."""
    if start not in borders:
        return
    for end in range(min(len(typed), start + MAX_CHARS), start + 1, -1):
        wrong = typed[start:end]
        alike = [found for found in table.homophones(wrong) if _share_half(found.word, wrong)] if end in borders else []
        if alike and not is_held(wrong):
            yield from alike


def _share_half(first: str, second: str) -> bool:
    return 2 * sum(map(str.__eq__, first, second)) >= len(first)


def _borders(typed: str, analyzer: Analyzer, is_held: IsHeld) -> set[int]:
    """Where a piece may begin or end: not inside a word that the index knows."""
    inside = {
        at
        for word in analyzer.query(typed)
        if word.units > 1 and is_held(typed[word.start : word.end])
        for at in range(word.start + 1, word.end)
    }
    return set(range(len(typed) + 1)) - inside
