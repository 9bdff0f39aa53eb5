"""The fields of the query language: `kind:工具`, `issue:301..405`, `date:2024-01..`, `网站：github.com`.

Each reader turns a value into filters, or gives None for a value that it does not understand.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Final

from search.analysis import fold_key
from search.model import KINDS, Kind
from search.request import Filters, NumberRange

_NAMES: Final = {
    "kind": "kind 类型 种类 类别",
    "section": "section 栏目 版块",
    "issue": "issue 期 期号 期数",
    "year": "year 年 年份",
    "date": "date 日期 时间",
    "site": "site 网站 站点 域名",
    "by": "by 投稿 投稿人 作者",
    "archive": "archive 刊物 周刊",
}
FIELD_NAMES: Final = {name: field for field, names in _NAMES.items() for name in names.split()}

_KIND_NAMES: Final[dict[Kind, str]] = {
    "resource": "资源",
    "tool": "工具 软件",
    "article": "文章",
    "news": "资讯 新闻 动态",
    "book": "图书 书 书籍",
    "course": "教程 课程",
    "quote": "言论 语录 引用 金句",
    "excerpt": "文摘 摘录",
    "essay": "话题 随笔",
    "image": "图片",
    "video": "视频",
    "other": "其他 其它",
}
KIND_ALIASES: Final[dict[str, Kind]] = {
    **{kind: kind for kind in KINDS},
    **{name: kind for kind, names in _KIND_NAMES.items() for name in names.split()},
}


def read_field(field: str, value: str) -> Filters | None:
    """The filters that `field:value` asks for; None when the value is not understood. Commas part alternatives."""
    values = [part.strip() for part in re.split(r"[,，]", value) if part.strip()]
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
    exclude = merge_filters(first.exclude, second.exclude) if first.exclude and second.exclude else None
    return replace(
        first,
        **joined,
        date_from=max(starts, default=None),
        date_to=min(ends, default=None),
        exclude=exclude or first.exclude or second.exclude,
    )


def narrow_filters(first: Filters, second: Filters) -> Filters:
    """Documents that meet both: where both name values of one field, only what they share is left, maybe nothing."""
    both = merge_filters(first, second)
    shared: dict[str, object] = {}
    for name in ("archive", "kind", "section", "by", "site"):
        ours, theirs = getattr(first, name), getattr(second, name)
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


def _read_issue(values: list[str]) -> Filters | None:
    ranges = [_number_range(value) for value in values]
    return Filters(issue=tuple(pair for pair in ranges if pair)) if all(ranges) else None


def _read_year(values: list[str]) -> Filters | None:
    ranges = [_number_range(value) for value in values]
    return Filters(year=tuple(pair for pair in ranges if pair)) if all(ranges) else None


def _read_date(values: list[str]) -> Filters | None:
    """One day, month or year, or a range of them: there is but one range of dates."""
    first, _, last = values[0].partition("..") if ".." in values[0] else (values[0], "", values[0])
    start, end = _days(first), _days(last)
    if len(values) > 1 or not (start or end) or (first and not start) or (last and not end):
        return None
    return Filters(date_from=start[0] if start else None, date_to=end[1] if end else None)


_READERS: Final[dict[str, Callable[[list[str]], Filters | None]]] = {
    "kind": _read_kind,
    "issue": _read_issue,
    "year": _read_year,
    "date": _read_date,
    "section": lambda values: Filters(section=tuple(values)),
    "archive": lambda values: Filters(archive=tuple(values)),
    "site": lambda values: Filters(site=tuple(fold_key(value).removeprefix("www.") for value in values)),
    "by": lambda values: Filters(by=tuple(fold_key(value).removeprefix("@") for value in values)),
}

_NUMBER_RANGE = re.compile(r"(?:第|#)?(\d{1,6})?(\.\.|-|~|至)?(\d{1,6})?[期年]?")


def _number_range(value: str) -> tuple[int | None, int | None] | None:
    match = _NUMBER_RANGE.fullmatch(fold_key(value))
    if not match or not (match[1] or match[3]):
        return None
    low, high = (int(digits) if digits else None for digits in (match[1], match[3]))
    return (low, high) if match[2] else (low, low)


_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")


def _days(value: str) -> tuple[date, date] | None:
    """First and last day of a day, a month or a year; None for anything else."""
    match = _DAY.fullmatch(fold_key(value))
    if not match:
        return None
    year, month, day = (int(digits) if digits else None for digits in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        last_month = month or 12
        return first, date(first.year, last_month, day or monthrange(first.year, last_month)[1])
    except ValueError:  # such as 2024-13-45
        return None
