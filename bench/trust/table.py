"""What is wanted of each measure, and the tables of what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Final

from bench.report import table
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
    Measure("absent names of software, searched as something else", 0.05, 150, measures.other_names),
    Measure("first ten hits for a Han word, without it in a row", 0.005, 200, measures.not_in_a_row),
    Measure("hits for common words, newest first, without them", 0.005, 100, measures.held_nowhere),
    Measure("remembered words, without a line below the full matches", 0.0, 100, measures.without_a_line),
    Measure("unknown words, answered by the grammar or common word beside them", 0.0, 6, measures.held_by_grammar),
)


def _misspelled(kind: str, least: float) -> Measure:
    return Measure(kind, least, TITLES, partial(found_again, kind=kind), is_least=True)


MISSPELLED: Final = (
    _misspelled("the words of a title in pinyin", 0.95),
    _misspelled("the same without blanks", 0.95),
    _misspelled("with ng as n or zh as z", 0.91),
    _misspelled("one word's initials", 0.40),
    _misspelled("the initials of six characters in a title", 0.95),
    _misspelled("a title with one character of the same sound", 0.97),
    _misspelled("its words with blanks, one with such a character", 0.96),
    _misspelled("an English title, one edit in one word", 0.93),
    _misspelled("two edits in a word of nine letters or more", 0.90),
    _misspelled("an English word with one edit, and one Chinese word", 0.92),
)
"""Success@5 of titles that are typed so: 0.02 below what it was before corrections were only offered."""


def rows(measured: Sequence[tuple[Measure, Tally]], *, percent: bool) -> str:
    """The measures as a table: what is wanted, the share that was measured, and of how many."""
    write = "{:.1%}".format if percent else "{:.2f}".format
    lines = [
        [
            each.what,
            f"{'≥' if each.is_least else '≤'} {write(each.bound)}",
            write(tally.share) if each.is_met(tally) else f"**missed**: {write(tally.share)}",
            str(tally.of),
        ]
        for each, tally in measured
    ]
    return table(["measure", "wanted", "measured", "of"], lines)
