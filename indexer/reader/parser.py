"""markdown-it, set up for what is read and shown: Markdown → its blocks, and text with links and emphasis.

Headings, lists and quotes come from CommonMark (with tables), out of a text that `taming` has gone over; `##标题`
without a space is a heading. What is most of an issue, plain paragraphs and lines with one link, goes past the rules
that would be asked in vain; what would take them quadratic time is plain text.
"""

import re
from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

from markdown_it import MarkdownIt, helpers
from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore, normalize, text_join
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from wangqi.indexer.reader.emphasis import emphasis
from wangqi.indexer.reader.inline_rules import autolink_address, make_markup_rule
from wangqi.indexer.reader.markup import Tag
from wangqi.search.errors import ReadError

MAX_NESTING: Final = 40
MAX_INLINE_CHARS: Final = 100_000
MAX_TOKENS: Final = 500_000
"""Beginnings, ends and contents of blocks, a third of a kilobyte each: a text of 5 MB may have millions."""

MAX_BRACKETS: Final = 600
"""A paragraph with more is taken as plain text: brackets that nothing closes cost quadratic time."""

_TIGHT_HEADING = re.compile(r"(#{2,6})(?=[^#\s])")
# What a block other than a paragraph begins with, and what the text of one needs a look for.
_PARAGRAPH_BEGINS = re.compile(r"[^`~>*\-+_\[<#\d]|\d{1,9}(?![\d.)])")
_MARKUP = re.compile(r"[\n\\`~*_\[!<&]|://")
# A text that says nothing but itself, and one with a link that is all its markup.
_PLAIN: Final = r"(?:[^\n\\`~*_\[\]!<&:]|:(?!//))"
_PLAIN_ADDRESS: Final = r"[^\x00-\x20\x7f()\\&<]++"
_ONE_LINK = re.compile(rf"({_PLAIN}*+)\[({_PLAIN}++)\]\(({_PLAIN_ADDRESS})\)({_PLAIN}*+)")


def blocks_of(text: str, env: dict[str, Any]) -> Iterator[Token]:
    """The tokens of `text`, of one block after the other: those of all together would take most of the memory. The
    definitions of links are put into `env`."""
    core = StateCore(text, _parser(), env)
    normalize(core)
    state = StateBlock(core.src, core.md, env, core.tokens)
    rules = core.md.block.ruler.getRules("")
    seen = 0
    while (line := state.skipEmptyLines(state.line)) < state.lineMax:
        state.line = line
        next(rule for rule in rules if rule(state, line, state.lineMax, False))
        seen += len(state.tokens)
        _check_count(seen, line)
        yield from state.tokens
        state.tokens.clear()


def parse_inline(token: Token, definitions: dict[str, Any]) -> None:
    """Put the text and links of an `inline` token into its children; references stand for their `definitions`."""
    state = StateCore("", _parser(), definitions, [token])
    _bounded_inline(state)
    text_join(state)


class _Parser(MarkdownIt):
    """Keeps addresses as they are written: no percent-encoding, no refusal."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (markdown-it's name)
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return True


def markdown_parser() -> MarkdownIt:
    """A new parser of text that `tame` has gone over: reading and showing an issue see the same blocks."""
    parser = _Parser("commonmark", {"maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    parser.block.ruler.before("heading", "tight_heading", _tight_heading, {"alt": ["paragraph", "blockquote"]})
    parser.block.ruler.before("table", "plain_paragraph", _plain_paragraph)
    parser.inline.ruler.at("emphasis", emphasis)
    parser.inline.ruler.before("escape", "autolink_address", autolink_address)
    parser.inline.ruler.at("html_inline", make_markup_rule(_push_tag))
    parser.core.ruler.at("inline", _bounded_inline)
    parser.helpers = _HELPERS  # type: ignore[assignment]
    return parser


def _push_tag(state: StateInline, tag: Tag) -> None:
    state.push("html_inline", "", 0).meta = {"tag": tag}


_parser = cache(markdown_parser)


def _plain_paragraph(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Block rule for what is most of an issue: a line that begins no other block, with nothing below it. Asked first,
    since each of the other rules would be asked in vain."""
    _check_count(len(state.tokens), start_line)
    at, below = state.bMarks[start_line] + state.tShift[start_line], start_line + 1
    if not _PARAGRAPH_BEGINS.match(state.src, at) or state.is_code_block(start_line):
        return False
    if below < state.lineMax and not state.isEmpty(below):
        return False
    state.line = below
    state.push("paragraph_open", "p", 1).map = [start_line, below]
    token = state.push("inline", "", 0)
    token.map, token.children = [start_line, below], []
    token.content = mdTrim(state.src[at : state.eMarks[start_line]])
    state.push("paragraph_close", "p", -1)
    return True


def _check_count(tokens: int, line: int) -> None:
    if tokens > MAX_TOKENS:
        raise ReadError("has more than {most} blocks: too many for an issue", most=MAX_TOKENS // 3, line=line + 1)


def _tight_heading(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Block rule for `##标题`."""
    if state.is_code_block(start_line):
        return False
    start, end = state.bMarks[start_line] + state.tShift[start_line], state.eMarks[start_line]
    found = _TIGHT_HEADING.match(state.src, start, end)
    if found is None:
        return False
    if silent:
        return True
    state.line = start_line + 1
    level = len(found[1])
    for kind, nesting in (("heading_open", 1), ("inline", 0), ("heading_close", -1)):
        token = state.push(kind, "" if kind == "inline" else f"h{level}", nesting)  # type: ignore[arg-type]
        token.map = [start_line, state.line]
        if kind == "inline":
            token.content, token.children = state.src[found.end() : end].rstrip("# \t"), []
    return True


def _bounded_inline(state: StateCore) -> None:
    for token in state.tokens:
        if token.type != "inline" or token.children is None:
            continue
        content = token.content
        if not _MARKUP.search(content) or len(content) > MAX_INLINE_CHARS or content.count("[") > MAX_BRACKETS:
            token.children += [Token("text", "", 0, content=content)] if content else []
        elif found := _ONE_LINK.fullmatch(content):
            token.children += _one_link(*found.groups())
        else:
            state.md.inline.parse(content, state.md, state.env, token.children)


def _one_link(before: str, text: str, address: str, after: str) -> list[Token]:
    """Tokens of most lines with markup: `1、[甲](https://a.example)（英文）`. The rules take seven times as long."""
    link = [
        Token("link_open", "a", 1, attrs={"href": address}),
        Token("text", "", 0, content=text, level=1),
        Token("link_close", "a", -1),
    ]
    if before:
        link.insert(0, Token("text", "", 0, content=before))
    return [*link, Token("text", "", 0, content=after)] if after else link


class _Destination(NamedTuple):
    ok: bool
    pos: int
    str: str


_PLAIN_DESTINATION = re.compile(rf"{_PLAIN_ADDRESS}(?=\))")


def _link_destination(string: str, pos: int, maximum: int) -> Any:
    """The address of a link that begins at `pos`. markdown-it's own function, which looks at every character by itself
    (a tenth of all the reading), is left what holds brackets, escapes or entities."""
    if found := _PLAIN_DESTINATION.match(string, pos, maximum):
        return _Destination(True, found.end(), found[0])
    return helpers.parseLinkDestination(string, pos, maximum)


_HELPERS: Final = SimpleNamespace(
    parseLinkLabel=helpers.parseLinkLabel,
    parseLinkTitle=helpers.parseLinkTitle,
    parseLinkDestination=_link_destination,
)
