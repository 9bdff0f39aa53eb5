"""Evaluate the ranking on judged queries, as `wangqi evaluate` prints it.

Known items are searched for within their own archive, topics in all the archives that the topics name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.answer.result import Hit
from wangqi.search.answer.service import search
from wangqi.search.quality.judgments import Judgment, KnownItem, Resolver, Topic
from wangqi.search.quality.measures import ndcg_at, reciprocal_rank_at, success_at
from wangqi.search.request import Filters, SearchRequest

DEPTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The rank or nDCG of one judged query."""

    id: str
    query: str
    kind: str
    """Kind of a known-item query, `topical` for a topic."""
    rank: int | None = None
    """Rank of the first right hit, from 1; None when it is not among the first ten, and for topics."""
    ndcg_at_10: float | None = None
    """For topics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItemScores:
    queries: int
    success_at_1: float
    success_at_5: float
    mrr_at_10: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationReport:
    known_items: KnownItemScores | None
    """None when no known-item query was judged."""
    by_kind: dict[str, KnownItemScores]
    topics: int
    ndcg_at_10: float | None
    """Mean over the topics; None when there is none."""
    outcomes: tuple[Outcome, ...]
    not_held: tuple[str, ...]
    """Ids of queries for which some judged entry is not in the index: their figures are too low."""


def evaluate(index: OpenIndex, judgments: Sequence[Judgment]) -> EvaluationReport:
    """Search for every judged query and measure what comes back."""
    resolver = Resolver(index.searcher)
    archives = {target.archive for topic in judgments if isinstance(topic, Topic) for target in topic.targets}
    everywhere = Filters(archive=tuple(sorted(archives)))
    outcomes, not_held = [], []
    for judgment in judgments:
        ids = [resolver.ids(target) for target in judgment.targets]
        if not all(ids):
            not_held.append(judgment.id)
        if isinstance(judgment, KnownItem):
            hits = _hits(index, judgment.query, Filters(archive=(judgment.archive,)))
            outcomes.append(_known_item(judgment, ids, hits))
        else:
            outcomes.append(_topic(judgment, ids, _hits(index, judgment.query, everywhere)))
    return _report(outcomes, not_held)


def _hits(index: OpenIndex, q: str, filters: Filters) -> Sequence[Hit]:
    request = SearchRequest(q=q, filters=filters, per_page=DEPTH, facets=())
    return search(index, request).hits


def _known_item(item: KnownItem, ids: Sequence[set[str]], hits: Sequence[Hit]) -> Outcome:
    right = set().union(*ids)
    rank = next((rank for rank, hit in enumerate(hits, start=1) if _ids_of(hit) & right), None)
    return Outcome(id=item.id, query=item.query, kind=item.kind, rank=rank)


def _topic(topic: Topic, ids: Sequence[set[str]], hits: Sequence[Hit]) -> Outcome:
    """Each judged entry counts once, at its best hit."""
    waiting = dict(enumerate(ids))
    grades = []
    for hit in hits:
        meant = [number for number, entries in waiting.items() if entries & _ids_of(hit)]
        grades.append(max((topic.targets[number].grade for number in meant), default=0))
        for number in meant:
            del waiting[number]
    ndcg = ndcg_at(DEPTH, grades, [target.grade for target in topic.targets])
    return Outcome(id=topic.id, query=topic.query, kind="topical", ndcg_at_10=ndcg)


def _ids_of(hit: Hit) -> set[str]:
    """The entry, and those that were folded into it."""
    return {hit.entry.id, *(other.id for other in hit.also_in)}


def _report(outcomes: Sequence[Outcome], not_held: Sequence[str]) -> EvaluationReport:
    known = [outcome for outcome in outcomes if outcome.ndcg_at_10 is None]
    topical = [outcome.ndcg_at_10 for outcome in outcomes if outcome.ndcg_at_10 is not None]
    kinds = sorted({outcome.kind for outcome in known})
    return EvaluationReport(
        known_items=_scores(known) if known else None,
        by_kind={kind: _scores([outcome for outcome in known if outcome.kind == kind]) for kind in kinds},
        topics=len(topical),
        ndcg_at_10=fmean(topical) if topical else None,
        outcomes=tuple(outcomes),
        not_held=tuple(not_held),
    )


def _scores(known: Sequence[Outcome]) -> KnownItemScores:
    return KnownItemScores(
        queries=len(known),
        success_at_1=fmean(success_at(1, outcome.rank) for outcome in known),
        success_at_5=fmean(success_at(5, outcome.rank) for outcome in known),
        mrr_at_10=fmean(reciprocal_rank_at(10, outcome.rank) for outcome in known),
    )
