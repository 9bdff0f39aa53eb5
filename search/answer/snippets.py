"""Snippets: the window of a text that shows best why it was found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from wangqi.search.answer.highlighting import Mark, merged
from wangqi.search.answer.result import Snippet

SNIPPET_CHARS: Final = 120
_LEAD: Final = 30
"""Characters before the first mark, in which the start of its sentence is looked for."""
_ELLIPSIS: Final = "…"
_SENTENCE_START = re.compile(r"(?<=[。！？!?；;\n])[”」』）)\s]*(?=\S)|(?<=\. )(?=\S)")
_UP_TO_BREAK = re.compile(r".*[。！？!?；;，,、\s]", re.DOTALL)


def make_snippet(text: str, marks: Sequence[Mark], *, max_chars: int = SNIPPET_CHARS) -> Snippet:
    """Cut the window of `text` that holds the most different words of the query.

    `marks` are sorted places in `text`. Ranges are half-open, counted in code points of the snippet. Without marks, the
    first `max_chars` characters and no ranges. Line breaks become blanks; `…` stands where text was cut off, beyond
    `max_chars`.
    """
    if len(text) <= max_chars:
        return Snippet(text=text.replace("\n", " "), ranges=merged(marks))
    start = _window_start(text, marks, max_chars)
    end = _window_end(text, start, max_chars)
    lead = _ELLIPSIS if start else ""
    shown = lead + text[start:end].replace("\n", " ") + (_ELLIPSIS if end < len(text) else "")
    shift = len(lead) - start
    inside = [mark for mark in marks if start <= mark.start and mark.end <= end]
    return Snippet(text=shown, ranges=tuple((first + shift, last + shift) for first, last in merged(inside)))


def _window_start(text: str, marks: Sequence[Mark], max_chars: int) -> int:
    if not marks:
        return 0
    room = max_chars - _LEAD
    best = _fullest(marks, room)
    if marks[best].end <= max_chars and _words_within(marks, best, room) == _words_within(marks, 0, max_chars):
        return 0
    at = marks[best].start
    sentence = _SENTENCE_START.search(text, max(0, at - _LEAD), at)
    return sentence.end() if sentence else max(0, at - _LEAD // 2)


def _fullest(marks: Sequence[Mark], chars: int) -> int:
    """Number of the first mark from which on the most different words stand within `chars` characters."""
    best, most, all_words = 0, -1, len({mark.word for mark in marks})
    for first in range(len(marks)):
        words = _words_within(marks, first, chars)
        if words > most:
            best, most = first, words
        if words == all_words:
            break
    return best


def _words_within(marks: Sequence[Mark], first: int, chars: int) -> int:
    """How many different words `marks` holds within `chars` characters from its mark number `first`."""
    end = marks[first].start + chars
    words = set()
    for at in range(first, len(marks)):
        mark = marks[at]
        if mark.start > end:
            break
        if mark.end <= end:
            words.add(mark.word)
    return len(words)


def _window_end(text: str, start: int, max_chars: int) -> int:
    end = start + max_chars
    if end >= len(text):
        return len(text)
    whole = _UP_TO_BREAK.match(text, end - max_chars // 4 - 1, end)
    return whole.end() if whole else end
