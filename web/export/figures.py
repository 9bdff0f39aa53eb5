"""Figures that the scripts of an export take from the program: none stands in two places."""

from __future__ import annotations

from typing import Final

from wangqi.search.answer.grouping import GROUPED
from wangqi.search.answer.service import BESIDE
from wangqi.search.answer.snippets import SNIPPET_CHARS
from wangqi.search.engine import PARTIAL_LISTED
from wangqi.search.plan.ranking import RANKING

PER_PAGE: Final = 10
"""Hits on a page, half of those on a served one: the text of each may be a file of its own to fetch."""

LIMITS: Final = {
    "per_page": PER_PAGE,
    "snippet_chars": SNIPPET_CHARS,
    "partial_listed": PARTIAL_LISTED,
    "grouped": GROUPED,
    "beside": BESIDE,
}

WEIGHTS: Final = {
    name: getattr(RANKING, name)
    for name in (
        *("k1", "grammar_weight", "run_weight", "run_worth", "beside_synonyms", "title_bonus", "exact_title_bonus"),
        *("coverage_power", "least_coverage", "relaxed_share", "enough", "recency", "wish_factor"),
    )
} | {
    "words": RANKING.stream_weights["words"],
    "grams": RANKING.stream_weights["grams"],
    "stem": RANKING.variant_factors["stem"],
    "prefix": RANKING.variant_factors["prefix"],
    "part": RANKING.variant_factors["part"],
}
"""The ranking, by the names that `search.plan.ranking` has."""
