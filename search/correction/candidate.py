"""A word of the index in place of one that was typed, and how likely it is meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import log
from typing import Final

MISTAKE: Final = log(10)
"""What one mistake costs: with it, a word must be held by ten times as many documents to be as likely as without."""

MAX_CANDIDATES: Final = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """Scored as a noisy channel: log P(word) + log P(typed | word) (Kernighan, Church, Gale 1990)."""

    word: str
    documents: int
    """How many hold the word."""
    mistakes: float = 0.0
    """How far what was typed is from it."""

    @property
    def score(self) -> float:
        return log(1 + self.documents) - MISTAKE * self.mistakes


def likeliest(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The best of `candidates`, best first."""
    return tuple(sorted(candidates, key=lambda each: (-each.score, each.word))[:MAX_CANDIDATES])
