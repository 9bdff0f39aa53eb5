"""Addresses that lead nowhere: misspelled schemes, none at all, open brackets, files that are not there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from wangqi.indexer.check.draft import DraftFile, LinkPlace, Mistake, without_code
from wangqi.search.document.links import web_host
from wangqi.search.errors.message import Message

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,15}):")
_HTTP: Final = re.compile(r"https?://[^/\s:?#]", re.IGNORECASE)
_NEARLY_HTTP: Final = re.compile(
    r"(?!https?://[^/\s:?#])(?:h{0,2}[t]{0,3}p{0,2}s{0,3}|h[a-z]{2,6}|[a-z]ttps?)\s?(?::|：|;)?\s?/{1,3}[\w-]+\.[\w.-]"
    r"|https?:(?!//)|https?：",
    re.IGNORECASE,
)
"""`htps://`, `http//`, `https:/a.example`, `https：//`, `https://https://`."""
_TWICE: Final = re.compile(r"https?:/{0,2}https?:?/", re.IGNORECASE)
_REPOSITORY: Final = re.compile(r"(?:ssh://)?git@[\w.-]+[:/]|git://")
_TOP_LEVEL: Final = (
    "com|org|net|edu|gov|io|dev|cn|ai|app|me|co|tv|info|xyz|tech|cc|top|site|blog|im|so|fm|gg|page|cloud|link|live|"
    "online|store|wiki|design|studio|jp|uk|de|fr|us|ca|in|hk|tw|eu|nl|example"
)
_BARE_HOST: Final = re.compile(
    rf"(?:www\.[\w-]+\.[\w.-]+|(?:[\w-]+\.)+(?:{_TOP_LEVEL}))(?::[0-9]+)?(?:[/?#].*)?", re.IGNORECASE
)
_LOCAL: Final = re.compile(
    r"localhost|.*\.(?:local|localhost|lan|internal)|0\.0\.0\.0|\[?::1\]?|(?:127|10)(?:\.[0-9]+){3}"
    r"|192\.168(?:\.[0-9]+){2}|172\.(?:1[6-9]|2[0-9]|3[01])(?:\.[0-9]+){2}"
)
_UNCLOSED: Final = (
    re.compile(r"\[([^\[\]\n]{1,120})\]\s?[（(]((?:https?:|www\.)[^\s)）]{3,})"),
    re.compile(r"(?<![\])）\w])\[([^\[\]\n()（）]{1,80})\(((?:https?:|www\.)[^\s)\]]{3,})\)?(?![^\[\n]*\])"),
)
"""`[甲](https://a.example` without its end, `[甲(https://a.example)`: CommonMark shows them as they are written."""
_FILE: Final = re.compile(r"[^?#]*\.(?:md|markdown|html?|png|jpe?g|gif|webp|svg|pdf)", re.IGNORECASE)


def odd_addresses(draft: DraftFile) -> Iterator[Mistake]:
    mains = {entry.url for entry in draft.entries() if entry.url}
    told: set[tuple[int, str]] = set()
    for place in draft.links:
        said = _of_shown(place, draft) or _of_spelling(place.target.strip()) or _of_goal(place, draft, mains)
        if said and (place.line, place.target) not in told:
            told.add((place.line, place.target))
            code, message = said
            yield Mistake(
                place.line, code, Message("{text}: {message}", text=place.text or place.target, message=message)
            )
    yield from _unclosed(draft)


_Said = tuple[str, Message] | None
"""Code and message."""


def _of_shown(place: LinkPlace, draft: DraftFile) -> _Said:
    """Of a link that has no address, or of which nothing is shown."""
    if not place.target.strip():
        return ("link-empty", Message("its link has no address")) if place.text else None
    if not place.text and not draft.has_image(place.line):
        return "link-empty", Message(
            "nothing is shown of the link to {target}: write [title](address)", target=place.target
        )
    return None


def _of_spelling(target: str) -> _Said:
    """Of an address that no browser takes for one of the web, though its author means it so."""
    if _REPOSITORY.match(target):
        return "link-scheme", Message("{target} is for cloning: a reader's browser needs https://", target=target)
    if target.startswith("//"):
        return "link-scheme", Message("{target} has no scheme: write https:{target}", target=target)
    if _TWICE.match(target):
        return "link-scheme", Message("{target} begins twice", target=target)
    if _HTTP.match(target):
        said = Message("a blank in the address ends it elsewhere: {target}; write %20, or take it out", target=target)
        return ("link-blank", said) if re.search(r"\s", target) else None
    if _NEARLY_HTTP.match(target):
        return "link-scheme", Message("{target} does not begin with https:// or http://", target=target)
    if _BARE_HOST.fullmatch(target):
        return "link-scheme", Message(
            "{target} has no scheme, and leads to a file of that name: write https://{target}", target=target
        )
    return None


def _of_goal(place: LinkPlace, draft: DraftFile, mains: Collection[str]) -> _Said:
    """Of an address that is right, and leads nowhere for a reader."""
    target = place.target.strip()
    if _HTTP.match(target):
        is_local = _LOCAL.fullmatch(web_host(target) or "") and place.text != target
        said = Message("{target} is an address of the author's own network", target=target)
        return ("link-local", said) if is_local else None
    is_file = place.target in mains or _FILE.fullmatch(target)
    if not is_file or _SCHEME.match(target) or not _is_missing(target, draft):
        return None
    return "link-relative", Message("{target} is relative, and there is no such file beside this one", target=target)


def _is_missing(target: str, draft: DraftFile) -> bool:
    """Whether the file of a relative address is not there. What begins with a slash is a place of the site, which is
    not known."""
    if draft.folder is None or target.startswith(("/", "#", "?", "{", "<")):
        return False
    path = unquote(re.split(r"[?#]", target)[0])
    return not any(_exists(folder / path) for folder in (draft.folder, draft.root) if folder)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long for a name, or a NUL
        return False


def _unclosed(draft: DraftFile) -> Iterator[Mistake]:
    for line in draft.texts:
        written = without_code(draft.source_line(line.number))
        for pattern in _UNCLOSED:
            found = pattern.search(line.text)
            is_linked = found and any(mark.start <= found.start() < mark.end for mark in line.links())
            if found and not is_linked and found[1] in written:
                message = Message(
                    "{text}: the brackets of its link are not right: write [{text}]({address})",
                    text=found[1],
                    address=found[2],
                )
                yield Mistake(line.number, "link-unclosed", message)
                break
