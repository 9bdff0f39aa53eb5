"""A plan → its two tiers, as the cluster tells them.

A search is one call for what its words weigh and one for the page; where it is relaxed, one more for how much the best
document holds and one for the second tier. What was counted, and the last first tiers, are remembered: a search that
finds little asks for the same again when it is relaxed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from wangqi.search.engine import PARTIAL_LISTED, Page
from wangqi.search.errors import OverBudgetError
from wangqi.search.opensearch_engine.query.asking import AskedIndex, Body, Remembered
from wangqi.search.opensearch_engine.query.counting import RememberedCounts
from wangqi.search.opensearch_engine.query.matching import Query, all_of, of_condition, of_plan, of_roles
from wangqi.search.opensearch_engine.query.relaxing import MostOfWords, best_of
from wangqi.search.opensearch_engine.query.repeated_links import read_worse, worse_search
from wangqi.search.opensearch_engine.query.scoring import Scorer
from wangqi.search.opensearch_engine.query.tiers import NO_TIER, TierAnswer, TierPage, read_tier, tier_search
from wangqi.search.opensearch_engine.query.weighing import Weigher, Weights
from wangqi.search.plan.plan import Plan, Word
from wangqi.search.request import Filters

REMEMBERED: Final = 64
"""First tiers that are kept, with the hits of a page each."""

MOST_LINKS: Final = 10_000
"""Of the first tier that the second is kept free of, which is asked for where the first holds less than
`Ranking.enough`; a cluster takes no more than 65 536 values in a question."""

MOST_WORSE: Final = 60_000
"""Documents that an order by date leaves out, of as many values in a question."""


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
        self._most = MostOfWords(index, days)

    def expect(self, plan: Plan, filters: Filters) -> list[Query]:
        """What is to be counted before a search by `plan`, a relaxed one, and by its first tier."""
        assert plan.whole
        self._expected.put(id(plan.whole), plan)  # it holds the other, whose id is its own so long
        return [*self._weigher.counted(plan), of_plan(plan.whole, filters)]

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
        matched, relaxed, beside = of_plan(plan, filters), self._expected.get(id(plan)), list[Query]()
        if relaxed:
            [documents] = self._counts.of([matched])  # it was asked for with the words
            if not documents:
                return NO_TIER
            # What finds so little will be relaxed.
            beside = self._most.scopes(relaxed, filters, self._weigher.weigh(relaxed)) if documents < page.least else []
        asked = TierPage(page, is_folded=bool(plan.scored), most_links=MOST_LINKS)
        return self._asked(plan, filters, matched, asked, self._weigher.weigh(plan), beside)

    def _asked(
        self,
        plan: Plan,
        filters: Filters,
        matched: Query,
        asked: TierPage,
        weights: Weights,
        beside: Sequence[Query] = (),
    ) -> TierAnswer:
        """What of `matched` is an answer; other texts where nothing else is found. With it the best of each of the
        scopes `beside` is asked for."""
        sought, others = of_roles(plan, filters, matched)
        there = {"query": others, "size": 0, "track_total_hits": 1, "terminate_after": 1}
        here, worse = self._search(plan, sought, asked, weights)
        answer, any_other, *best = self._index.ask_all([here, there, *map(best_of, beside)])
        self._most.note(beside, best)
        if not answer["hits"]["total"]["value"] and any_other["hits"]["total"]["value"]:
            here, worse = self._search(plan, others, asked, weights)
            answer = self._index.ask(here)
        return read_tier(answer, asked, worse)

    def _search(self, plan: Plan, matched: Query, asked: TierPage, weights: Weights) -> tuple[Body, Sequence[str]]:
        """The search for a page of a tier, and the ids of documents that are no hits: their link has a better one."""
        if not asked.page.limit:
            return tier_search(matched, asked), ()
        scored = Scorer(weights, self._days).query(plan, matched)
        is_by_score = asked.page.sort == "relevance" or not asked.is_folded
        worse = () if is_by_score else read_worse(self._index.ask(worse_search(scored)))
        if len(worse) > MOST_WORSE:
            raise OverBudgetError(
                "too many entries share their link with others ({count}) to sort all by date", count=len(worse)
            )
        return tier_search(scored, asked, worse), worse

    def _second(self, plan: Plan, filters: Filters, page: Page, first: TierAnswer, weights: Weights) -> TierAnswer:
        """The documents that hold most of the words, without those of the first tier and those that share a link with
        it."""
        matched = self._most.holding_enough(plan, filters, weights)
        if matched is None:
            return NO_TIER
        assert plan.whole
        listed = [{"terms": {"fold": list(first.spare.links)}}] if first.spare.links else []
        others = all_of([matched], [of_condition(plan.whole.condition), *listed])
        offset = max(0, page.offset - first.total)
        limit = max(0, min(page.limit - len(first.hits), PARTIAL_LISTED - offset))
        facets, words = ((), ()) if first.total else (page.facets, plan.most)
        own = Page(offset=offset if limit else 0, limit=limit, facets=facets)
        asked = TierPage(own, is_folded=bool(plan.scored), words=words)
        return self._asked(plan, filters, others, asked, weights)


def _missing(plan: Plan, second: TierAnswer, weights: Weights) -> Sequence[Word]:
    if second.total:
        return second.unheld
    return [word for word in plan.most if not weights.words[word].is_known]
