"""Latin words that start with what was typed, or are one or two edits from it; two neighbouring letters in the wrong
order are one edit.

mongobd ─► mongodb      handbok ─► handbook      mutliprocesing ─► multiprocessing
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from wangqi.search.correction.candidate import Candidate, Certainty, least_documents, likeliest
from wangqi.search.correction.sorted_lines import SortedLines

if TYPE_CHECKING:
    from wangqi.search.correction.anagrams import Anagrams

LEAST_LETTERS: Final = 4
"""Shorter words have a neighbour in every direction."""

LETTERS_FOR_TWO: Final = 8
"""From this length on, two edits."""

OTHER_FIRST_LETTER: Final = 1
"""Counts as one more mistake: people seldom mistype the first letter (Pollock and Zamora 1984)."""

LETTERS_FOR_SURE: Final = 5
LETTERS_FOR_OTHERS: Final = 6
"""From this length on, a letter too many or another one is a slip as well as a letter forgotten, doubled or swapped."""

ENDING: Final = 3
"""Two edits in the last letters are an ending that makes another name: rabbitmq, rabbit."""

AFTER_Z: Final = "{"

REMEMBERED: Final = 256
"""Words whose neighbours are not looked for again: a correction asks twice, and so does a reader who filters."""


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """Finds the words that a word may be a misspelling of."""

    _words: SortedLines
    _documents: Sequence[int]
    """How many documents hold each of them."""
    _anagrams: Anagrams
    _least_documents: int

    def near(self, typed: str) -> tuple[Candidate, ...]:
        if len(typed) < LEAST_LETTERS:
            return ()
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        edits = 2 if len(typed) >= LETTERS_FOR_TWO else 1
        possible = {number: self._words[number].decode() for number in self._anagrams.near(typed, edits)}
        found = extract(typed, possible, scorer=OSA.distance, score_cutoff=edits, limit=None)
        return likeliest(self._candidate(typed, word, int(edits), number) for word, edits, number in found if edits)

    def _candidate(self, typed: str, word: str, edits: int, number: int) -> Candidate:
        documents = self._documents[number]
        certainty = _certainty(typed, word, edits)
        if documents < self._least_documents:
            certainty = min(certainty, Certainty.SHOWN)
        return Candidate(word, documents, edits + OTHER_FIRST_LETTER * (typed[0] != word[0]), certainty)


class LatinWords:
    """The words of the letters a to z, and how many documents hold each."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        from wangqi.search.correction.anagrams import Anagrams  # imports numpy

        documents = dict(sorted(words))
        self._words = SortedLines("".join(f"{word}\n" for word in documents).encode("ascii"))
        self._documents = array("I", documents.values())
        finder = _Neighbours(self._words, self._documents, Anagrams(list(documents)), least_documents(len(documents)))
        self.near = lru_cache(REMEMBERED)(finder.near)
        """The words that a word is likeliest a misspelling of, best first; not itself."""

    def starting(self, typed: str) -> int:
        """How many documents hold words that start with `typed`, at most: what is held by two words counts twice."""
        first, last = self._words.first_from(typed.encode()), self._words.first_from((typed + AFTER_Z).encode())
        return sum(self._documents[first:last])


def _certainty(typed: str, word: str, edits: int) -> Certainty:
    """How sure it is that `typed` is `word`, misspelled in so many `edits`, and not a name by itself.

    Slips leave the ends of a word alone; names are made there: packer is not hacker, nor containerd container. Of 1623
    names that no entry holds 1.1 % are taken for another word so, and 85 % of random slips are put right.
    """
    first, last = _shared_ends(typed, word)
    if not first or len(typed) < LETTERS_FOR_SURE:
        return Certainty.OFFERED
    if edits > 1:
        return Certainty.SHOWN if first < len(typed) - ENDING else Certainty.OFFERED
    if len(typed) == len(word) and sorted(typed) == sorted(word):  # two letters in the wrong order
        return Certainty.SURE
    if not last:
        return Certainty.OFFERED
    is_plain = len(typed) < len(word) or typed[first] == typed[first - 1]
    return Certainty.SURE if is_plain or len(typed) >= LETTERS_FOR_OTHERS else Certainty.SHOWN


def _shared_ends(typed: str, word: str) -> tuple[int, int]:
    """How many letters are the same at the start of both, and how many at the end."""
    return _shared_start(typed, word), _shared_start(typed[::-1], word[::-1])


def _shared_start(first: str, second: str) -> int:
    return sum(1 for _ in takewhile(bool, map(str.__eq__, first, second)))
