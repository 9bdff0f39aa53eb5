"""Which documents hold most of the words of a relaxed plan: first how much the best of them holds, then those that hold
so large a part of that."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from wangqi.search.opensearch_engine.query.asking import AskedIndex, Body, Remembered
from wangqi.search.opensearch_engine.query.matching import Query, all_of, any_of, of_plan, of_word
from wangqi.search.opensearch_engine.query.scoring import Scorer, covering
from wangqi.search.opensearch_engine.query.weighing import Weights
from wangqi.search.plan.plan import Plan
from wangqi.search.request import NO_FILTERS, Filters

REMEMBERED: Final = 128

ROUNDING: Final = 1e-6
"""Of sums of weights, which a cluster keeps as floats of 32 bits."""


class MostOfWords:
    """Of one index, dated between those `days`; how much the best documents hold is remembered."""

    def __init__(self, index: AskedIndex, days: tuple[int, int]) -> None:
        self._index, self._days = index, days
        self._shares: Remembered[float] = Remembered(REMEMBERED)
        """By the scope, as JSON."""

    def holding_enough(self, plan: Plan, filters: Filters, weights: Weights) -> Query | None:
        """The documents that meet the filters and hold enough of the words of a relaxed plan; None for none.

        How much is enough does not depend on the filters, or the counts beside them would promise what they do not
        keep; where so they leave nothing, it does."""
        if not plan.most or plan.share is None:
            return of_plan(plan, filters)
        scopes = self.scopes(plan, filters, weights)
        if not scopes:
            return None
        most = self._best_shares(scopes)
        enough = [max(plan.share * each, plan.ranking.least_coverage) - ROUNDING for each in most]
        least = enough[0] if most[-1] >= enough[0] else enough[-1]
        if most[-1] < least:
            return None
        shares = Scorer(weights, self._days).coverage(plan.most)
        return covering(_holding_some(plan, filters), shares, least)

    def scopes(self, plan: Plan, filters: Filters, weights: Weights) -> list[Query]:
        """The documents that hold any of the words, scored by how much they hold: all, and those that meet the filters;
        none where there are no such documents."""
        shares = Scorer(weights, self._days).coverage(plan.most)
        if not shares:
            return []
        return [covering(_holding_some(plan, each), shares) for each in dict.fromkeys([NO_FILTERS, filters])]

    def note(self, scopes: Sequence[Query], answers: Sequence[Body]) -> None:
        """Remember what `best_of` each of `scopes` was answered."""
        for scope, answer in zip(scopes, answers, strict=True):
            self._shares.put(json.dumps(scope), float(answer["hits"]["max_score"] or 0.0))

    def _best_shares(self, scopes: Sequence[Query]) -> list[float]:
        names = [json.dumps(scope) for scope in scopes]
        found = [self._shares.get(name) for name in names]
        if None in found:
            self.note(scopes, self._index.ask_all([best_of(scope) for scope in scopes]))
            found = [self._shares.get(name) for name in names]
        return [share or 0.0 for share in found]


def best_of(scope: Query) -> Body:
    """The search for the best document of a scope."""
    return {"query": scope, "size": 1, "track_total_hits": False, "_source": False}


def _holding_some(plan: Plan, filters: Filters) -> Query:
    """The documents with any word of `plan` that tells something; no others hold most of them."""
    return all_of([of_plan(plan, filters), any_of(of_word(word) for word in plan.content)])
