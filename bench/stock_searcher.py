"""The product's searcher over Whoosh as it comes: the same tokens, plans and entries; postings, scores, facets its own.

For comparison only. It ranks by Whoosh's BM25F without the bonuses of `search.plan.ranking`, knows no filters, and
finds most words by their number instead of their worth.
"""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Iterator, Sequence
from math import ceil
from typing import Any, Final, assert_never

from bench.corpus import WORK
from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.analyzer import Spelling
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.document.entry_records import pack_entry, unpack_entry
from wangqi.search.document.fields import FIELDS, field_texts
from wangqi.search.engine import IndexVocabulary, Matches, Page, Question, ScoredEntry, Searcher, Statistics
from wangqi.search.engine.facets import count_values
from wangqi.search.model import Entry
from wangqi.search.plan.plan import AllOf, AnyOf, Anything, Condition, Found, NoneOf, OneOf, Plan
from wangqi.search.plan.ranking import FIELD_BOOSTS
from wangqi.search.plan.variants import Starts
from wangqi.search.request import COMPLETIONS, Filters

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh import index, query, sorting
    from whoosh.analysis import Token, Tokenizer
    from whoosh.fields import ID, STORED, TEXT, Schema

FOLDER: Final = WORK / "indexes" / "stock-site"

NEXT_TO_NOTHING: Final = 1e-6
"""What a condition adds to a score: Whoosh divides by it when it skips."""


class _Given(Tokenizer):  # type: ignore[misc]
    """Tokens that were made already: `[[text, position], …]` as JSON, since Whoosh's fields take text."""

    def __call__(self, value: str, **_: Any) -> Iterator[Token]:
        token = Token(positions=True)
        for token.text, token.pos in json.loads(value):
            token.boost = 1.0
            yield token


def _schema() -> Any:
    streams = {f"{name}_{stream}": TEXT(analyzer=_Given()) for name in FIELDS for stream in ("words", "grams")}
    return Schema(entry=STORED, entry_id=ID, kind=ID(sortable=True), year=ID(sortable=True), **streams)


def stock_site(ours: OpenIndex) -> OpenIndex:
    """The documents of `ours` in a stock index, which is built when it is not there yet."""
    analyzer = ours.analyzer
    done = FOLDER / analyzer.fingerprint
    if not done.exists():
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        _build(ours.searcher, analyzer)
        done.touch()
    return OpenIndex(StockSearcher(ours.searcher), analyzer)


def _build(ours: Searcher, analyzer: Analyzer) -> None:
    writer = index.create_in(str(FOLDER), _schema()).writer(limitmb=256)
    for info in ours.issues():
        for entry in ours.documents(info.ref.id):
            writer.add_document(**_fields(entry, analyzer))
    writer.commit(optimize=True)


def _fields(entry: Entry, analyzer: Analyzer) -> dict[str, Any]:
    day = entry.issue.date
    fields: dict[str, Any] = {"kind": entry.kind, "year": str(day.year) if day else ""}
    fields["entry_id"] = entry.id
    fields["entry"] = json.dumps(
        [entry.issue.id, pack_entry(entry).decode("utf-8", "surrogatepass")], ensure_ascii=False
    )
    for name, text in zip(FIELDS, field_texts(entry), strict=True):
        tokens = analyzer.index(text)
        fields[f"{name}_words"] = json.dumps(list(zip(tokens.words, range(len(tokens.words)), strict=True)))
        grams = zip(tokens.grams, tokens.positions, strict=True)
        fields[f"{name}_grams"] = json.dumps(sorted(grams, key=lambda gram: gram[1]))
    return fields


