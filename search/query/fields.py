"""The fields of the query language: `kind:工具`, `issue:301..405`, `date:2024-01..`, `网站：github.com`.

Each reader turns a value into filters, or gives None for a value that it does not understand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Final

from search.analysis import fold_key
from search.model.kinds import KIND_ALIASES
from search.query.values import read_days, read_host, read_numbers, section_names, split_list
from search.request import NO_FILTERS, Filters, NumberRange

_NAMES: Final = {
    "kind": "kind type 类型 种类 类别",
    "section": "section column 栏目 版块 专栏",
    "issue": "issue no 期 期号 期数",
    "year": "year 年 年份",
    "date": "date day 日期 时间",
    "site": "site host domain 网站 站点 域名 网址",
    "by": "by author contributor 投稿 投稿人 投稿者 作者 推荐人",
    "archive": "archive newsletter 刊物 周刊",
}
FIELD_NAMES: Final = {name: field for field, names in _NAMES.items() for name in names.split()}
"""By their names, folded as `fold_key` does."""

TITLE_NAMES: Final = frozenset(["title", "标题", "题目", "题名"])
"""What is asked for under these is a text to find in the title, and no filter."""


def read_field(field: str, value: str) -> Filters | None:
    """The filters that `field:value` asks for; None when the value is not understood. Commas part alternatives."""
    values = split_list(value)
    if field == "section" and values:
        return Filters(section=(value.strip(),))  # the name of a section may hold a comma
    return _READERS[field](values) if values else None


def merge_filters(first: Filters, second: Filters) -> Filters:
    """Both together: alternatives of one field are joined, dates narrowed."""
    joined = {
        field.name: tuple(dict.fromkeys(getattr(first, field.name) + getattr(second, field.name)))
        for field in fields(Filters)
        if isinstance(getattr(first, field.name), tuple)
    }
    starts = [day for day in (first.date_from, second.date_from) if day]
    ends = [day for day in (first.date_to, second.date_to) if day]
    return replace(first, **joined, date_from=max(starts, default=None), date_to=min(ends, default=None))


def narrow_filters(first: Filters, second: Filters) -> Filters:
    """Documents that meet both: where both name values of one field, only what they share is left, maybe nothing."""
    if second == NO_FILTERS:  # nearly always
        return first
    both = merge_filters(first, second)
    shared: dict[str, object] = {}
    for name in ("archive", "kind", "section", "by", "site"):
        ours, theirs = getattr(first, name), getattr(second, name)
        if name == "section":
            ours, theirs = section_names(ours), section_names(theirs)
        if ours and theirs:
            keys = {fold_key(value) for value in theirs}
            shared[name] = tuple(value for value in ours if fold_key(value) in keys) or ("",)
    for name in ("issue", "year"):
        if getattr(first, name) and getattr(second, name):
            shared[name] = _overlaps(getattr(first, name), getattr(second, name)) or (NO_NUMBER,)
    return replace(both, **shared)  # type: ignore[arg-type]


NO_NUMBER: Final[NumberRange] = (1, 0)


def _overlaps(first: tuple[NumberRange, ...], second: tuple[NumberRange, ...]) -> tuple[NumberRange, ...]:
    found = []
    for low, high in first:
        for other_low, other_high in second:
            lows = [number for number in (low, other_low) if number is not None]
            highs = [number for number in (high, other_high) if number is not None]
            overlap = (max(lows, default=None), min(highs, default=None))
            if overlap[0] is None or overlap[1] is None or overlap[0] <= overlap[1]:
                found.append(overlap)
    return tuple(found)


def _read_kind(values: list[str]) -> Filters | None:
    kinds = [KIND_ALIASES.get(fold_key(value)) for value in values]
    return Filters(kind=tuple(kind for kind in kinds if kind)) if all(kinds) else None


def _read_ranges(values: list[str]) -> tuple[NumberRange, ...] | None:
    ranges = [read_numbers(value) for value in values]
    return tuple(pair for pair in ranges if pair) if all(ranges) else None


def _read_issue(values: list[str]) -> Filters | None:
    ranges = _read_ranges(values)
    return Filters(issue=ranges) if ranges else None


def _read_year(values: list[str]) -> Filters | None:
    ranges = _read_ranges(values)
    return Filters(year=ranges) if ranges else None


def _read_date(values: list[str]) -> Filters | None:
    """One day, month or year, or a range of them: there is but one range of dates."""
    first, dots, last = (part.strip() for part in values[0].partition(".."))
    start, end = read_days(first), read_days(last if dots else first)
    if len(values) > 1 or not (start or end) or (first and not start) or (last and not end):
        return None
    if start and end and start[0] > end[1]:
        return None
    return Filters(date_from=start[0] if start else None, date_to=end[1] if end else None)


_READERS: Final[dict[str, Callable[[list[str]], Filters | None]]] = {
    "kind": _read_kind,
    "issue": _read_issue,
    "year": _read_year,
    "date": _read_date,
    "archive": lambda values: Filters(archive=tuple(values)),
    "site": lambda values: Filters(site=tuple(read_host(value) for value in values)),
    "by": lambda values: Filters(by=tuple(fold_key(value).removeprefix("@") for value in values)),
}
