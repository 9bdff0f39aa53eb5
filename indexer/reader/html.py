"""HTML inside Markdown → visible lines: tags and comments go, links and images stay as marks.

Not a browser's parser: regular, linear, never failing. An unclosed tag is shown as the text that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from wangqi.indexer.reader.lines import LineBuilder
from wangqi.indexer.reader.markup import Tag, end_of_hidden, tag_at, unescape

_BREAKING = re.compile(
    "address|article|blockquote|br|center|d[dlt]|details|div|figcaption|figure|footer|h[1-6]|header|hr|li|main|nav|[ou]l|"
    "p|pre|section|summary|table|tbody|td|th|thead|tr"
)
_STRUCTURE = re.compile("blockquote|h[1-6]|li|[ou]l|p")
_HIDDEN = re.compile("[^\n]")
_SHOWN = re.compile("img|video|iframe|source")
MAX_HEADING_CHARS: Final = 500
MAX_DEPTH: Final = 20
"""Of lists, and of quotes, in a block of HTML: what is deeper counts as that deep."""


class HtmlPiece(NamedTuple):
    """A heading, an item of a list or a paragraph in HTML."""

    start: int
    end: int
    """Its part of the source."""
    level: int
    """Of a heading, 1 to 6; 0 of others."""
    marker: str
    """As of `Line`."""
    depth: int
    """How many lists of the block it is in."""
    quotes: int


@dataclass(slots=True)
class HtmlBlock:
    """A block of HTML in pieces, each with the lists and quotes around it.

    >>> source = "<ol><li>甲<li>乙</ol>丙"
    >>> [(piece.marker, source[piece.start : piece.end]) for piece in HtmlBlock(source).pieces()]
    [('1.', '甲'), ('2.', '乙'), ('', '丙')]
    """

    source: str
    _lists: list[int] = field(default_factory=list)
    """Of the lists around what follows, how many items they have had; of those that count none, -1."""
    _quotes: int = 0
    _marker: str = ""
    _level: int = 0

    def pieces(self) -> Iterator[HtmlPiece]:
        """The pieces in which something is shown."""
        start = at = 0
        is_shown, link = False, -1
        for text, tag in _pieces(self.source):
            end, at = at, at + len(text)
            if tag is None or not _STRUCTURE.fullmatch(tag.name):
                is_shown = is_shown or bool(_SHOWN.fullmatch(tag.name) if tag else text.strip())
                if tag and tag.name == "a":
                    link = -1 if tag.is_closing else end
                continue
            if is_shown:
                yield self._piece(start, end, tag)
            self._enter(tag)
            start = link if link >= 0 and not is_shown else at  # <a href="…"><h3>: the link is that of the heading
            is_shown, link = False, -1 if start == at else link
        if is_shown:
            yield self._piece(start, at)

    def _piece(self, start: int, end: int, tag: Tag | None = None) -> HtmlPiece:
        """What stands before `tag`: a heading, when that closes one."""
        is_heading = tag is not None and tag.is_closing and tag.name == f"h{self._level}"
        level = self._level if is_heading and end - start <= MAX_HEADING_CHARS else 0
        marker, self._marker = self._marker, ""
        return HtmlPiece(start, end, level, marker, min(MAX_DEPTH, len(self._lists)), min(MAX_DEPTH, self._quotes))

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


def add_html(builder: LineBuilder, source: str) -> None:
    """Add what a reader of the HTML `source` sees. Line ends of the source end a line."""
    for piece, tag in _pieces(source):
        if tag:
            add_tag(builder, tag)
            continue
        first, *rest = unescape(piece).split("\n")
        builder.add_text(first)
        for line in rest:
            builder.break_line()
            builder.add_text(line)


def _pieces(source: str) -> Iterator[tuple[str, Tag | None]]:
    """The source in pieces: tags that are markup, text, and blanks and line ends as many as what is hidden has."""
    position = 0
    while position < len(source):
        start = source.find("<", position)
        if start < 0:
            break
        if start > position:
            yield source[position:start], None
        position = end_of_hidden(source, start)
        if position > start:
            yield _HIDDEN.sub(" ", source[start:position]), None
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
