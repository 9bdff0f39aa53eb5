"""A plan → its two tiers, as the cluster tells them.

A search is one call for what its words weigh and one for the page; where it is relaxed, one more for how much the best
document holds and one for the second tier. What was counted, and the last first tiers, are remembered: a search that
finds little asks for the same again when it is relaxed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final, NamedTuple

from search.engine import PARTIAL_LISTED, Page
from search.opensearch_engine.query.asking import AskedIndex, Body
from search.opensearch_engine.query.counting import RememberedCounts
from search.opensearch_engine.query.matching import Query, all_of, any_of, of_condition, of_filters, of_roles, of_word
from search.opensearch_engine.query.remembered import Remembered
from search.opensearch_engine.query.repeated_links import read_worse, worse_search
from search.opensearch_engine.query.scoring import Scorer, covering
from search.opensearch_engine.query.tiers import NO_TIER, TierAnswer, TierPage, read_tier, tier_search
from search.opensearch_engine.query.weighing import Weigher, Weights
from search.plan.plan import Plan, Word
from search.request import NO_FILTERS, Filters

REMEMBERED: Final = 64
"""First tiers that are kept, with the hits of a page each."""

MOST_LINKS: Final = 10_000
"""Of the first tier that the second is kept free of; a cluster takes no more than 65 536 values in a question."""

ROUNDING: Final = 1e-6
"""Of sums of weights, which a cluster keeps as floats of 32 bits."""


class Tiers(NamedTuple):
    first: TierAnswer
    second: TierAnswer
    missing: Sequence[Word] = ()
    """As `search.engine.Matches.missing`."""

    @property
    def shown(self) -> TierAnswer:
        """The one whose facets are told."""
        return self.first if self.first.total else self.second


class Finder:
    """Finds documents of one index, dated between those `days`. Threads share it."""

    def __init__(self, index: AskedIndex, weigher: Weigher, counts: RememberedCounts, days: tuple[int, int]) -> None:
        self._index, self._weigher, self._counts, self._days = index, weigher, counts, days
        self._firsts: Remembered[tuple[Plan, TierAnswer]] = Remembered(REMEMBERED)
        self._expected: Remembered[Plan] = Remembered(REMEMBERED)
        """By the `id` of a plan the relaxed one of which it is the first tier."""
        self._shares: Remembered[float] = Remembered(REMEMBERED)
        """By the search for it, how much the best document holds."""

    def expect(self, plan: Plan, filters: Filters) -> list[Query]:
        """What is to be counted before a search by `plan`, a relaxed one, and by its first tier."""
        assert plan.whole
        self._expected.put(id(plan.whole), plan)  # it holds the other, whose id is its own so long
        return [*self._weigher.counted(plan), _matched(plan.whole, filters)]

    def find(self, plan: Plan, filters: Filters, page: Page) -> Tiers:
        whole = plan.whole or plan
        first = self._first(whole, filters, page)
        if first.total < page.least or not plan.whole:
            return Tiers(first, NO_TIER)
        weights = self._weigher.weigh(plan)
        second = self._second(plan, filters, page, first, weights)
        return Tiers(first, second, () if first.total else _missing(plan, second, weights))

    def _first(self, plan: Plan, filters: Filters, page: Page) -> TierAnswer:
        key = (id(plan), filters, page.sort, page.offset, page.limit, tuple(page.facets))
        known = self._firsts.get(key)
        if known is None:
            known = plan, self._asked_first(plan, filters, page)
            self._firsts.put(key, known)  # with the plan, whose id is its own as long as it is kept
        return known[1]

    def _asked_first(self, plan: Plan, filters: Filters, page: Page) -> TierAnswer:
        matched, relaxed, beside = _matched(plan, filters), self._expected.get(id(plan)), list[Query]()
        if relaxed:
            [documents] = self._counts.of([matched])  # it was asked for with the words
            if not documents:
                return NO_TIER
            # What finds so little will be relaxed.
            beside = self._scopes(relaxed, filters, self._weigher.weigh(relaxed)) if documents < page.least else []
        asked = TierPage(
            sort=page.sort,
            offset=page.offset,
            limit=page.limit,
            facets=page.facets,
            is_folded=bool(plan.scored),
            most_links=MOST_LINKS,
        )
        return self._asked(plan, filters, matched, asked, self._weigher.weigh(plan), beside)

    def _asked(
        self,
        plan: Plan,
        filters: Filters,
        matched: Query,
        page: TierPage,
        weights: Weights,
        beside: Sequence[Query] = (),
    ) -> TierAnswer:
        """What of `matched` is an answer; other texts where nothing else is found. With it the best of each of the
        scopes `beside` is asked for."""
        sought, others = (all_of([matched, role]) for role in of_roles(plan, filters))
        there = {"query": others, "size": 0, "track_total_hits": 1, "terminate_after": 1}
        here, worse = self._search(plan, sought, page, weights)
        answer, any_other, *best = self._index.ask_all([here, there, *map(_best_of, beside)])
        self._note_shares(beside, best)
        if not answer["hits"]["total"]["value"] and any_other["hits"]["total"]["value"]:
            here, worse = self._search(plan, others, page, weights)
            answer = self._index.ask(here)
        return read_tier(answer, page, worse)

    def _search(self, plan: Plan, matched: Query, page: TierPage, weights: Weights) -> tuple[Body, Sequence[str]]:
        """The search for a page of a tier, and the ids of documents that are no hits: their link has a better one."""
        if not page.limit:
            return tier_search(matched, page), ()
        scored = Scorer(weights, self._days).query(plan, matched)
        is_by_score = page.sort == "relevance" or not page.is_folded
        worse = () if is_by_score else read_worse(self._index.ask(worse_search(scored)))
        return tier_search(scored, page, worse), worse

    def _second(self, plan: Plan, filters: Filters, page: Page, first: TierAnswer, weights: Weights) -> TierAnswer:
        """The documents that hold most of the words, without those of the first tier and those that share a link with
        it."""
        matched = self._holding_most(plan, filters, weights)
        if matched is None:
            return NO_TIER
        assert plan.whole
        listed = [{"terms": {"fold": list(first.spare.links)}}] if first.spare.links else []
        others = all_of([matched], [of_condition(plan.whole.condition), *listed])
        offset = max(0, page.offset - first.total)
        limit = max(0, min(page.limit - len(first.hits), PARTIAL_LISTED - offset))
        asked = TierPage(
            offset=offset if limit else 0,
            limit=limit,
            facets=() if first.total else page.facets,
            is_folded=bool(plan.scored),
            words=() if first.total else plan.most,
        )
        return self._asked(plan, filters, others, asked, weights)

    def _holding_most(self, plan: Plan, filters: Filters, weights: Weights) -> Query | None:
        """The documents that meet the filters and hold enough of the words of a relaxed plan; None for none.

        How much is enough does not depend on the filters, or the counts beside them would promise what they do not
        keep; where so they leave nothing, it does."""
        allowed, condition = of_filters(filters), of_condition(plan.condition)
        if not plan.most or plan.share is None:
            return all_of([condition, allowed])
        shares = Scorer(weights, self._days).coverage(plan.most)
        scopes = self._scopes(plan, filters, weights)
        if not scopes:
            return None
        most = self._best_shares(scopes)
        enough = [max(plan.share * each, plan.ranking.least_coverage) - ROUNDING for each in most]
        least = enough[0] if most[-1] >= enough[0] else enough[-1]
        if most[-1] < least:
            return None
        return covering(all_of([_holding_some(plan), allowed]), shares, least)

    def _scopes(self, plan: Plan, filters: Filters, weights: Weights) -> list[Query]:
        """The documents of which one holds most of the words of a relaxed plan, scored by how much they hold: all, and
        those that meet the filters; none where nothing holds any."""
        shares = Scorer(weights, self._days).coverage(plan.most)
        if not shares:
            return []
        held = _holding_some(plan)
        wheres = [held] if filters == NO_FILTERS else [held, all_of([held, of_filters(filters)])]
        return [covering(where, shares) for where in wheres]

    def _best_shares(self, scopes: Sequence[Query]) -> list[float]:
        known = [self._shares.get(json.dumps(scope)) for scope in scopes]
        if None in known:
            self._note_shares(scopes, self._index.ask_all([_best_of(scope) for scope in scopes]))
        return [self._shares.get(json.dumps(scope)) or 0.0 for scope in scopes]

    def _note_shares(self, scopes: Sequence[Query], answers: Sequence[Body]) -> None:
        for scope, answer in zip(scopes, answers, strict=True):
            self._shares.put(json.dumps(scope), float(answer["hits"]["max_score"] or 0.0))


def _matched(plan: Plan, filters: Filters) -> Query:
    return all_of([of_condition(plan.condition), of_filters(filters)])


def _holding_some(plan: Plan) -> Query:
    return all_of([of_condition(plan.condition), any_of(of_word(word) for word in plan.content)])


def _best_of(scope: Query) -> Body:
    return {"query": scope, "size": 1, "track_total_hits": False, "_source": False}


def _missing(plan: Plan, second: TierAnswer, weights: Weights) -> Sequence[Word]:
    if second.total:
        return second.unheld
    return [word for word in plan.most if not weights.words[word].is_known]
