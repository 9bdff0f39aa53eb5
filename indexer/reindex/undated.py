"""The problem `no-date`: kept with each issue that has no date, told once for each archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from wangqi.indexer.reindex.report import ReportedProblem
from wangqi.search.errors.message import Message, one_after_the_other
from wangqi.search.model import Issue, Problem

CODE: Final = "no-date"
_WHEN_READ: Final = Message("git gave none when they were read")
"""What is kept: why git gives none may be another reason tomorrow, for an issue that is the same."""


def problems_of(issue: Issue, why_no_day: str = _WHEN_READ) -> tuple[Problem, ...]:
    """The problems of the issue and, when nothing gives it a date, the reason why git does not."""
    if issue.ref.date:
        return issue.problems
    return (*issue.problems, Problem(path=issue.ref.path, line=1, code=CODE, message=why_no_day))


def because(problem: Problem, why_no_day: str) -> Problem:
    """The problem with the reason of today, if it is about a date and there is one."""
    return replace(problem, message=why_no_day) if problem.code == CODE and why_no_day else problem


def told_once(problems: Iterable[ReportedProblem]) -> Iterator[ReportedProblem]:
    """`problems` with those of undated issues made one for each archive, at the first of them."""
    undated: dict[str, list[ReportedProblem]] = {}
    for one in problems:
        if one.problem.code == CODE:
            undated.setdefault(one.archive, []).append(one)
        else:
            yield one
    for of_archive in undated.values():
        problem = replace(of_archive[0].problem, message=_message([one.problem for one in of_archive]))
        yield replace(of_archive[0], problem=problem, fresh=any(one.fresh for one in of_archive))


def _message(problems: list[Problem]) -> str:
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


def _first(paths: list[str]) -> str:
    return Message("{path} and {more} more", path=paths[0], more=len(paths) - 1) if len(paths) > 1 else paths[0]
