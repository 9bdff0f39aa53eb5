"""An open index: finds, counts, and reads entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Final

import numpy as np

from wangqi.search.analysis.analyzer import Spelling
from wangqi.search.engine import (
    PARTIAL_LISTED,
    IndexVocabulary,
    Matches,
    Page,
    Question,
    ScoredEntry,
    Statistics,
    WordStatistics,
)
from wangqi.search.engine.completions import Titles
from wangqi.search.engine.listing import ListedIssues
from wangqi.search.errors import DamagedIndexError, SearchError
from wangqi.search.model import Entry, IssueInfo
from wangqi.search.plan.plan import Plan, Word
from wangqi.search.plan.ranking import RANKING, Ranking
from wangqi.search.request import COMPLETIONS, Filters, Sort
from wangqi.search.whoosh_engine.index.listing import read_issues, read_segments
from wangqi.search.whoosh_engine.query.documents import DocumentTable
from wangqi.search.whoosh_engine.query.index_reader import IndexReader, SegmentReader
from wangqi.search.whoosh_engine.query.matching import Matcher
from wangqi.search.whoosh_engine.query.scoring import score
from wangqi.search.whoosh_engine.segment.segment import OpenSegment
from wangqi.search.whoosh_engine.sets import NO_DOCS, NO_VALUES, Docs, Scratch, Values, operations


def open_index(folder: Path) -> WhooshSearcher:
    """The index in `folder`, ready to search. Raises `NoIndexError`, `StaleIndexError` and `DamagedIndexError`."""
    segments = read_segments(folder)
    try:
        return WhooshSearcher([segment.open(folder) for segment in segments], read_issues(folder))
    except SearchError:
        raise
    except Exception as exc:  # damaged bytes raise almost anything
        raise DamagedIndexError(
            "{folder}: cannot be opened ({reason}); run `wangqi reindex --full`", folder=folder, reason=exc
        ) from exc


@dataclass(slots=True)  # as `Found`
class _Tier:
    """Documents that answer a query equally: all of its words, or some."""

    found: Docs
    """All of them, also those with one link."""
    linked: Docs
    """Those of `found` whose link others have, where such are one hit."""
    docs: Docs
    """One for each link."""
    scores: Values
    """Of `docs`."""


ONLY_COUNTED: Final = Page()
NO_TIER: Final = _Tier(NO_DOCS, NO_DOCS, NO_DOCS, NO_VALUES)


class WhooshSearcher(ListedIssues):
    """An open index. Nothing in it changes, and scratch space is per thread: threads share it freely."""

    is_remote: Final = False

    def __init__(self, segments: Sequence[OpenSegment], issues: Sequence[IssueInfo]) -> None:
        readers: list[SegmentReader] = []
        for segment in segments:
            readers.append(SegmentReader(segment, base=sum(reader.size for reader in readers)))
        self._reader = IndexReader(readers)
        self._scratch = Scratch(self._reader.size)
        super().__init__(issues)
        self._documents = DocumentTable(self._reader, issues)
        self._recent = Matcher(self._reader, self._documents, self._scratch, RANKING)

    def find(self, plan: Plan, filters: Filters, page: Page) -> Matches:
        table, matcher = self._documents, self._matcher(plan.ranking)
        whole, allowed = plan.whole or plan, table.allowed(filters)
        held = matcher.matching(whole, allowed)
        lifts = self._lifts(plan, matcher)
        # A caller who asks for no hits wants to know how many there are; and folding leaves no more.
        is_counted = not page.limit or len(held) < page.least
        first = self._tier(table.answers(held, whole, filters), whole, matcher, lifts, counted=is_counted)
        if len(first.docs) < page.least:
            return Matches(total=len(first.docs), hits=[], facets={})
        hits, second = self._hits(first, page.sort, page.offset, page.limit, partial=False), NO_TIER
        if plan.whole:
            is_counted = len(hits) >= page.limit  # the first tier fills the page
            second = self._second_tier(plan, filters, held, matcher, lifts, counted=is_counted)
            start, listed = max(0, page.offset - len(first.docs)), min(len(second.docs), PARTIAL_LISTED)
            hits += self._hits(second, "relevance", start, min(page.limit - len(hits), listed - start), partial=True)
        shown = first if len(first.docs) else second
        return Matches(
            total=len(first.docs),
            partial=len(second.docs),
            hits=hits,
            facets=table.counts(page.facets, shown.found, shown.linked, self._scratch),
            missing=() if len(first.docs) else self._missing(plan, matcher, second),
        )

    def _missing(self, plan: Plan, matcher: Matcher, second: _Tier) -> list[Word]:
        """Words that no document of the second tier holds; without one, those that none of the index does."""
        held = [(word, matcher.word(word).docs) for word in plan.most]
        if len(second.docs):
            held = [(word, operations.intersect([docs, second.docs], self._scratch)) for word, docs in held]
        return [word for word, docs in held if not len(docs)]

    def _lifts(self, plan: Plan, matcher: Matcher) -> Values | None:
        """The factor of each document's score by the wishes of a plan; None without wishes."""
        if not plan.lifts:
            return None
        factors, times = np.ones(self._reader.size, np.float32), np.float32(plan.ranking.wish_factor)
        for lift in plan.lifts:
            factors[self._documents.allowed(lift.filters)] *= times
            if lift.condition:
                factors[matcher.docs(lift.condition)] *= times
        return factors

    def _tier(self, found: Docs, plan: Plan, matcher: Matcher, lifts: Values | None, *, counted: bool = False) -> _Tier:
        if not len(found):
            return NO_TIER
        scores = np.zeros(len(found), np.float32) if counted else score(plan, found, matcher, self._documents)
        if lifts is not None:
            scores = scores * lifts.take(found)
        if not plan.scored:
            return _Tier(found, NO_DOCS, found, scores)
        returning = self._documents.returning
        linked = returning.among(found, self._scratch)
        return _Tier(found, linked, *returning.fold(found, scores, linked))

    def _second_tier(
        self, plan: Plan, filters: Filters, first: Docs, matcher: Matcher, lifts: Values | None, *, counted: bool
    ) -> _Tier:
        """The documents that hold most of the words, without those of the first tier and those that share a link with
        it."""
        held = matcher.matching(plan, self._documents.allowed(filters))
        others = operations.subtract(held, first, self._scratch)
        others = self._documents.returning.without(others, first, self._scratch)
        return self._tier(self._documents.answers(others, plan, filters), plan, matcher, lifts, counted=counted)

    def _hits(self, tier: _Tier, sort: Sort, offset: int, limit: int, *, partial: bool) -> list[ScoredEntry]:
        if limit <= 0 or offset >= len(tier.docs):
            return []
        page = self._documents.order(tier.docs, tier.scores, sort, offset=offset, limit=limit)
        docs, scores = tier.docs.take(page).tolist(), tier.scores.take(page).tolist()
        return self._documents.matches(docs, scores, partial=partial)

    def count(self, questions: Sequence[Question]) -> list[int]:
        return [self.find(plan, filters, ONLY_COUNTED).total for plan, filters in questions]

    def document_frequencies(self, spellings: Sequence[Spelling]) -> list[int]:
        return [len(self._reader.contiguous(spelling)[0]) for spelling in spellings]

    def expect(self, *, spellings: Sequence[Spelling] = (), searches: Sequence[Question] = ()) -> None:
        """Do nothing: nothing is remote."""

    def statistics(self, plan: Plan) -> Statistics:
        matcher = self._matcher(plan.ranking)
        held = {word: matcher.word(word) for word in plan.all_scored}
        return Statistics(
            words={
                word: WordStatistics(docs.worth, tuple(layer.worth for layer in docs.layers), docs.idf)
                for word, docs in held.items()
            },
            idfs={term: matcher.postings(term).idf for term in plan.all_terms},
            days=self._documents.days,
        )

    def _matcher(self, ranking: Ranking) -> Matcher:
        """The one that is used, or a new one: one search asks for the same words several times."""
        recent = self._recent
        if recent.is_full or recent.ranking is not ranking:
            recent = self._recent = Matcher(self._reader, self._documents, self._scratch, ranking)
        return recent

    @cached_property
    def _titles(self) -> Titles[int]:
        # On first use: reading every entry takes a moment.
        newest = self._documents.newest_first(self._reader.all_docs()).tolist()
        entries = ((doc, self._documents.entry(doc)) for doc in newest)
        return Titles((entry.title, doc) for doc, entry in entries if entry.role == "entry")

    def suggest(self, prefix: str, *, limit: int = COMPLETIONS) -> list[Entry]:
        return [self._documents.entry(doc) for doc in self._titles.complete(prefix, limit)]

    def linked(self, link: str) -> list[Entry]:
        return [self._documents.entry(doc) for doc in self._documents.linked(link).tolist()]

    def vocabulary(self) -> IndexVocabulary:
        return IndexVocabulary(partial(self._reader.counted_terms, "words"), self._titles.keys)

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

    def close(self) -> None:
        """Let go of the files, each of which is unmapped with the last array that views it. Nothing here is part of a
        circle, so that is now, also where somebody still holds this object."""
        for name in ("_reader", "_documents", "_recent"):
            vars(self).pop(name, None)
