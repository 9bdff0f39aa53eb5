"""A word of the index in place of one that was typed, how likely it is meant, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from math import log
from typing import Final

MISTAKE: Final = log(10)
"""What one mistake costs: with it, a word must be held by ten times as many documents to be as likely as without."""

MAX_CANDIDATES: Final = 8

WORDS_PER_DOCUMENT: Final = 20_000
"""The more words an index has, the likelier one of them is like any string by chance. Of 1623 names of packages that no
entry of 50 000 words holds, 3.3 % are one plain slip from a word in at least one entry, 1.1 % from one in three."""


class Certainty(IntEnum):
    """How sure a candidate is, which decides whether it replaces a word or is offered."""

    OFFERED = 0
    """A line offers it."""
    SHOWN = 1
    """A line offers it, and what it finds follows below."""
    SURE = 2
    """It takes the place of what was typed, and a line says so."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Scored as a noisy channel: log P(word) + log P(typed | word) (Kernighan, Church, Gale 1990)."""

    word: str
    documents: int
    """How many hold the word."""
    mistakes: float = 0.0
    """How far what was typed is from it."""
    certainty: Certainty = Certainty.SHOWN

    @property
    def score(self) -> float:
        return log(1 + self.documents) - MISTAKE * self.mistakes


def likeliest(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The best of `candidates`, best first."""
    return tuple(sorted(candidates, key=lambda each: (-each.score, each.word))[:MAX_CANDIDATES])


def least_documents(words: int) -> int:
    """How many documents must hold a word of an index of so many `words`, for it to take the place of another."""
    return 1 + words // WORDS_PER_DOCUMENT
