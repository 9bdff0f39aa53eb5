"""Filters: the conditions of a search besides its query, decided value by value.

Each function takes one attribute of a document, so that an engine can decide a whole column by its few values.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from search.analysis import fold_key
from search.document.links import plain_host, site_of
from search.model import Entry
from search.query.values import section_names
from search.request import Filters, NumberRange

NAMES_REMEMBERED: Final = 1 << 13
"""Names of documents that are folded once: every search with a filter compares all of them."""


@dataclass(slots=True)
class Attributes:
    """What documents are filtered and counted by."""

    archive: str
    kind: str
    section: str
    site: str
    by: str
    """Contributor, "" when none is named."""
    issue: int | None
    date: date | None

    @property
    def year(self) -> int | None:
        return self.date.year if self.date else None


def attributes_of(entry: Entry) -> Attributes:
    """The attributes of a document."""
    issue = entry.issue
    return Attributes(
        issue.archive, entry.kind, entry.section, site_of(entry.url), entry.contributor or "", issue.number, issue.date
    )


def accepts(filters: Filters, document: Attributes) -> bool:
    """Whether the document meets all conditions of `filters` and none of those to exclude."""
    met = all(test(getattr(document, name)) for name, test in tests(filters))
    return met and not any(test(getattr(document, name)) for each in filters.exclude for name, test in tests(each))


def tests(filters: Filters) -> Iterator[tuple[str, Callable[[object], bool]]]:
    """The conditions of `filters`, `exclude` aside: name of an attribute and a test of its value."""
    if filters.archive:
        yield "archive", _found_by("archive", map(fold_key, filters.archive))
    if filters.kind:
        yield "kind", _one_of(filters.kind)
    if filters.section:
        yield "section", _found_by("section", map(fold_key, section_names(filters.section)))
    if filters.by:
        yield "by", _found_by("by", (fold_key(name.removeprefix("@")) for name in filters.by))
    if filters.site:
        yield "site", _found_by("site", (plain_host(fold_key(site)) for site in filters.site))
    if filters.issue:
        yield "issue", _in_ranges(filters.issue)
    if filters.year:
        yield "year", _in_ranges(filters.year)
    if filters.date_from or filters.date_to:
        yield "date", _between(filters.date_from, filters.date_to)


@lru_cache(NAMES_REMEMBERED)
def _key(name: str) -> str:
    return fold_key(name)


def _one_of(values: Collection[str]) -> Callable[[object], bool]:
    return lambda value: value in values


def _found_by(name: str, wanted: Iterable[str]) -> Callable[[object], bool]:
    keys = set(wanted)
    return lambda value: isinstance(value, str) and not keys.isdisjoint(keys_of(name, value))


def _with_parents(host: str) -> list[str]:
    """`host` and all that it lies below: gist.github.com, github.com, com."""
    parts = host.split(".")
    return [".".join(parts[at:]) for at in range(len(parts))]


def keys_of(name: str, value: str) -> list[str]:
    """What a filter for the attribute `name` compares `value` by, and what else finds it: a host those above it."""
    if name == "site":
        return _with_parents(plain_host(value))
    return [_key(value) if name in ("archive", "section", "by") else value]


def _in_ranges(ranges: Collection[NumberRange]) -> Callable[[object], bool]:
    def test(value: object) -> bool:
        return isinstance(value, int) and any(
            (low is None or low <= value) and (high is None or value <= high) for low, high in ranges
        )

    return test


def _between(first: date | None, last: date | None) -> Callable[[object], bool]:
    return lambda value: isinstance(value, date) and (first or value) <= value <= (last or value)
