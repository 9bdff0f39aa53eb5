"""What is wanted of each measure, and rows of what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Final

from bench.trust import measures
from bench.trust.measures import Ground, Tally
from bench.trust.misspelled import found_again

TITLES: Final = 120
"""Of each kind of misspelling, for each seed."""


@dataclass(frozen=True, slots=True)
class Measure:
    what: str
    bound: float
    draws: int
    """How many words, names or queries are drawn for each seed."""
    tally: Callable[[Ground, Random, int], Tally]
    is_least: bool = False
    """Whether `bound` or more is wanted, instead of less."""

    def over(self, ground: Ground, seeds: Iterable[int]) -> Tally:
        """All that the seeds draw, together."""
        return sum((self.tally(ground, Random(seed), self.draws) for seed in seeds), Tally(0, 0))

    def is_met(self, tally: Tally) -> bool:
        """Never where there was nothing to look at, which tells nothing."""
        return tally.of > 0 and (tally.share >= self.bound if self.is_least else tally.share <= self.bound)


FAULTS: Final = (
    Measure("absent words, searched as something else", 0.01, 200, measures.other_words),
    Measure("the same for names of software", 0.05, 150, measures.other_names),
    Measure("first ten hits for a Han word, without it", 0.005, 200, measures.not_in_a_row),
    Measure("newest hits for a common word, without it", 0.005, 100, measures.held_nowhere),
    Measure("answers without a line below full matches", 0.0, 100, measures.without_a_line),
    Measure("unknown words, answered by the word beside", 0.0, 6, measures.held_by_grammar),
)


def _misspelled(kind: str, least: float) -> Measure:
    return Measure(kind, least, TITLES, partial(found_again, kind=kind), is_least=True)


MISSPELLED: Final = (
    _misspelled("pinyin", 0.95),
    _misspelled("pinyin without blanks", 0.95),
    _misspelled("pinyin with ng as n or zh as z", 0.91),
    _misspelled("initials of one word", 0.40),
    _misspelled("initials of six characters", 0.95),
    _misspelled("one character of the same sound", 0.97),
    _misspelled("the same among words with blanks", 0.96),
    _misspelled("one edit in an English word", 0.93),
    _misspelled("two edits in nine letters or more", 0.90),
    _misspelled("one edit beside a Chinese word", 0.92),
)
"""Success@5 of titles that are typed so: 0.02 below what it was before corrections were only offered."""


def rows(measured: Sequence[tuple[Measure, Tally]], *, percent: bool) -> list[list[str]]:
    """Of a table of the measures: what is wanted, the share that was measured, and of how many."""
    write = "{:.1%}".format if percent else "{:.2f}".format
    return [
        [
            each.what,
            f"{'≥' if each.is_least else '≤'} {write(each.bound)}",
            write(tally.share) if each.is_met(tally) else f"**missed**: {write(tally.share)}",
            str(tally.of),
        ]
        for each, tally in measured
    ]
