"""The attributes of documents, and whether they meet the filters of a search, decided value by value.

Each test takes one attribute of a document, so that an engine can decide a whole column by its few values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from wangqi.search.document.filter_types import Test
from wangqi.search.document.filters import FILTERS
from wangqi.search.document.links import site_of
from wangqi.search.model import Entry
from wangqi.search.request import Filters


@dataclass(slots=True)
class Attributes:
    """The values of a document that filters test and facets count."""

    archive: str
    kind: str
    section: str
    site: str
    by: str
    """Contributor, "" when none is named."""
    issue: int | None
    date: date | None
    tag: str
    """Tags of the issue, one on each line."""

    @property
    def year(self) -> int | None:
        return self.date.year if self.date else None


def attributes_of(entry: Entry) -> Attributes:
    """The attributes of a document."""
    issue = entry.issue
    return Attributes(
        archive=issue.archive,
        kind=entry.kind,
        section=entry.section,
        site=site_of(entry.url),
        by=entry.contributor or "",
        issue=issue.number,
        date=issue.date,
        tag="\n".join(issue.tags),
    )


def accepts(filters: Filters, document: Attributes) -> bool:
    """Whether the document meets all conditions of `filters` and none of those to exclude."""
    met = all(test(getattr(document, name)) for name, test in tests(filters))
    return met and not any(test(getattr(document, name)) for each in filters.exclude for name, test in tests(each))


def tests(filters: Filters) -> Iterator[tuple[str, Test]]:
    """The conditions of `filters`, `exclude` aside: name of an attribute and a test of its value."""
    for row in FILTERS:
        if test := row.test(filters):
            yield row.name, test
