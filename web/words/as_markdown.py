"""A hit, or an entry, as one line of Markdown, to paste into an issue or a chat."""

from __future__ import annotations

import re
from typing import Final

from wangqi.search.answer.result import Hit
from wangqi.search.document.links import web_address
from wangqi.search.model import Entry
from wangqi.web.words.labels import issue_label, issue_lead, kind_label

_ENDING: Final = str.maketrans({"<": "%3C", ">": "%3E", "\n": "%0A", "\r": "%0D"})
"""What would end an address before its end."""

_IN_ADDRESS: Final = re.compile(r"\\|&(?=#?\w+;)")
"""What means another character, even in an address."""

_MARK: Final = re.compile(rf"{_IN_ADDRESS.pattern}|[`*_\[\]<>#|~]|^[-+](?=\s|$)")
"""The same, marks of emphasis, links and the like, and the first of a list."""

_NUMBER: Final = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
"""The first of a numbered list."""


TEXT_CHARS: Final = 120
"""Of an entry that is no hit, and has no snippet."""


def hit_as_markdown(hit: Hit, place: str | None = None, newsletter: str = "") -> str:
    """Link, snippet, newsletter and issue of `hit`; the issue leads to `place`, the entry's own page. An entry that
    links nowhere leads there itself, as does an issue."""
    entry = hit.entry
    if entry.role == "issue":
        return _link(issue_lead(entry.issue) + entry.title, place)
    return _entry(entry, hit.snippet.text, place, newsletter)


def entry_as_markdown(entry: Entry, place: str, newsletter: str) -> str:
    """The same of an entry that was not searched for."""
    text = " ".join(entry.text.split())
    return _entry(entry, text if len(text) <= TEXT_CHARS else f"{text[:TEXT_CHARS]}…", place, newsletter)


def _entry(entry: Entry, text: str, place: str | None, newsletter: str) -> str:
    address = web_address(entry.url)
    link = _link(entry.title or text or kind_label(entry.kind), address or place)
    issue = _link(issue_label(entry.issue), place if address else None)
    said = f"：{_escaped(text)}" if entry.title and text else ""
    return f"{link}{said}（{_escaped(newsletter)}{' ' * bool(newsletter)}{issue}）"


def _link(text: str, address: str | None) -> str:
    return f"[{_escaped(text)}](<{_escaped_address(address)}>)" if address else _escaped(text)


def _escaped(text: str) -> str:
    """`text` as one line that means itself in Markdown, at the beginning of a line too."""
    line = _MARK.sub(_behind_backslash, " ".join(text.split()))
    return _NUMBER.sub(r"\1\\\2", line) if line[:1].isdigit() else line


def _escaped_address(address: str) -> str:
    return _IN_ADDRESS.sub(_behind_backslash, address.translate(_ENDING))


def _behind_backslash(found: re.Match[str]) -> str:
    # No template such as r"\\\g<0>": one is looked up in Python each time, also where nothing is found.
    return f"\\{found[0]}"
