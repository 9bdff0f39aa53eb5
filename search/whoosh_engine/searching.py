"""An open index: finds, counts, and reads entries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from search import ranking
from search.analysis import Analyzer
from search.engine import PARTIAL_LISTED, Facet, IssueInfo, Match, Matches
from search.errors import DamagedIndexError, SearchError
from search.model import Entry
from search.query.plan import Plan, make_plan
from search.query.runs import RunJoiner
from search.query.tree import Most, Phrase, Query
from search.query.wishes import Wish
from search.request import Filters, Sort
from search.titles import Titles
from search.whoosh_engine.documents import DocumentTable
from search.whoosh_engine.explaining import IndexScorer
from search.whoosh_engine.listing import read_issues, read_segments
from search.whoosh_engine.matching import Matcher
from search.whoosh_engine.reading import IndexReader, SegmentReader
from search.whoosh_engine.scoring import score
from search.whoosh_engine.segments import OpenSegment
from search.whoosh_engine.sets import NO_DOCS, NO_VALUES, Docs, Scratch, Values, operations

PLANS_REMEMBERED: Final = 1024
COUNTS_REMEMBERED: Final = 4096


def open_index(folder: Path, analyzer: Analyzer) -> WhooshSearcher:
    """The index in `folder`, ready to search. Raises `NoIndexError`, `StaleIndexError` and `DamagedIndexError`."""
    segments = read_segments(folder)
    try:
        return WhooshSearcher(analyzer, [segment.open(folder) for segment in segments], read_issues(folder))
    except SearchError:
        raise
    except Exception as exc:  # damaged bytes raise almost anything
        raise DamagedIndexError(f"{folder}: cannot be opened ({exc}); run `wangqi reindex --full`") from exc


@dataclass(frozen=True, slots=True)
class _Tier:
    """Documents that answer a query equally: all of its words, or some."""

    found: Docs
    """All of them, also those with one link."""
    docs: Docs
    """One for each link."""
    scores: Values
    """Of `docs`."""


NO_TIER: Final = _Tier(NO_DOCS, NO_DOCS, NO_VALUES)


class WhooshSearcher:
    """An open index. Nothing in it changes, and scratch space is per thread: threads share it freely."""

    def __init__(self, analyzer: Analyzer, segments: Sequence[OpenSegment], issues: Sequence[IssueInfo]) -> None:
        self.analyzer: Final = analyzer.joining(
            RunJoiner(lru_cache(COUNTS_REMEMBERED)(self._count_in_a_row), analyzer.knows)
        )
        readers: list[SegmentReader] = []
        for segment in segments:
            readers.append(SegmentReader(segment, base=sum(reader.size for reader in readers)))
        self._reader = IndexReader(readers)
        self._scratch = Scratch(self._reader.size)
        self._issues = list(issues)
        self._documents = DocumentTable(self._reader, issues)
        self._recent = Matcher(self._reader, self._documents, self._scratch)
        # One search asks for the same plan several times, and readers who page and filter do so again.
        self.plan = lru_cache(PLANS_REMEMBERED)(self._make_plan)

    def _count_in_a_row(self, text: str) -> int:
        """How many documents hold these Han characters in a row."""
        (spelling,) = self.analyzer.phrase(text)
        return len(self._reader.spelled((spelling,)).docs)

    def _make_plan(self, query: Query) -> Plan:
        return make_plan(query, self.analyzer, self.plan(query.query) if isinstance(query, Most) else None)

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
        plan = self.plan(query)
        return self.evaluate(
            plan, filters, sort=sort, offset=offset, limit=limit, facets=facets, least=least, wishes=wishes
        )

    def evaluate(
        self,
        plan: Plan,
        filters: Filters,
        *,
        sort: Sort,
        offset: int,
        limit: int,
        facets: Collection[Facet] = (),
        least: int = 0,
        wishes: Sequence[Wish] = (),
    ) -> Matches:
        """What `find` gives back, for a plan that is made already."""
        table, matcher = self._documents, self._matcher()
        whole, allowed = plan.whole or plan, table.allowed(filters)
        held = matcher.matching(whole, allowed)
        lifts = self._lifts(wishes, matcher)
        # A caller who asks for no hits wants to know how many there are; and folding leaves no more.
        is_counted = not limit or len(held) < least
        first = self._tier(table.answers(held, whole, filters), whole, matcher, lifts, counted=is_counted)
        if len(first.docs) < least:
            return Matches(total=len(first.docs), hits=[], facets={})
        second = self._second_tier(plan, filters, held, matcher, lifts) if plan.whole else NO_TIER
        hits = self._hits(first, sort, offset, limit, partial=False)
        listed = min(len(second.docs), PARTIAL_LISTED)
        start = max(0, offset - len(first.docs))
        hits += self._hits(second, "relevance", start, min(limit - len(hits), listed - start), partial=True)
        shown = first if len(first.docs) else second
        counts = table.counts(facets, shown.found, self._scratch, folded=bool(plan.scored))
        return Matches(total=len(first.docs), partial=len(second.docs), hits=hits, facets=counts)

    def _lifts(self, wishes: Sequence[Wish], matcher: Matcher) -> Values | None:
        """What the score of each document of the index is multiplied by for `wishes`; None where there are none."""
        if not wishes:
            return None
        lifts = np.ones(self._reader.size, np.float32)
        for wish in wishes:
            lifts[self._documents.allowed(wish.filters)] *= np.float32(ranking.WISH_FACTOR)
            if wish.said:
                lifts[matcher.docs(self.plan(Phrase(wish.said)).condition)] *= np.float32(ranking.WISH_FACTOR)
        return lifts

    def _tier(self, found: Docs, plan: Plan, matcher: Matcher, lifts: Values | None, *, counted: bool = False) -> _Tier:
        scores = np.zeros(len(found), np.float32) if counted else score(plan, found, matcher, self._documents)
        if lifts is not None:
            scores = scores * lifts.take(found)
        if not plan.scored:
            return _Tier(found, found, scores)
        return _Tier(found, *self._documents.returning.fold(found, scores, self._scratch))

    def _second_tier(self, plan: Plan, filters: Filters, first: Docs, matcher: Matcher, lifts: Values | None) -> _Tier:
        """Of what holds most of the words, what is not in the first tier, nor shares a link with it."""
        held = matcher.matching(plan, self._documents.allowed(filters))
        others = operations.subtract(held, first, self._scratch)
        others = self._documents.returning.without(others, first, self._scratch)
        return self._tier(self._documents.answers(others, plan, filters), plan, matcher, lifts)

    def _hits(self, tier: _Tier, sort: Sort, offset: int, limit: int, *, partial: bool) -> list[Match]:
        if limit <= 0 or offset >= len(tier.docs):
            return []
        page = self._documents.order(tier.docs, tier.scores, sort, offset=offset, limit=limit)
        docs, scores = tier.docs.take(page).tolist(), tier.scores.take(page).tolist()
        return self._documents.matches(docs, scores, partial=partial)

    def scorer(self) -> IndexScorer:
        return IndexScorer(self._matcher(), self._documents)

    def _matcher(self) -> Matcher:
        """The one that is used, or a new one: one search asks for the same words several times."""
        if self._recent.is_full:
            self._recent = Matcher(self._reader, self._documents, self._scratch)
        return self._recent

    @cached_property
    def _titles(self) -> Titles[int]:
        # On first use: reading every entry takes a moment.
        newest = self._documents.newest_first(self._reader.all_docs()).tolist()
        entries = ((doc, self._documents.entry(doc)) for doc in newest)
        return Titles((entry.title, doc) for doc, entry in entries if entry.role == "entry")

    def suggest(self, prefix: str, *, limit: int = 8) -> list[Entry]:
        return [self._documents.entry(doc) for doc in self._titles.complete(prefix, limit)]

    def linked(self, link: str) -> list[Entry]:
        return [self._documents.entry(doc) for doc in self._documents.linked(link).tolist()]

    def titles(self) -> Iterable[str]:
        return self._titles.keys

    def words(self) -> Iterable[tuple[str, int]]:
        return self._reader.counted_terms("words")

    def entry(self, entry_id: str) -> Entry | None:
        issue_id = entry_id.rpartition("-")[0]
        return next((entry for entry in self._held(issue_id) if entry.id == entry_id), None)

    def documents(self, issue_id: str, *, lines: range | None = None) -> list[Entry]:
        return [entry for entry in self._held(issue_id, lines) if entry.role != "issue"]

    def _held(self, issue_id: str, lines: range | None = None) -> list[Entry]:
        docs = self._documents.of_issue(issue_id).tolist()
        if lines is not None:
            docs = [doc for doc in docs if self._documents.line(doc) in lines]
        return [self._documents.entry(doc) for doc in docs]

    def issues(self) -> list[IssueInfo]:
        return list(self._issues)

    def close(self) -> None:
        """Let go of the files, which are unmapped with the last array that views them.

        By hand, since what remembers answers refers to itself: files that were removed would stay open until garbage
        is searched for, and those from before a fork, in which it is not searched for, as long as the process lives.
        """
        for part in (self._reader, self._documents, self):
            vars(part).clear()