class StockSearcher:
    """As `search.engine.protocol.Searcher`; not to be shared by threads."""

    is_remote: Final = False

    def __init__(self, ours: Searcher) -> None:
        self.document_frequencies = ours.document_frequencies  # Whoosh counts no words that stand in a row
        held = ours.vocabulary()
        self._vocabulary = IndexVocabulary(list(held.words()).copy, list(held.titles))  # Whoosh counts by field only
        self.issue, self.issues, self.archives, self.stock = ours.issue, ours.issues, ours.archives, ours.stock
        self._refs = {info.ref.id: info.ref for info in ours.issues()}
        self._searcher = index.open_dir(str(FOLDER)).searcher()

    def find(self, plan: Plan, filters: Filters, page: Page) -> Matches:
        asked, end = compile_plan(plan), page.offset + page.limit
        groups = {facet: sorting.FieldFacet(facet, maptype=sorting.Count) for facet in page.facets}
        found = self._searcher.search(asked, limit=max(1, end), groupedby=groups or None)
        if len(found) < page.least:
            return Matches(total=len(found), hits=[], facets={})
        counts = {facet: count_values(facet, dict(found.groups(facet)).items()) for facet in page.facets}
        hits = [
            ScoredEntry(entry=self._entry(hit["entry"]), score=hit.score or 0.0) for hit in found[page.offset : end]
        ]
        return Matches(total=len(found), hits=hits, facets=counts)

    def count(self, questions: Sequence[Question]) -> list[int]:
        return [self.find(plan, filters, Page()).total for plan, filters in questions]

    def expect(self, *, spellings: Sequence[Spelling] = (), searches: Sequence[Question] = ()) -> None:
        """Do nothing: nothing is remote."""

    def statistics(self, plan: Plan) -> Statistics:
        raise NotImplementedError("nothing is explained here")

    def _entry(self, stored: str) -> Entry:
        issue, record = json.loads(stored)
        return unpack_entry(record, self._refs[issue])

    def suggest(self, prefix: str, *, limit: int = COMPLETIONS) -> list[Entry]:
        return []

    def linked(self, link: str) -> list[Entry]:
        return []

    def vocabulary(self) -> IndexVocabulary:
        return self._vocabulary

    def entry(self, entry_id: str) -> Entry | None:
        return None

    def documents(self, issue_id: str, *, lines: range | None = None) -> list[Entry]:
        return []

    def close(self) -> None:
        self._searcher.close()


def compile_plan(plan: Plan) -> Any:
    """A plan as a query of Whoosh's: the condition must be met, the terms add to the score."""
    condition = _condition(plan.condition)
    if plan.share is not None:
        some = query.Or([_condition(word) for word in plan.most], minmatch=ceil(plan.share * len(plan.most)))
        condition = some if isinstance(plan.condition, Anything) else query.And([condition, some])
    terms = [_anywhere(*term, weight) for _, term, weight in plan.terms() if isinstance(term, tuple)]
    return query.AndMaybe(condition, query.Or(terms)) if terms else condition


def _condition(condition: Condition) -> Any:
    match condition:
        case Anything():
            return query.Every()
        case Found(word):
            return query.Or([_spelling(spelling) for spelling in word.spellings])
        case Starts(prefix):
            return query.Or([query.Prefix(f"{name}_grams", prefix) for name in FIELDS])
        case AllOf(parts):
            return query.And([_condition(part) for part in parts])
        case AnyOf(parts):
            return query.Or([_condition(part) for part in parts])
        case OneOf(ids):
            return query.Or([query.Term("entry_id", entry_id) for entry_id in ids])
        case NoneOf(part):
            return query.Not(_condition(part))
        case _:
            assert_never(condition)


def _spelling(spelling: tuple[tuple[str, int], ...]) -> Any:
    if len(spelling) == 1:
        return _anywhere("grams", spelling[0][0], NEXT_TO_NOTHING)
    grams = [gram for gram, _ in spelling]
    # Neighbouring grams of a spelling begin one or two positions apart.
    return query.Or([query.Phrase(f"{name}_grams", grams, slop=2) for name in FIELDS])


def _anywhere(stream: str, text: str, weight: float) -> Any:
    pairs = zip(FIELDS, FIELD_BOOSTS, strict=True)
    return query.Or([query.Term(f"{name}_{stream}", text, boost=boost * weight) for name, boost in pairs])
