"""Matched words in HTML."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from search.answer.result import Range


def marked(text: str, ranges: Sequence[Range]) -> Markup:
    """`text` as HTML with its `ranges` in `<mark>`."""
    parts, end = [], 0
    for start, stop in ranges:
        parts += [escape(text[end:start]), Markup("<mark>"), escape(text[start:stop]), Markup("</mark>")]
        end = stop
    return Markup("").join([*parts, escape(text[end:])])
