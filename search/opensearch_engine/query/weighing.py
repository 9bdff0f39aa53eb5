"""What the words of a plan weigh in an index: counted there in one call, computed here (`search.reference.scoring`)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wangqi.search.engine import WordStatistics
from wangqi.search.opensearch_engine.query.counting import RememberedCounts
from wangqi.search.opensearch_engine.query.matching import TITLE, Query, all_of, any_of, of_form
from wangqi.search.plan.forms import forms_of, has_synonyms, worth_of
from wangqi.search.plan.plan import Plan, Term, Word
from wangqi.search.plan.ranking import Ranking, idf
from wangqi.search.plan.variants import SAID, SYNONYMS, Variant


@dataclass(frozen=True, slots=True)
class FormLayer:
    """The documents in which a word is found in one form, and in none before it."""

    form: Word | Variant
    found: Query
    titled: Query
    """Those that hold this form in their title."""
    worth: float
    units: float
    """Length of the form, times the weight of the word."""


@dataclass(frozen=True, slots=True)
class WeighedWord:
    statistics: WordStatistics
    layers: Sequence[FormLayer]
    """Those with documents, the word as typed first."""
    is_known: bool
    """Whether any document holds it."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Of every word that is scored or may lack, and of every term."""

    words: Mapping[Word, WeighedWord]
    idfs: Mapping[Term, float]
    held: Mapping[Term, int]
    """How many documents hold each term."""


class Weigher:
    """Weighs words in an index of so many `documents`."""

    def __init__(self, counts: RememberedCounts, documents: int) -> None:
        self._counts, self._documents = counts, documents

    def counted(self, plan: Plan) -> list[Query]:
        """What is counted to weigh the words of `plan`."""
        return [
            *(query for word in _words_of(plan) for query in _counted_of(word)),
            *(of_form(Variant("alias", term)) for term in plan.all_terms),
        ]

    def weigh(self, plan: Plan) -> Weights:
        """All that a search by `plan` needs, in one call."""
        counts = iter(self._counts.of(self.counted(plan)))
        weighed = {word: self._weighed(word, plan.ranking, counts) for word in _words_of(plan)}
        held = dict(zip(plan.all_terms, counts, strict=True))
        return Weights(weighed, {each: self._idf(count) for each, count in held.items()}, held)

    def _idf(self, count: int) -> float:
        return idf(self._documents, count)

    def _weighed(self, word: Word, ranking: Ranking, counts: Iterable[int]) -> WeighedWord:
        """`counts` are those of `_counted_of`, taken from the front."""
        forms, taken = forms_of(word), iter(counts)
        held = [next(taken) for _ in forms]
        alone = [held[0], *(next(taken) for _ in forms[1:])]
        most_idf = math.inf
        if has_synonyms(word):
            said, near = next(taken), next(taken)
            most_idf = min(self._idf(max(1, said)), ranking.beside_synonyms * self._idf(max(1, near)))
        worths = tuple(
            worth_of(word, form, self._idf(max(1, count)), most_idf, ranking)
            for form, count in zip(forms, held, strict=True)
        )
        layers, before = list[FormLayer](), list[Query]()
        for form, worth, count, count_alone in zip(forms, worths, held, alone, strict=True):
            found = of_form(form)
            if count_alone:
                titled = all_of([of_form(form, TITLE)], before)
                layers.append(FormLayer(form, all_of([found], before), titled, worth, form.units * word.weight))
            if count:  # what no document holds need not be excluded
                before = [*before, found]
        unseen = 0.0 if word.is_run else word.weight * self._idf(1)
        greatest = max((layer.worth for layer in layers), default=unseen)
        return WeighedWord(WordStatistics(greatest, worths, most_idf), layers, any(held))


def _words_of(plan: Plan) -> list[Word]:
    return list(dict.fromkeys([*plan.all_scored, *plan.most]))


def _counted_of(word: Word) -> Iterable[Query]:
    """What is counted of a word: each form, each but the first without those before it, and those that say the same."""
    yield from map(of_form, forms_of(word))
    yield from _alone(word)[1:]
    if has_synonyms(word):
        for kinds in (SAID, SYNONYMS):
            yield any_of(map(of_form, forms_of(word, kinds)))


def _alone(word: Word) -> list[Query]:
    """Each form, without the documents that hold one before it."""
    held = [of_form(form) for form in forms_of(word)]
    return [held[0], *(all_of([query], held[:at]) for at, query in enumerate(held[1:], start=1))]
