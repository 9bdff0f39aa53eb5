"""The documents of an index, those that a plan finds among them, and what is counted over all."""

from __future__ import annotations

import math
from collections.abc import Sequence

from wangqi.search.document.filtering import accepts
from wangqi.search.engine import Statistics, WordStatistics
from wangqi.search.plan.forms import forms_of, has_synonyms, worth_of
from wangqi.search.plan.plan import Plan, Term, Word
from wangqi.search.plan.ranking import TOLERANCE, Ranking, idf
from wangqi.search.plan.variants import SAID, SYNONYMS, Variant
from wangqi.search.reference.documents import TokenizedDocument
from wangqi.search.reference.matching import answers, form_of, holds, meets
from wangqi.search.reference.scoring import DocumentScorer
from wangqi.search.request import Filters


class DocumentSet:
    """All documents of an index, with what is counted over them. Counts are kept: make a new one for each query."""

    def __init__(self, documents: Sequence[TokenizedDocument]) -> None:
        self._documents = documents
        self._found_in: dict[object, int] = {}

    def tiers(self, plan: Plan, filters: Filters) -> tuple[list[TokenizedDocument], list[TokenizedDocument]]:
        """The documents that meet the plan and the filters, in the order they are held: those that hold all its words,
        and, when it is a relaxed one, others."""
        whole = plan.whole or plan
        met = [document for document in self._documents if meets(document, whole.condition)]
        first = [document for document in met if accepts(filters, document.attributes)]
        second = self._partial(plan, filters) if plan.whole else []
        return answers(first, whole, filters), answers([each for each in second if each not in met], plan, filters)

    def _partial(self, plan: Plan, filters: Filters) -> list[TokenizedDocument]:
        """The documents that hold enough of the words of a relaxed plan. How much that is does not depend on the
        filters, or the counts beside them would promise what they do not keep; where so they leave nothing, it does."""
        assert plan.share
        if not plan.most:
            found = (document for document in self._documents if meets(document, plan.condition))
            return [document for document in found if accepts(filters, document.attributes)]
        scorer = DocumentScorer(self.statistics(plan))
        held = {
            document: scorer.coverage(document, plan.most)
            for document in self._documents
            if meets(document, plan.condition) and any(meets(document, word) for word in plan.content)
        }
        accepted = {each: coverage for each, coverage in held.items() if accepts(filters, each.attributes)}
        for compared in (held, accepted):
            least = max(plan.share * max(compared.values(), default=0.0), plan.ranking.least_coverage) - TOLERANCE
            if enough := [document for document, coverage in accepted.items() if coverage >= least]:
                return enough
        return []

    def statistics(self, plan: Plan) -> Statistics:
        """Count the words of `plan` over all documents."""
        dates = [document.entry.issue.date for document in self._documents]
        days = [day.toordinal() for day in dates if day]
        return Statistics(
            words={word: self._statistics_of(word, plan.ranking) for word in plan.all_scored},
            idfs={term: idf(len(self._documents), self._count(term)) for term in plan.all_terms},
            days=(min(days, default=0), max(days, default=0)),
        )

    def is_unseen(self, word: Word) -> bool:
        """Whether no document holds `word`."""
        return not any(meets(document, word) for document in self._documents)

    def _statistics_of(self, word: Word, ranking: Ranking) -> WordStatistics:
        forms = forms_of(word)
        most_idf = self._most_idf(word, ranking)
        worths = tuple(worth_of(word, form, self._idf([form]), most_idf, ranking) for form in forms)
        held = {form for document in self._documents if (form := form_of(document, word))}
        unseen = 0.0 if word.is_run else word.weight * idf(len(self._documents), 1)
        greatest = max((worth for form, worth in zip(forms, worths, strict=True) if form in held), default=unseen)
        return WordStatistics(greatest, worths, most_idf)

    def _most_idf(self, word: Word, ranking: Ranking) -> float:
        """The largest idf of the word or of a synonym of it; infinite where it has none."""
        if not has_synonyms(word):
            return math.inf
        said, near = (self._idf(forms_of(word, kinds)) for kinds in (SAID, SYNONYMS))
        return min(said, ranking.beside_synonyms * near)

    def _idf(self, forms: Sequence[Word | Variant]) -> float:
        key = tuple(forms)
        if key not in self._found_in:
            self._found_in[key] = sum(any(holds(each, form) for form in forms) for each in self._documents)
        return idf(len(self._documents), max(1, self._found_in[key]))

    def _count(self, term: Term) -> int:
        if term not in self._found_in:
            self._found_in[term] = sum(bool(document.tokens.fields(term)) for document in self._documents)
        return self._found_in[term]
