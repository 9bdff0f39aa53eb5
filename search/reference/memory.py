"""The smallest engine, and the example of one: everything in memory, every document looked at for every query.

It says in plain Python what an engine has to compute, so tests compare the others with it. Good for some thousand
documents; an index is one JSON file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.analyzer import Spelling
from wangqi.search.document.entry_records import (
    Record,
    info_from_record,
    info_of,
    info_to_record,
    pack_entry,
    unpack_entry,
)
from wangqi.search.document.fields import FIELDS
from wangqi.search.document.issue_order import IssueOrder
from wangqi.search.document.repeated_links import ReturningEntries, main_link
from wangqi.search.document.stored import stored_digest
from wangqi.search.engine import (
    PARTIAL_LISTED,
    AlsoIn,
    Facet,
    FacetCount,
    IndexVocabulary,
    Matches,
    Page,
    Question,
    ScoredEntry,
    Statistics,
)
from wangqi.search.engine.completions import Titles
from wangqi.search.engine.facets import count_values, counted_for
from wangqi.search.engine.listing import ListedIssues
from wangqi.search.errors import DamagedIndexError, NoIndexError
from wangqi.search.model import Entry, Issue
from wangqi.search.plan.plan import Plan, Word
from wangqi.search.reference.document_set import DocumentSet
from wangqi.search.reference.documents import TokenizedDocument
from wangqi.search.reference.matching import meets
from wangqi.search.reference.scoring import DocumentScorer
from wangqi.search.request import COMPLETIONS, Filters

FORMAT: Final = "memory-4"
FILE_NAME: Final = "issues.json"


class MemoryEngine:
    """Builds and opens indexes of one JSON file."""

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer: Final = analyzer
        self.shelf: Final = None

    @property
    def fingerprint(self) -> str:
        return f"{FORMAT}-{stored_digest()}/{self.analyzer.fingerprint}"

    def build(
        self, folder: Path, issues: Iterable[Issue], *, base: Path | None = None, removed: Collection[str] = ()
    ) -> None:
        records = _read(base) if base else {}
        for issue_id in removed:
            records.pop(issue_id, None)
        records |= {issue.ref.id: _record(issue) for issue in issues}
        (folder / FILE_NAME).write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")

    def open(self, folder: Path) -> MemorySearcher:
        return MemorySearcher(self.analyzer, _read(folder).values())

    def check(self, folder: Path) -> None:
        """All that an index is made of lies in its folder."""

    def discard(self, folder: Path) -> None:
        """Do nothing: all is in the folder."""

    def sweep(self, root: Path, kept: Collection[Path]) -> None:
        """Do nothing: all is in the folders."""


def _record(issue: Issue) -> Record:
    entries = [pack_entry(entry).decode("utf-8", "surrogatepass") for entry in issue.indexed()]
    return {**info_to_record(info_of(issue)), "documents": entries}


def _read(folder: Path) -> dict[str, Record]:
    path = folder / FILE_NAME
    try:
        records: dict[str, Record] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise NoIndexError("{path}: there is no index; run `wangqi reindex`", path=path) from exc
    except ValueError as exc:
        raise DamagedIndexError(
            "{path}: is not the JSON that was written; run `wangqi reindex --full`", path=path
        ) from exc
    return records


Scored = list[tuple[TokenizedDocument, float]]


class MemorySearcher(ListedIssues):
    """An open index; never changes, so threads may share it."""

    is_remote: Final = False

    def __init__(self, analyzer: Analyzer, records: Iterable[Record]) -> None:
        pairs = [(info_from_record(record), record) for record in records]
        self._order = IssueOrder(info.ref for info, _ in pairs)
        held = sorted(pairs, key=lambda pair: self._order.newest_first(pair[0].ref))
        super().__init__(info for info, _ in held)
        self._documents = [
            TokenizedDocument(unpack_entry(entry, info.ref), analyzer)
            for info, record in held
            for entry in record["documents"]
        ]
        self._returning = ReturningEntries(document.entry for document in self._documents)
        entries = [document.entry for document in self._documents if document.entry.role == "entry"]
        self._titles = Titles((entry.title, entry) for entry in entries)

    def find(self, plan: Plan, filters: Filters, page: Page) -> Matches:
        everything, whole = DocumentSet(self._documents), plan.whole or plan
        held, others = everything.tiers(plan, filters)
        scorer = DocumentScorer(everything.statistics(plan))
        first = self._folded([(each, scorer.score(each, whole)) for each in held], whole)
        if len(first) < page.least:
            return Matches(total=len(first), hits=[], facets={})
        # What shares its link with a document of the first tier is there already.
        links = {id(group) for document in held for group in [self._returning.group(document.entry)] if group}
        more = [each for each in others if id(self._returning.group(each.entry)) not in links]
        second = self._folded([(each, scorer.score(each, plan)) for each in more], plan)
        second.sort(key=lambda pair: -pair[1])
        if page.sort == "relevance":
            first.sort(key=lambda pair: -pair[1])
        elif page.sort == "oldest":
            first.sort(key=lambda pair: self._order.oldest_first(pair[0].entry.issue))
        listed = [(pair, False) for pair in first] + [(pair, True) for pair in second[:PARTIAL_LISTED]]
        shown = listed[page.offset : page.offset + page.limit]
        return Matches(
            total=len(first),
            partial=len(second),
            hits=[self._match(each.entry, score, partial) for (each, score), partial in shown],
            facets={facet: self._counts(facet, held if first else more, whole) for facet in page.facets},
            missing=() if first else _missing(plan, everything, second),
        )

    def _folded(self, scored: Scored, plan: Plan) -> Scored:
        """The documents are held newest first; sorting keeps the order of equals, and folding the first of them."""
        if not plan.scored:
            return scored
        kept = self._returning.fold([(document.entry, score) for document, score in scored])
        return [pair for pair in scored if pair[0].entry.id in kept]

    def _counts(self, facet: Facet, documents: Sequence[TokenizedDocument], plan: Plan) -> list[FacetCount]:
        """Count the values of a facet; documents that share a value and a link count once."""
        values = counted_for(facet, {document.value(facet) for document in self._documents})
        counted: set[tuple[object, str]] = set()
        own: set[str] = set()
        for document in documents:
            group = self._returning.group(document.entry) if plan.scored else ()
            link = id(group) if group else document.entry.id
            held = values.get(document.value(facet))
            counted |= {(link, value) for value in (*held.own, *held.above)} if held else set()
            own |= set(held.own) if held else set()
        return count_values(facet, Counter(value for _, value in counted if value in own).items())

    def count(self, questions: Sequence[Question]) -> list[int]:
        return [self.find(plan, filters, Page()).total for plan, filters in questions]

    def document_frequencies(self, spellings: Sequence[Spelling]) -> list[int]:
        fields = range(len(FIELDS))
        return [sum(each.tokens.holds(spelling, fields) for each in self._documents) for spelling in spellings]

    def expect(self, *, spellings: Sequence[Spelling] = (), searches: Sequence[Question] = ()) -> None:
        """Do nothing: nothing is remote."""

    def statistics(self, plan: Plan) -> Statistics:
        return DocumentSet(self._documents).statistics(plan)

    def _match(self, entry: Entry, score: float, partial: bool) -> ScoredEntry:
        also_in = [AlsoIn(id=other.id, issue=other.issue) for other in self._returning.others(entry)]
        return ScoredEntry(entry=entry, score=score, partial=partial, also_in=also_in)

    def suggest(self, prefix: str, *, limit: int = COMPLETIONS) -> list[Entry]:
        return self._titles.complete(prefix, limit)

    def linked(self, link: str) -> list[Entry]:
        return [document.entry for document in self._documents if link and main_link(document.entry) == link]

    def vocabulary(self) -> IndexVocabulary:
        held = (set().union(*document.tokens.counts["words"]) for document in self._documents)
        return IndexVocabulary(Counter(chain.from_iterable(held)).items, self._titles.keys)

    def entry(self, entry_id: str) -> Entry | None:
        return next((document.entry for document in self._documents if document.entry.id == entry_id), None)

    def documents(self, issue_id: str, *, lines: range | None = None) -> list[Entry]:
        held = [document.entry for document in self._documents if document.entry.issue.id == issue_id]
        return [entry for entry in held if entry.role != "issue" and (lines is None or entry.line in lines)]

    def close(self) -> None:
        """Do nothing: no file is open."""


def _missing(plan: Plan, documents: DocumentSet, second: Scored) -> list[Word]:
    if second:
        return [word for word in plan.most if not any(meets(document, word) for document, _ in second)]
    return [word for word in plan.most if documents.is_unseen(word)]
