"""A hit as one line of Markdown, to paste into an issue or a chat."""

from __future__ import annotations

from typing import Final

from search.links import web_address
from search.result import Hit
from web.labels import issue_label, kind_label

_ENDING: Final = str.maketrans({"<": "%3C", ">": "%3E", "\n": "%0A", "\r": "%0D"})
"""What would end an address before its end."""


def hit_as_markdown(hit: Hit, place: str | None = None) -> str:
    """Link, snippet and issue of `hit`. An entry that links nowhere leads to `place`, where that is given."""
    entry = hit.entry
    title = _escaped(entry.title or hit.snippet.text or kind_label(entry.kind))
    address = web_address(entry.url) or place
    text = _escaped(hit.snippet.text) if entry.title and hit.snippet.text else ""
    link = f"[{title}](<{address.translate(_ENDING)}>)" if address else title
    return link + (f"：{text}" if text else "") + f"（{_escaped(issue_label(entry.issue))}）"


def _escaped(text: str) -> str:
    """`text` as one line that means itself in Markdown."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>#|" else char for char in " ".join(text.split()))
