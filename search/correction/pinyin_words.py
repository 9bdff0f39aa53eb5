"""Pinyin without tones read as words of the index: `rengongzhineng` and `ren gong zhi neng` are 人工智能.

The letters of neighbouring tokens are one string, cut at the least cost by dynamic programming (Viterbi). A word may
run over the end of a token; a token that is no pinyin is stepped over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

from wangqi.search.correction.candidate import Candidate
from wangqi.search.correction.pinyin import PinyinTable

MAX_LETTERS: Final = 48
"""Of all tokens together; longer ones are not looked at."""

MAX_WORD_LETTERS: Final = 24

# What a cut costs. A word of two syllables is the measure; the others only need to be in the right order.
WORD: Final = 1.0
SINGLE: Final = 1.6
"""A word of one syllable could be any of dozens."""
OVER_A_BLANK: Final = 1.1
"""Each end of a token inside a word: two words where a blank was typed between them, one where both halves are none."""
UNLIKELY: Final = 0.08
"""Times the score that the best word lacks to `COMMON`."""
COMMON: Final = 8.0
STEPPED_OVER: Final = 0.9
"""Each letter of a token that is left alone: more than any word that fits."""

LEAST_LETTERS: Final = 2
"""No word is one letter: a, e, o begin too much that is no pinyin."""


@dataclass(frozen=True, slots=True)
class PinyinReading:
    """Letters that are one word."""

    first: int
    """The token in which it begins."""
    last: int
    """The token in which it ends."""
    fills: bool
    """Whether these tokens hold nothing else."""
    words: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int
    cost: float
    words: tuple[Candidate, ...] = ()


def read_pinyin(tokens: Sequence[str], table: PinyinTable) -> list[PinyinReading]:
    """The words that `tokens` spell, in order; [] when most of them have one syllable: tabulate is no 它他不拉特."""
    letters = "".join(tokens)
    if not 0 < len(letters) <= MAX_LETTERS:
        return []
    ends = list(accumulate(map(len, tokens)))
    starts = [0, *ends[:-1]]
    parts = [part for part in _cheapest(letters, starts, ends, table) if part.words]
    sizes = [len(part.words[0].word) for part in parts]
    if 2 * sizes.count(1) > sum(sizes):
        return []
    return [_reading(part, starts, ends) for part in parts]


def _reading(part: _Part, starts: list[int], ends: list[int]) -> PinyinReading:
    first = max(index for index, at in enumerate(starts) if at <= part.start)
    last = min(index for index, at in enumerate(ends) if part.end <= at)
    return PinyinReading(first, last, starts[first] == part.start and ends[last] == part.end, part.words)


def _cheapest(letters: str, starts: list[int], ends: list[int], table: PinyinTable) -> list[_Part]:
    """The parts of the cheapest cut, in order; those that are stepped over have no words."""
    best: dict[int, _Part] = {0: _Part(0, 0, 0.0)}
    over = dict(zip(starts, ends, strict=True))
    for start in range(len(letters)):
        if start in best:
            for part in [*_stepped_over(start, over), *_words(letters, start, ends, table)]:
                whole = replace(part, cost=best[start].cost + part.cost)
                if part.end not in best or whole.cost < best[part.end].cost:
                    best[part.end] = whole
    path, end = [], len(letters)
    while end:
        path.append(best[end])
        end = best[end].start
    return path[::-1]


def _stepped_over(start: int, over: dict[int, int]) -> Iterator[_Part]:
    if start in over:
        yield _Part(start, over[start], STEPPED_OVER * (over[start] - start))


def _words(letters: str, start: int, ends: list[int], table: PinyinTable) -> Iterator[_Part]:
    """The words that begin at `start`."""
    for end in range(start + LEAST_LETTERS, min(len(letters), start + MAX_WORD_LETTERS) + 1):
        crossed = sum(start < at < end for at in ends)
        # A blank stands between syllables only: "xi an" is 西安, not 先.
        words = tuple(each for each in table.words(letters[start:end]) if len(each.word) > crossed)
        if words:
            whole = WORD if len(words[0].word) > 1 else SINGLE
            unlikely = UNLIKELY * max(0.0, COMMON - words[0].score)
            yield _Part(start, end, whole + OVER_A_BLANK * crossed + unlikely, words)
