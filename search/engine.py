"""The seam between Wangqi and whatever holds its postings: two small Protocols.

An engine builds a folder of files that never change afterwards (`Engine.build`), and opens such a folder for
searching (`Engine.open`). It knows nothing of generations, locks or manifests (that is `indexer`), nor of query syntax,
relaxation or snippets (that is `search.service`): it gets a query tree and filters, and gives back entries, scores and
counts.

`search.memory` is the smallest engine and the example; `tests/test_engine_contract.py` is what every engine promises.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol

from search.model import Entry, Issue, IssueRef
from search.query.tree import Query
from search.query.wishes import Wish
from search.request import Filters, Sort

if TYPE_CHECKING:
    from search.analysis import Analyzer
    from search.plain_scoring import DocumentSet
    from search.query.plan import Plan

PARTIAL_LISTED: Final = 300
"""Documents of a second tier that are listed: nobody reads on so far, and what follows holds ever less of the words."""

Facet = Literal["kind", "year", "section", "site", "archive"]


@dataclass(slots=True)
class FacetCount:
    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoIn:
    """Another entry with the same link."""

    id: str
    issue: IssueRef


@dataclass(slots=True, kw_only=True)
class Match:
    """One document that answers the query."""

    entry: Entry
    score: float
    partial: bool = False
    """Whether it is of the second tier."""
    also_in: Sequence[AlsoIn] = ()
    """All other entries with its link (`search.returning`), whether they answer the query or not; newest first."""


@dataclass(slots=True, kw_only=True)
class Matches:
    """A slice of the documents that answer a query, and counts over all of them."""

    total: int
    """Of the first tier."""
    partial: int = 0
    """Of the second tier, of which no more than `PARTIAL_LISTED` are among the hits of any slice."""
    hits: Sequence[Match]
    """Those of the first tier in the order asked for, then those of the second, the best first."""
    facets: dict[Facet, list[FacetCount]]
    """Most frequent first, then by value; `year` newest first. Of the first tier; of the second where that is empty.
    Each count is what a filter for the value would find."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueInfo:
    """An issue in a listing."""

    ref: IssueRef
    digest: str
    entries: int


class Searcher(Protocol):
    """An open index. Safe to use from several threads; sees one and the same state until closed."""

    def find(
        self,
        query: Query,
        filters: Filters,
        *,
        sort: Sort,
        offset: int,
        limit: int,
        facets: Collection[Facet] = (),
        least: int = 0,
        wishes: Sequence[Wish] = (),
    ) -> Matches:
        """The documents that match `query` and `filters`, best first; ties in a fixed order, so that pages neither
        repeat nor skip. `sort` changes the order, never the set. An empty query matches everything. Fewer than `least`
        are only counted: neither hits nor facets. `wishes` change scores, never the set.

        A query `Most` has a second tier, of documents that do not hold all its words. Each tier is of entries and
        issues; of other texts only where it has none of these. Without words to search for it is of entries; of issues
        where a filter asks for them.

        Of the matches that share a link (`search.returning`) only the one with the best score is there, or counted; of
        equals the newest. Without words each stands for itself."""
        ...

    @property
    def analyzer(self) -> Analyzer:
        """Cuts queries as this index does, which knows more words than a dictionary (`search.query.runs`)."""
        ...

    def plan(self, query: Query) -> Plan:
        """What `query` asks of this index."""
        ...

    def scorer(self) -> DocumentSet:
        """Scores one entry at a time as `find` does, with the weights of this index: for explaining a few hits of one
        query."""
        ...

    def suggest(self, prefix: str, *, limit: int = 8) -> list[Entry]:
        """Entries whose title starts with, or has a word that starts with, `prefix`; best first, the newest of those
        with the same title."""
        ...

    def linked(self, link: str) -> list[Entry]:
        """The entries about the page with that `search.links.canonical_link`, newest first."""
        ...

    def titles(self) -> Iterable[str]:
        """The titles of entries, folded, each once; in no order."""
        ...

    def words(self) -> Iterable[tuple[str, int]]:
        """Every term of the stream `words` once, and how many documents hold it; in no order."""
        ...

    def entry(self, entry_id: str) -> Entry | None: ...

    def documents(self, issue_id: str, *, lines: range | None = None) -> list[Entry]:
        """Every document of the issue (fronts and entries) in the order of the file, of those that begin on certain
        `lines` alone if they are given; [] when it is not held."""
        ...

    def issues(self) -> list[IssueInfo]:
        """All issues, newest first (`search.issue_order`)."""
        ...

    def close(self) -> None: ...


class Engine(Protocol):
    """Builds and opens indexes. Holds the analyzer, which is the same for both."""

    @property
    def fingerprint(self) -> str:
        """Names the file format and the analyzer; an index built under another one must be rebuilt."""
        ...

    def build(
        self, folder: Path, issues: Iterable[Issue], *, base: Path | None = None, removed: Collection[str] = ()
    ) -> None:
        """Write an index into the empty `folder`: that of `base` (never changed), without the issues whose ids are in
        `removed` or among `issues`, plus `issues`, which may have a length to tell how many they are. `base` must have
        this engine's fingerprint."""
        ...

    def open(self, folder: Path) -> Searcher: ...
