"""How well documents answer a plan: `search.ranking` over arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np

from search import ranking
from search.query.plan import AllOf, Plan, Term
from search.whoosh_engine.documents import DocumentTable
from search.whoosh_engine.matching import Matcher
from search.whoosh_engine.sets import NO_DOCS, NO_VALUES, Docs, Sums, Values, members, unite


def score(plan: Plan, docs: Docs, matcher: Matcher, documents: DocumentTable) -> Values:
    """The score of each of `docs`, which meet the plan."""
    priors: Values = documents.priors.take(docs)
    if not plan.scored:
        return priors
    titled, bonuses = _title_bonuses(plan, matcher, documents)
    sums = Sums(docs, matcher.scratch)
    if len(titled):
        sums.add_each(titled, bonuses)
    _add_terms(plan.terms(), sums, matcher)
    total = sums.take()
    if not _holds_every_word(plan):
        total = total * matcher.coverage(plan.scored, docs) ** ranking.COVERAGE_POWER
    return total * priors


def _holds_every_word(plan: Plan) -> bool:
    condition = plan.condition
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    # By identity, which is quick: where equal words stand twice, coverage is counted and comes to one.
    return {id(word) for word in plan.scored} <= {id(part) for part in parts}


def _add_terms(terms: Mapping[Term, float], sums: Sums, matcher: Matcher) -> None:
    for term, weight in terms.items():
        docs, frequencies = matcher.frequencies(term)
        if len(docs):
            factor = np.float32(weight * ranking.idf(matcher.reader.count, len(docs)))
            sums.add(docs, frequencies, partial(_term_score, factor))


def _term_score(factor: np.float32, frequencies: Values) -> Values:
    scores: Values = factor * ranking.saturation(frequencies)
    return scores


def _title_bonuses(plan: Plan, matcher: Matcher, documents: DocumentTable) -> tuple[Docs, Values]:
    """The documents whose title holds a word, and what that adds; one that is called what was typed gets that alone."""
    titled = [(found, word) for word in plan.scored if len((found := matcher.word(word)).titled)]
    exact = documents.titled(plan.title_key)
    docs = unite([*(found.titled for found, _ in titled), exact], matcher.scratch)
    if not len(docs):
        return NO_DOCS, NO_VALUES
    worth = _sum([(found.titled, found.worth) for found, _ in titled], docs, matcher)
    units = _sum([(found.titled, word.units) for found, word in titled], docs, matcher)
    filled = np.minimum(units / documents.title_units.take(docs).astype(np.float32), np.float32(1))
    bonuses: Values = worth * filled * np.float32(ranking.TITLE_BONUS)
    if len(exact):
        bonuses[members(docs, exact, matcher.scratch)] = ranking.EXACT_TITLE_BONUS
    return docs, bonuses


def _sum(parts: Iterable[tuple[Docs, float]], docs: Docs, matcher: Matcher) -> Values:
    sums = Sums(docs, matcher.scratch)
    for held, worth in parts:
        sums.add_each(held, np.float32(worth))
    return sums.take()
