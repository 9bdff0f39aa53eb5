"""Problems that are kept with each issue and told once for an archive: that it has no date, and each unknown name of a
section, with the number of issues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from wangqi.indexer.reindex.report import ReportedProblem
from wangqi.indexer.store.accepted import TOLD_ONCE
from wangqi.search.errors.message import Message, one_after_the_other
from wangqi.search.model import Issue, Problem

NO_DATE: Final = "no-date"
_WHEN_READ: Final = Message("git gave none when they were read")
"""What is kept: why git gives none may be another reason tomorrow, for an issue that is the same."""


def problems_of(issue: Issue, why_no_day: str = _WHEN_READ) -> tuple[Problem, ...]:
    """The problems of the issue and, when nothing gives it a date, the reason why git does not."""
    if issue.ref.date:
        return issue.problems
    return (*issue.problems, Problem(path=issue.ref.path, line=1, code=NO_DATE, message=why_no_day))


def because(problem: Problem, why_no_day: str) -> Problem:
    """The problem with the reason of today, if it is about a date and there is one."""
    return replace(problem, message=why_no_day) if problem.code == NO_DATE and why_no_day else problem


def told_once(problems: Iterable[ReportedProblem]) -> Iterator[ReportedProblem]:
    """`problems`, and after the others one for all undated issues of an archive and one for each unknown name."""
    groups: dict[tuple[str, str, str], list[ReportedProblem]] = {}
    for one in problems:
        if one.problem.code in TOLD_ONCE:
            name = "" if one.problem.code == NO_DATE else one.problem.message
            groups.setdefault((one.problem.code, one.archive, name), []).append(one)
        else:
            yield one
    for (code, _, name), group in sorted(groups.items(), key=lambda pair: pair[0][0]):
        told = [one.problem for one in group]
        message = _undated(told) if code == NO_DATE else _named(name, told)
        yield replace(group[0], problem=replace(told[0], message=message), fresh=any(one.fresh for one in group))


def _named(message: str, problems: Sequence[Problem]) -> str:
    issues = len({problem.path for problem in problems})
    return f"{message}, in {issues} issues" if issues > 1 else message


def _undated(problems: Sequence[Problem]) -> str:
    """`3 issues have no date, and git gives none: not committed to git yet (c.md); older than… (a.md and 1 more)`"""
    paths: dict[str, list[str]] = {}
    for problem in problems:
        paths.setdefault(problem.message, []).append(problem.path)
    reasons = one_after_the_other(
        Message("{reason} ({issues})", reason=reason, issues=_first(of_reason)) for reason, of_reason in paths.items()
    )
    if len(problems) == 1:
        return Message("1 issue has no date, and git gives none: {reasons}", reasons=reasons)
    return Message("{num} issues have no date, and git gives none: {reasons}", num=len(problems), reasons=reasons)


def _first(paths: Sequence[str]) -> str:
    return Message("{path} and {more} more", path=paths[0], more=len(paths) - 1) if len(paths) > 1 else paths[0]
