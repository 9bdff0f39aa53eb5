"""The smallest engine, and the example of one: everything in memory, every document looked at for every query.

It says in plain Python what an engine has to compute, so tests compare the others with it. Good for some thousand
documents; an index is one JSON file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable
from itertools import chain
from pathlib import Path
from typing import Final

from search.analysis import Analyzer
from search.engine import AlsoIn, Facet, IssueInfo, Match, Matches
from search.errors import DamagedIndexError, NoIndexError
from search.facets import count_values
from search.issue_order import IssueOrder
from search.model import Entry, Issue
from search.plain_scoring import DocumentSet, TokenizedDocument
from search.query.plan import make_plan
from search.query.tree import Query
from search.records import Record, entry_from_record, info_from_record, issue_to_record
from search.request import Filters, Sort
from search.returning import ReturningEntries, main_link
from search.titles import Titles

FORMAT: Final = "memory-1"
FILE_NAME: Final = "issues.json"


class MemoryEngine:
    """Builds and opens indexes of one JSON file."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer

    @property
    def fingerprint(self) -> str:
        return f"{FORMAT}/{self._analyzer.fingerprint}"

    def build(
        self, folder: Path, issues: Iterable[Issue], *, base: Path | None = None, removed: Collection[str] = ()
    ) -> None:
        records = _read(base) if base else {}
        for issue_id in removed:
            records.pop(issue_id, None)
        records |= {issue.ref.id: issue_to_record(issue) for issue in issues}
        (folder / FILE_NAME).write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")

    def open(self, folder: Path) -> MemorySearcher:
        return MemorySearcher(self._analyzer, _read(folder).values())


def _read(folder: Path) -> dict[str, Record]:
    path = folder / FILE_NAME
    try:
        records: dict[str, Record] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise NoIndexError(f"{path}: there is no index; run `wangqi reindex`") from exc
    except ValueError as exc:
        raise DamagedIndexError(f"{path}: is not the JSON that was written; run `wangqi reindex --full`") from exc
    return records


class MemorySearcher:
    """An open index; never changes, so threads may share it."""

    def __init__(self, analyzer: Analyzer, records: Iterable[Record]) -> None:
        self._analyzer = analyzer
        pairs = [(info_from_record(record), record) for record in records]
        self._order = IssueOrder(info.ref for info, _ in pairs)
        held = sorted(pairs, key=lambda pair: self._order.newest_first(pair[0].ref))
        self._issues = [info for info, _ in held]
        self._documents = [
            TokenizedDocument(entry_from_record(entry, info.ref), analyzer)
            for info, record in held
            for entry in record["documents"]
        ]
        self._returning = ReturningEntries(document.entry for document in self._documents)
        entries = [document.entry for document in self._documents if document.entry.role == "entry"]
        self._titles = Titles((entry.title, entry) for entry in entries)

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
        everything = DocumentSet(self._documents)
        plan = make_plan(query, self._analyzer)
        scored = [(document, everything.score(document, plan)) for document in everything.matching(plan, filters)]
        # The documents are held newest first; sorting keeps the order of equals, and folding the first of them.
        kept = self._returning.fold([(document.entry, score) for document, score in scored])
        met = [pair for pair in scored if pair[0].entry.id in kept]
        if len(met) < least:
            return Matches(total=len(met), hits=[], facets={})
        if sort == "relevance":
            met.sort(key=lambda pair: -pair[1])
        elif sort == "oldest":
            met.sort(key=lambda pair: self._order.oldest_first(pair[0].entry.issue))
        hits = [self._match(document.entry, score) for document, score in met[offset : offset + limit]]
        counts = {facet: count_values(facet, Counter(doc.value(facet) for doc, _ in met).items()) for facet in facets}
        return Matches(total=len(met), hits=hits, facets=counts)

    def scorer(self) -> DocumentSet:
        return DocumentSet(self._documents)

    def _match(self, entry: Entry, score: float) -> Match:
        also_in = [AlsoIn(id=other.id, issue=other.issue) for other in self._returning.others(entry)]
        return Match(entry=entry, score=score, also_in=also_in)

    def suggest(self, prefix: str, *, limit: int = 8) -> list[Entry]:
        return self._titles.complete(prefix, limit)

    def linked(self, link: str) -> list[Entry]:
        return [document.entry for document in self._documents if link and main_link(document.entry) == link]

    def titles(self) -> Iterable[str]:
        return self._titles.keys

    def words(self) -> Iterable[tuple[str, int]]:
        held = (set().union(*document.tokens.counts["words"]) for document in self._documents)
        return Counter(chain.from_iterable(held)).items()

    def entry(self, entry_id: str) -> Entry | None:
        return next((document.entry for document in self._documents if document.entry.id == entry_id), None)

    def documents(self, issue_id: str) -> list[Entry]:
        return [document.entry for document in self._documents if document.entry.issue.id == issue_id]

    def issues(self) -> list[IssueInfo]:
        return list(self._issues)

    def close(self) -> None:
        """Nothing to give back."""
