"""An open index: finds, counts, and reads entries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from search.analysis import Analyzer
from search.engine import Facet, IssueInfo, Matches
from search.errors import DamagedIndexError, SearchError
from search.model import Entry
from search.query.plan import Plan, make_plan
from search.query.tree import Query
from search.request import Filters, Sort
from search.titles import Titles
from search.whoosh_engine.documents import DocumentTable
from search.whoosh_engine.explaining import IndexScorer
from search.whoosh_engine.listing import read_issues, read_segments
from search.whoosh_engine.matching import Matcher
from search.whoosh_engine.reading import IndexReader, SegmentReader
from search.whoosh_engine.scoring import score
from search.whoosh_engine.segments import OpenSegment
from search.whoosh_engine.sets import Scratch


def open_index(folder: Path, analyzer: Analyzer) -> WhooshSearcher:
    """The index in `folder`, ready to search. Raises `NoIndexError`, `StaleIndexError` and `DamagedIndexError`."""
    segments = read_segments(folder)
    try:
        return WhooshSearcher(analyzer, [segment.open(folder) for segment in segments], read_issues(folder))
    except SearchError:
        raise
    except Exception as exc:  # damaged bytes raise almost anything
        raise DamagedIndexError(f"{folder}: cannot be opened ({exc}); run `wangqi reindex --full`") from exc


class WhooshSearcher:
    """An open index. Nothing in it changes, and scratch space is per thread: threads share it freely."""

    def __init__(self, analyzer: Analyzer, segments: Sequence[OpenSegment], issues: Sequence[IssueInfo]) -> None:
        self._analyzer = analyzer
        readers: list[SegmentReader] = []
        for segment in segments:
            readers.append(SegmentReader(segment, base=sum(reader.size for reader in readers)))
        self._reader = IndexReader(readers)
        self._scratch = Scratch(self._reader.size)
        self._issues = list(issues)
        self._documents = DocumentTable(self._reader, issues)

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
    ) -> Matches:
        plan = make_plan(query, self._analyzer)
        return self.evaluate(plan, filters, sort=sort, offset=offset, limit=limit, facets=facets, least=least)

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
    ) -> Matches:
        """What `find` gives back, for a plan that is made already."""
        matcher = Matcher(self._reader, self._scratch)
        docs = matcher.matching(plan, self._documents.allowed(filters))
        # A caller who asks for no hits wants to know how many there are; and folding leaves no more.
        only_counted = not limit or len(docs) < least
        scores = np.zeros(len(docs), np.float32) if only_counted else score(plan, docs, matcher, self._documents)
        docs, scores = self._documents.returning.fold(docs, scores, self._scratch)
        if len(docs) < least:
            return Matches(total=len(docs), hits=[], facets={})
        page = self._documents.order(docs, scores, sort, offset=offset, limit=limit)
        hits = self._documents.matches(docs.take(page).tolist(), scores.take(page).tolist())
        return Matches(total=len(docs), hits=hits, facets=self._documents.counts(facets, docs))

    def scorer(self) -> IndexScorer:
        return IndexScorer(Matcher(self._reader, self._scratch), self._documents)

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
        return next((entry for entry in self.documents(issue_id) if entry.id == entry_id), None)

    def documents(self, issue_id: str) -> list[Entry]:
        return [self._documents.entry(int(doc)) for doc in self._documents.of_issue(issue_id)]

    def issues(self) -> list[IssueInfo]:
        return list(self._issues)

    def close(self) -> None:
        """Let go of the files, which are unmapped with the last array that views them.

        By hand, since what remembers answers refers to itself: files that were removed would stay open until garbage
        is searched for, and those from before a fork, in which it is not searched for, as long as the process lives.
        """
        for part in (self._reader, self._documents, self):
            vars(part).clear()
