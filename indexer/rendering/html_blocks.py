"""A block of HTML with headings, lists or paragraphs in it → the same in Markdown's tokens, divided by `reader.html`.

What stands inside is read as text of the page is: tags that dress it go, nothing of the author's HTML passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from markdown_it.rules_block import StateBlock

from wangqi.indexer.reader.html import HtmlBlock, HtmlPiece
from wangqi.indexer.reader.markup import tag_at

_STRUCTURE: Final = re.compile("blockquote|h[1-6]|li|[ou]l|p")
_AROUND: Final = re.compile("article|center|details|div|dl|figure|footer|header|main|nav|section")
_PLAIN: Final = "plain"
"""Key of `env`: the line before which tags around text have been found to hold no structure."""


def html_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Rule for what begins with a heading, a list, a paragraph or a quotation in HTML, or a tag around such: up to the
    next blank line."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    tag = tag_at(state.src, start) if state.src.startswith("<", start) and not state.is_code_block(start_line) else None
    has_structure = tag is not None and bool(_STRUCTURE.fullmatch(tag.name))
    if silent or tag is None or not (has_structure or _AROUND.fullmatch(tag.name)):
        return has_structure
    if not has_structure and start_line < state.env.get(_PLAIN, 0):
        return False
    last = start_line + 1
    while last < end_line and not state.isEmpty(last) and state.sCount[last] >= state.blkIndent:
        last += 1
    source = state.getLines(start_line, last, state.blkIndent, False)
    pieces = list(HtmlBlock(source).pieces())
    if not has_structure and len(pieces) < 2 and not any(one.level or one.marker or one.quotes for one in pieces):
        state.env[_PLAIN] = last
        return False
    writer = _Writer(state, source, start_line)
    for piece in pieces:
        writer.write(piece)
    writer.close()
    state.line = last
    return True


@dataclass(slots=True)
class _Writer:
    """Pushes the tokens of pieces, with the lists and quotes around them."""

    state: StateBlock
    source: str
    line: int
    """Of the file's text, from 0, at offset `at`."""
    at: int = 0
    _lists: list[str] = field(default_factory=list)
    """The tags of the lists that are open, from the outermost; an item is open in each."""
    _quotes: int = 0

    def write(self, piece: HtmlPiece) -> None:
        if piece.quotes != self._quotes:
            self.close()
            for _ in range(piece.quotes):
                self.state.push("blockquote_open", "blockquote", 1)
            self._quotes = piece.quotes
        self._leave(piece.depth)
        if piece.marker and piece.depth == len(self._lists):
            self.state.push("list_item_close", "li", -1)
            self.state.push("list_item_open", "li", 1)
        while len(self._lists) < piece.depth:
            tag = "ol" if piece.marker[:1].isdigit() else "ul"
            self.state.push("ordered_list_open" if tag == "ol" else "bullet_list_open", tag, 1)
            self.state.push("list_item_open", "li", 1)
            self._lists.append(tag)
        self._write_text(piece)

    def close(self) -> None:
        """End the lists and quotes that are open."""
        self._leave(0)
        for _ in range(self._quotes):
            self.state.push("blockquote_close", "blockquote", -1)
        self._quotes = 0

    def _leave(self, depth: int) -> None:
        for tag in reversed(self._lists[depth:]):
            self.state.push("list_item_close", "li", -1)
            self.state.push("ordered_list_close" if tag == "ol" else "bullet_list_close", tag, -1)
        del self._lists[depth:]

    def _write_text(self, piece: HtmlPiece) -> None:
        written = self.source[piece.start : piece.end]
        start = piece.start + len(written) - len(written.lstrip())
        self.line, self.at = self.line + self.source.count("\n", self.at, start), start
        text = written.strip()
        name, tag = ("heading", f"h{piece.level}") if piece.level else ("paragraph", "p")
        lines = [self.line, self.line + text.count("\n") + 1]
        opening = self.state.push(f"{name}_open", tag, 1)
        inline = self.state.push("inline", "", 0)
        inline.content, inline.children = " ".join(text.split()) if piece.level else text, []
        opening.map, inline.map = lines, lines
        closing = self.state.push(f"{name}_close", tag, -1)
        opening.hidden = closing.hidden = bool(piece.marker and not piece.level)
