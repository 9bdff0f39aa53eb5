"""The order of issues: by date, then by number.

An issue without a date has its place by its number: after the last one before it in its archive that has a date, or
else before the first one after it. One that has no number either is the newest when it is new to git, else last in both
directions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from operator import itemgetter

from wangqi.search.model import IssueRef

_number = itemgetter(0)


class IssueOrder:
    """Sort keys for issues of an index, given all of them."""

    def __init__(self, issues: Iterable[IssueRef]) -> None:
        dated: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for issue in issues:
            if issue.date and issue.number is not None:
                dated[issue.archive].append((issue.number, issue.date.toordinal()))
        self._dated = {archive: sorted(numbered) for archive, numbered in dated.items()}
        """By archive: number and day of each issue that has both, by number."""

    def newest_first(self, issue: IssueRef) -> tuple[bool, bool, int, bool, int, str, str]:
        day, number = self._day(issue), issue.number
        is_uncommitted = issue.is_uncommitted and day is None
        return (not is_uncommitted, day is None, -(day or 0), number is None, -(number or 0), issue.archive, issue.path)

    def oldest_first(self, issue: IssueRef) -> tuple[bool, bool, int, bool, int, str, str]:
        day, number = self._day(issue), issue.number
        is_uncommitted = issue.is_uncommitted and day is None
        return (is_uncommitted, day is None, day or 0, number is None, number or 0, issue.archive, issue.path)

    def _day(self, issue: IssueRef) -> int | None:
        """The day of the issue, as an ordinal, or that of the issue beside which it stands."""
        if issue.date:
            return issue.date.toordinal()
        numbered = self._dated.get(issue.archive)
        if not numbered or issue.number is None:
            return None
        before = bisect_left(numbered, issue.number, key=_number) - 1
        return numbered[max(before, 0)][1]
