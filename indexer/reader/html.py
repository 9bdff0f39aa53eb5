"""HTML inside Markdown → visible lines: tags and comments go, links and images stay as marks.

Not a browser's parser: regular, linear, never failing. An unclosed tag is shown as the text that it is.
"""

import html
import re
from collections.abc import Iterator
from typing import Final

from indexer.reader.lines import LineBuilder

# Nothing is read twice (`+` and `}` after a quantifier keep what it took), and what ends no tag ends at the next "<":
# up to three of these may stand in a quoted value, such as alt="a < b", and in eight values of a tag.
_TAG = re.compile(
    r"""<(/?)([a-zA-Z][a-zA-Z0-9-]{0,30}+)"""
    r"""((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+"""
    r"""(?:(?>"[^"<]*+(?:<[^"<]*+){1,3}+"|'[^'<]*+(?:<[^'<]*+){1,3}+')(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+){0,8}+)>"""
)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]{1,20}+)\s{0,5}=\s{0,5}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_SKIPPED: Final = ("script", "style", "template")
_BREAKING = re.compile(
    "address|article|blockquote|br|center|d[dlt]|details|div|figcaption|figure|footer|h[1-6]|header|hr|li|main|nav|[ou]l|"
    "p|pre|section|summary|table|tbody|td|th|thead|tr"
)
_LONG_REFERENCE = re.compile(r"&(#[0-9]{20})")
_HEADING = re.compile(r"\s{0,3}<h([1-6])\b[^>]{0,200}>(?:(?!</?h[1-6]).){0,500}</h\1>\s*", re.DOTALL | re.IGNORECASE)


def unescape(text: str) -> str:
    """`text` with its character references replaced; a number too long for a character stays as it is written."""
    return html.unescape(_LONG_REFERENCE.sub(r"&amp;\1", text))


def heading_level(source: str) -> int:
    """Level of the heading that an HTML block is, 0 when it is something else."""
    found = _HEADING.fullmatch(source)
    return int(found[1]) if found else 0


def add_html(builder: LineBuilder, source: str) -> None:
    """Add what a reader of the HTML `source` sees. Line ends of the source end a line."""
    for piece, is_tag in _pieces(source):
        if is_tag:
            _add_tag(builder, piece)
            continue
        first, *rest = unescape(piece).split("\n")
        builder.add_text(first)
        for line in rest:
            builder.break_line()
            builder.add_text(line)


def add_inline_tag(builder: LineBuilder, source: str) -> None:
    """Add one inline tag or comment; a line break in it moves the count of lines only."""
    if not source.startswith("<!"):
        _add_tag(builder, source)


def _pieces(source: str) -> Iterator[tuple[str, bool]]:
    position, lowered = 0, source.lower()
    while position < len(source):
        start = source.find("<", position)
        if start < 0:
            break
        if start > position:
            yield source[position:start], False
        found = _TAG.match(source, start)
        if found is None:
            end = _end_of_declaration(source, start)
            if end == start:
                yield "<", False
                end = start + 1
            else:
                yield "\n" * source.count("\n", start, end), False
        else:
            yield found[0], True
            end = found.end()
            if found[2].lower() in _SKIPPED and not found[1]:
                close = lowered.find(f"</{found[2].lower()}", end)
                hidden_end = len(source) if close < 0 else close
                yield "\n" * source.count("\n", end, hidden_end), False
                end = hidden_end
        position = end
    if position < len(source):
        yield source[position:], False


def _end_of_declaration(source: str, start: int) -> int:
    """Where a comment, declaration or processing instruction ends; `start` when there is none."""
    for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")):
        if source.startswith(opening, start):
            end = source.find(closing, start + len(opening))
            return len(source) if end < 0 else end + len(closing)
    return start


def _add_tag(builder: LineBuilder, source: str) -> None:
    found = _TAG.match(source)
    if found is None:
        return
    closing, name = bool(found[1]), found[2].lower()
    if name == "a":
        if closing:
            builder.close("link")
        elif target := _attribute(found[3], "href"):
            builder.open("link", target)
    elif name in ("img", "video", "iframe", "source") and not closing:
        if target := _attribute(found[3], "src"):
            builder.add_image(target, *(_attribute(found[3], key) for key in ("title", "alt")))
    elif name in ("b", "strong"):
        builder.close("strong") if closing else builder.open("strong")
    elif _BREAKING.fullmatch(name):
        builder.break_line(source_lines=0)


def _attribute(attributes: str, name: str) -> str:
    for key, *values in _ATTRIBUTE.findall(attributes):
        if key.lower() == name:
            return unescape(next((value for value in values if value), "")).strip()
    return ""
