"""The seam between Wangqi and whatever holds its postings.

protocol   what is asked of an engine, and what it gives back: start here to write one
facets     counts in the order in which they are shown
completions  of titles, for engines without their own
shelf      where an engine keeps generations for hosts that share no folder
listing    issues by page and by archive, for engines that hold them in memory
"""

from wangqi.search.engine.protocol import (
    FACET_VALUES,
    PARTIAL_LISTED,
    AlsoIn,
    ArchiveInfo,
    Engine,
    Facet,
    FacetCount,
    IndexVocabulary,
    Matches,
    Page,
    Question,
    ScoredEntry,
    Searcher,
    Statistics,
    Stock,
    WordStatistics,
)

__all__ = [
    "FACET_VALUES",
    "PARTIAL_LISTED",
    "AlsoIn",
    "ArchiveInfo",
    "Engine",
    "Facet",
    "FacetCount",
    "IndexVocabulary",
    "Matches",
    "Page",
    "Question",
    "ScoredEntry",
    "Searcher",
    "Statistics",
    "Stock",
    "WordStatistics",
]
