"""Columns over all documents of an index, as arrays: what filtering, counting and sorting need."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from search.engine import Facet, FacetCount, IssueInfo
from search.facets import ordered_counts
from search.fields import FIELDS
from search.filtering import tests
from search.ranking import ROLE_FACTORS
from search.records import info_from_record, newest_first
from search.request import Filters
from search.whoosh_engine.guard import IndexReader
from search.whoosh_engine.postings import Ints, Kept, Masks
from search.whoosh_engine.schema import ROLES, ROW, TEXT_COLUMNS

Floats = npt.NDArray[np.float64]

_ROW_TYPE: Final = np.dtype([("role", "<u1"), ("order", "<u2"), ("lengths", "<u4", (len(FIELDS),))])
assert _ROW_TYPE.itemsize == ROW.size


class Codes:
    """A column of few values: for each document the number of its value."""

    def __init__(self, values: Iterable[object]) -> None:
        numbers: dict[object, int] = {}
        self.codes = np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)
        self.values = list(numbers)

    def where(self, test: Callable[[object], bool]) -> Masks:
        """Which documents have a value that passes `test`."""
        passed: Masks = np.array([test(value) for value in self.values], dtype=np.bool_)[self.codes]
        return passed


class Documents:
    """The columns. Documents are numbered as in the whole index; `alive` tells which numbers are documents."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        rows = np.frombuffer(b"".join(_column(reader, "row")), dtype=_ROW_TYPE)
        self.lengths: Ints = rows["lengths"].astype(np.int64)
        """Units of each field: one row for each document."""
        deleted = np.zeros(len(rows), dtype=np.bool_)
        for leaf, start in reader.leaf_readers():
            deleted[[number + start for number in leaf._perdoc.deleted_docs()]] = True
        is_issue = rows["role"] == ROLES.index(None)
        self.alive: Masks = ~(deleted | is_issue)
        self.count = int(self.alive.sum())
        self.role_factors: Floats = np.array([ROLE_FACTORS[role] if role else 0.0 for role in ROLES])[rows["role"]]
        self.is_entry: Masks = (rows["role"] == ROLES.index("entry")) & self.alive
        self._order = rows["order"]
        self._set_issues(np.flatnonzero(is_issue & ~deleted))
        self._masks: Kept[Filters, Masks] = Kept(64 * len(rows) + 1)

    def _set_issues(self, numbers: Ints) -> None:
        infos = [info_from_record(json.loads(self._reader.stored_fields(int(number))["record"])) for number in numbers]
        self.issues: list[IssueInfo] = sorted(infos, key=newest_first)
        places = {info.ref.id.encode(): place for place, info in enumerate(self.issues)}
        self.issue_of: Ints = np.array(
            [places.get(name, -1) for name in _column(self._reader, "issue")], dtype=np.int64
        )
        """For each document the index of its issue in `issues`; -1 when it is gone."""

    def issue(self, number: int) -> IssueInfo:
        """The issue of document `number`."""
        return self.issues[int(self.issue_of[number])]

    def of_issue(self, issue_id: str) -> Ints:
        """The documents of an issue in the order of its file."""
        place = next((place for place, info in enumerate(self.issues) if info.ref.id == issue_id), None)
        numbers = np.flatnonzero((self.issue_of == place) & self.alive) if place is not None else np.empty(0, np.int64)
        ordered: Ints = numbers[np.argsort(self._order[numbers])]
        return ordered

    @cached_property
    def newest_first(self) -> Ints:
        """For each document its place among all when the newest issue comes first, and its first entry first."""
        return _ranks(np.lexsort((self._order, self.issue_of)))

    @cached_property
    def oldest_first(self) -> Ints:
        refs = [info.ref for info in self.issues]
        dates = np.array([ref.date.toordinal() if ref.date else np.inf for ref in refs])
        numbers = np.array([np.inf if ref.number is None else ref.number for ref in refs])
        by_age = np.lexsort((np.arange(len(refs)), numbers, dates))
        return _ranks(np.lexsort((self._order, _ranks(by_age)[self.issue_of])))

    @cached_property
    def recency(self) -> Floats:
        """0 for the oldest and for undated documents, 1 for the newest."""
        days = np.array([info.ref.date.toordinal() if info.ref.date else 0 for info in self.issues] or [0])
        dated = days[np.unique(self.issue_of[self.alive])]
        dated = dated[dated > 0]
        first, last = (int(dated.min()), int(dated.max())) if dated.size else (0, 0)
        spans = np.where(days > 0, (days - first) / max(1, last - first), 0.0)
        recency: Floats = spans[self.issue_of]
        return recency

    def accepted(self, filters: Filters) -> Masks:
        """Which documents there are that meet `filters`."""
        mask = self._masks.get(filters)
        if mask is None:
            mask = self.alive.copy()
            for name, test in tests(filters):
                mask &= self._codes(name).where(test)
            for name, test in tests(filters.exclude or Filters()):
                mask &= ~self._codes(name).where(test)
            self._masks.put(filters, mask, mask.size)
        return mask

    def counts(self, facet: Facet, documents: Ints) -> list[FacetCount]:
        """How many of `documents` have each value of `facet`."""
        column = self._codes(facet)
        counts = np.bincount(column.codes[documents], minlength=len(column.values))
        return ordered_counts(
            facet, {str(value or ""): int(count) for value, count in zip(column.values, counts, strict=True)}
        )

    def titles(self) -> Iterator[str]:
        """Titles of entries, newest first."""
        titles = list(_column(self._reader, "title"))
        numbers = np.flatnonzero(self.is_entry)
        return (titles[number].decode() for number in numbers[np.argsort(self.newest_first[numbers])])

    def _codes(self, name: str) -> Codes:
        return self._columns[name]

    @cached_property
    def _columns(self) -> dict[str, Codes]:
        texts = {name: Codes(text.decode() for text in _column(self._reader, name)) for name in TEXT_COLUMNS[:-1]}
        refs = [info.ref for info in self.issues]
        by_issue: dict[str, list[object]] = {
            "archive": [ref.archive for ref in refs],
            "issue": [ref.number for ref in refs],
            "year": [ref.date.year if ref.date else None for ref in refs],
            "date": [ref.date for ref in refs],
        }
        return texts | {
            name: Codes(values[issue] if issue >= 0 else None for issue in self.issue_of)
            for name, values in by_issue.items()
        }


def _column(reader: IndexReader, name: str) -> Iterator[bytes]:
    """The values of a column, one for each document number."""
    column = reader.schema[name].column_type
    for leaf, _ in reader.leaf_readers():
        if leaf.has_column(name):
            yield from leaf.column_reader(name, column, translate=False)
        else:
            yield from [b""] * leaf.doc_count_all()


def _ranks(order: Ints) -> Ints:
    ranks = np.empty(order.size, dtype=np.int64)
    ranks[order] = np.arange(order.size)
    return ranks
