"""The result of a search: one `SearchResult`, rendered as a page, as JSON, as Atom or in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from wangqi.search.answer.explaining import ScoreReason, WordShare
from wangqi.search.engine import PARTIAL_LISTED, AlsoIn, Facet, FacetCount
from wangqi.search.model import Entry
from wangqi.search.query.notice import Notice
from wangqi.search.query.wishes import Wish
from wangqi.search.request import Filters, SearchRequest

Range = tuple[int, int]
"""Half-open, in Unicode code points."""


# Not frozen, though nobody changes one: see `Entry`.
@dataclass(slots=True, kw_only=True)
class Snippet:
    text: str
    ranges: tuple[Range, ...]
    """Where the matched words stand in `text`; sorted, apart from each other."""


PlaceField = Literal["section", "link", "contributor", "attribution", "image", "number"]


@dataclass(frozen=True, slots=True)
class Place:
    """A text of an entry, besides its title and text, that holds words of the query."""

    field: PlaceField
    text: str
    ranges: tuple[Range, ...]
    """Where they stand in it."""


# As above.
@dataclass(slots=True, kw_only=True)
class Hit:
    entry: Entry
    score: float
    partial: bool = False
    """Whether it holds only some of the words."""
    title_ranges: tuple[Range, ...]
    """Matches in `entry.title`."""
    text_ranges: tuple[Range, ...]
    """Matches in `entry.text`."""
    snippet: Snippet
    places: tuple[Place, ...] = ()
    """Where words stand that neither title nor text holds."""
    also_in: Sequence[AlsoIn] = ()
    """All other entries with its link, newest first."""
    explanation: tuple[ScoreReason, ...] = ()
    """Why it ranks where it does, when that was asked for."""
    others: int = 0
    """How many more were found in its issue, which it stands for, where hits are grouped by issue."""
    beside: Sequence[Entry] = ()
    """The first of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """A page of hits, with totals, facets and notices."""

    request: SearchRequest
    terms: tuple[str, ...]
    """What was searched for, as words a reader recognises, in the order typed."""
    excluded: tuple[str, ...]
    filters: Filters
    """Those that were typed."""
    match: str
    """`all` when every hit holds all the words; `relaxed` when others follow; `exact`."""
    total: int
    """Entries that hold all the words."""
    partial: int
    """Entries that hold some of them, which follow; no more than `PARTIAL_LISTED` are listed."""
    hits: Sequence[Hit]
    facets: dict[Facet, list[FacetCount]]
    notices: tuple[Notice, ...]
    took_ms: float
    wishes: tuple[Wish, ...] = ()
    """What was understood as from when it should be."""
    issues: int | None = None
    """How many issues are listed; None where hits are not grouped by issue."""
    words: tuple[WordShare, ...] | None = None
    """How the query was cut, and what its words are worth; None when that was not asked for."""

    @property
    def first_tier(self) -> SearchResult:
        """A copy without the second tier, where there is a first."""
        return replace(self, partial=0, hits=[hit for hit in self.hits if not hit.partial]) if self.total else self

    @property
    def listed(self) -> int:
        """Entries on all pages together."""
        return self.total + min(self.partial, PARTIAL_LISTED)

    @property
    def pages(self) -> int:
        hits = self.listed if self.issues is None else self.issues
        return -(-hits // self.request.per_page)
