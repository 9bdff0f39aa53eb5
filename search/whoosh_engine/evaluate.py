"""The plan of a query over arrays: which documents meet it, with which scores.

Computes what `search.plain_scoring` says, for all documents at once: a mask tells of each document whether it meets a
condition, scores are added up term by term.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final, assert_never

import numpy as np

from search import ranking
from search.analysis.analyzer import Spelling
from search.fields import FIELDS, TITLE
from search.query.plan import AllOf, AnyOf, Anything, Condition, Found, NoneOf, Plan, Starts, Term, Word
from search.whoosh_engine.documents import Documents, Floats
from search.whoosh_engine.postings import DOCUMENT_SHIFT, NOTHING, Ints, Kept, Masks, Postings, PostingsReader
from search.whoosh_engine.schema import FIELD_SHIFT

MAX_KEPT_SCORES: Final = 2_000_000
"""Numbers that the cache of term scores keeps."""


@dataclass(frozen=True)
class _Places:
    """Where a word is found."""

    documents: Ints
    titled: Ints
    """Those of `documents` that have it in the title."""


@dataclass(frozen=True)
class _Scores:
    """What a term adds to the score of each document that holds it."""

    documents: Ints
    scores: Floats


class Evaluator:
    """Evaluates plans over one index. Safe to share by threads."""

    def __init__(self, documents: Documents, postings: PostingsReader) -> None:
        self._documents = documents
        self._postings = postings
        self._size = documents.alive.size
        self._kept: Kept[Term, _Scores] = Kept(MAX_KEPT_SCORES)
        lengths = documents.lengths[documents.alive]
        self._mean_lengths = lengths.sum(axis=0) / np.maximum(1, (lengths > 0).sum(axis=0))

    def run(self, plan: Plan, accepted: Masks) -> tuple[Ints, Floats]:
        """The numbers of the documents of `accepted` that meet the plan, rising, and their scores."""
        places = {word: self._places(word) for word in _words(plan)}
        mask = accepted & self._mask(plan.condition, places)
        if plan.share is not None:
            held = np.where(mask, self._coverage(plan.most, places), 0.0)
            least = max(plan.share * held.max(initial=0.0), ranking.LEAST_COVERAGE) - ranking.TOLERANCE
            mask &= held >= least
        documents = np.flatnonzero(mask)
        factors = self._documents.role_factors * (1 + ranking.RECENCY * self._documents.recency)
        return documents, self._query_scores(plan, places)[documents] * factors[documents]

    def _query_scores(self, plan: Plan, places: dict[Word, _Places]) -> Floats:
        if not plan.scored:
            return np.ones(self._size)
        total = np.zeros(self._size)
        for term, weight in plan.terms().items():
            scores = self._term_scores(term)
            total[scores.documents] += weight * scores.scores
        total += self._title_bonus(plan, places)
        coverage = self._coverage(plan.scored, places)
        result: Floats = total * coverage**ranking.COVERAGE_POWER
        return result

    def _title_bonus(self, plan: Plan, places: dict[Word, _Places]) -> Floats:
        filled, worth = np.zeros(self._size), np.zeros(self._size)
        for word in plan.scored:
            filled[places[word].titled] += word.units
            worth[places[word].titled] += self._worth(word, places)
        filled /= np.maximum(1, self._documents.lengths[:, TITLE])
        bonus: Floats = ranking.TITLE_BONUS * np.minimum(1.0, filled) * worth
        bonus[self._postings.documents_titled(plan.title_key)] = ranking.EXACT_TITLE_BONUS
        return bonus

    def _coverage(self, words: Sequence[Word], places: dict[Word, _Places]) -> Floats:
        """What part of `words`, by worth, each document holds."""
        total, held = 0.0, np.zeros(self._size)
        for word in words:
            worth = self._worth(word, places)
            held[places[word].documents] += worth
            total += worth
        return held / total if total else held

    def _worth(self, word: Word, places: dict[Word, _Places]) -> float:
        found_in = places[word].documents.size
        return word.telling * ranking.idf(self._documents.count, found_in) if found_in else 0.0

    def _mask(self, condition: Condition, places: dict[Word, _Places]) -> Masks:
        match condition:
            case Anything():
                return np.ones(self._size, dtype=np.bool_)
            case Found() | Starts():
                mask = np.zeros(self._size, dtype=np.bool_)
                mask[(places.get(condition) or self._places(condition)).documents] = True
                return mask
            case AllOf(parts):
                return reduce(np.logical_and, [self._mask(part, places) for part in parts])
            case AnyOf(parts):
                return reduce(np.logical_or, [self._mask(part, places) for part in parts])
            case NoneOf(part):
                return ~self._mask(part, places)
            case _:
                assert_never(condition)

    def _places(self, word: Word) -> _Places:
        if isinstance(word, Starts):
            found = [_places_of(self._postings.read("grams", gram)) for gram in self._grams(word)]
        else:
            found = [self._spelled(spelling) for spelling in word.word.spellings]
        if len(found) == 1:
            return found[0]
        documents = [places.documents for places in found] or [NOTHING.documents]
        titled = [places.titled for places in found] or [NOTHING.documents]
        return _Places(np.unique(np.concatenate(documents)), np.unique(np.concatenate(titled)))

    def _spelled(self, spelling: Spelling) -> _Places:
        """Where the grams of `spelling` stand as it says: each narrows down where the first one can be."""
        grams = [(self._postings.read("grams", gram), offset) for gram, offset in spelling]
        if len(grams) == 1:
            return _places_of(grams[0][0])
        grams.sort(key=lambda pair: pair[0].places.size)
        starts = grams[0][0].places - grams[0][1]
        for postings, offset in grams[1:]:
            starts = starts[_contains(postings.places, starts + offset)]
        fields = (starts & ((1 << DOCUMENT_SHIFT) - 1)) >> FIELD_SHIFT
        documents = starts >> DOCUMENT_SHIFT
        return _Places(np.unique(documents), np.unique(documents[fields == TITLE]))

    def _term_scores(self, term: Term) -> _Scores:
        scores = self._kept.get(term)
        if scores is None:
            documents, counts = self._counts(term)
            scores = _Scores(documents, self._scored(documents, counts))
            self._kept.put(term, scores, 2 * documents.size + 1)
        return scores

    def _scored(self, documents: Ints, counts: Ints) -> Floats:
        frequencies = np.zeros(documents.size)
        for number in range(len(FIELDS)):
            lengths, mean = self._documents.lengths[documents, number], self._mean_lengths[number]
            norms = ranking.length_norm(lengths, mean, ranking.FIELD_B[number])
            frequencies += ranking.FIELD_BOOSTS[number] * counts[:, number] / norms
        scores: Floats = ranking.idf(self._documents.count, documents.size) * ranking.saturation(frequencies)
        return scores

    def _counts(self, term: Term) -> tuple[Ints, Ints]:
        """The documents that hold `term`, and how often it stands in each of their fields."""
        if not isinstance(term, Starts):
            postings = self._postings.read(*term)
            return postings.documents, postings.counts
        found = [self._postings.read("grams", gram) for gram in self._grams(term)] or [NOTHING]
        documents, rows = np.unique(np.concatenate([postings.documents for postings in found]), return_inverse=True)
        counts = np.zeros((documents.size, len(FIELDS)), dtype=np.int64)
        np.add.at(counts, rows, np.concatenate([postings.counts for postings in found]))
        return documents, counts

    def _grams(self, word: Starts) -> list[str]:
        return self._postings.grams_starting(word.prefix)


def _words(plan: Plan) -> Iterator[Word]:
    """The words whose places score: each is looked up once."""
    yield from plan.scored
    yield from plan.most


def _places_of(postings: Postings) -> _Places:
    return _Places(postings.documents, postings.documents[postings.titled])


def _contains(values: Ints, wanted: Ints) -> Masks:
    """Of each of `wanted` whether it is among the sorted `values`."""
    if not values.size:
        return np.zeros(wanted.size, dtype=np.bool_)
    at = np.minimum(np.searchsorted(values, wanted), values.size - 1)
    mask: Masks = values[at] == wanted
    return mask
