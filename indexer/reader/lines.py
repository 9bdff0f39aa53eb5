"""Visible lines of a Markdown text, with what they link to and where they stand.

Everything after this module works on a flat sequence of `Line`: sections and entries are consecutive runs of it, so
that no line can get lost or belong to two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

MarkKind = Literal["link", "image", "strong", "address"]
RecordRole = Literal["", "lead", "detail", "aside"]
LineKind = Literal["text", "heading", "code", "rule"]


MAX_OPEN: Final = 20
"""Stretches that are open at once, each of which goes on in every line: the oldest ends when one more is opened."""


# Not frozen, as the next two, though nobody changes one: an issue has thousands, and frozen takes five times as long.
@dataclass(slots=True)
class LineMark:
    """A stretch `start:end` of a line's text that is a link, an address without one, an image (empty) or bold."""

    kind: MarkKind
    start: int
    end: int
    target: str = ""
    alt: str = ""
    """What is shown where an image is not, and its title."""


@dataclass(slots=True, unsafe_hash=True)
class BlockPlace:
    """The block of a line, and the lists and quotes around it."""

    block: int = 0
    """Lines of one paragraph (code block, table…) share it."""
    list_id: int = 0
    """The innermost list, 0 outside of lists."""
    depth: int = 0
    """How many lists deep."""
    quote: int = 0
    """How many block quotes deep."""
    quote_id: int = 0
    """The outermost block quote, 0 outside of quotes."""


NOWHERE: Final = BlockPlace()
"""Of lines that have none yet."""


@dataclass(slots=True)
class Line:
    """A visible line: markers of lists, quotes, headings and emphasis are gone, alternative texts of images too."""

    number: int
    """Line of the file, from 1."""
    text: str
    marks: tuple[LineMark, ...] = ()
    kind: LineKind = "text"
    level: int = 0
    """Of a heading: 1 to 6."""
    place: BlockPlace = NOWHERE
    marker: str = ""
    """Of the first line of a list item: "-" or its number, as "12."; "-12." for a number that stands in a bullet."""
    opens: bool = False
    """First line of its block."""
    record: RecordRole = ""
    """Of a line of a record (`indexer.reader.records`): whether it leads the record or is a detail of it. An "aside"
    (`indexer.reader.asides`) leads nothing."""

    def __reduce__(self) -> tuple[Callable[..., Line], tuple[object, ...]]:
        # Drafts are made of lines: pickled with a place and marks each, these take two to three times as long.
        place = self.place
        return _unpickled, (
            self.number, self.text, self.kind, self.level, self.marker, self.opens, self.record,
            (place.block, place.list_id, place.depth, place.quote, place.quote_id),
            *[(mark.kind, mark.start, mark.end, mark.target, mark.alt) for mark in self.marks],
        )  # fmt: skip

    @property
    def is_detail(self) -> bool:
        """Tells more of what a line above it leads, and so leads no entry."""
        return self.record == "detail"

    @property
    def is_bullet(self) -> bool:
        return self.marker.startswith("-")

    def links(self) -> list[LineMark]:
        """The links of the line, in order."""
        return [mark for mark in self.marks if mark.kind == "link"] if self.marks else []

    def text_of(self, mark: LineMark) -> str:
        """Visible text of a mark."""
        return self.text[mark.start : mark.end]


def _unpickled(
    number: int,
    text: str,
    kind: LineKind,
    level: int,
    marker: str,
    opens: bool,
    record: RecordRole,
    place: tuple[int, int, int, int, int],
    *marks: tuple[MarkKind, int, int, str, str],
) -> Line:
    return Line(
        number, text, tuple([LineMark(*mark) for mark in marks]), kind, level, BlockPlace(*place), marker, opens, record
    )


@dataclass(slots=True)
class LineBuilder:
    """Collects visible text into lines; a link or bold stretch that crosses a line break goes on in the next line."""

    number: int
    lines: list[Line] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _marks: list[LineMark] = field(default_factory=list)
    _open: list[tuple[MarkKind, int, str]] = field(default_factory=list)

    def add_text(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def add_image(self, target: str, *words: str) -> None:
        """An image, and what its author says of it: alternative text, title."""
        alt = " ".join(" ".join(words).split())
        self._marks.append(LineMark("image", self._length, self._length, target, alt))

    def open(self, kind: MarkKind, target: str = "") -> None:
        if len(self._open) == MAX_OPEN:
            first, start, its_target = self._open.pop(0)
            self._marks.append(LineMark(first, start, self._length, its_target))
        self._open.append((kind, self._length, target))

    def close(self, kind: MarkKind) -> None:
        """End the innermost open stretch of that kind; nothing when there is none (stray closing tags)."""
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == kind:
                _, start, target = self._open.pop(index)
                self._marks.append(LineMark(kind, start, self._length, target))
                return

    def within_link(self) -> bool:
        return any(kind == "link" for kind, _, _ in self._open)

    def break_line(self, *, source_lines: int = 1) -> None:
        """End the line; the next one stands `source_lines` further down in the file."""
        still_open = self._open
        for kind, start, target in still_open:
            self._marks.append(LineMark(kind, start, self._length, target))
        self._flush()
        self._open = [(kind, 0, target) for kind, _, target in still_open]
        self.number += source_lines

    def finish(self) -> list[Line]:
        self.break_line()
        return self.lines

    def _flush(self) -> None:
        raw = "".join(self._parts)
        text, marks = raw.strip(), self._marks
        if len(text) < len(raw):
            shift = len(raw) - len(raw.lstrip())
            marks = [
                LineMark(
                    mark.kind, _clamp(mark.start - shift, text), _clamp(mark.end - shift, text), mark.target, mark.alt
                )
                for mark in marks
            ]
        if len(marks) > 1:
            marks.sort(key=lambda mark: (mark.start, -mark.end))
        if text or marks:
            self.lines.append(Line(self.number, text, tuple(marks)))
        self._parts, self._marks, self._length = [], [], 0


def _clamp(offset: int, text: str) -> int:
    return max(0, min(offset, len(text)))


def spans(starts: Sequence[int], end: int) -> list[tuple[int, int]]:
    """From each of `starts` to the next one, from the last to the `end`."""
    return list(zip(starts, [*starts[1:], end], strict=True)) if starts else []
