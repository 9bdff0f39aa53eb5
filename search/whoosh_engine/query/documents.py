"""The columns of all segments as one table: what documents are filtered, counted, sorted and multiplied by."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wangqi.search.document import filtering
from wangqi.search.document.entry_records import id_of, line_of, unpack_entry
from wangqi.search.document.issue_order import IssueOrder
from wangqi.search.document.repeated_links import CITED
from wangqi.search.engine import AlsoIn, Facet, FacetCount, ScoredEntry
from wangqi.search.model import Entry, IssueInfo, Role
from wangqi.search.plan.plan import Plan
from wangqi.search.plan.ranking import Ranking
from wangqi.search.request import NO_FILTERS, Filters, Sort
from wangqi.search.whoosh_engine.query.counting import Counter, counter_of
from wangqi.search.whoosh_engine.query.index_reader import IndexReader, SegmentReader
from wangqi.search.whoosh_engine.query.repeated_links import ReturningDocs
from wangqi.search.whoosh_engine.segment.columns import NAMED, NO_NUMBER, key_hash, unpack_names
from wangqi.search.whoosh_engine.sets import NO_DOCS, NO_VALUES, Docs, Flags, Scratch, Values, operations

_MASKS_KEPT: Final = 16
"""Filters whose documents are remembered, one byte for each document of the index."""


class DocumentTable:
    """Every document of an index by number, the deleted ones included: nobody asks for those."""

    def __init__(self, reader: IndexReader, issues: Sequence[IssueInfo]) -> None:
        self._reader = reader
        self._issues = {info.ref.id: info.ref for info in issues}
        """By id, newest first."""
        columns = [segment.columns for segment in reader.segments]
        self._record = _record_reader(reader.segments)
        self._names, self._codes = _named_columns(columns)
        self._refs: list[Any] = [self._issues.get(issue_id) for issue_id in self._names["issue_id"]]
        """By the code of the issue; None for issues whose documents are all deleted."""
        self._issue_codes = self._codes["issue_id"].data
        self._numbers = {
            name: _joined(columns, name)
            for name in ("issue", "date", "title_units", "title_hash", "name_hash", "link_hash")
        }
        self._counters: dict[Facet, Counter] = {}
        self._priors: tuple[Ranking | None, Values] = None, NO_VALUES
        # What remembers holds the columns and not this table: a circle would keep the files of the index open.
        self._mask = lru_cache(_MASKS_KEPT)(partial(_mask, self._names, self._codes, self._numbers))

    @property
    def title_units(self) -> NDArray[np.int32]:
        """Length of each title."""
        return self._numbers["title_units"]

    def called(self, key: str, issue: int | None) -> Docs:
        """The documents whose title, or the name that it begins with, has that key, none for "", and the issues of that
        number; found by search, since every query asks."""
        found = NO_DOCS
        if key:
            hashes, docs = self._title_hashes
            sought = np.uint64(key_hash(key))
            first = hashes.searchsorted(sought)
            if first < len(hashes) and hashes[first] == sought:
                found = np.sort(docs[first : hashes.searchsorted(sought, "right")])
        if issue is not None:
            numbered = (self._numbers["issue"] == issue) & self._has_role("issue")
            found = np.union1d(found, np.flatnonzero(numbered).astype(np.int32))
        return found

    @cached_property
    def _title_hashes(self) -> tuple[NDArray[np.uint64], Docs]:
        """The hashes of all titles and their names, sorted, and the documents that have them."""
        hashes = np.concatenate([self._numbers["title_hash"], self._numbers["name_hash"]])
        order = np.argsort(hashes, kind="stable")
        return hashes[order], (order % max(1, len(self._numbers["title_hash"]))).astype(np.int32)

    def _has_role(self, *roles: Role) -> Flags:
        return _per_value(self._codes["role"], self._names["role"], roles.__contains__)

    @cached_property
    def _sought(self) -> Flags:
        """Flags of the documents that words may find: entries and issues."""
        return self._has_role("entry", "issue")

    @cached_property
    def _entries(self) -> Flags:
        return self._has_role("entry")

    def answers(self, docs: Docs, plan: Plan, filters: Filters) -> Docs:
        """`search.reference.matching.answers`."""
        sought = self._sought if "issue" in plan.roles(filters)[0] else self._entries
        is_sought = sought.take(docs)
        number = np.count_nonzero(is_sought)
        if number:
            return docs[is_sought] if number < len(docs) else docs
        return docs if sought is self._sought else docs[~self._sought[docs]]

    def entry(self, doc: int) -> Entry:
        """The entry of a document, read from the index."""
        return unpack_entry(self._record(doc), self._refs[self._issue_codes[doc]])

    def line(self, doc: int) -> int:
        """The line on which the entry of a document starts."""
        return line_of(self._record(doc))

    def matches(self, docs: Sequence[int], scores: Sequence[float], *, partial: bool) -> list[ScoredEntry]:
        """Hits, with the other documents that have their link."""
        returning, record, refs, issues = self.returning.docs, self._record, self._refs, self._issue_codes
        return [
            ScoredEntry(
                entry=unpack_entry(record(doc), refs[issues[doc]]),  # as `entry`, without a call for each
                score=score,
                partial=partial,
                also_in=self._also_in(doc) if doc in returning else (),
            )
            for doc, score in zip(docs, scores, strict=True)
        ]

    def _also_in(self, doc: int) -> Sequence[AlsoIn]:
        return [AlsoIn(id=entry.id, issue=entry.issue) for entry in map(self.entry, self.returning.others(doc))]

    @cached_property
    def returning(self) -> ReturningDocs:
        """The documents whose link stands in several issues."""
        alive = self._reader.all_docs()
        cited = _per_value(self._codes["kind"], self._names["kind"], CITED.__contains__)
        links = np.where(cited, np.uint64(0), self._numbers["link_hash"])
        return ReturningDocs(links, self._codes["issue_id"], alive, self._newest_first)

    def linked(self, link: str) -> Docs:
        """The documents about the page of that `canonical_link`, newest first."""
        if not link:
            return NO_DOCS
        return self.newest_first(self._alive(self._numbers["link_hash"] == np.uint64(key_hash(link))))

    def of_issue(self, issue_id: str) -> Docs:
        """The documents of an issue, itself first, then in the order of the file."""
        names = self._names["issue_id"]
        if issue_id not in names:  # an empty file is an issue as well, without a document
            return NO_DOCS
        return self._alive(self._codes["issue_id"] == names.index(issue_id))

    def with_ids(self, ids: Sequence[str]) -> Docs:
        """The documents with those ids, ascending."""
        issues = {entry_id.rpartition("-")[0] for entry_id in ids}
        docs = [
            doc for issue_id in issues for doc in self.of_issue(issue_id).tolist() if id_of(self._record(doc)) in ids
        ]
        return np.array(sorted(docs), np.int32)

    def _alive(self, flags: Flags) -> Docs:
        """The documents that are flagged and not deleted."""
        docs = np.flatnonzero(flags).astype(np.int32)
        return docs if self._reader.alive is None else docs[self._reader.alive[docs]]

    def newest_first(self, docs: Docs) -> Docs:
        """`docs` in the order of their issues, the newest first."""
        return docs[np.argsort(self._newest_first.take(docs))]

    def priors(self, ranking: Ranking) -> Values:
        """The factors of each document's score for its role and its date; those of the last `ranking` are kept."""
        known, priors = self._priors
        if known is not ranking:
            priors = self._made_priors(ranking)
            self._priors = ranking, priors
        return priors

    def _made_priors(self, ranking: Ranking) -> Values:
        roles: list[Any] = self._names["role"]
        factors = np.array([ranking.role_factors[role] for role in roles] or [1.0], np.float32)[self._codes["role"]]
        days, (first, last) = self._numbers["date"], self.days
        recency = np.where(days > 0, (days - first) / (last - first), 0) if first < last else np.zeros(len(days))
        priors: Values = (factors * (1 + ranking.recency * recency)).astype(np.float32)
        return priors

    @cached_property
    def days(self) -> tuple[int, int]:
        """The days of the oldest and the newest document, 0 when none is dated."""
        days = self._numbers["date"]
        dated = days[days > 0] if self._reader.alive is None else days[(days > 0) & self._reader.alive]
        return (int(dated.min()), int(dated.max())) if len(dated) else (0, 0)

    @cached_property
    def _newest_first(self) -> NDArray[np.int32]:
        """The place of each document when the newest issue comes first, the issues' own order inside."""
        return self._in_order_of(self._issues)

    @cached_property
    def _oldest_first(self) -> NDArray[np.int32]:
        """The place of each document when the oldest issue comes first, the issues' own order inside."""
        order = IssueOrder(self._issues.values())
        return self._in_order_of(sorted(self._issues, key=lambda issue_id: order.oldest_first(self._issues[issue_id])))

    def _in_order_of(self, issue_ids: Iterable[str]) -> NDArray[np.int32]:
        ranks = {issue_id: rank for rank, issue_id in enumerate(issue_ids)}
        of_codes = np.array([ranks.get(issue_id, 0) for issue_id in self._names["issue_id"]] or [0])
        # Within a segment an issue's documents follow each other, so their numbers give their order.
        return _places(np.argsort(of_codes[self._codes["issue_id"]], kind="stable"))

    def order(self, docs: Docs, scores: Values | None, sort: Sort, *, offset: int, limit: int) -> NDArray[np.int32]:
        """Indexes into `docs` of those on the page, sorted without sorting all the others."""
        places = self._oldest_first if sort == "oldest" else self._newest_first
        keys = scores if sort == "relevance" else None
        return operations.first(docs, keys, places, min(offset + limit, len(docs)))[offset:]

    def allowed(self, filters: Filters) -> Flags | None:
        """Flags of the documents that meet `filters`; None for all."""
        return None if filters is NO_FILTERS or filters == NO_FILTERS else self._mask(filters)

    def counts(
        self, facets: Collection[Facet], docs: Docs, linked: Docs, scratch: Scratch
    ) -> dict[Facet, list[FacetCount]]:
        """Count the values of facets over `docs`; of `linked`, those of them whose link others have, one for each
        link."""
        if len(linked) < 2:
            return {facet: self._counter(facet).count(docs) for facet in facets}
        others, links = operations.subtract(docs, linked, scratch), self.returning.links(linked).tolist()
        return {facet: self._counter(facet).count(others, linked, links) for facet in facets}

    def _counter(self, facet: Facet) -> Counter:
        if facet not in self._counters:
            self._counters[facet] = self._make_counter(facet)
        return self._counters[facet]

    def _make_counter(self, facet: Facet) -> Counter:
        codes, names = self._years if facet == "year" else (self._codes[facet], self._names[facet])
        return counter_of(facet, names, codes, self._reader.all_docs())

    @cached_property
    def _years(self) -> tuple[NDArray[Any], list[str]]:
        days, inverse = np.unique(self._numbers["date"], return_inverse=True)
        years = [str(date.fromordinal(int(day)).year) if day else "" for day in days]
        names = sorted(set(years))
        return np.array([names.index(year) for year in years] or [0])[inverse], names


