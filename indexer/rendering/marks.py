"""Marks words in the text of a rendered issue, whatever tags stand in between; never in a tag.

An entry's blocks are looked through together: what is marked in one is what would be marked in the entry as a hit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from markdown_it.token import Token

Ranges = Sequence[tuple[int, int]]
"""Half-open, in code points; sorted, apart from each other."""

FindWords = Callable[[Sequence[str]], Sequence[Ranges]]
"""What to mark in each of the texts of one entry."""

ANCHOR_CLASS: Final = "anchor"
"""Of what stands where an entry begins."""
FIRST_MARK: Final = "first-mark"
"""Anchor of the first marked word."""

_TEXTS: Final = ("text", "code_inline")
_BREAKS: Final = ("softbreak", "hardbreak")


def mark_words(tokens: Sequence[Token], find: FindWords) -> int:
    """Puts `<mark>` around what `find` says in the blocks of `tokens`, which are changed; how many marks there are."""
    marker = _Marker()
    for blocks in _entries(tokens):
        texts = [_text_of(block) for block in blocks]
        for block, ranges in zip(blocks, find(texts), strict=True):
            if ranges:
                block.children = list(marker.marked(block.children or [], ranges))
    return marker.count


class _Marker:
    def __init__(self) -> None:
        self.count = 0

    def marked(self, children: Iterable[Token], ranges: Ranges) -> Iterator[Token]:
        """`children` of a block with the `ranges` of its text in marks, cut where a tag begins or ends inside."""
        offset, first = 0, 0
        for child in children:
            end_of_child = offset + _size(child)
            while first < len(ranges) and ranges[first][1] <= offset:
                first += 1
            last = first
            while last < len(ranges) and ranges[last][0] < end_of_child:
                last += 1
            inside = [(max(0, start - offset), min(end_of_child, end) - offset) for start, end in ranges[first:last]]
            if inside and end_of_child > offset and child.type in _TEXTS:
                yield from self._cut(child, inside, continues=ranges[first][0] < offset)
            else:
                yield child
            offset = end_of_child

    def _cut(self, child: Token, ranges: Ranges, continues: bool) -> Iterator[Token]:
        is_code, text, done = child.type == "code_inline", child.content, 0
        if is_code:
            yield Token("code_open", "code", 1)
        for start, end in ranges:
            yield text_token(text[done:start])
            yield self._opening(is_new=not (continues and start == 0))
            yield text_token(text[start:end])
            yield Token("mark_close", "mark", -1)
            done = end
        yield text_token(text[done:])
        if is_code:
            yield Token("code_close", "code", -1)

    def _opening(self, is_new: bool) -> Token:
        self.count += is_new
        return Token("mark_open", "mark", 1, attrs={"id": FIRST_MARK} if is_new and self.count == 1 else {})


def _entries(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    """The blocks with text, those of an entry together."""
    blocks: list[Token] = []
    for token in tokens:
        inside = token.children or [] if token.type == "inline" else [token]
        if blocks and any(child.attrs.get("class") == ANCHOR_CLASS for child in inside):
            yield blocks
            blocks = []
        blocks += [token] if token.type == "inline" else []
    if blocks:
        yield blocks


def _text_of(block: Token) -> str:
    return "".join(
        child.content if child.type in _TEXTS else "\n" * (child.type in _BREAKS) for child in block.children or []
    )


def _size(child: Token) -> int:
    return len(child.content) if child.type in _TEXTS else int(child.type in _BREAKS)


def text_token(content: str) -> Token:
    return Token("text", "", 0, content=content)
