"""Entries per year as a row of bars, each a link that narrows the search to its year, or to a range of years.

 ▂ █   ▅ ▁
2021     2025
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wangqi.search.document.filters import LIST_FILTERS
from wangqi.search.engine import FacetCount
from wangqi.search.request import NumberRange

HEIGHT: Final = 36
"""Of the tallest bar."""
LEAST: Final = 2
"""Height of a bar for a single entry among thousands: it must be seen."""
MAX_YEARS: Final = 30
"""Years further back than that have no bar: an issue dated 1970 by mistake would push all others together."""

Years = tuple[NumberRange, ...]
"""Ranges of years; () for all."""


# Not frozen, though nobody changes one: see `Choice`.
@dataclass(slots=True)
class Bar:
    year: int
    count: int
    share: float | None
    """Of all entries of its year; None when the search is for all of them."""
    address: str
    chosen: bool
    height: int
    share_height: int
    """Of the bar that shows the share."""


@dataclass(frozen=True, slots=True)
class YearBars:
    bars: Sequence[Bar | None]
    """Oldest first; None for a year without entries."""
    first: int
    last: int
    has_shares: bool


def year_bars(
    counts: Iterable[FacetCount], entries: Mapping[int, int], chosen: Years, address: Callable[[Years], str]
) -> YearBars | None:
    """A bar for each year from the first to the last of `counts`; None when there is nothing to compare.

    `entries` are all that each year has, {} when that is nothing to compare with; `chosen` are the years that the
    search is narrowed to, and `address` writes the search with others.
    """
    by_year = {int(count.value): count.count for count in counts}
    last = max(by_year, default=0)
    by_year = {year: count for year, count in by_year.items() if year > last - MAX_YEARS}
    if len(by_year) < 2:
        return None
    first, most = min(by_year), max(by_year.values())
    shares = {year: count / entries[year] for year, count in by_year.items() if entries.get(year)}
    largest, is_chosen = max(shares.values(), default=1.0), LIST_FILTERS["year"].test_of(chosen)

    def bar(year: int, count: int) -> Bar:
        share = shares.get(year)
        return Bar(
            year,
            count,
            share,
            address(_next_choice(chosen, year)),
            is_chosen(year),
            _height(count / most),
            _height((share or 0.0) / largest),
        )

    years = range(first, last + 1)
    return YearBars(
        [bar(year, by_year[year]) if year in by_year else None for year in years], first, last, bool(shares)
    )


def _next_choice(chosen: Years, year: int) -> Years:
    """What a click on the bar of `year` chooses: that year; where one is chosen, all from it to that; the chosen one is
    taken away."""
    if chosen == ((year, year),):
        return ()
    match chosen:
        case [(int(low), int(high))] if low == high:
            return ((min(low, year), max(low, year)),)
    return ((year, year),)


def _height(part: float) -> int:
    return max(LEAST, round(HEIGHT * part))
