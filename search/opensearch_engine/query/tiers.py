"""One tier of a search: the request for a page of it, and what the answer says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from wangqi.search.engine import Page
from wangqi.search.opensearch_engine.query.facets import aggregations, fields_of
from wangqi.search.opensearch_engine.query.matching import Query, of_word
from wangqi.search.opensearch_engine.query.repeated_links import NOTHING_SPARE, Spare, read_spare, spare_aggregation
from wangqi.search.plan.plan import Word
from wangqi.search.request import Sort

NEWEST_FIRST: Final = [{"newest": "asc"}, {"order": "asc"}]
OLDEST_FIRST: Final = [{"oldest": "asc"}, {"order": "asc"}]
BEST_FIRST: Final = [{"_score": "desc"}, *NEWEST_FIRST]

ORDERS: Final[Mapping[Sort, Sequence[Mapping[str, str]]]] = {
    "relevance": BEST_FIRST,
    "newest": NEWEST_FIRST,
    "oldest": OLDEST_FIRST,
}

HELD: Final = "held"


@dataclass(frozen=True, slots=True)
class TierPage:
    page: Page
    is_folded: bool
    """Whether documents with one link are one hit."""
    most_links: int = 0
    """Of the links of its documents those are told that return, where there are no more than so many."""
    words: Sequence[Word] = ()
    """Of which each is asked whether any document of the tier holds it."""


@dataclass(frozen=True, slots=True)
class TierAnswer:
    found: int
    """Documents, also those with one link."""
    total: int
    hits: Sequence[dict[str, Any]] = ()
    aggregations: Mapping[str, Any] = field(default_factory=dict)
    spare: Spare = NOTHING_SPARE
    unheld: Sequence[Word] = ()
    """Those of the words asked for that no document of the tier holds."""


NO_TIER: Final = TierAnswer(0, 0)


def tier_search(query: Query, asked: TierPage, worse: Sequence[str] = ()) -> dict[str, Any]:
    """The search for a page of the documents that `query` finds and scores. In an order by date those are no hits whose
    link a better one has, the ids `worse`: there a cluster would keep the newest of a link, not the best."""
    page = asked.page
    counted = aggregations(page.facets)
    if asked.is_folded:
        counted |= spare_aggregation(fields_of(page.facets), most_links=asked.most_links)
    if asked.words:
        counted[HELD] = {"filters": {"filters": [of_word(word) for word in asked.words]}}
    body: dict[str, Any] = {"query": query, "size": page.limit, "track_total_hits": True, "aggs": counted}
    if page.limit:
        body |= {"from": page.offset, "sort": ORDERS[page.sort], "track_scores": True}
        body |= {"collapse": {"field": "fold"}} if asked.is_folded and page.sort == "relevance" else {}
    if worse:
        body["post_filter"] = {"bool": {"must_not": [{"terms": {"entry_id": list(worse)}}]}}
    return body


def read_tier(answer: dict[str, Any], asked: TierPage, worse: Sequence[str] = ()) -> TierAnswer:
    found, counted = answer["hits"]["total"]["value"] + len(worse), answer.get("aggregations", {})
    spare = read_spare(counted) if asked.is_folded else NOTHING_SPARE
    held = [bucket["doc_count"] for bucket in counted[HELD]["buckets"]] if asked.words else []
    unheld = [word for word, documents in zip(asked.words, held, strict=True) if not documents]
    return TierAnswer(found, found - spare.total, answer["hits"]["hits"], counted, spare, unheld)
