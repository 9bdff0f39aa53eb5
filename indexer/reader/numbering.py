"""Which numbered lines of a section lead an entry, and which are a list inside one.

    1、[甲](…)      leads
    1. 第一步        inside 甲
    2. 第二步        inside 甲
    2、[乙](…)      leads

Numbers restart, skip, repeat or run through the whole issue, so no single rule decides. Lines that must stand or fall
together (one Markdown list, one paragraph) are a *unit*; the best chain of units is found by dynamic programming.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

MAX_UNITS: Final = 3000
"""More are all taken as leads: no issue is that long, and the search looks at pairs of units."""
_LOOK_BACK: Final = 40


@dataclass(frozen=True, slots=True)
class Numbered:
    """A numbered line that may lead an entry."""

    index: int
    """Of the line in its section."""
    value: int
    style: str
    worth: float
    """How much the line looks like a title: 2 begins with a link, 1 a short line, 0 a sentence, -3 only an address."""
    unit: int
    """Lines with the same unit are one list or one paragraph."""


def leading_numbers(candidates: Sequence[Numbered], *, last_value: int = 0) -> list[Numbered]:
    """The candidates that lead entries, in order.

    `last_value` is the number of the issue's entry before this section, for numbers that run through the issue.
    """
    units = _units(candidates)
    if len(units) > MAX_UNITS:
        return list(candidates)
    scores: list[float] = []
    before: list[int] = []
    for here, unit in enumerate(units):
        worth = sum(one.worth for one in unit) + sum(_step(a, b) for a, b in pairwise(unit))
        best, best_at = _first_step(unit[0].value, last_value) - _SKIPPED * here, -1
        for at in range(max(0, here - _LOOK_BACK), here):
            score = scores[at] + _step(units[at][-1], unit[0]) - _SKIPPED * (here - at - 1)
            if score > best:
                best, best_at = score, at
        scores.append(worth + best)
        before.append(best_at)
    return _chain(units, scores, before)


_SKIPPED: Final = 0.25
"""What a unit costs that is left inside an entry."""


def _units(candidates: Sequence[Numbered]) -> list[list[Numbered]]:
    units: list[list[Numbered]] = []
    for one in candidates:
        if units and units[-1][-1].unit == one.unit and units[-1][-1].style == one.style:
            units[-1].append(one)
        else:
            units.append([one])
    return units


def _first_step(value: int, last_value: int) -> float:
    return 1.0 if value == 1 or value == last_value + 1 else -0.5


def _step(one: Numbered, following: Numbered) -> float:
    """What it is worth that `following` comes right after `one` in a series."""
    other_style = -1.0 if one.style != following.style else 0.0
    difference = following.value - one.value
    if difference == 1:
        return 1.0 + other_style
    if 1 < difference <= 3:
        return -0.5 + other_style
    return -1.0 + other_style


def _chain(units: list[list[Numbered]], scores: list[float], before: list[int]) -> list[Numbered]:
    if not units:
        return []
    totals = [score - _SKIPPED * (len(units) - 1 - here) for here, score in enumerate(scores)]
    at = max(range(len(units)), key=totals.__getitem__)
    if totals[at] <= 0:
        return []
    chosen: list[list[Numbered]] = []
    while at >= 0:
        chosen.append(units[at])
        at = before[at]
    return [one for unit in reversed(chosen) for one in unit]
