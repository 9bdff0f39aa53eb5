"""Rules that the rendering of issues adds to CommonMark: positions of line ends, HTML tags without HTML, bare
addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.newline import newline
from markdown_it.token import Token

from wangqi.indexer.reader.markup import Tag, bare_addresses, end_of_hidden, with_scheme

_PIXELS: Final = re.compile(r"[1-9][0-9]{0,3}")


def numbered_newline(state: StateInline, silent: bool) -> bool:
    """CommonMark's rule; the token's `meta["at"]` says where in the block's text the line ended."""
    at, tokens = state.pos, len(state.tokens)
    found = newline(state, silent)
    if len(state.tokens) > tokens:
        state.tokens[-1].meta["at"] = at
    return found


def push_meaning(state: StateInline, tag: Tag) -> None:
    """Push the token that an HTML tag stands for."""
    name = tag.name
    if name == "br":
        state.push("hardbreak", "br", 0)
    elif name == "a" and tag.is_closing:
        state.push("link_close", "a", 0)
    elif tag.is_closing:
        return
    elif name == "a" and (address := tag.attribute("href")):
        # nesting 0: whoever reads the tokens mends what is not balanced
        state.push("link_open", "a", 0).attrs = {"href": address}
    elif name == "img" and (address := tag.attribute("src")):
        image = state.push("image", "img", 0)
        image.attrs, image.meta["size"] = {"src": address}, _size(tag)
    elif name in ("iframe", "audio", "video", "source") and (address := tag.attribute("src")):
        state.push("link_open", "a", 1).attrs = {"href": address}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)


def _size(tag: Tag) -> dict[str, str | int | float]:
    """Width and height of an image in pixels; {} unless both are told: one alone makes no room for it."""
    size = {name: tag.attribute(name).removesuffix("px") for name in ("width", "height")}
    is_told = all(_PIXELS.fullmatch(value) for value in size.values())
    return {name: int(value) for name, value in size.items()} if is_told else {}


def hidden_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A comment or a hidden element that begins a line, blank lines and all: nothing is shown of it."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("<", start):
        return False
    end = end_of_hidden(state.src, start)
    if end == start or end > state.eMarks[end_line - 1]:
        return False
    last = start_line + state.src.count("\n", start, end)
    has_rest = bool(state.src[end : state.eMarks[last]].strip())
    if has_rest and last == start_line:
        return False  # the paragraph's rule drops what is hidden alone
    if silent:
        return True
    if has_rest:
        state.bMarks[last], state.tShift[last], state.sCount[last] = end, 0, 0
    state.line = last + (not has_rest)
    return True


def link_addresses(tokens: Iterable[Token]) -> Iterator[Token]:
    """`tokens` of a block with the addresses in their text, and in code within it, as links."""
    in_link = False
    for token in tokens:
        in_link = token.type == "link_open" or (in_link and token.type != "link_close")
        if token.type in ("text", "code_inline") and not in_link:
            yield from _linked(token)
        else:
            yield token


def _linked(token: Token) -> Iterator[Token]:
    text, end = token.content, 0
    for start, stop in bare_addresses(text):
        yield from _piece(token, text[end:start])
        yield Token("link_open", "a", 1, attrs={"href": with_scheme(text[start:stop])})
        yield from _piece(token, text[start:stop])
        yield Token("link_close", "a", -1)
        end = stop
    yield from [token] if not end else _piece(token, text[end:])


def _piece(token: Token, content: str) -> Iterator[Token]:
    if content:
        yield Token(token.type, token.tag, 0, content=content, markup=token.markup)
