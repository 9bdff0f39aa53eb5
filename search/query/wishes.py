"""Wishes: words of a query that say from when it is what someone looks for. They lift what fits, and hide nothing.

>>> wishes, query = split_wishes(And((Match("去年的"), Match("图床"))), today=date(2024, 5, 1))
>>> wishes[0].typed, wishes[0].filters.year, str(query)
('去年', ((2023, 2023),), '图床')
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from wangqi.search.analysis import fold_key
from wangqi.search.query.tree import And, Everything, Match, Query
from wangqi.search.request import Filters

RECENT_DAYS: Final = 90
"""How far back 最近 reaches: a weekly newsletter has a dozen issues in that time."""


@dataclass(frozen=True, slots=True)
class Wish:
    typed: str
    """The words that say it."""
    filters: Filters
    """What fits."""
    part: str
    """The part of the query that it stands in, as typed: `2019年的图床`."""
    rest: str
    """What that asks for besides: `图床`."""

    @property
    def said(self) -> str:
        """The text that an entry holds if it is about that time; "" for words such as 去年, which mean another year in
        each issue."""
        return self.typed if any(map(str.isdigit, self.typed)) else ""

    def taken_from(self, q: str) -> str:
        """`q` without it."""
        return " ".join(q.replace(self.part, self.rest, 1).split())


def split_wishes(query: Query, today: date) -> tuple[tuple[Wish, ...], Query]:
    """The wishes among the words of `query`, and what is left of it."""
    parts = query.parts if isinstance(query, And) else (query,)
    found = [(part, _read(part.text, today) if isinstance(part, Match) else None) for part in parts]
    left: list[Query] = [Match(wish.rest) if wish else part for part, wish in found if wish is None or wish.rest]
    return tuple(wish for _, wish in found if wish), _joined(left)


def _joined(parts: Iterable[Query]) -> Query:
    kept = tuple(parts)
    return And(kept) if len(kept) > 1 else kept[0] if kept else Everything()


def _read(text: str, today: date) -> Wish | None:
    if text.isascii():
        return None
    words, _, rest = text.partition("的")
    said = fold_key(words)
    for pattern, filters_of in _WISHES:
        if match := pattern.fullmatch(said):
            return Wish(words, filters_of(match, today), text, rest)
    return None


def _year(number: int) -> Filters:
    return Filters(year=((number, number),))


def _month(months_ago: int) -> Callable[[re.Match[str], date], Filters]:
    def filters_of(_: re.Match[str], today: date) -> Filters:
        year, month = divmod(today.year * 12 + today.month - 1 - months_ago, 12)
        last = monthrange(year, month + 1)[1]
        return Filters(date_from=date(year, month + 1, 1), date_to=date(year, month + 1, last))

    return filters_of


def _since(match: re.Match[str], _: date) -> Filters:
    return Filters(issue=((int(match[1]), None),))


def _until(match: re.Match[str], _: date) -> Filters:
    return Filters(issue=((None, int(match[1])),))


_WISHES: Final[list[tuple[re.Pattern[str], Callable[[re.Match[str], date], Filters]]]] = [
    (re.compile("((?:19|20)[0-9]{2})年"), lambda match, _: _year(int(match[1]))),
    (re.compile("今年"), lambda _, today: _year(today.year)),
    (re.compile("去年"), lambda _, today: _year(today.year - 1)),
    (re.compile("前年"), lambda _, today: _year(today.year - 2)),
    (re.compile("这个月|本月"), _month(0)),
    (re.compile("上个月|上月"), _month(1)),
    (re.compile("最近|近期"), lambda _, today: Filters(date_from=today - timedelta(days=RECENT_DAYS), date_to=today)),
    (re.compile("第?([0-9]{1,6})期(?:以后|之后|以来)"), _since),
    (re.compile("第?([0-9]{1,6})期(?:以前|之前)"), _until),
]
