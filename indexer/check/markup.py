"""Marks that do not mean what their author meant: bold without an end, `#` before a no-break blank; and what was left
to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wangqi.indexer.check.draft import DraftFile, Mistake, without_code
from wangqi.indexer.reader.lines import Line
from wangqi.search.errors.message import Message

_HEADING: Final = re.compile(r"\s{0,3}(#{1,6})([\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]+)")
_LINK_TARGET: Final = re.compile(r"\]\([^()\[\]\s]*\)|https?://\S+")
_BOLD: Final = re.compile(r"(?<![*\\])\*\*(?![*])")
_START: Final = r"^\W{0,3}(?:\d{1,3}[、.．)）]\s?)?"
_TO_DO: Final = re.compile(
    rf"{_START}(?:TODO|FIXME|TBD|XXX)\s?(?:[:：]|$|(?:写|补|加|改|查|填|完善|确认|整理|更新))"
    r"|[\[【（(]\s?(?:TODO|FIXME|TBD|待补充?|待写|待完善|待定|此处待补)\s?(?:[:：][^\])】）]{0,40})?[\]】）)]"
    rf"|{_START}(?:待补充?|待写|待完善)(?:[:：]|\W{{0,3}}$)"
    r"|(?<=[。！？])\s?(?:(?:TODO|FIXME|TBD)\s?(?:[:：]|\W{0,3}$)|(?:待补充?|待写|待完善)\W{0,3}$)"
)
"""A note to oneself: it begins a line, a sentence or the text of an entry; elsewhere TODO is what is written about."""
_TEXT_OF_ENTRY: Final = re.compile(r"\s?[:：—–-]{1,2}")
"""What parts it from the title."""


def odd_markup(draft: DraftFile) -> Iterator[Mistake]:
    yield from _heading_blanks(draft)
    for line in draft.texts:
        written = draft.source_line(line.number)
        if "**" in line.text and _is_unclosed(written):
            message = Message("bold that begins or ends with ** alone: the stars are shown as they are")
            yield Mistake(line.number, "unclosed-bold", message)
        if found := next(filter(None, map(_TO_DO.search, _beginnings(line))), None):
            yield Mistake(line.number, "to-do", Message("something was left to do: {text}", text=found[0].strip()))


def _beginnings(line: Line) -> Iterator[str]:
    """The line, and what it says of each link or bold title in it."""
    yield line.text
    for rest in (line.text[mark.end :] for mark in line.marks if mark.kind in ("link", "strong")):
        if parting := _TEXT_OF_ENTRY.match(rest):
            yield rest[parting.end() :]


def _heading_blanks(draft: DraftFile) -> Iterator[Mistake]:
    for number, written in enumerate(draft.source, 1):
        if number not in draft.code_lines and (found := _HEADING.match(written)):
            character = f"U+{ord(found[2][0]):04X}"
            message = Message(
                "{character} instead of a blank after {marks}: elsewhere this is no heading; type a blank",
                character=character,
                marks=found[1],
            )
            yield Mistake(number, "heading-blank", message)


def _is_unclosed(written: str) -> bool:
    """Whether a line holds an odd number of `**`, code and addresses left out; `2**10` and `**/*.md` are none."""
    text = _LINK_TARGET.sub("", without_code(written))
    stars = [found for found in _BOLD.finditer(text) if not _is_operator(text, found.start(), found.end())]
    return len(stars) % 2 == 1


def _is_operator(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return around.endswith("/") or around.isspace() or (len(around) == 2 and around.isascii() and around.isalnum())
