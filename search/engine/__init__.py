"""The seam between Wangqi and whatever holds its postings.

protocol   what is asked of an engine, and what it gives back: start here to write one
facets     counts in the order in which they are shown
completions  of titles, for engines without their own
"""

from search.engine.protocol import (
    PARTIAL_LISTED,
    AlsoIn,
    Engine,
    Facet,
    FacetCount,
    Matches,
    Page,
    Question,
    ScoredEntry,
    Searcher,
    Statistics,
    WordStatistics,
)

__all__ = [
    "PARTIAL_LISTED",
    "AlsoIn",
    "Engine",
    "Facet",
    "FacetCount",
    "Matches",
    "Page",
    "Question",
    "ScoredEntry",
    "Searcher",
    "Statistics",
    "WordStatistics",
]
