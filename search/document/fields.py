"""The fields of a document: which texts of an entry are searched, in one fixed order."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from wangqi.search.model import Entry

FIELDS: Final = ("title", "links", "text", "section")
"""`links`: words of the addresses and of the links beside the main one, contributor, attribution, what is said of the
images."""

TITLE: Final = 0
"""Index of the title in FIELDS."""

MAX_CHARS: Final = 100_000
"""Of a field that are searched: more than the largest issue known has altogether, in 90 kB. Analyzing more takes memory
that a site may not have."""

_MAX_WORD: Final = 40
"""Longer words of an address are identifiers that nobody types."""

_JOINTS: Final = re.compile(r"[-_.~+]")
"""Between the words of one part of a path: how-to-draw-an-owl."""

_AFTER_NAME: Final = re.compile(r"[：｜（|]|:(?=\s)|\s[-–—(]|——")
"""What parts a name from what is said about it. A hyphen or a bracket inside a word is a part of the name."""

_UNTYPED = re.compile(r"\.(?:html?|php|aspx?|jsp)$|^index$", re.IGNORECASE)


def field_texts(entry: Entry) -> tuple[str, ...]:
    """The text of each of FIELDS, "" where the entry has none, `MAX_CHARS` of a longer one. The title of its issue is
    none of them: that makes the issue itself a hit."""
    if entry.role == "issue":
        return (entry.title, "", _issue_names(entry.issue.number), "")
    texts = (entry.title, _links_text(entry), entry.text, entry.section)
    return texts if max(map(len, texts)) <= MAX_CHARS else tuple(text[:MAX_CHARS] for text in texts)


def _issue_names(number: int | None) -> str:
    """The names of an issue by its number, apart from each other, so that no phrase runs from one to the next."""
    return "" if number is None else f"第 {number} 期。\nissue {number}。\nno. {number}。\nvol. {number}"


def name_of_title(title: str) -> str:
    """The name that a title begins with, before what it says about it: `图床管家` of `图床管家：拖一下就能传`; "" when
    there is none."""
    name, _, saying = _AFTER_NAME.sub("\n", title, count=1).partition("\n")
    return name.strip() if saying.strip() else ""


def _links_text(entry: Entry) -> str:
    addresses = [entry.url, *[link.url for link in entry.links]] if entry.links else [entry.url]
    lines = [address_words(address) for address in dict.fromkeys(addresses) if address]
    lines += [name for name in (entry.contributor, entry.attribution, *entry.image_texts) if name]
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
    """The text to search for a typed word: a pasted address gives its words as they are indexed."""
    return (address_words(text) if text.lower().startswith(("http://", "https://")) else "") or text
