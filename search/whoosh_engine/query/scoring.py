"""Score documents by a plan: `search.plan.ranking` over arrays."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from wangqi.search.plan.plan import AllOf, Found, Plan, Word
from wangqi.search.plan.ranking import Ranking
from wangqi.search.whoosh_engine.query.documents import DocumentTable
from wangqi.search.whoosh_engine.query.matching import Matcher
from wangqi.search.whoosh_engine.sets import Docs, Part, Values, operations


def score(plan: Plan, docs: Docs, matcher: Matcher, documents: DocumentTable) -> Values:
    """The score of each of `docs`, which meet the plan."""
    if not plan.scored:
        return documents.priors(plan.ranking).take(docs)
    factors = _factors(plan, docs, matcher, documents.priors(plan.ranking))
    scores = _term_scores(plan, docs, matcher, factors)
    _add_title_bonuses(scores, factors, plan, docs, matcher, documents)
    return scores


def _factors(plan: Plan, docs: Docs, matcher: Matcher, priors: Values) -> Values:
    """The factors of the scores of `docs`: coverage and prior."""
    if _holds_every_word(plan):
        return priors.take(docs)
    factors: Values = plan.ranking.coverage_factor(matcher.coverage(plan.scored, docs))
    factors *= priors.take(docs)
    return factors


def _holds_every_word(plan: Plan) -> bool:
    """Whether every document that meets the plan holds all its words as they were typed."""
    condition = plan.condition
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    # By identity, which is quick: where equal words stand twice, coverage is counted and comes to one.
    held = {id(part) for part in parts if not (isinstance(part, Found) and part.variants)}
    return held.issuperset(map(id, plan.scored))


def _term_scores(plan: Plan, docs: Docs, matcher: Matcher, factors: Values) -> Values:
    parts: list[Part] = []
    for word, term, weight in plan.terms():
        postings = matcher.postings(term)
        idf = min(postings.idf, matcher.word(word).idf) if word.variants else postings.idf
        parts.append((postings.docs, postings.weights, weight * idf))
    for word in plan.scored:
        if word.variants:
            parts += _variant_parts(word, matcher, plan.ranking)
    return operations.add_up(docs, parts, plan.ranking.k1, matcher.scratch, factors)


def _variant_parts(word: Word, matcher: Matcher, ranking: Ranking) -> Iterator[Part]:
    """The terms of the variants, each where its variant is what was found."""
    found_word = matcher.word(word)
    for variant, layer in zip(word.variants, found_word.variant_layers, strict=True):
        if variant.scores and len(layer.docs):
            weight = ranking.variant_weight(variant) * word.weight * ranking.factor(variant) * variant.share
            yield layer.docs, layer.weights, weight * min(layer.idf, found_word.idf)


def _add_title_bonuses(
    scores: Values, factors: Values, plan: Plan, docs: Docs, matcher: Matcher, documents: DocumentTable
) -> None:
    """Add to `scores` what the titles of `docs` are worth."""
    exact = documents.called(plan.title_key, plan.issue)
    if not len(exact):
        _add_words_in_titles(scores, factors, plan, docs, matcher, documents)
        return
    called_so = operations.members(docs, exact, matcher.scratch).nonzero()[0]
    exact_scores = scores[called_so] + np.float32(plan.ranking.exact_title_bonus) * factors[called_so]
    _add_words_in_titles(scores, factors, plan, docs, matcher, documents)
    scores[called_so] = exact_scores


def _add_words_in_titles(
    scores: Values, factors: Values, plan: Plan, docs: Docs, matcher: Matcher, documents: DocumentTable
) -> None:
    found = [matcher.word(word) for word in plan.scored if not word.is_run]
    parts = [(each.docs, each.in_title, each.worth, each.units) for word in found for each in word.layers]
    scale = plan.ranking.title_bonus / (sum(word.worth for word in found) or 1.0)
    operations.add_titles(scores, factors, docs, parts, documents.title_units, scale, matcher.scratch)
