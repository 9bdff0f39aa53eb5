"""What a search is about to ask, told ahead to an engine on a network, which answers it all in one call.

Which words a query has depends on how many documents hold its characters in a row, and that is asked step by step: for
an engine on this machine that is quickest, for others each step is a round trip.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.analyzer import Spelling
from wangqi.search.analysis.units import cut_runs
from wangqi.search.plan.runs import MAX_CHARS

LONGEST: Final = 40
"""Characters of a run: of a longer one that many counts would take longer than they save."""


def spellings_inside(texts: Iterable[str], analyzer: Analyzer) -> list[Spelling]:
    """The parts of `texts`, as they stand between blanks, and in them the runs of Han characters with all pieces that
    may become a word."""
    parts = dict.fromkeys(part for text in texts for part in text.split() if not part.isascii())
    pieces = dict.fromkeys(piece for part in parts for run in _han_runs(part) for piece in (*_pieces(run), run))
    return list(dict.fromkeys(spelling for piece in (*pieces, *parts) for spelling in analyzer.phrase(piece)))


def _han_runs(text: str) -> Iterator[str]:
    for run in cut_runs(text):
        if run[0].script == "cjk" and len(run) <= LONGEST:
            yield "".join(unit.text for unit in run)


def _pieces(run: str) -> Iterator[str]:
    for start in range(len(run)):
        for end in range(start + 1, min(start + MAX_CHARS, len(run)) + 1):
            yield run[start:end]
