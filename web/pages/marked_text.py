"""Matched words in HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from markupsafe import Markup

from wangqi.search.answer.result import Range
from wangqi.web.pages.html_pieces import as_html


def marked(text: str, ranges: Sequence[Range]) -> Markup:
    """`text` as HTML with its `ranges` in `<mark>`."""
    parts, end = [], 0
    for start, stop in ranges:
        parts += [escape(text[end:start]), "<mark>", escape(text[start:stop]), "</mark>"]
        end = stop
    return as_html("".join([*parts, escape(text[end:])]))
