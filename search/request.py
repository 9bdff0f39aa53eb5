"""The request of a search: query text, filters, order and page; the same for all front ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Sort = Literal["relevance", "newest", "oldest"]
Group = Literal["entry", "issue"]
"""What a hit stands for: itself, or all that was found in its issue."""
MatchMode = Literal["auto", "all", "exact"]
"""`auto`: all words first, then relaxed. `all`: never relaxed. `exact`: as typed, no correction or stemming either."""

MAX_QUERY_CHARS: Final = 200
PER_PAGE: Final = 20
MAX_PER_PAGE: Final = 100
MAX_DEPTH: Final = 10_000
"""Largest `page * per_page`."""
COMPLETIONS: Final = 8
"""Titles that are offered while somebody types."""

NumberRange = tuple[int | None, int | None]
"""Both ends included; None is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Conditions that a document must meet besides the query; values of one field are alternatives. Names are compared
    after folding (case, width, traditional)."""

    archive: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    """`工具,文章` is a section of that name, or either one."""
    issue: tuple[NumberRange, ...] = ()
    year: tuple[NumberRange, ...] = ()
    date_from: date | None = None
    date_to: date | None = None
    by: tuple[str, ...] = ()
    """Contributors, without @, case folded."""
    site: tuple[str, ...] = ()
    """Hosts without `www.`; `github.com` also takes `gist.github.com`."""
    tag: tuple[str, ...] = ()
    """Tags of the issue."""
    exclude: tuple[Filters, ...] = ()
    """Documents that meet any one condition of any of these are left out (`-kind:quote -year:2020`); two dates are one
    condition."""


NO_FILTERS: Final = Filters()
"""Everything meets it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """A search. Its numbers are within the bounds above: whoever takes them from people checks that."""

    q: str = ""
    page: int = 1
    per_page: int = PER_PAGE
    filters: Filters = NO_FILTERS
    sort: Sort = "relevance"
    match: MatchMode = "auto"
    facets: tuple[str, ...] = ("kind", "year")
    explain: bool = False
    group: Group = "entry"
