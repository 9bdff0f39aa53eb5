"""The terms of all documents with their postings, as a browser searches them.

A posting is a document's number and one byte: how much the term weighs in it (BM25F's frequency, on a logarithmic
scale), and whether it stands in the title. What a term weighs depends on its document alone, as in the index that
serves: an issue more changes no posting of the others.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable
from typing import Final

from wangqi.search.analysis import Analyzer
from wangqi.search.document.fields import TITLE, field_texts
from wangqi.search.model import Entry
from wangqi.search.plan.ranking import FIELD_B, FIELD_BOOSTS, MEAN_LENGTHS, length_norm

LEAST_WEIGHT: Final = 0.05
STEP: Final = 1.1
"""The scale of weights: `LEAST_WEIGHT * STEP ** level`, for levels from 0 to 127; half a step is an error of 5 %."""
_LOG_STEP: Final = math.log(STEP)
IN_TITLE: Final = 0x80
MOST_TERM_BYTES: Final = 64
"""Longer terms are data that nobody types."""

Found = dict[str, "array[int]"]
"""Term → its postings by document, each `number << 8 | byte`."""


class TermCollector:
    """Collects the postings of documents, which come in the order of their numbers."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self.grams: Found = {}
        self.words: Found = {}

    def add(self, number: int, entry: Entry) -> int:
        """Add the document `number`; how many units its title has."""
        grams: dict[str, float] = {}
        words: dict[str, float] = {}
        in_title: set[str] = set()
        title_units = 0
        for field, text in enumerate(field_texts(entry)):
            tokens = self._analyzer.index(text)
            weight = FIELD_BOOSTS[field] / length_norm(tokens.length, MEAN_LENGTHS[field], FIELD_B[field])
            _count(grams, tokens.grams, weight)
            _count(words, tokens.words, weight)
            if field == TITLE:
                in_title.update(tokens.grams, tokens.words)
                title_units = tokens.length
        for found, weights in ((self.grams, grams), (self.words, words)):
            for term, weight in weights.items():
                if term not in found:
                    if len(term.encode("utf-8", "replace")) > MOST_TERM_BYTES:
                        continue
                    found[term] = array("I")
                found[term].append(number << 8 | level_of(weight) | (IN_TITLE if term in in_title else 0))
        return title_units


def _count(weights: dict[str, float], terms: Iterable[str], weight: float) -> None:
    for term, times in Counter(terms).items():
        weights[term] = weights.get(term, 0.0) + times * weight


def level_of(weight: float) -> int:
    """The level of the scale nearest to `weight`."""
    return min(127, max(0, round(math.log(weight / LEAST_WEIGHT) / _LOG_STEP)))
