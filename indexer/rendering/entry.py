"""One entry of an issue → HTML, for a page of its own: its lines, rendered as those of the issue are.

What only repeats the page's heading is left out: a first line that is the title, and the bullet or number before it.
Where the lines by themselves would not say what they say in the issue (a row of a table, several entries on a line)
there is no HTML, and the page shows the entry's plain text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from markdown_it.token import Token

from wangqi.indexer.reader.decode import decode
from wangqi.indexer.reader.frontmatter import split_front_matter
from wangqi.indexer.reader.taming import tame
from wangqi.indexer.rendering.page import PARSER, RENDERER, Rendering, Resolve, number_headings, squeezed, visible_text
from wangqi.indexer.rendering.parts import MAX_CHARS, definitions_in, used_definitions

_NUMBERING: Final = re.compile(r"[\W\d_]{0,12}")
"""What may stand before a title on its line: `1、`, `（3）`, `►`."""

_ENDS: Final = {"heading_open": 3, "hr": 1}
"""What belongs to the next section when nothing comes after it, and how many tokens it has."""


def render_entry(
    data: bytes, lines: range, title: str, *, resolve: Resolve = lambda address: None, images: bool = True
) -> str | None:
    """The HTML of the entry called `title` ("" for none) on these `lines` of the issue file `data`, counted from 1;
    None where it cannot stand by itself. Raises `ReadError` as `render_issue` does."""
    _, text = split_front_matter(decode(data))
    own = _without_indent(text.split("\n")[lines.start - 1 : lines.stop - 1])
    if len(own) > MAX_CHARS or own.startswith("|"):
        return None
    markdown = "".join([*used_definitions(own, definitions_in(text)), own])
    tokens = _unlisted(PARSER.parse(tame(markdown)))
    tokens = _without_ends(Rendering({}, resolve, images).rewritten(tokens))
    if squeezed(title) not in squeezed("".join(visible_text(token) for token in tokens if token.type == "inline")):
        return None
    tokens = _without_heading(tokens, title)
    for _ in number_headings(tokens):  # below the page's own, as those of an issue are
        pass
    return str(RENDERER.render(tokens, PARSER.options, {}))


def _without_indent(lines: Sequence[str]) -> str:
    """The lines as far to the left as the first one can go: an item in a list of a list is no code."""
    first = lines[0] if lines else ""
    indent = len(first) - len(first.lstrip(" \t"))
    return "\n".join(line[min(indent, len(line) - len(line.lstrip(" \t"))) :] for line in lines)


def _unlisted(tokens: list[Token]) -> list[Token]:
    """`tokens` without a list at their beginning that has one item: what is in it stays."""
    if not tokens or tokens[0].type not in ("bullet_list_open", "ordered_list_open"):
        return tokens
    end = next(index for index, token in enumerate(tokens) if token.level == 0 and token.nesting == -1)
    inside = tokens[1:end]
    if sum(token.type == "list_item_open" and token.level == 1 for token in inside) != 1:
        return tokens
    for token in inside:
        token.level -= 2
        if token.type.startswith("paragraph") and token.level == 0:
            token.hidden = False  # a short list shows none
    return [*inside[1:-1], *tokens[end + 1 :]]


def _without_ends(tokens: list[Token]) -> list[Token]:
    """`tokens` without headings and lines after which nothing comes; the first block stays."""
    while tokens:
        start = max(index for index, token in enumerate(tokens) if token.level == 0 and token.nesting >= 0)
        if not start or _ENDS.get(tokens[start].type) != len(tokens) - start:
            break
        tokens = tokens[:start]
    return tokens


def _without_heading(tokens: list[Token], title: str) -> list[Token]:
    """`tokens` without a first block that says nothing but the title, or the number of an entry without one."""
    is_text = len(tokens) > 3 and tokens[0].type in ("heading_open", "paragraph_open")
    if not is_text or any(child.type == "image" for child in tokens[1].children or ()):
        return tokens
    number = squeezed(visible_text(tokens[1])).removesuffix(squeezed(title))
    return tokens[3:] if _NUMBERING.fullmatch(number) else tokens
