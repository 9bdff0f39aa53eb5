"""The seam between Wangqi and whatever holds its postings: two small Protocols.

An engine builds a folder of files that never change afterwards (`Engine.build`), and opens such a folder for searching
(`Engine.open`). It knows nothing of generations, locks or manifests (that is `indexer`), nor of what was typed, of
analysis, relaxation or snippets (that is `search.answer`): it gets a plan, filters and a page, and gives back entries,
scores and counts.

For an engine on the network: each method is asked as seldom as can be, `count` and `document_frequencies` about many
things at once. A whole search is one to three of `find` with some of these before it. An open index never changes, so
every answer may be kept as long as it is open. Which documents match, totals and facets are exact; scores may differ in
the last digits, and of documents with equal scores the order is the engine's, but always the same. What an engine
cannot tell exactly it must not tell: it raises a `SearchError`.

`search.reference` is the smallest engine and the example; `tests/test_engine_contract.py` is what every engine
promises.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol

from wangqi.search.analysis.analyzer import Spelling
from wangqi.search.engine.shelf import Shelf
from wangqi.search.model import Entry, Issue, IssueInfo, IssueRef
from wangqi.search.request import COMPLETIONS, Filters, Sort

if TYPE_CHECKING:
    from wangqi.search.analysis import Analyzer
    from wangqi.search.plan.plan import Plan, Term, Word

PARTIAL_LISTED: Final = 300
"""Documents of a second tier that are listed: nobody reads on so far, and what follows holds ever less of the words."""

FACET_VALUES: Final = 1000
"""Values that are told of a facet, the most frequent: a large archive links to fifteen thousand sites."""

Facet = Literal["kind", "year", "section", "site", "archive", "tag", "by"]


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
class ScoredEntry:
    entry: Entry
    score: float
    partial: bool = False
    """Whether it is of the second tier."""
    also_in: Sequence[AlsoIn] = ()
    """All other entries with its link (`search.document.repeated_links`), whether they answer the query or not; newest
    first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the ranked documents, and the facets to count over all of them."""

    sort: Sort = "relevance"
    """The order of the first tier, never which documents there are. The second tier is ranked."""
    offset: int = 0
    limit: int = 0
    """0: only how many there are."""
    facets: Collection[Facet] = ()
    least: int = 0
    """Of fewer documents in the first tier only their number is wanted: neither hits nor facets."""


Question = tuple["Plan", Filters]
"""What `Searcher.count` counts the answers to."""


@dataclass(slots=True, kw_only=True)
class Matches:
    """A slice of the documents that answer a query, and counts over all of them."""

    total: int
    """Of the first tier."""
    partial: int = 0
    """Of the second tier, of which no more than `PARTIAL_LISTED` are among the hits of any slice."""
    hits: Sequence[ScoredEntry]
    """Those of the first tier in the order asked for, then those of the second, the best first."""
    facets: dict[Facet, list[FacetCount]]
    """The first `FACET_VALUES`: most frequent first, then by value; `year` newest first. Of the first tier; of the
    second where that is empty. Each count is what a filter for the value would find."""
    missing: Sequence[Word] = ()
    """Of the words `Plan.most`, where the first tier is empty, those that no document of the second holds; where
    that is empty too, those that none of the index does."""


@dataclass(frozen=True, slots=True)
class WordStatistics:
    """The weights of a word of a plan and of its variants in one index (`search.plan.ranking`)."""

    worth: float
    """What holding it adds to coverage at most; of a word that no document holds as much as of the rarest."""
    worths: tuple[float, ...]
    """The same of each of its forms: the word as typed, then its variants in order."""
    most_idf: float
    """What any term of the word tells at most; infinite where it has no synonyms."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of the whole index that the score of a document needs besides the document and the plan."""

    words: Mapping[Word, WordStatistics]
    """Of every word that is scored, by the plan or by that of its first tier."""
    idfs: Mapping[Term, float]
    """Of every term that scores."""
    days: tuple[int, int]
    """The oldest and the newest date of a document, as proleptic Gregorian ordinals; (0, 0) without dates."""


@dataclass(frozen=True, slots=True)
class IndexVocabulary:
    """The words of an index, which corrections choose from."""

    words: Callable[[], Iterable[tuple[str, int]]]
    """Gives the terms of the stream `words`, each once, and how many documents hold it; in no order. An engine whose
    terms lie elsewhere makes the list when it builds."""
    titles: Iterable[str]
    """The titles of entries, folded, each once; in no order."""


@dataclass(frozen=True, slots=True)
class ArchiveInfo:
    name: str
    issues: int
    entries: int


@dataclass(frozen=True, slots=True)
class Stock:
    """The issues of an index: equal ones hold the same."""

    issues: int
    digest: str
    """Of their ids and digests (`search.engine.listing.stock_of`)."""


