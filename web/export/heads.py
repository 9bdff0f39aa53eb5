"""What a browser shows of the first hit, beside the postings of the words that are typed most: so it comes in one round
trip, where it would be two.

Which hit is first is guessed by the ranking of a query that is this word alone. Where another one is, because of a
filter or another word, its own file is waited for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from wangqi.search.plan.ranking import RANKING, idf, saturation
from wangqi.web.export.postings import IN_TITLE, LEAST_WEIGHT, LEVELS, STEP, mark_of

LEAST_DOCUMENTS: Final = 10
"""Of a word with a head: in three archives 11 000 of 125 000, and those that readers think of."""

Head = Sequence[Any]

_SATURATED: Final[list[float]] = [
    sum(RANKING.stream_weights.values()) * saturation(LEAST_WEIGHT * STEP**level, RANKING.k1)
    for level in range(LEVELS + 1)
]
"""What a word of this level scores, as a word and as a gram."""


@dataclass(slots=True)
class Shown:
    """What decides which document is shown first, and what is shown of it."""

    head: Head
    text_level: int
    title_level: int
    title_units: int
    name_mark: int
    """Of the name that its title begins with (`postings.mark_of`)."""
    date: date | None
    is_hit: bool
    """Entries and issues: what else there is, no search for words shows."""


class Heads:
    """The heads of documents, by their numbers."""

    def __init__(self, documents: Sequence[Shown]) -> None:
        self._documents = documents
        days = [each.date.toordinal() for each in documents if each.date]
        first, length = min(days, default=0), (max(days, default=0) - min(days, default=0)) or 1
        self._recency = [
            1 + RANKING.recency * ((each.date.toordinal() - first) / length if each.date else 0) for each in documents
        ]

    def of(self, words: Mapping[str, Sequence[int]]) -> Iterator[list[Any]]:
        """`[number, *head]` of each document that is the first for one of `words`, in the order of their numbers."""
        firsts = {self._first_of(*item) for item in words.items() if len(item[1]) >= LEAST_DOCUMENTS}
        for number in sorted(first for first in firsts if first is not None):
            yield [number, *self._documents[number].head]

    def _first_of(self, word: str, postings: Sequence[int]) -> int | None:
        units, mark = 1 if word.isascii() else len(word), mark_of(word)
        # In parts of the idf, as everything else in a score.
        exact = RANKING.exact_title_bonus / idf(len(self._documents), len(postings))
        hits = [posting for posting in postings if self._documents[posting >> 8].is_hit]
        best = max(hits, key=lambda posting: (self._score(posting, units, mark, exact), posting), default=None)
        return None if best is None else best >> 8

    def _score(self, posting: int, units: int, mark: int, exact: float) -> float:
        """As `files-rank.js` scores a word of so many `units`."""
        number = posting >> 8
        shown = self._documents[number]
        if posting & IN_TITLE:
            is_whole = units == shown.title_units or mark == shown.name_mark
            bonus = exact if is_whole else RANKING.title_bonus * min(1, units / shown.title_units)
            return (_SATURATED[shown.title_level + posting & LEVELS] + bonus) * self._recency[number]
        return _SATURATED[shown.text_level + posting & LEVELS] * self._recency[number]
