"""A plan → its two tiers, as the cluster tells them.

A search is one call for what its words weigh and one for the page; where it is relaxed, one more for how much the best
document holds and one for the second tier. What was counted, and the last first tiers, are remembered: a search that
finds little asks for the same again when it is relaxed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any, Final, NamedTuple

from search.engine import PARTIAL_LISTED, Page
from search.opensearch_engine.query.asking import AskedIndex
from search.opensearch_engine.query.matching import Query, all_of, any_of, of_condition, of_filters, of_roles, of_word
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

ONE_HIT: Final = {"size": 1, "track_total_hits": False, "_source": False}


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

    def __init__(self, index: AskedIndex, weigher: Weigher, days: tuple[int, int]) -> None:
        self._index, self._weigher, self._days = index, weigher, days
        self._recent: OrderedDict[tuple[Any, ...], tuple[Plan, TierAnswer]] = OrderedDict()
        self._lock = Lock()

    def find(self, plan: Plan, filters: Filters, page: Page) -> Tiers:
        whole = plan.whole or plan
        weights = self._weigher.weigh(plan)
        first = self._first(whole, filters, page, weights)
        if first.total < page.least or not plan.whole:
            return Tiers(first, NO_TIER)
        second = self._second(plan, filters, page, first, weights)
        return Tiers(first, second, () if first.total else _missing(plan, second, weights))

    def _first(self, plan: Plan, filters: Filters, page: Page, weights: Weights) -> TierAnswer:
        key = (id(plan), filters, page.sort, page.offset, page.limit, tuple(page.facets))
        with self._lock:
            known = self._recent.get(key)
        if known is None:
            matched = all_of([of_condition(plan.condition), of_filters(filters)])
            asked = TierPage(
                sort=page.sort,
                offset=page.offset,
                limit=page.limit,
                facets=page.facets,
                is_folded=bool(plan.scored),
                most_links=MOST_LINKS,
            )
            known = plan, self._asked(plan, filters, matched, asked, weights)
            with self._lock:
                self._recent[key] = known  # with the plan, whose id is its own as long as it is kept
                if len(self._recent) > REMEMBERED:
                    self._recent.popitem(last=False)
        return known[1]

    def _asked(self, plan: Plan, filters: Filters, matched: Query, page: TierPage, weights: Weights) -> TierAnswer:
        """What of `matched` is an answer; other texts where nothing else is found."""
        sought, others = (all_of([matched, role]) for role in of_roles(plan, filters))
        here = self._search(plan, sought, page, weights)
        there = {"query": others, "size": 0, "track_total_hits": 1, "terminate_after": 1}
        answer, any_other = self._index.ask_all([here, there])
        if not answer["hits"]["total"]["value"] and any_other["hits"]["total"]["value"]:
            answer = self._index.ask(self._search(plan, others, page, weights))
        return read_tier(answer, page)

    def _search(self, plan: Plan, matched: Query, page: TierPage, weights: Weights) -> dict[str, Any]:
        if not page.limit:
            return tier_search(matched, page)
        scored = Scorer(weights, self._days).query(plan, matched)
        if page.is_folded and page.sort != "relevance":
            # Of those with one link the best stays, wherever the order puts it.
            worse = read_worse(self._index.ask(worse_search(scored)))
            scored = {"bool": {"must": [scored], "must_not": [{"terms": {"entry_id": worse}}]}} if worse else scored
        return tier_search(scored, page)

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
        held = all_of([condition, any_of(of_word(word) for word in plan.content)])
        shares = Scorer(weights, self._days).coverage(plan.most)
        if not shares:
            return None
        scopes = [held] if filters == NO_FILTERS else [held, all_of([held, allowed])]
        most = [_best_score(answer) for answer in self._index.ask_all([_best(scope, shares) for scope in scopes])]
        enough = [max(plan.share * each, plan.ranking.least_coverage) - ROUNDING for each in most]
        least = enough[0] if most[-1] >= enough[0] else enough[-1]
        return covering(scopes[-1], shares, least) if most[-1] >= least else None


def _best(scope: Query, shares: Sequence[tuple[Query, float]]) -> dict[str, Any]:
    return {**ONE_HIT, "query": covering(scope, shares)}


def _best_score(answer: dict[str, Any]) -> float:
    return float(answer["hits"]["max_score"] or 0.0)


def _missing(plan: Plan, second: TierAnswer, weights: Weights) -> Sequence[Word]:
    if second.total:
        return second.unheld
    return [word for word in plan.most if not weights.words[word].is_known]
