"""HTML inside Markdown → visible lines: tags and comments go, links and images stay as marks.

Not a browser's parser: regular, linear, never failing. An unclosed tag is shown as the text that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from wangqi.indexer.reader.lines import Line, LineBuilder
from wangqi.indexer.reader.markup import Tag, end_of_hidden, tag_at, unescape

_BREAKING = re.compile(
    "address|article|blockquote|br|center|d[dlt]|details|div|figcaption|figure|footer|h[1-6]|header|hr|li|main|nav|[ou]l|"
    "p|pre|section|summary|table|tbody|td|th|thead|tr"
)
_STRUCTURE = re.compile("blockquote|h[1-6]|li|[ou]l|p")
MAX_HEADING_CHARS: Final = 500


@dataclass(slots=True)
class HtmlBlock:
    """A block of HTML as pieces: headings, items of lists, paragraphs, each with the lists and quotes around it.

    >>> [(piece.marker, piece.lines[0].text) for piece in HtmlBlock("<ol><li>甲<li>乙</ol>丙", 1).pieces()]
    [('1.', '甲'), ('2.', '乙'), ('', '丙')]
    """

    source: str
    line: int
    """Line of the file at which it begins, from 1."""
    _lists: list[int] = field(default_factory=list)
    """Of the lists around what follows, how many items they have had; of those that count none, -1."""
    _quotes: int = 0
    _marker: str = ""
    _level: int = 0

    def pieces(self) -> Iterator[HtmlPiece]:
        """What a reader sees; empty ones are left out. Line ends of the source end a line."""
        builder = LineBuilder(self.line)
        for text, tag in _pieces(self.source):
            if tag and _STRUCTURE.fullmatch(tag.name):
                yield from self._piece(builder, tag)
                self._enter(tag)
            elif tag:
                add_tag(builder, tag)
            else:
                _add_text(builder, text)
        yield from self._piece(builder)

    def _piece(self, builder: LineBuilder, end: Tag | None = None) -> Iterator[HtmlPiece]:
        """The lines of `builder` up to the tag `end`; a heading, when that closes the one that they are in."""
        lines = builder.take()
        if lines:
            is_closed = end is not None and end.is_closing and end.name == f"h{self._level}"
            is_heading = is_closed and len(lines) == 1 and len(lines[0].text) <= MAX_HEADING_CHARS
            level = self._level if is_heading else 0
            yield HtmlPiece(lines, level, self._marker, len(self._lists), self._quotes)
            self._marker = ""

    def _enter(self, tag: Tag) -> None:
        name, opens = tag.name, not tag.is_closing
        self._level = int(name[1]) if opens and name[0] == "h" else 0
        if name == "blockquote":
            self._quotes = max(0, self._quotes + (1 if opens else -1))
        elif name in ("ul", "ol"):
            if opens:
                self._lists.append(0 if name == "ol" else -1)
            else:
                del self._lists[-1:]
        elif name == "li":
            self._marker = self._next_marker() if opens else ""

    def _next_marker(self) -> str:
        if not self._lists:  # its list was opened in another block
            self._lists.append(-1)
        if self._lists[-1] < 0:
            return "-"
        self._lists[-1] += 1
        return f"{self._lists[-1]}."


class HtmlPiece(NamedTuple):
    """Lines of one heading, item or paragraph in HTML."""

    lines: list[Line]
    level: int
    """Of a heading, 1 to 6, which is one line; 0 of others."""
    marker: str
    """As of `Line`."""
    depth: int
    """How many lists of the block it is in."""
    quotes: int


def _add_text(builder: LineBuilder, text: str) -> None:
    first, *rest = unescape(text).split("\n")
    builder.add_text(first)
    for line in rest:
        builder.break_line()
        builder.add_text(line)


def _pieces(source: str) -> Iterator[tuple[str, Tag | None]]:
    """The source in pieces: tags that are markup, text, and the line ends of what is hidden."""
    position = 0
    while position < len(source):
        start = source.find("<", position)
        if start < 0:
            break
        if start > position:
            yield source[position:start], None
        position = end_of_hidden(source, start)
        if position > start:
            yield "\n" * source.count("\n", start, position), None
            continue
        tag = tag_at(source, start)
        position = tag.end if tag else start + 1
        yield source[start:position], tag if tag and tag.is_markup else None
    if position < len(source):
        yield source[position:], None


def add_tag(builder: LineBuilder, tag: Tag) -> None:
    """Add what a tag stands for."""
    name, closing = tag.name, tag.is_closing
    if name == "a":
        if closing:
            builder.close("link")
        elif target := tag.attribute("href"):
            builder.open("link", target)
    elif name in ("img", "video", "iframe", "source") and not closing:
        if target := tag.attribute("src"):
            builder.add_image(target, *(tag.attribute(key) for key in ("title", "alt")))
    elif name in ("b", "strong"):
        builder.close("strong") if closing else builder.open("strong")
    elif _BREAKING.fullmatch(name):
        builder.break_line(source_lines=0)
