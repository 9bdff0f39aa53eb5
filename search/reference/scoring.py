"""The score of a document by a plan, in plain Python: slow, short, and what "right" means.

Other engines are compared with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wangqi.search.document.fields import TITLE
from wangqi.search.document.filtering import accepts
from wangqi.search.engine import Statistics
from wangqi.search.plan.plan import Plan, Term, Word
from wangqi.search.plan.ranking import (
    Ranking,
    saturation,
)
from wangqi.search.plan.variants import Variant
from wangqi.search.reference.documents import TokenizedDocument
from wangqi.search.reference.matching import form_of, holds, meets

_TITLE_ONLY: Final = (TITLE,)


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """The summands and factors of the score of a document."""

    gains: tuple[float, ...]
    """What each word of `Plan.scored` adds."""
    title: float
    """What is added for the words in the title."""
    coverage: float
    role: float
    recency: float
    lift: float = 1.0
    """For the wishes that it fits."""

    @property
    def total(self) -> float:
        gain = sum(self.gains) + self.title if self.gains else 1.0
        return gain * self.coverage * self.role * self.recency * self.lift


class DocumentScorer:
    """Scores documents one at a time, by what an index knows of the words of a plan."""

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics

    def parts(self, document: TokenizedDocument, plan: Plan) -> ScoreParts:
        return ScoreParts(
            gains=tuple(self._gains(document, plan)),
            title=self._title_bonus(document, plan) if plan.scored else 0.0,
            coverage=plan.ranking.coverage_factor(self.coverage(document, plan.scored)) if plan.scored else 1.0,
            role=plan.ranking.role_factors[document.entry.role],
            recency=1 + plan.ranking.recency * self._recency(document),
            lift=_lift(document, plan),
        )

    def score(self, document: TokenizedDocument, plan: Plan) -> float:
        """The score of `document`, which meets the plan's condition; above 0."""
        return self.parts(document, plan).total

    def coverage(self, document: TokenizedDocument, words: Sequence[Word]) -> float:
        """The share of `words` that the document holds, by weight."""
        total = sum(self._statistics.words[word].worth for word in words)
        held = sum(self._worth(word, form) for word in words if (form := form_of(document, word)))
        return held / total if total else 0.0

    def _gains(self, document: TokenizedDocument, plan: Plan) -> Iterator[float]:
        gains = dict.fromkeys(plan.scored, 0.0)
        for word, term, weight in plan.terms():
            gains[word] += weight * self._term_score(document, word, term, plan.ranking)
        for word in plan.scored:
            yield gains[word] + self._variant_score(document, word, plan.ranking)

    def _term_score(self, document: TokenizedDocument, word: Word, term: Term, ranking: Ranking) -> float:
        frequency = document.tokens.frequency(term)
        if not frequency:
            return 0.0
        saturated: float = saturation(frequency, ranking.k1)
        return min(self._statistics.idfs[term], self._statistics.words[word].most_idf) * saturated

    def _variant_score(self, document: TokenizedDocument, word: Word, ranking: Ranking) -> float:
        form = form_of(document, word)
        if not isinstance(form, Variant) or not form.scores:
            return 0.0
        weight = ranking.variant_weight(form) * word.weight * ranking.factor(form) * form.share
        return weight * self._term_score(document, word, form.found, ranking)

    def _title_bonus(self, document: TokenizedDocument, plan: Plan) -> float:
        tokens = document.tokens
        if plan.title_key and plan.title_key in tokens.title_keys:
            return plan.ranking.exact_title_bonus
        if plan.issue is not None and document.entry.role == "issue" and document.attributes.issue == plan.issue:
            return plan.ranking.exact_title_bonus
        words = [word for word in plan.scored if not word.is_run]
        worth, units = 0.0, 0.0
        for word in words:
            form = form_of(document, word)
            if form and holds(document, form, _TITLE_ONLY):
                worth += self._worth(word, form)
                units += form.units * word.weight
        if not worth:
            return 0.0
        filled = min(1.0, units / tokens.lengths[TITLE])
        everything = sum(self._statistics.words[word].worth for word in words)
        return plan.ranking.title_bonus * worth * (worth / everything) * filled

    def _worth(self, word: Word, form: Word | Variant) -> float:
        at = 1 + word.variants.index(form) if isinstance(form, Variant) else 0
        return self._statistics.words[word].worths[at]

    def _recency(self, document: TokenizedDocument) -> float:
        """0 for the oldest and for undated documents, 1 for the newest."""
        day = document.entry.issue.date
        first, last = self._statistics.days
        return (day.toordinal() - first) / (last - first) if day and first < last else 0.0


def _lift(document: TokenizedDocument, plan: Plan) -> float:
    met = [
        fits
        for lift in plan.lifts
        for fits in (
            accepts(lift.filters, document.attributes),
            lift.condition is not None and meets(document, lift.condition),
        )
    ]
    return plan.ranking.wish_factor ** sum(met)
