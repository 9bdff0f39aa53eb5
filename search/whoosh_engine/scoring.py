"""How well documents answer a plan: `search.ranking` over arrays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from search import ranking
from search.query.plan import AllOf, Plan, Starts, Term
from search.whoosh_engine.columns import title_hash
from search.whoosh_engine.documents import DocumentTable
from search.whoosh_engine.matching import Matcher
from search.whoosh_engine.reading import Postings
from search.whoosh_engine.sets import Docs, Values, values_in


def score(plan: Plan, docs: Docs, matcher: Matcher, documents: DocumentTable) -> Values:
    """The score of each of `docs`, which meet the plan."""
    priors = documents.priors[docs]
    if not plan.scored:
        return priors
    total = _term_scores(plan.terms(), docs, matcher)
    total += _title_bonus(plan, docs, matcher, documents)
    if not _holds_every_word(plan):
        total *= matcher.coverage(plan.scored, docs) ** ranking.COVERAGE_POWER
    return total * priors


def _holds_every_word(plan: Plan) -> bool:
    condition = plan.condition
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    return set(plan.scored) <= set(parts)


def _term_scores(terms: Mapping[Term, float], docs: Docs, matcher: Matcher) -> Values:
    total = np.zeros(len(docs), np.float32)
    for term, weight in terms.items():
        postings = _postings(term, matcher)
        if len(postings.docs):
            factor = np.float32(weight * ranking.idf(matcher.reader.count, len(postings.docs)))
            frequencies = values_in(postings.docs, postings.weights, docs, matcher.scratch)
            total += factor * ranking.saturation(frequencies)
    return total


def _postings(term: Term, matcher: Matcher) -> Postings:
    return matcher.frequencies(term) if isinstance(term, Starts) else matcher.reader.postings(*term)


def _title_bonus(plan: Plan, docs: Docs, matcher: Matcher, documents: DocumentTable) -> Values:
    worth = np.zeros(len(docs), np.float32)
    units = np.zeros(len(docs), np.float32)
    for word in plan.scored:
        found = matcher.word(word)
        if len(found.titled):
            each = np.broadcast_to(np.float32(1), len(found.titled))
            held = values_in(found.titled, each, docs, matcher.scratch)
            worth += held * np.float32(found.worth)
            units += held * np.float32(word.units)
    filled = np.minimum(np.float32(1), units / np.maximum(documents.title_units[docs], 1))
    bonus = np.float32(ranking.TITLE_BONUS) * filled * worth
    if plan.title_key:
        bonus[documents.title_hashes[docs] == np.uint64(title_hash(plan.title_key))] = ranking.EXACT_TITLE_BONUS
    return bonus
