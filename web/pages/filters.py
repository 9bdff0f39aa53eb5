"""Filters as a page shows them: each in words, with what the others are without it; and values to add."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from search.engine import Facet
from search.request import Filters, NumberRange
from web.words.labels import kind_label, year_label
from web.words.language import current_language, gettext

Value = TypeVar("Value")


def toggled(filters: Filters, facet: Facet, value: str) -> Filters:
    """`filters` with `value` as one more alternative of `facet`; without it where it is one."""
    chosen: tuple[Any, ...] = getattr(filters, facet)
    wanted = filter_value(facet, value)
    changed = without(chosen, wanted) if wanted in chosen else (*chosen, wanted)
    return replace(filters, **{facet: changed})  # type: ignore[arg-type]


def without_facet(filters: Filters, facet: Facet) -> Filters:
    return replace(filters, **{facet: ()})  # type: ignore[arg-type]


def filter_value(facet: Facet, value: str) -> str | NumberRange:
    """A facet's `value` as `Filters` hold it."""
    return (int(value), int(value)) if facet == "year" else value


def without_each(filters: Filters) -> Iterator[tuple[str, Filters]]:
    """Each filter in words, with `filters` without it."""
    for value in filters.archive:
        yield value, replace(filters, archive=without(filters.archive, value))
    for value in filters.kind:
        yield kind_label(value), replace(filters, kind=without(filters.kind, value))
    for value in filters.section:
        rest = replace(filters, section=without(filters.section, value))
        yield gettext("栏目：%(section)s") % {"section": value}, rest
    for numbers in filters.issue:
        rest = replace(filters, issue=without(filters.issue, numbers))
        yield gettext("第 %(number)s 期") % {"number": _range_label(numbers)}, rest
    for numbers in filters.year:
        yield year_label(_range_label(numbers)), replace(filters, year=without(filters.year, numbers))
    if filters.date_from:
        yield gettext("%(date)s 起") % {"date": filters.date_from}, replace(filters, date_from=None)
    if filters.date_to:
        yield gettext("%(date)s 止") % {"date": filters.date_to}, replace(filters, date_to=None)
    for value in filters.by:
        yield gettext("投稿：%(name)s") % {"name": value}, replace(filters, by=without(filters.by, value))
    for value in filters.site:
        yield value, replace(filters, site=without(filters.site, value))
    for left_out in filters.exclude:
        rest = replace(filters, exclude=without(filters.exclude, left_out))
        names = current_language().comma.join(label for label, _ in without_each(left_out))
        yield gettext("不要：%(filter)s") % {"filter": names}, rest


def without(values: tuple[Value, ...], value: Value) -> tuple[Value, ...]:
    return tuple(other for other in values if other != value)


def _range_label(numbers: NumberRange) -> str:
    start, end = numbers
    return str(start) if start == end else f"{'' if start is None else start}–{'' if end is None else end}"
