"""A hit as one line of Markdown, to paste into an issue or a chat."""

from __future__ import annotations

import re
from typing import Final

from wangqi.search.answer.result import Hit
from wangqi.search.document.links import web_address
from wangqi.web.words.labels import issue_label, issue_lead, kind_label

_ENDING: Final = str.maketrans({"<": "%3C", ">": "%3E", "\n": "%0A", "\r": "%0D"})
"""What would end an address before its end."""

_IN_ADDRESS: Final = re.compile(r"\\|&(?=#?\w+;)")
"""What means another character, even in an address."""

_MARK: Final = re.compile(rf"{_IN_ADDRESS.pattern}|[`*_\[\]<>#|~]|^[-+](?=\s|$)")
"""The same, marks of emphasis, links and the like, and the first of a list."""

_NUMBER: Final = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
"""The first of a numbered list."""


def hit_as_markdown(hit: Hit, place: str | None = None) -> str:
    """Link, snippet and issue of `hit`. An entry that links nowhere leads to `place`, where that is given, as does an
    issue."""
    entry = hit.entry
    if entry.role == "issue":
        title = _escaped(issue_lead(entry.issue) + entry.title)
        return f"[{title}](<{_escaped_address(place)}>)" if place else title
    title = _escaped(entry.title or hit.snippet.text or kind_label(entry.kind))
    address = web_address(entry.url) or place
    text = _escaped(hit.snippet.text) if entry.title and hit.snippet.text else ""
    link = f"[{title}](<{_escaped_address(address)}>)" if address else title
    return link + (f"：{text}" if text else "") + f"（{_escaped(issue_label(entry.issue))}）"


def _escaped(text: str) -> str:
    """`text` as one line that means itself in Markdown, at the beginning of a line too."""
    return _NUMBER.sub(r"\1\\\2", _MARK.sub(r"\\\g<0>", " ".join(text.split())))


def _escaped_address(address: str) -> str:
    return _IN_ADDRESS.sub(r"\\\g<0>", address.translate(_ENDING))
