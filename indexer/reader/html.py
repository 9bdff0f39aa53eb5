"""HTML inside Markdown → visible lines: tags and comments go, links and images stay as marks.

Not a browser's parser: regular, linear, never failing. An unclosed tag is shown as the text that it is.
"""

import re
from collections.abc import Iterator

from wangqi.indexer.reader.lines import LineBuilder
from wangqi.indexer.reader.markup import Tag, end_of_hidden, tag_at, unescape

_BREAKING = re.compile(
    "address|article|blockquote|br|center|d[dlt]|details|div|figcaption|figure|footer|h[1-6]|header|hr|li|main|nav|[ou]l|"
    "p|pre|section|summary|table|tbody|td|th|thead|tr"
)
_HEADING = re.compile(r"\s{0,3}<h([1-6])\b[^>]{0,200}>(?:(?!</?h[1-6]).){0,500}</h\1>\s*", re.DOTALL | re.IGNORECASE)


def heading_level(source: str) -> int:
    """Level of the heading that an HTML block is, 0 when it is something else."""
    found = _HEADING.fullmatch(source)
    return int(found[1]) if found else 0


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
