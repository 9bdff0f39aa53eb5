"""Was this page recommended? The entries that are about it, and those that only name it beside a link of their own.

The first are asked of a column. The others are searched for by the words of the address and looked at one by one: a
page named behind a click counter is not among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from search import budget
from search.engine import Searcher
from search.links import canonical_link
from search.model import Entry
from search.query.tree import Match
from search.request import MAX_QUERY_CHARS, NO_FILTERS
from search.returning import main_link

CANDIDATES: Final = 200
"""Entries looked at that hold the words of an address: more only hold those that are hardly more than a host."""


@dataclass(frozen=True, slots=True)
class Recommendations:
    link: str
    """The page, as `canonical_link` names it."""
    entries: Sequence[Entry]
    """Those about it, newest first."""
    mentions: Sequence[Entry]
    """Those about something else that link to it, newest first."""


def look_up(searcher: Searcher, address: str) -> Recommendations:
    link = canonical_link(address)
    hits = searcher.find(_words(link), NO_FILTERS, sort="newest", offset=0, limit=CANDIDATES).hits
    return Recommendations(link, searcher.linked(link), [hit.entry for hit in hits if _mentions(hit.entry, link)])


def _words(link: str) -> Match:
    """What the entries that name `link` hold; of a long one the first parts, as of any query."""
    address = f"https://{link}"
    return Match(address if len(address) <= MAX_QUERY_CHARS else address[:MAX_QUERY_CHARS].rpartition("/")[0])


def _mentions(entry: Entry, link: str) -> bool:
    budget.check()
    # What returns in every issue (往年回顾) recommends nothing.
    if entry.role == "boilerplate" or not any(canonical_link(other.url) == link for other in entry.links):
        return False
    return main_link(entry) != link
