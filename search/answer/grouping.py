"""Hits by issue: one for each, with the others that were found in it.

Engines know nothing of it: what is grouped are the first hits of a search, whichever page is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from wangqi.search.engine import ScoredEntry

GROUPED: Final = 1000
"""Hits that are grouped: nobody reads on so far, and reading a thousand entries takes ten milliseconds."""


class IssueHits(NamedTuple):
    """What was found in one issue: of its best tier, so that each of these is as good an answer."""

    best: ScoredEntry
    others: Sequence[ScoredEntry]
    """In the order asked for."""


def by_issue(found: Iterable[ScoredEntry]) -> list[IssueHits]:
    """`found` by its issues, in the order of the first hit of each."""
    issues: dict[str, list[ScoredEntry]] = {}
    for each in found:
        held = issues.setdefault(each.entry.issue.id, [])
        if not held or held[0].partial == each.partial:
            held.append(each)
    return list(map(_of_issue, issues.values()))


def _of_issue(held: Sequence[ScoredEntry]) -> IssueHits:
    best = max(held, key=lambda each: each.score)
    return IssueHits(best, [each for each in held if each is not best])
