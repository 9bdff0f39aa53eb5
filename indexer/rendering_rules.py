"""What the rendering of issues adds to CommonMark: positions of line ends, HTML tags without HTML, bare addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.newline import newline
from markdown_it.token import Token

from indexer.reader.addresses import with_scheme
from indexer.reader.html import unescape

MAX_COMMENT_CHARS: Final = 10_000
"""How far the end of a comment is looked for, so that a thousand open ones take no time."""

_DRESSING: Final = """
    a abbr b big blockquote br center cite code del details div em figcaption figure font h1 h2 h3 h4 h5 h6 hr i iframe
    img ins kbd li mark ol p picture s small source span strike strong sub summary sup table tbody td tfoot th thead tr
    u ul video wbr
"""
DRESSING: Final = frozenset(_DRESSING.split())
"""Tags that authors write to dress or place their text. The rest of HTML they write about."""

TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*)?)/?>")
ADDRESS: Final = re.compile(r"""\s(?:src|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
# ASCII alone: in running Chinese text what follows an address without a blank is text.
BARE_ADDRESS: Final = re.compile(
    r"(?:https?://|(?<![\w.@/:-])www\.(?=[\w-]+\.[a-zA-Z]))[A-Za-z0-9](?:[\w\-.~:/?#\[\]@!$&'()*+,;=%]*[\w/\-~=#&+])?",
    re.ASCII,
)


def numbered_newline(state: StateInline, silent: bool) -> bool:
    """CommonMark's rule; the token's `meta["at"]` says where in the block's text the line ended."""
    at, tokens = state.pos, len(state.tokens)
    found = newline(state, silent)
    if len(state.tokens) > tokens:
        state.tokens[-1].meta["at"] = at
    return found


def dressing_tag(state: StateInline, silent: bool) -> bool:
    """A comment or a tag of `DRESSING`: dropped, or replaced by what it stands for."""
    if state.src[state.pos] != "<":
        return False
    if state.src.startswith("<!--", state.pos):
        end = state.src.find("-->", state.pos, state.pos + MAX_COMMENT_CHARS)
        state.pos = end + len("-->") if end >= 0 else state.pos
        return end >= 0
    tag = TAG.match(state.src, state.pos)
    if not tag or tag[2].lower() not in DRESSING:
        return False
    if not silent:
        _push_meaning(state, (tag[1] + tag[2]).lower(), tag[3])
    state.pos = tag.end()
    return True


def _push_meaning(state: StateInline, name: str, attributes: str) -> None:
    found = ADDRESS.search(attributes)
    address = unescape("".join(found.groups(""))) if found else ""
    if name == "br":
        state.push("hardbreak", "br", 0)
    elif name == "/a":
        state.push("link_close", "a", 0)
    elif name == "a" and address:  # nesting 0: whoever reads the tokens mends what is not balanced
        state.push("link_open", "a", 0).attrs = {"href": address}
    elif name == "img" and address:
        state.push("image", "img", 0).attrs = {"src": address}
    elif name in ("iframe", "video") and address:
        state.push("link_open", "a", 1).attrs = {"href": address}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)


def comment_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A comment that begins a line, blank lines and all: nothing is shown of it."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("<!--", start):
        return False
    end = state.src.find("-->", start, min(state.eMarks[end_line - 1], start + MAX_COMMENT_CHARS))
    if end < 0:
        return False
    last = start_line + state.src.count("\n", start, end)
    if state.src[end + len("-->") : state.eMarks[last]].strip():
        return False  # text follows on the line: the paragraph's rule drops the comment alone
    if not silent:
        state.line = last + 1
    return True


def bare_addresses(tokens: Iterable[Token]) -> Iterator[Token]:
    """`tokens` of a block with the addresses in their text as links."""
    in_link = False
    for token in tokens:
        in_link = token.type == "link_open" or (in_link and token.type != "link_close")
        if token.type == "text" and not in_link and ("://" in token.content or "www." in token.content):
            yield from _linked(token.content)
        else:
            yield token


def _linked(text: str) -> Iterator[Token]:
    end = 0
    for address in BARE_ADDRESS.finditer(text):
        yield Token("text", "", 0, content=text[end : address.start()])
        yield Token("link_open", "a", 1, attrs={"href": with_scheme(address[0])})
        yield Token("text", "", 0, content=address[0])
        yield Token("link_close", "a", -1)
        end = address.end()
    yield Token("text", "", 0, content=text[end:])
