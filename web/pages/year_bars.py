"""Entries per year as a row of bars: what the template draws as SVG, in its units.

 ▂ █ ▅ ▁
21 22 23 24
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from wangqi.search.engine import FacetCount

SLOT: Final = 32
"""Width of a year."""
HEIGHT: Final = 36
"""Of the tallest bar."""
LEAST: Final = 2
"""Height of a bar for a single entry among thousands: it must be seen."""
MAX_YEARS: Final = 30
"""Years further back than that have no bar: an issue dated 1970 by mistake would push all others together."""


@dataclass(frozen=True, slots=True)
class Bar:
    year: int
    count: int
    address: str
    """The search narrowed to that year; as it was before, where it is so already."""
    chosen: bool
    x: int
    y: int
    height: int

    @property
    def label(self) -> str:
        return f"{self.year % 100:02d}"


@dataclass(frozen=True, slots=True)
class YearBars:
    bars: Sequence[Bar]
    """Of the years with entries, oldest first."""
    width: int


def year_bars(
    counts: Iterable[FacetCount], address: Callable[[int], str], is_chosen: Callable[[int], bool]
) -> YearBars | None:
    """A bar for each year of `counts`, with gaps for years that have none; None when there is nothing to compare."""
    by_year = {int(count.value): count.count for count in counts}
    last = max(by_year, default=0)
    by_year = {year: count for year, count in by_year.items() if year > last - MAX_YEARS}
    if len(by_year) < 2:
        return None
    first, most = min(by_year), max(by_year.values())
    bars = []
    for year, count in sorted(by_year.items()):
        height = max(LEAST, round(HEIGHT * count / most))
        x, y = (year - first) * SLOT, HEIGHT - height
        bars.append(Bar(year, count, address(year), is_chosen(year), x=x, y=y, height=height))
    return YearBars(bars, (last - first + 1) * SLOT)
