"""Markdown text → visible lines, over the blocks that `parser` finds.

A paragraph underlined with `---` that is a sentence, and no heading, is read as its author meant it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from markdown_it.token import Token

from wangqi.indexer.reader.html import HtmlBlock, add_html, add_tag
from wangqi.indexer.reader.inline_rules import BARE
from wangqi.indexer.reader.lines import BlockPlace, Line, LineBuilder
from wangqi.indexer.reader.markup import bare_addresses, with_scheme
from wangqi.indexer.reader.parser import blocks_of, parse_inline
from wangqi.indexer.reader.tables import joined, row_lines, title_column
from wangqi.indexer.reader.taming import tame
from wangqi.search.errors import ReadError

MAX_LINES: Final = 400_000
"""Of which 5 MB of short paragraphs have 300 000, and the longest issue known 2000."""

_NUMBER_COLUMNS: Final = ("#", "序号", "编号", "排名", "no", "no.")
_ROW_NUMBER = re.compile(r"\d{1,9}")
_SENTENCE_END = re.compile(r"[。！？；…!?;：:，,]$")


def read_lines(text: str) -> list[Line]:
    """The visible lines of Markdown `text`, in order. Total: any text has an answer, in about linear time."""
    if text.count("\n") > MAX_LINES:
        raise ReadError("has more than {most} lines: too many for an issue", most=MAX_LINES, line=MAX_LINES + 1)
    text = tame(text)
    definitions: dict[str, Any] = {}
    if "]:" in text:  # they may stand below what uses them
        for _ in blocks_of(text, definitions):
            pass
    walker = _Walker()
    for token in blocks_of(text, {}):
        if take := _TAKE.get(token.type):
            if token.type == "inline":
                parse_inline(token, definitions)
            take(walker, token)
            token.children = None
    return walker.lines


@dataclass(slots=True)
class _Walker:
    """Turns the token stream into lines, keeping track of lists and quotes."""

    lines: list[Line] = field(default_factory=list)
    _block: int = 0
    _lists: list[int] = field(default_factory=list)
    _list_count: int = 0
    _quotes: int = 0
    _quote_count: int = 0
    _marker: str = ""
    _marker_line: int = 1
    _outer: int = 0
    """The list whose item the next line leads, when a list inside it opens on the same line; else 0."""
    _heading: Token | None = None
    _row: list[list[Line]] | None = None
    """The cells of the row that is read, as lines."""
    _head: list[list[Line]] = field(default_factory=list)
    """The cells of the head of the table that is read."""
    _rows: list[tuple[str, list[list[Line]]]] = field(default_factory=list)
    """Its rows, each with its marker."""
    _in_table_body: bool = False
    _rows_are_numbered: bool = False

    def _take_bullet_list_open(self, token: Token) -> None:
        self._list_count += 1
        self._lists.append(self._list_count)

    def _take_bullet_list_close(self, token: Token) -> None:
        self._lists.pop()

    _take_ordered_list_open = _take_bullet_list_open
    _take_ordered_list_close = _take_bullet_list_close

    def _take_list_item_open(self, token: Token) -> None:
        if self._marker and self._marker_line == _first_line(token):
            # "* 1. 甲": a list inside that opens on the line of its item. The line leads the outer one.
            self._outer = self._lists[-2]
            if token.info and self._marker == "-":
                self._marker = f"-{token.info}{token.markup}"
            return
        self._marker = f"{token.info}{token.markup}" if token.info else "-"
        self._marker_line = _first_line(token)

    def _take_list_item_close(self, token: Token) -> None:
        # "1." alone on its line is an empty item to CommonMark, and the number of the next paragraph to its author.
        if self._marker:
            self._add([Line(self._marker_line, "")])

    def _take_blockquote_open(self, token: Token) -> None:
        self._quotes += 1
        self._quote_count += self._quotes == 1

    def _take_blockquote_close(self, token: Token) -> None:
        self._quotes -= 1

    def _take_heading_open(self, token: Token) -> None:
        self._heading = token

    def _take_heading_close(self, token: Token) -> None:
        self._heading = None

    def _take_hr(self, token: Token) -> None:
        self._add([Line(_first_line(token), "", kind="rule")])

    def _take_fence(self, token: Token) -> None:
        first = _first_line(token) + (token.type == "fence")
        code = token.content.rstrip("\n").split("\n")
        self._add([Line(first + index, text, kind="code") for index, text in enumerate(code) if text.strip()])

    _take_code_block = _take_fence

    def _take_html_block(self, token: Token) -> None:
        around, quotes, source = list(self._lists), self._quotes, token.content
        line, at = _first_line(token), 0
        for piece in HtmlBlock(source).pieces():
            line, at = line + source.count("\n", at, piece.start), piece.start
            builder = LineBuilder(line)
            add_html(builder, source[piece.start : piece.end])
            lines = [line for line in builder.finish() if line.text or any(mark.kind == "image" for mark in line.marks)]
            depth = len(around) + piece.depth
            while len(self._lists) < depth:
                self._take_bullet_list_open(token)
            del self._lists[depth:]
            self._quote_count += self._quotes == 0 < piece.quotes
            self._quotes = quotes + piece.quotes
            self._marker = piece.marker or self._marker
            is_heading = piece.level and len(lines) == 1 and lines[0].text
            self._add([replace(lines[0], kind="heading", level=piece.level)] if is_heading else lines)
        self._lists, self._quotes = around, quotes

    def _take_tr_open(self, token: Token) -> None:
        self._row = []
        self._marker = "-" if self._in_table_body else ""

    def _take_tr_close(self, token: Token) -> None:
        cells, self._row = self._row or [], None
        if self._in_table_body:
            self._rows.append((self._marker, cells))
        else:
            self._head = cells
            self._add(joined(cells))

    def _take_tbody_open(self, token: Token) -> None:
        # The rows below the head of a table are read as the items of a list.
        self._take_bullet_list_open(token)
        self._in_table_body = True

    def _take_tbody_close(self, token: Token) -> None:
        column = title_column(self._head, [cells for _, cells in self._rows])
        for marker, cells in self._rows:
            self._marker = marker
            self._add(row_lines(cells, column))
        self._rows = []
        self._take_bullet_list_close(token)
        self._in_table_body = False

    def _take_inline(self, token: Token) -> None:
        if self._row is not None:
            self._take_cell(self._row, token)
            return
        builder = LineBuilder(_first_line(token))
        heading = self._heading
        is_heading = heading is not None and (heading.markup != "-" or _is_underlined_heading(token.content))
        _add_inline(builder, token, keep_lines=not is_heading)
        lines = builder.finish()
        if heading is not None and is_heading and lines and lines[0].text:
            # One that is nothing but a picture leads nothing.
            lines = [replace(lines[0], kind="heading", level=int(heading.tag[1])), *lines[1:]]
        self._add(lines)
        if heading is not None and not is_heading:
            self._add([Line(_first_line(token) + token.content.count("\n") + 1, "", kind="rule")])

    def _take_cell(self, row: list[list[Line]], token: Token) -> None:
        if not row and not self._in_table_body:
            self._rows_are_numbered = token.content.strip().lower() in _NUMBER_COLUMNS
        elif not row and self._rows_are_numbered and _ROW_NUMBER.fullmatch(token.content):
            self._marker = f"{int(token.content)}."
            row.append([])
            return
        builder = LineBuilder(_first_line(token))
        _add_inline(builder, token, keep_lines=False)
        row.append(builder.finish())

    def _add(self, lines: list[Line]) -> None:
        self._block += 1
        place = BlockPlace(
            self._block,
            self._lists[-1] if self._lists else 0,
            len(self._lists),
            self._quotes,
            self._quote_count if self._quotes else 0,
        )
        if self._outer:
            place = replace(place, list_id=self._outer, depth=self._lists.index(self._outer) + 1)
            self._outer = 0
        opens = True
        for line in lines:
            marker = self._marker if opens else ""
            self.lines.append(Line(line.number, line.text, line.marks, line.kind, line.level, place, marker, opens))
            self._marker, opens = "", False


_TAKE: Final[Mapping[str, Callable[[_Walker, Token], None]]] = {
    name.removeprefix("_take_"): method for name, method in vars(_Walker).items() if name.startswith("_take_")
}
"""Type of a token → what takes it; tokens of other types say nothing."""


def _first_line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _is_underlined_heading(content: str) -> bool:
    """Whether text above a line of `---` is a title: one short line that is no sentence. Else the line is a rule."""
    return "\n" not in content and len(content) <= 60 and not _SENTENCE_END.search(content.strip())


def _add_inline(builder: LineBuilder, token: Token, *, keep_lines: bool) -> None:
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            # A title that is broken over two lines of the file stays one title.
            if keep_lines and not builder.within_link():
                builder.break_line()
            else:
                builder.add_text(" ")
        elif child.type in ("text", "text_special"):
            builder.add_text(child.content)
        elif child.type == "code_inline":
            _add_code(builder, child.content)
        elif child.type == "image":
            builder.add_image(*(str(child.attrs.get(name, "")) for name in ("src", "title")), child.content)
        elif child.type == "link_open":
            builder.open("address" if child.markup == BARE else "link", str(child.attrs.get("href", "")))
        elif child.type == "link_close":
            builder.close("address" if child.markup == BARE else "link")
        elif child.type == "strong_open":
            builder.open("strong")
        elif child.type == "strong_close":
            builder.close("strong")
        elif child.type == "html_inline":
            add_tag(builder, child.meta["tag"])


def _add_code(builder: LineBuilder, text: str) -> None:
    """Code within a line. An address in it ends with the code, whatever follows."""
    at = 0
    for start, end in bare_addresses(text) if not builder.within_link() else ():
        builder.add_text(text[at:start])
        builder.open("address", with_scheme(text[start:end]))
        builder.add_text(text[start:end])
        builder.close("address")
        at = end
    builder.add_text(text[at:])
