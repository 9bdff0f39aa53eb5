"""Proof that an open index can be searched: an entry that it must know, asked for again and again while it serves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.engine import Page
from wangqi.search.errors import DamagedIndexError
from wangqi.search.query.tree import Everything, Match, Query
from wangqi.search.request import NO_FILTERS

CANDIDATES: Final = 20
MAX_TITLE_CHARS: Final = 60


class Canary:
    """A known entry to search for by its title, one of the newest. A generation never changes, and neither does what is
    found.

    Where none of them is found by its title, the newest entries themselves are asked for.
    """

    def __init__(self, index: OpenIndex) -> None:
        self._index = index
        self._query, self._known = next(self._by_title(), (Everything(), self._found(Everything())))

    def check(self) -> None:
        """Raises `DamagedIndexError` when something else is found than at first."""
        if self._found(self._query) != self._known:
            raise DamagedIndexError("a known entry is no longer found by its title")

    def _by_title(self) -> Iterator[tuple[Query, list[str]]]:
        matches = self._index.find(Everything(), NO_FILTERS, Page(sort="newest", limit=CANDIDATES))
        for entry in [match.entry for match in matches.hits if 0 < len(match.entry.title) <= MAX_TITLE_CHARS]:
            found = self._found(Match(entry.title))
            if entry.id in found:
                yield Match(entry.title), found

    def _found(self, query: Query) -> list[str]:
        page = Page(sort="newest" if isinstance(query, Everything) else "relevance", limit=CANDIDATES)
        matches = self._index.find(query, NO_FILTERS, page)
        return [match.entry.id for match in matches.hits]
