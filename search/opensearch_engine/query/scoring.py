"""The score of a plan as one query of the cluster (`search.plan.ranking`).

    ( Σ terms + title ) × coverage ** 1.5 × role × recency × wishes

Every term is a query whose similarity saturates its weight. A query can be multiplied by a sum of weights of filters
(`function_score`), though not by a power of it. So what is multiplied is drawn to that power before, and all is raised
to it afterwards: (terms ** (1 / 1.5) × coverage) ** 1.5. In the same way titles are worth
(√ part of the title × worth) ** 2 / everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from wangqi.search.analysis.analyzer import Spelling
from wangqi.search.opensearch_engine.index.documents import term
from wangqi.search.opensearch_engine.index.mapping import K1, LONGEST_START, WEIGHT_UNIT
from wangqi.search.opensearch_engine.query.matching import (
    ANYWHERE,
    Query,
    all_of,
    any_of,
    of_condition,
    of_filters,
    of_form,
)
from wangqi.search.opensearch_engine.query.weighing import FormLayer, WeighedWord, Weights
from wangqi.search.plan.plan import AllOf, Lift, Plan, Term, Word
from wangqi.search.plan.ranking import Ranking
from wangqi.search.plan.variants import Apart, Spelled, Starts, Variant

POWER: Final = "Math.pow(_score, params.power)"

PRIOR: Final = f"""
{POWER} * params.roles[doc['role'].value]
    * (1 + (doc['day'].size() == 0 ? 0 : params.recency * (doc['day'].value - params.first)))
