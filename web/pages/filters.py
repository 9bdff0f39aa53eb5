"""Filters as a page shows them: each in words, with what the others are without it; and values to add."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from wangqi.search.document.filters import FILTERS, LIST_FILTERS
from wangqi.search.engine import Facet, FacetCount
from wangqi.search.request import Filters, NumberRange
from wangqi.web.site.leases import archive_name
from wangqi.web.words.labels import kind_label
from wangqi.web.words.language import current_language, gettext

Value = TypeVar("Value")


def toggled(chosen: tuple[Value, ...], value: Value) -> tuple[Value, ...]:
    """`chosen` with `value` as one more alternative; without it where it is one."""
    return without(chosen, value) if value in chosen else (*chosen, value)


def filter_value(facet: Facet, value: str) -> str | NumberRange:
    """A facet's `value` as `Filters` hold it."""
    held: str | NumberRange = LIST_FILTERS[facet].value_of(value)
    return held


def holds_any(facet: Facet, value: object, counts: Iterable[FacetCount]) -> bool:
    """Whether a filter for `value` finds any of what was counted."""
    meets = LIST_FILTERS[facet].test_of((value,))
    return any(meets(int(each.value) if facet == "year" else each.value) for each in counts)


def without_each(filters: Filters) -> Iterator[tuple[str, Filters]]:
    """Each filter in words, with `filters` without it."""
    for row in FILTERS:
        for chip, value, rest in row.each(filters):
            label = value_label(row.name, value)
            yield gettext(chip) % {row.name: label} if chip else label, rest
    for left_out in filters.exclude:
        rest = replace(filters, exclude=without(filters.exclude, left_out))
        names = current_language().comma.join(label for label, _ in without_each(left_out))
        yield gettext("不要：%(filter)s") % {"filter": names}, rest


def without(values: tuple[Value, ...], value: Value) -> tuple[Value, ...]:
    return tuple(other for other in values if other != value)


def value_label(name: str, value: object) -> str:
    """A value of a filter or a facet, as a reader sees it."""
    if isinstance(value, tuple):
        start, end = value
        return str(start) if start == end else f"{'' if start is None else start}–{'' if end is None else end}"
    text = str(value)
    return kind_label(text) if name == "kind" else archive_name(text) if name == "archive" else text
