"""What is checked: an issue as it is read, the lines it was read from, and its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Final, NamedTuple

from wangqi.indexer.reader.lines import Line
from wangqi.search.model import Entry, Issue


class Mistake(NamedTuple):
    line: int
    code: str
    message: str
    """What is wrong, and what to do."""


class LinkPlace(NamedTuple):
    line: int
    text: str
    """What is shown."""
    target: str


@dataclass(frozen=True)
class DraftFile:
    issue: Issue
    lines: Sequence[Line]
    """All that a reader sees, in order."""
    source: Sequence[str]
    """The lines of the file."""
    folder: Path | None = None
    """What relative addresses are relative to; None where the draft is no file."""
    root: Path | None = None
    """The folder of its archive, if it lies in one."""

    @cached_property
    def texts(self) -> list[Line]:
        """The visible lines outside of code."""
        return [line for line in self.lines if line.kind in ("text", "heading") and line.text]

    @cached_property
    def code_lines(self) -> frozenset[int]:
        return frozenset(line.number for line in self.lines if line.kind == "code")

    @cached_property
    def links(self) -> list[LinkPlace]:
        """The links that have a text of their own or are shown as they are, in order."""
        marks = [(line, mark) for line in self.lines if line.kind != "code" for mark in line.marks]
        shown = [(line, mark) for line, mark in marks if mark.kind in ("link", "address")]
        return [LinkPlace(line.number, line.text_of(mark).strip(), mark.target) for line, mark in shown]

    def has_text_below(self, heading: int) -> bool:
        """Whether something stands below the heading on a line, before the next one."""
        below = takewhile(lambda line: line.kind != "heading", (line for line in self.lines if line.number > heading))
        return any(line.text or line.marks for line in below)

    def has_image(self, number: int) -> bool:
        return any(mark.kind == "image" for line in self.lines if line.number == number for mark in line.marks)

    def source_line(self, number: int) -> str:
        """Line `number` of the file, from 1."""
        return self.source[number - 1] if 0 < number <= len(self.source) else ""

    def entries(self) -> Iterator[Entry]:
        return iter(self.issue.entries())


def name_of(entry: Entry) -> str:
    """An entry as a message names it."""
    return entry.title or entry.text[:20]


_BACKTICKS: Final = re.compile("`+")


def without_code(text: str) -> str:
    """A line without its spans of code, each from a run of backticks to the next one as long (CommonMark 6.1)."""
    runs = list(_BACKTICKS.finditer(text))
    ends: dict[int, int] = {}
    """Length of a run → where it stands next."""
    following = [-1] * len(runs)
    for at in range(len(runs) - 1, -1, -1):
        length = len(runs[at][0])
        following[at] = ends.get(length, -1)
        ends[length] = at
    pieces, start, at = [], 0, 0
    while at < len(runs):
        end = following[at]
        if end >= 0:
            pieces.append(text[start : runs[at].start()])
            start = runs[end].end()
        at = max(at, end) + 1
    return "".join([*pieces, text[start:]])
