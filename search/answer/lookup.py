"""Was this page recommended? The entries that are about it, and those that only name it beside a link of their own.

The first are asked of a column. The others are searched for by the words of the address and looked at one by one: a
page named behind a click counter is not among them. What other issues said of an entry's project is looked up likewise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wangqi.search import budget
from wangqi.search.analysis import fold_key
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.document.fields import address_words
from wangqi.search.document.known_sites import shared_part
from wangqi.search.document.links import canonical_link, typed_address, web_address
from wangqi.search.document.repeated_links import main_link
from wangqi.search.engine import Page
from wangqi.search.model import Entry
from wangqi.search.query.tree import Entries, Everything, Match, Phrase, Query
from wangqi.search.request import MAX_QUERY_CHARS, NO_FILTERS, Filters

CANDIDATES: Final = 200
"""Entries looked at that hold the words of an address: more only hold those that are hardly more than a host."""

_WWW: Final = re.compile(r"www\.[\w-]+\.[^/?#]+", re.IGNORECASE)
"""www.example.com, and not www.js: it may be a name, as node.js is."""

_REPOSITORY: Final = re.compile(
    r"((?:github|gitlab|gitee|codeberg|bitbucket)\.(?:com|org)/[^/?#]+/[^/?#]+)"
    r"(?:[/?#](?!(?:-/)?(?:issues|discussions|pull|pulls|merge_requests)\b).*)?"
)
"""A page of a repository, and the repository. What people write to each other there may be about anything."""

SITE_PAGES: Final = 50
"""Entries of a host that may be about one project, the one whose page the host's first is."""

FIRST_CANDIDATES: Final = Page(sort="newest", limit=CANDIDATES)


@dataclass(frozen=True, slots=True)
class Recommendations:
    link: str
    """The page, as `canonical_link` names it."""
    entries: Sequence[Entry]
    """Those about it, newest first."""
    mentions: Sequence[Entry]
    """Those about something else that link to it, newest first."""


def look_up(index: OpenIndex, address: str) -> Recommendations:
    link = canonical_link(address)
    hits = index.find(_words(link), NO_FILTERS, FIRST_CANDIDATES).hits
    return Recommendations(link, index.searcher.linked(link), [hit.entry for hit in hits if _mentions(hit.entry, link)])


def through_the_years(index: OpenIndex, entry: Entry) -> list[Entry]:
    """The entries of other issues on the page that `entry` is about or on another one of its project, and those that
    link to that page; in no order."""
    if not web_address(entry.url):
        return []
    found = look_up(index, entry.url or "")
    others = {each.id: each for each in (*found.entries, *found.mentions, *_of_project(index, found.link))}
    return [each for each in others.values() if each.issue.id != entry.issue.id]


def _of_project(index: OpenIndex, link: str) -> list[Entry]:
    """The entries on pages of the project that the page `link` belongs to: of a repository those in it, of a host those
    on it, if its first page is one of them."""
    if repository := _repository(link):
        hits = index.find(_words(repository), NO_FILTERS, FIRST_CANDIDATES).hits
        return [hit.entry for hit in hits if _repository(main_link(hit.entry)) == repository]
    host = re.split("[/?#]", link, maxsplit=1)[0]
    if not index.searcher.linked(host):
        return []
    hits = index.find(Everything(), Filters(site=(host,)), Page(sort="newest", limit=SITE_PAGES + 1)).hits
    return [hit.entry for hit in hits] if len(hits) <= SITE_PAGES else []


def _repository(link: str) -> str:
    """The repository that a page belongs to; "" for any other page."""
    found = _REPOSITORY.fullmatch(link)
    return found[1] if found else ""


def page_named_by(query: Query, index: OpenIndex) -> Query | None:
    """A query for the entries of the page whose address was typed as `query`; None when it is no address, or may be
    none: of `TCP/IP` and `node.js` nobody wants to hear that they were never recommended."""
    address = typed_address(query.text) if isinstance(query, Match) else None
    if not isinstance(query, Match) or address is None:
        return None
    found = look_up(index, address)
    if held := (*found.entries, *found.mentions):
        return Entries(tuple(entry.id for entry in held), query.text)
    below = Phrase(address_words(address)) if _names_what_is_below(found.link, query.text) else None
    if below and index.count(below, NO_FILTERS):
        return below
    return Entries((), query.text) if _is_surely_address(query.text, index) else None


def _names_what_is_below(link: str, text: str) -> bool:
    """Whether of an owner (github.com/somebody) or a host (www.example.com) what is below is meant; of a page, the page
    and nothing else."""
    return "?" not in link and (link.count("/") == 1 or bool(_WWW.fullmatch(text)))


def _is_surely_address(text: str, index: OpenIndex) -> bool:
    host, slash, _ = text.partition("/")
    if "://" in text or (slash and "." in host) or _WWW.fullmatch(text):
        return True
    # owner/repo, unless it is TCP/IP or what some text says: input/output.
    said = index.find(Phrase(text), NO_FILTERS, FIRST_CANDIDATES).hits if slash else ()
    texts = [fold_key(f"{hit.entry.title}\n{hit.entry.text}") for hit in said]
    return bool(slash) and not text.isupper() and not any(fold_key(text) in each for each in texts)


def _words(link: str) -> Match:
    """The words by which entries that name `link` are found; of a long link the first parts."""
    shared = shared_part(link)
    address = f"https://{link}" if shared == link else shared
    return Match(address if len(address) <= MAX_QUERY_CHARS else address[:MAX_QUERY_CHARS].rpartition("/")[0])


def _mentions(entry: Entry, link: str) -> bool:
    budget.check()
    # What returns in every issue (往年回顾) recommends nothing.
    if entry.role == "boilerplate" or not any(canonical_link(other.url) == link for other in entry.links):
        return False
    return main_link(entry) != link
