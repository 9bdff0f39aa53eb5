"""The filters of a search: a row for each says what it is called and of which type it is.

A new filter is one row of `FILTERS` with its field in `Filters` and, where documents say nothing of the kind yet, its
attribute in `Attributes`; `tests/test_filters.py` names what else has to tell of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from wangqi.search.analysis import fold_key
from wangqi.search.document.filter_types import (
    DayFilter,
    Fields,
    Filter,
    ListFilter,
    NameFilter,
    NumberFilter,
    SiteFilter,
)
from wangqi.search.document.links import plain_host
from wangqi.search.document.values import read_host
from wangqi.search.errors.message import Message
from wangqi.search.model.kinds import KIND_ALIASES, KINDS
from wangqi.search.request import NO_FILTERS, Filters


def _contributor(name: str) -> str:
    return fold_key(name).removeprefix("@")


def _host_and_those_above(value: str) -> list[str]:
    """gist.github.com, github.com, com."""
    parts = plain_host(value).split(".")
    return [".".join(parts[at:]) for at in range(len(parts))]


FILTERS: Final[tuple[Filter, ...]] = (
    NameFilter(
        name="archive",
        typed="archive newsletter 刊物 周刊",
        options=("Only entries of this newsletter.",),
        holds_commas=True,
    ),
    NameFilter(
        name="kind",
        typed="kind type 类型 种类 类别",
        options=("Only this kind: tool, article, book, 工具, 文章, 图书, …",),
        reader=lambda text: KIND_ALIASES.get(fold_key(text)),
        key=str,
        keys_of=lambda kind: [kind],
        expected=Message("must be one of {kinds}, or the Chinese name of one", kinds=KINDS),
    ),
    NameFilter(
        name="section",
        typed="section column 栏目 版块 专栏",
        options=("Only sections of this name.",),
        holds_commas=True,
        tries_whole=True,
        chips=("栏目：%(section)s",),
    ),
    NumberFilter(
        name="issue",
        typed="issue no 期 期号 期数",
        options=("Only these issues: a number or a range.",),
        chips=("第 %(issue)s 期",),
    ),
    NumberFilter(
        name="year", typed="year 年 年份", options=("Only these years: a number or a range.",), chips=("%(year)s 年",)
    ),
    DayFilter(
        name="date",
        typed="date day 日期 时间",
        options=(
            "Only issues of this day (or month, or year) and later.",
            "Only issues of this day (or month, or year) and earlier.",
        ),
        chips=("%(date)s 起", "%(date)s 止"),
    ),
    NameFilter(
        name="by",
        typed="by author contributor 投稿 投稿人 投稿者 作者 推荐人",
        options=("Only what this reader sent in.",),
        reader=_contributor,
        key=_contributor,
        holds_commas=True,
        chips=("投稿：%(by)s",),
    ),
    SiteFilter(
        name="site",
        typed="site host domain 网站 站点 域名 网址",
        options=("Only links to this site.",),
        reader=read_host,
        key=lambda host: plain_host(fold_key(host)),
        keys_of=_host_and_those_above,
    ),
    NameFilter(
        name="tag",
        typed="tag tags 标签",
        options=("Only issues with this tag.",),
        reader=lambda text: text.lstrip("#＃ "),
        several=True,
        holds_commas=True,
        chips=("标签：%(tag)s",),
    ),
)
"""In the order in which parameters are written and pages show what is chosen."""

FILTERS_BY_NAME: Final = {row.name: row for row in FILTERS}
LIST_FILTERS: Final = {row.name: row for row in FILTERS if isinstance(row, ListFilter)}
"""Those whose values a facet may count."""

NAME_FILTERS: Final = tuple(row.name for row in FILTERS if isinstance(row, NameFilter))
"""The attributes that are names: engines keep a column for each."""

PARAMETERS: Final = tuple(name for row in FILTERS for name in row.parameters)


def merge_filters(first: Filters, second: Filters) -> Filters:
    """Combine filters given in one place: alternatives of one field are joined, dates narrowed."""
    return _combined(first, second, (row.merge(first, second) for row in FILTERS))


def narrow_filters(first: Filters, second: Filters) -> Filters:
    """Documents that meet both: where both name values of one field, only what they share is left, maybe nothing."""
    if second == NO_FILTERS:  # nearly always
        return first
    return _combined(first, second, (row.narrow(first, second) for row in FILTERS))


def _combined(first: Filters, second: Filters, rows: Iterable[Fields]) -> Filters:
    fields: Fields = {name: value for row in rows for name, value in row.items()}
    return replace(first, **fields, exclude=tuple(dict.fromkeys(first.exclude + second.exclude)))
