"""The problem `unknown-section`: kept with each issue, told once for each name in an archive, with its count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from wangqi.indexer.reindex.report import ReportedProblem

CODE: Final = "unknown-section"


def names_once(problems: Iterable[ReportedProblem]) -> Iterator[ReportedProblem]:
    """`problems` with those of one name in one archive made one, at the first of them."""
    named: dict[tuple[str, str], list[ReportedProblem]] = {}
    for one in problems:
        if one.problem.code == CODE:
            named.setdefault((one.archive, one.problem.message), []).append(one)
        else:
            yield one
    for (_, message), of_name in named.items():
        issues = len({one.problem.path for one in of_name})
        told = f"{message}, in {issues} issues" if issues > 1 else message
        first = of_name[0]
        yield replace(first, problem=replace(first.problem, message=told), fresh=any(one.fresh for one in of_name))
