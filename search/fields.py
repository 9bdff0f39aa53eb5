"""The fields of a document: which texts of an entry are searched, in one fixed order."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from search.model import Entry

FIELDS: Final = ("title", "links", "text", "section", "issue")
"""`links`: words of the addresses and of the links beside the main one, contributor, attribution."""

TITLE: Final = 0
"""Index of the title in FIELDS."""

_MAX_WORD: Final = 40
"""Longer words of an address are identifiers that nobody types."""

_JOINTS: Final = re.compile(r"[-_.~+]")
"""Between the words of one part of a path: how-to-draw-an-owl."""

_UNTYPED = re.compile(r"\.(?:html?|php|aspx?|jsp)$|^index$", re.IGNORECASE)


def field_texts(entry: Entry) -> tuple[str, ...]:
    """The text of each of FIELDS, "" where the entry has none."""
    return (entry.title, _links_text(entry), entry.text, entry.section, entry.issue.title)


def _links_text(entry: Entry) -> str:
    addresses = [entry.url, *[link.url for link in entry.links]] if entry.links else [entry.url]
    lines = [address_words(address) for address in dict.fromkeys(addresses) if address]
    lines += [name for name in (entry.contributor, entry.attribution) if name]
    return "\n".join([line for line in lines if line])


def address_words(address: str) -> str:
    """Host and path of `address` as words: `github.com hyperhq runv`. "" when it is no address."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:  # such as http://[broken
        return ""
    path = [_UNTYPED.sub("", unquote(part)) for part in parts.path.split("/")]
    return " ".join([host.removeprefix("www."), *filter(_is_typed, path)]).strip()


def _is_typed(part: str) -> bool:
    return bool(part) and max(map(len, _JOINTS.split(part))) <= _MAX_WORD


def typed_words(text: str) -> str:
    """What a word of a query asks for: a pasted address for its words as they are indexed, all else for itself."""
    return (address_words(text) if text.lower().startswith(("http://", "https://")) else "") or text