class Searcher(Protocol):
    """An open index. Safe to use from several threads; sees one and the same state until closed."""

    @property
    def is_remote(self) -> bool:
        """Whether each question is a round trip, so that it pays to tell ahead what will be asked (`expect`)."""
        ...

    # Searching

    def find(self, plan: Plan, filters: Filters, page: Page) -> Matches:
        """The documents that meet `plan` and `filters`, best first; ties in a fixed order, so that pages neither repeat
        nor skip. An empty plan is met by everything.

        A relaxed plan has a second tier, of documents that do not hold all its words. Each tier is of entries and
        issues; of other texts only where it has none of these. Without words to search for it is of entries; of issues
        where a filter asks for them.

        Of the matches that share a link (`search.document.repeated_links`) only the one with the best score is there,
        or counted; of equals the newest. Without words each stands for itself."""
        ...

    def count(self, questions: Sequence[Question]) -> list[int]:
        """For each question what `find` gives as `total`: asked together, since most of what a search asks is only how
        many there are, and each call may be a round trip."""
        ...

    def document_frequencies(self, spellings: Sequence[Spelling]) -> list[int]:
        """How many documents of any kind hold each of `spellings`, wherever it stands."""
        ...

    def statistics(self, plan: Plan) -> Statistics:
        """The statistics to score documents of `plan` one by one as `find` does, in order to explain them."""
        ...

    def suggest(self, prefix: str, *, limit: int = COMPLETIONS) -> list[Entry]:
        """Entries whose title starts with, or has a word that starts with, `prefix`; best first, the newest of those
        with the same title."""
        ...

    def linked(self, link: str) -> list[Entry]:
        """The entries about the page with that `search.document.links.canonical_link`, newest first."""
        ...

    def expect(self, *, spellings: Sequence[Spelling] = (), searches: Sequence[Question] = ()) -> None:
        """Hear what may be asked next, in order to find it out together; where nothing is remote, do nothing. What is
        said changes no answer. A relaxed plan may be searched for, first by its `whole`; others may be counted."""
        ...

    # Looking up

    def vocabulary(self) -> IndexVocabulary: ...

    def entry(self, entry_id: str) -> Entry | None: ...

    def documents(self, issue_id: str, *, lines: range | None = None) -> list[Entry]:
        """Every document of the issue (fronts and entries) in the order of the file, of those that begin on certain
        `lines` alone if they are given; [] when it is not held."""
        ...

    def issue(self, issue_id: str) -> IssueInfo | None: ...

    def issues(self, archives: Collection[str] = (), *, offset: int = 0, limit: int | None = None) -> list[IssueInfo]:
        """The issues of these `archives`, or of all, newest first (`search.document.issue_order`): from `offset` on,
        `limit` of them."""
        ...

    def archives(self) -> list[ArchiveInfo]:
        """The archives, that with the newest issue first."""
        ...

    def stock(self) -> Stock:
        """What the index holds, to be compared with what was written."""
        ...

    def close(self) -> None: ...


class Engine(Protocol):
    @property
    def analyzer(self) -> Analyzer:
        """Cuts the texts that are indexed; queries are to be cut by the same."""
        ...

    @property
    def fingerprint(self) -> str:
        """Names the file format and, after a slash, the analyzer; an index built under another must be rebuilt, though
        one of the same format can be read."""
        ...

    @property
    def shelf(self) -> Shelf | None:
        """Where it keeps generations for hosts that share no folder; None where a generation is its folder."""
        ...

    def build(
        self, folder: Path, issues: Iterable[Issue], *, base: Path | None = None, removed: Collection[str] = ()
    ) -> None:
        """Write an index into the empty `folder`: that of `base` (never changed), without the issues whose ids are in
        `removed` or among `issues`, plus `issues`, which may have a length to tell how many they are. `base` must have
        this engine's fingerprint; what does not change may be taken over from it. `issues` are gone through once, at
        the engine's pace: who wants to show progress counts them as they pass."""
        ...

    def open(self, folder: Path) -> Searcher: ...

    def check(self, folder: Path) -> None:
        """Raise `DamagedIndexError` when what the index in `folder` has elsewhere is not there any more; the files of
        the folder are known to be whole."""
        ...

    def discard(self, folder: Path) -> None:
        """Let go of what the index in `folder` has elsewhere; the folder is about to be removed. It may have been built
        to its end or not, or be empty. What another process began may stay for a build that goes on with it."""
        ...

    def sweep(self, root: Path, kept: Collection[Path]) -> None:
        """Let go of what builds in folders below `root` that were killed left elsewhere; only the indexes `kept`, and
        what the shelf has, are still needed. Nobody is building one."""
        ...