def _record_reader(segments: Sequence[SegmentReader]) -> Callable[[int], str]:
    """A function that reads the record of a document by its number in the whole index."""
    stored, bases = [segment.entries for segment in segments], [segment.base for segment in segments]
    if len(stored) == 1:
        return stored[0].read

    def read(doc: int) -> str:
        at = bisect_right(bases, doc) - 1
        return stored[at].read(doc - bases[at])

    return read


def _mask(
    names: Mapping[str, Sequence[str]], codes: Mapping[str, Any], numbers: Mapping[str, NDArray[Any]], filters: Filters
) -> Flags:
    """Flags of the documents that meet `filters`."""

    def meets(name: str, test: Any) -> Flags:
        if name in codes:
            return _per_value(codes[name], names[name], test)
        column = "date" if name in ("date", "year") else name
        distinct, inverse = np.unique(numbers[column], return_inverse=True)
        return _per_value(inverse, [_value(name, int(number)) for number in distinct], test)

    mask = np.ones(len(codes["kind"]), bool)
    for name, test in filtering.tests(filters):
        mask &= meets(name, test)
    for excluded in filters.exclude:
        for name, test in filtering.tests(excluded):
            mask &= ~meets(name, test)
    return mask


def _places(order: NDArray[np.intp]) -> NDArray[np.int32]:
    """The place of each document, when `order` lists the documents."""
    places = np.empty(len(order), np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places


def _value(name: str, number: int) -> object:
    """The value of an attribute that the number in its column stands for."""
    if name == "issue":
        return None if number == NO_NUMBER else number
    day = date.fromordinal(number) if number else None
    return day.year if day and name == "year" else day


def _per_value(codes: NDArray[Any], values: Sequence[object], test: Any) -> Flags:
    met = np.array([test(value) for value in values] or [False], bool)
    marked: Flags = met[codes]
    return marked


def _joined(columns: Sequence[Mapping[str, NDArray[Any]]], name: str) -> NDArray[Any]:
    parts = [each[name] for each in columns]
    # The columns of one segment stay where they are, in the file: processes share its pages.
    return parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else np.empty(0, np.int32)


def _named_columns(columns: Sequence[Mapping[str, NDArray[Any]]]) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """The names of each named column through all segments, and the column with numbers into them."""
    if len(columns) == 1:
        names = unpack_names(dict(columns[0]))
        return names, {name: columns[0][name] for name in NAMED}
    numbers: dict[str, dict[str, int]] = {name: {} for name in NAMED}
    codes: dict[str, list[NDArray[Any]]] = {name: [np.empty(0, np.int32)] for name in NAMED}
    for each in columns:
        for name, values in unpack_names(dict(each)).items():
            known = numbers[name]
            renumbered = np.array([known.setdefault(value, len(known)) for value in values] or [0], np.int32)
            codes[name].append(renumbered[each[name]])
    return {name: list(known) for name, known in numbers.items()}, {n: np.concatenate(c) for n, c in codes.items()}
