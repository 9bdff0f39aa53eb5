"""Tell numbered lines of a section that lead an entry from those of a list inside one.

    1、[甲](…)      leads
    1. 第一步        inside 甲
    2. 第二步        inside 甲
    2、[乙](…)      leads

Numbers restart, skip, repeat or run through the whole issue, so no single rule decides. Lines that must stand or fall
together (one Markdown list, one paragraph) are a *unit*; the best chain of units is found by dynamic programming.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from wangqi.indexer.reader import decisions

MAX_UNITS: Final = 3000
"""More are all taken as leads: no issue is that long, and the search looks at pairs of units."""
_LOOK_BACK: Final = 40


@dataclass(slots=True)
class Numbered:
    """A numbered line that may lead an entry."""

    index: int
    """Of the line in its section."""
    value: int
    style: str
    """The form of the number, "[" before it when it stands inside a link; "" for digits alone on their line."""
    worth: float
    """How much the line looks like a title: 2 begins with a link, 1.5 a number alone, 1 holds a link or is short,
    0.5 only an address, 0 a sentence, -3 an address in a list."""
    unit: int
    """Lines with the same unit are one list or one paragraph."""


def leading_numbers(candidates: Sequence[Numbered], *, last_value: int = 0) -> list[Numbered]:
    """The candidates that lead entries, in order.

    `last_value` is the number of the issue's entry before this section, for numbers that run through the issue.
    """
    candidates = _of_one_style(candidates)
    if any(one.worth >= decisions.NUMBER_ALONE for one in candidates):
        # Where some lines are plainly titles, sentences and short points are more likely parts of a list inside.
        candidates = [
            one if one.worth >= decisions.NUMBER_ALONE else replace(one, worth=one.worth - 1) for one in candidates
        ]
    units = _units(candidates)
    if len(units) > MAX_UNITS:
        return list(candidates)
    scores: list[float] = []
    highest: list[float] = []  # of the scores up to each
    before: list[int] = []
    for here, unit in enumerate(units):
        worth = sum(one.worth for one in unit) + sum(_step(a, b) for a, b in pairwise(unit))
        best, best_at = _first_step(unit[0], last_value) - decisions.NUMBER_SKIPPED * here, -1
        for at in range(here - 1, max(0, here - _LOOK_BACK) - 1, -1):
            skipped = decisions.NUMBER_SKIPPED * (here - at - 1)
            if highest[at] + _BEST_STEP - skipped < best:  # and so is what comes before: nearly always at once
                break
            score = scores[at] + _step(units[at][-1], unit[0]) - skipped
            if score > best or (score == best and best_at >= 0):  # of equals the first
                best, best_at = score, at
        scores.append(worth + best)
        highest.append(max(highest[-1], scores[-1]) if highest else scores[-1])
        before.append(best_at)
    return _chain(units, scores, before)


MIN_BARE: Final = 3
"""Numbers alone on their lines, from 1 on, that are a series without any of another form."""


INNER_STYLES: Final = ("()", "一")
"""Numbers in these forms count the points of a text when the titles around them are numbered in another form."""


def _of_one_style(candidates: Sequence[Numbered]) -> list[Numbered]:
    """The candidates of the section's own series; others only where they continue it ("3、" "4." "5、", a bare "6").

    The series is the first one: a list inside an entry comes after its title. `一、` over `1.` with links is a division
    of the section, not a title.
    """
    styled = [one for one in candidates if one.style]
    if not styled:
        is_series = len(candidates) >= MIN_BARE and all(one.value == at for at, one in enumerate(candidates, 1))
        return list(candidates) if is_series else []
    style = styled[0].style
    links = [one for one in styled if one.worth >= 2 and one.style != style]
    if style == "一" and links and not any(one.worth >= 2 for one in styled if one.style == style):
        style = links[0].style
    values = {one.value for one in styled if one.style == style}
    kept: list[Numbered] = []
    for one in candidates:
        if one.style == style or (one.value not in values and _continues(kept, one)):
            kept.append(one)
    return kept


def _continues(kept: Sequence[Numbered], one: Numbered) -> bool:
    if not kept:
        return not one.style and one.value == 1
    if kept[-1].style == f"[{one.style}" and one.value == kept[-1].value + 1:
        return True  # its number is not part of the link, as those before it
    return one.style not in INNER_STYLES and one.value == kept[-1].value + 1 and one.worth >= kept[-1].worth


def _units(candidates: Sequence[Numbered]) -> list[list[Numbered]]:
    units: list[list[Numbered]] = []
    for one in candidates:
        if units and units[-1][-1].unit == one.unit and units[-1][-1].style == one.style:
            units[-1].append(one)
        else:
            units.append([one])
    return units


def _first_step(one: Numbered, last_value: int) -> float:
    if one.value in (1, last_value + 1):
        return 1.0
    # "302.AI" at the beginning of a line is no number of an entry; "302、" is.
    return -0.5 if one.value <= last_value + 3 or one.style == "、" else -2.5


_BEST_STEP: Final = 1.0
"""The most that `_step` gives."""


def _step(one: Numbered, following: Numbered) -> float:
    """The score of `following` as the number right after `one` in a series."""
    difference = following.value - one.value
    if difference == 1:
        return 1.0 if max(one.worth, following.worth) >= 0 else 0.0
    return decisions.NUMBER_AFTER_GAP if 1 < difference <= 3 else decisions.NUMBER_RESTARTED


def _chain(units: list[list[Numbered]], scores: list[float], before: list[int]) -> list[Numbered]:
    if not units:
        return []
    totals = [score - decisions.NUMBER_SKIPPED * (len(units) - 1 - here) for here, score in enumerate(scores)]
    at = max(range(len(units)), key=totals.__getitem__)
    if totals[at] <= 0:
        return []
    chosen: list[list[Numbered]] = []
    while at >= 0:
        chosen.append(units[at])
        at = before[at]
    return [one for unit in reversed(chosen) for one in unit]
