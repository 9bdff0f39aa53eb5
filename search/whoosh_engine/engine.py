"""The two Protocols of `search.engine` over Whoosh."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np

from search.analysis import Analyzer
from search.engine import Facet, IssueInfo, Match, Matches
from search.errors import DamagedIndexError, NoIndexError
from search.model import Entry, Issue
from search.query.plan import make_plan
from search.query.tree import Query
from search.records import entry_from_record
from search.request import Filters, Sort
from search.titles import Titles
from search.whoosh_engine.documents import Documents, Floats
from search.whoosh_engine.evaluate import Evaluator
from search.whoosh_engine.guard import FileIndex, FileStorage
from search.whoosh_engine.postings import Ints, PostingsReader
from search.whoosh_engine.schema import make_schema
from search.whoosh_engine.writing import write_index

FORMAT: Final = "whoosh-1"
"""Raise it when the fields of a document or the meaning of a posting change."""


class WhooshEngine:
    """Builds and opens indexes of Whoosh segments. Opening one unpickles: check the hashes of its files before."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer

    @property
    def fingerprint(self) -> str:
        return f"{FORMAT}/{self._analyzer.fingerprint}"

    def build(
        self, folder: Path, issues: Iterable[Issue], *, base: Path | None = None, removed: Collection[str] = ()
    ) -> None:
        write_index(folder, issues, self._analyzer, base=base, removed=removed)

    def open(self, folder: Path) -> WhooshSearcher:
        if not any(folder.glob("*.toc")):
            raise NoIndexError(f"{folder}: there is no index; run `wangqi reindex`")
        try:
            return WhooshSearcher(folder, self._analyzer)
        except Exception as exc:  # unpickling damaged bytes raises almost anything
            raise DamagedIndexError(f"{folder}: cannot be opened ({exc}); run `wangqi reindex --full`") from exc


class WhooshSearcher:
    """An open index. Threads may share it: Whoosh's files are read under locks, the arrays never change."""

    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._index = FileIndex(FileStorage(str(folder), readonly=True), schema=make_schema())
        self._reader = self._index.reader()
        self._lock = Lock()
        self._documents = Documents(self._reader)
        self._postings = PostingsReader(self._reader, self._documents.alive)
        self._evaluator = Evaluator(self._documents, self._postings)

    def find(
        self, query: Query, filters: Filters, *, sort: Sort, offset: int, limit: int, facets: Collection[Facet] = ()
    ) -> Matches:
        plan = make_plan(query, self._analyzer)
        found, scores = self._evaluator.run(plan, self._documents.accepted(filters))
        page = self._ordered(found, scores, sort, offset + limit)[offset:]
        hits = [Match(entry=self._entry(int(found[at])), score=float(scores[at])) for at in page]
        counts = {facet: self._documents.counts(facet, found) for facet in facets}
        return Matches(total=int(found.size), hits=hits, facets=counts)

    def suggest(self, prefix: str, *, limit: int = 8) -> list[str]:
        return self._titles.complete(prefix, limit)

    def entry(self, entry_id: str) -> Entry | None:
        number = self._postings.document(entry_id)
        return None if number is None else self._entry(number)

    def documents(self, issue_id: str) -> list[Entry]:
        return [self._entry(int(number)) for number in self._documents.of_issue(issue_id)]

    def issues(self) -> list[IssueInfo]:
        return list(self._documents.issues)

    def close(self) -> None:
        with self._lock:
            self._reader.close()
            self._index.close()

    @cached_property
    def _titles(self) -> Titles:
        with self._lock:
            return Titles(self._documents.titles())

    def _entry(self, number: int) -> Entry:
        with self._lock:
            record = self._reader.stored_fields(number)["record"]
        return entry_from_record(json.loads(record), self._documents.issue(number).ref)

    def _ordered(self, found: Ints, scores: Floats, sort: Sort, count: int) -> Ints:
        """Indexes into `found` of its first `count` documents; equal scores newest first."""
        if sort == "oldest":
            return np.argsort(self._documents.oldest_first[found])[:count]
        newest = self._documents.newest_first[found]
        if sort == "newest":
            return np.argsort(newest)[:count]
        candidates = np.arange(found.size)
        if 0 < count < found.size:
            least = np.partition(scores, found.size - count)[found.size - count]
            candidates = np.flatnonzero(scores >= least)
        best: Ints = candidates[np.lexsort((newest[candidates], -scores[candidates]))[:count]]
        return best
