"""Ids of an issue's entries, which stay when entries before them come or go, or when a text is mended.

An entry's comes from the page that it is about, or without a link from its title, without that from how its text
begins; the front text of a section from the section's title. Of entries with the same, the second has `_2` at its end.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from wangqi.search.analysis import fold_key
from wangqi.search.document.links import canonical_link
from wangqi.search.model import Entry, Section, entry_id

TEXT_CHARS: Final = 100
"""Of the text of an entry without link and title."""


def with_ids(issue_id: str, sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections of an issue, their fronts and entries with ids: none is there twice."""
    given = Counter[str]()

    def named(entry: Entry, key: str) -> Entry:
        given[key] += 1
        return replace(entry, id=entry_id(issue_id, key if given[key] == 1 else f"{key}_{given[key]}"))

    return tuple(
        replace(
            section,
            front=section.front and named(section.front, f"s{_digest(section.title)}"),
            entries=tuple(named(entry, _digest(_identity(entry))) for entry in section.entries),
        )
        for section in sections
    )


def _identity(entry: Entry) -> str:
    return canonical_link(entry.url) if entry.url else fold_key(entry.title or entry.text[:TEXT_CHARS])


def _digest(text: str) -> str:
    """Eight characters a-z2-7."""
    data = text.encode(errors="surrogatepass")
    return base64.b32encode(hashlib.blake2b(data, digest_size=5).digest()).decode().lower()
