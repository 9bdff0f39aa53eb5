"""The terms of all documents with their postings, as a browser searches them.

A posting is a document's number and one byte: how much the term weighs in it (BM25F's frequency, on a logarithmic
scale), and whether it stands in the title. Most terms stand once in one field, where all weigh the same: what is
written is the difference from that level, which is nearly always 0 and so takes next to no room. What a term weighs
depends on its document alone, as in the index that serves: an issue more changes no posting of the others.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable
from typing import Final

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.latin import STEM_MARK
from wangqi.search.analysis.stemming import stem
from wangqi.search.document.fields import FIELDS, TITLE, field_texts
from wangqi.search.model import Entry
from wangqi.search.plan.ranking import FIELD_B, FIELD_BOOSTS, MEAN_LENGTHS, length_norm

LEAST_WEIGHT: Final = 0.05
STEP: Final = 1.1
"""The scale of weights: `LEAST_WEIGHT * STEP ** level`, for levels from 0 to 127; half a step is an error of 5 %."""
_LOG_STEP: Final = math.log(STEP)
LEVELS: Final = 0x7F
IN_TITLE: Final = 0x80
TEXT: Final = FIELDS.index("text")
COMMON: Final = 8
MANY: Final = 1000
"""Of a gram that one document in `COMMON` holds, and so many, only where it stands is written: how much it weighs tells
little."""
MOST_TERM_BYTES: Final = 64
"""Longer terms are data that nobody types."""

Found = dict[str, "array[int]"]
"""Term → its postings by document, each `number << 8 | byte`."""


class TermCollector:
    """Collects the postings of documents, which come in the order of their numbers."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._documents = 0
        self.grams: Found = {}
        self.words: Found = {}

    def add(self, number: int, entry: Entry) -> tuple[int, int]:
        """Add the document `number`; how many units its title has, and the level of what stands in its text once."""
        self._documents += 1
        fields = [self._analyzer.index(text) for text in field_texts(entry)]
        weights = [once(field, tokens.length) for field, tokens in enumerate(fields)]
        text_level, title_level = level_of(weights[TEXT]), level_of(weights[TITLE])
        in_title = {*fields[TITLE].grams, *fields[TITLE].words}
        grams: dict[str, float] = {}
        words: dict[str, float] = {}
        for tokens, weight in zip(fields, weights, strict=True):
            _count(grams, tokens.grams, weight)
            _count(words, tokens.words, weight)
        for found, weighed in ((self.grams, grams), (self.words, words)):
            for term, weight in weighed.items():
                if term not in found:
                    if len(term.encode("utf-8", "replace")) > MOST_TERM_BYTES:
                        continue
                    found[term] = array("I")
                flag, usual = (IN_TITLE, title_level) if term in in_title else (0, text_level)
                found[term].append(number << 8 | flag | level_of(weight) - usual & LEVELS)
        return fields[TITLE].length, text_level

    def drop_derived(self) -> None:
        """Take out what a browser can do without: two words as one that stand so in a single text and nowhere in a
        title (a third of all grams), where a stem stands because a word does that ends otherwise, and how much the
        commonest terms weigh."""
        for found in [found for found in self.grams.values() if len(found) > max(MANY, self._documents / COMMON)]:
            found[:] = array("I", [posting & ~LEVELS for posting in found])
        for term in [term for term, found in self.grams.items() if self._is_only_beside(term, found)]:
            del self.grams[term]
        ended: dict[str, set[int]] = {}
        for term, found in self.words.items():
            if not term.startswith(STEM_MARK):
                ended.setdefault(STEM_MARK + stem(term), set()).update(posting >> 8 for posting in found)
        for term in [term for term in self.words if term.startswith(STEM_MARK)]:
            derived = ended.get(term, ())
            kept = [posting for posting in self.words.pop(term) if posting >> 8 not in derived]
            if kept:
                self.words[term] = array("I", kept)

    def _is_only_beside(self, term: str, found: array[int]) -> bool:
        is_latin = len(term) > 1 and term[0].isascii() and term not in self.words
        return is_latin and len(found) == 1 and not found[0] & IN_TITLE


def once(field: int, length: int) -> float:
    """What a term weighs that stands once in a field of so many units."""
    return FIELD_BOOSTS[field] / float(length_norm(length, MEAN_LENGTHS[field], FIELD_B[field]))


def mark_of(name: str) -> int:
    """One byte for what something is called, 0 for nothing: to tell whether it is what was typed."""
    text = "".join(char for char in name if char.isalnum() or char in "+#")
    mark = 0
    for code in array("H", text.encode("utf-16-le", "surrogatepass")):
        mark = (mark * 31 + code) % 255
    return mark + 1 if text else 0


def _count(weights: dict[str, float], terms: Iterable[str], weight: float) -> None:
    for term, times in Counter(terms).items():
        weights[term] = weights.get(term, 0.0) + times * weight


def level_of(weight: float) -> int:
    """The level of the scale nearest to `weight`."""
    return min(127, max(0, round(math.log(weight / LEAST_WEIGHT) / _LOG_STEP)))