"""

RAREST: Final = """
int held = (int) _score;
double frequency = 0;
for (int i = 0; i < params.spellings.size(); i++) {
  if ((held >> i & 1) == 1) {
    double rarest = Double.MAX_VALUE;
    for (gram in params.spellings.get(i)) { rarest = Math.min(rarest, termFreq('grams', gram)); }
    frequency += rarest;
  }
}
return params.weight * frequency / (frequency + params.k1);
"""
"""Of spellings, whose bits the score holds: each is there no more often than the rarest of its grams."""

MOST_SPELLINGS: Final = 22
"""Of one term that are told apart: a score is a float, which holds no more bits."""

PART_OF_TITLE: Final = "Math.sqrt(Math.min(1, _score / doc['title_units'].value))"
TITLE_WORTH: Final = "_score * _score * params.scale"


@dataclass(frozen=True, slots=True)
class Scorer:
    """Makes queries that score documents of an index, dated between those `days` (as `Statistics.days`)."""

    weights: Weights
    days: tuple[int, int]

    def query(self, plan: Plan, matched: Query) -> Query:
        """The documents that `matched` finds, with their scores."""
        ranking = plan.ranking
        if not plan.scored:
            everything = {"constant_score": {"filter": matched}}
            return self._lifted(plan.lifts, self._with_prior(everything, ranking, 1.0), ranking)
        gains: Query = {"bool": {"filter": [matched], "should": [*self._gains(plan), *self._titles(plan)]}}
        if self._holds_every_word(plan):
            return self._lifted(plan.lifts, self._with_prior(gains, ranking, 1.0), ranking)
        drawn = _scripted(gains, POWER, power=1 / ranking.coverage_power)
        covered = _multiplied(drawn, self.coverage(plan.scored))
        return self._lifted(plan.lifts, self._with_prior(covered, ranking, ranking.coverage_power), ranking)

    def coverage(self, words: Sequence[Word]) -> list[tuple[Query, float]]:
        """Filters whose weights add up to the share of `words` that a document holds."""
        weighed = [self.weights.words[word] for word in words]
        everything = sum(each.statistics.worth for each in weighed) or 1.0
        return [(layer.found, layer.worth / everything) for each in weighed for layer in each.layers]

    def _with_prior(self, query: Query, ranking: Ranking, power: float) -> Query:
        first, last = self.days
        recency = ranking.recency / (last - first) if first < last else 0.0
        return _scripted(query, PRIOR, power=power, roles=dict(ranking.role_factors), recency=recency, first=first)

    def _lifted(self, lifts: Sequence[Lift], query: Query, ranking: Ranking) -> Query:
        if not lifts:
            return query
        wishes = [of_filters(lift.filters) for lift in lifts]
        wishes += [of_condition(lift.condition) for lift in lifts if lift.condition]
        functions = [{"filter": wish, "weight": ranking.wish_factor} for wish in wishes]
        return {"function_score": {"query": query, "functions": functions, "score_mode": "multiply"}}

    def _holds_every_word(self, plan: Plan) -> bool:
        """Whether every document that meets the plan holds all its words as they were typed."""
        condition = plan.condition
        parts = condition.parts if isinstance(condition, AllOf) else (condition,)
        plain = {id(part) for part in parts}
        return all(id(word) in plain and _is_as_typed(self.weights.words[word], word) for word in plan.scored)

    def _gains(self, plan: Plan) -> Iterator[Query]:
        """What the terms of a plan add, and those of variants where the word itself is not found."""
        for word, each, weight in plan.terms():
            if self.weights.held[each]:
                yield _term(each, weight * self._idf(word, each))
        for word in plan.scored:
            for layer in self.weights.words[word].layers:
                variant = layer.form
                if isinstance(variant, Variant) and variant.scores:
                    weight = plan.ranking.variant_weight(variant) * word.weight * plan.ranking.factor(variant)
                    told = weight * variant.share * self._idf(word, variant.found)
                    yield {"bool": {"filter": [layer.found], "must": [_term(variant.found, told)]}}

    def _idf(self, word: Word, each: Term) -> float:
        return min(self.weights.idfs[each], self.weights.words[word].statistics.most_idf)

    def _titles(self, plan: Plan) -> Iterator[Query]:
        exact = [{"term": {"title_key": term(plan.title_key)}}] if plan.title_key else []
        if plan.issue is not None:
            exact.append(all_of([{"term": {"issue": plan.issue}}, {"term": {"role": "issue"}}]))
        if exact:
            yield {"constant_score": {"filter": any_of(exact), "boost": plan.ranking.exact_title_bonus}}
        words = [self.weights.words[word] for word in plan.scored if not word.is_run]
        layers = [layer for word in words for layer in word.layers if layer.worth]
        if layers and plan.ranking.title_bonus:
            worth = _multiplied(_part_of_title(layers), [(layer.titled, layer.worth) for layer in layers])
            everything = sum(word.statistics.worth for word in words)
            bonus = _scripted(worth, TITLE_WORTH, scale=plan.ranking.title_bonus / everything)
            yield {"bool": {"must": [bonus], "must_not": exact}}


def _is_as_typed(weighed: WeighedWord, word: Word) -> bool:
    return all(layer.form is word for layer in weighed.layers)


def _part_of_title(layers: Sequence[FormLayer]) -> Query:
    """The square root of the part of each title that the words make up; of titles that hold any."""
    units = [{"constant_score": {"filter": layer.titled, "boost": layer.units}} for layer in layers]
    return _scripted({"bool": {"should": units, "minimum_should_match": 1}}, PART_OF_TITLE)


def _term(found: Term, weight: float) -> Query:
    """Scores `weight` times the saturation of the term's frequency."""
    told = weight * (K1 + 1)
    match found:
        case (stream, text):
            return _weighted(stream, text, told)
        case Starts(prefix) if len(prefix) <= LONGEST_START:
            return _weighted("starts", prefix, told)
        case Starts(prefix):  # counted by its beginning, which hardly more words have
            query = _weighted("starts", prefix[:LONGEST_START], told)
            return {"bool": {"filter": [ANYWHERE.starting(prefix)], "must": [query]}}
        case Spelled((((gram, _),),)):
            return _weighted("grams", gram, told)
        case Spelled(spellings):
            bits = [
                {"constant_score": {"filter": ANYWHERE.spelled(spelling), "boost": 2.0**at}}
                for at, spelling in enumerate(spellings[:MOST_SPELLINGS])
            ]
            return _rarest({"bool": {"should": bits, "minimum_should_match": 1}}, spellings[:MOST_SPELLINGS], told)
        case Apart(spellings):
            held = {"constant_score": {"filter": of_form(Variant("apart", found))}}
            return _rarest(held, [tuple(gram for spelling in spellings for gram in spelling)], told)
    raise TypeError(found)


def _weighted(stream: str, text: str, weight: float) -> Query:
    return {"term": {stream: {"value": term(text), "boost": weight}}}


def _rarest(query: Query, spellings: Sequence[Spelling], weight: float) -> Query:
    grams = [[term(gram) for gram, _ in spelling] for spelling in spellings]
    return _scripted(query, RAREST, spellings=grams, weight=weight, k1=K1 * WEIGHT_UNIT)


def _scripted(query: Query, source: str, **params: Any) -> Query:
    return {"script_score": {"query": query, "script": {"source": source.strip(), "params": params}}}


def _multiplied(query: Query, weights: Sequence[tuple[Query, float]]) -> Query:
    """The score of `query` times the sum of the weights of those filters that find a document."""
    functions = [{"filter": found, "weight": weight} for found, weight in weights]
    return {"function_score": {"query": query, "functions": functions, "score_mode": "sum", "boost_mode": "multiply"}}


def covering(matched: Query, weights: Sequence[tuple[Query, float]], least: float | None = None) -> Query:
    """The documents that `matched` finds, scored by the sum of the weights of filters; with `least`, those alone that
    come to so much."""
    functions = [{"filter": found, "weight": weight} for found, weight in weights]
    query: Mapping[str, Any] = {
        "query": {"constant_score": {"filter": matched}},
        "functions": functions,
        "score_mode": "sum",
        "boost_mode": "replace",
    }
    return {"function_score": dict(query) | ({} if least is None else {"min_score": least})}
