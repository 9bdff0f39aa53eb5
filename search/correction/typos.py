"""Latin words that start with what was typed, or are one or two edits from it; two neighbouring letters in the wrong
order are one edit.

mongobd ─► mongodb      handbok ─► handbook      mutliprocesing ─► multiprocessing
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from search.correction.candidate import Candidate, likeliest
from search.correction.sorted_lines import SortedLines

LEAST_LETTERS: Final = 4
"""Shorter words have a neighbour in every direction."""

LETTERS_FOR_TWO: Final = 8
"""From this length on, two edits."""

OTHER_FIRST_LETTER: Final = 1
"""Counts as one more mistake: people seldom mistype the first letter (Pollock and Zamora 1984)."""

AFTER_Z: Final = "{"

REMEMBERED: Final = 256
"""Words whose neighbours are not looked for again: a correction asks twice, and so does a reader who filters."""


class LatinWords:
    """The words of the letters a to z, and how many documents hold each."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        from search.correction.anagrams import Anagrams  # imports numpy

        documents = dict(sorted(words))
        self._words = SortedLines("".join(f"{word}\n" for word in documents).encode("ascii"))
        self._documents = array("I", documents.values())
        self._anagrams = Anagrams(list(documents))
        self.near = lru_cache(REMEMBERED)(self._near)
        """The words that a word is likeliest a misspelling of, best first; not itself."""

    def starting(self, typed: str) -> int:
        """How many documents hold words that start with `typed`, at most: what is held by two words counts twice."""
        first, last = self._words.first_from(typed.encode()), self._words.first_from((typed + AFTER_Z).encode())
        return sum(self._documents[first:last])

    def _near(self, typed: str) -> tuple[Candidate, ...]:
        if len(typed) < LEAST_LETTERS:
            return ()
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        edits = 2 if len(typed) >= LETTERS_FOR_TWO else 1
        possible = {number: self._words[number].decode() for number in self._anagrams.near(typed, edits)}
        found = extract(typed, possible, scorer=OSA.distance, score_cutoff=edits, limit=None)
        return likeliest(self._candidate(typed, word, int(edits), number) for word, edits, number in found if edits)

    def _candidate(self, typed: str, word: str, edits: int, number: int) -> Candidate:
        return Candidate(word, self._documents[number], edits + OTHER_FIRST_LETTER * (typed[0] != word[0]))
