"""The baseline: problems that the author has accepted, so that only new ones count (`reindex --strict`).

    INDEX/ACCEPTED    JSON: a list of [archive, path, code, message], one a line

The line is not part of it, since it moves with every edit above. Of problems that are told once per archive, such as an
unknown name of a section, the path is no part either: the next issue with that name brings nothing new.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from wangqi.indexer.store.durable import replace_file
from wangqi.indexer.store.manifest import IssueRecord
from wangqi.search.errors import StoreError
from wangqi.search.model import Problem

NAME: Final = "ACCEPTED"

TOLD_ONCE: Final = frozenset({"unknown-section", "no-date"})


class Accepted(NamedTuple):
    archive: str
    path: str
    code: str
    message: str


def as_accepted(record: IssueRecord, problem: Problem) -> Accepted:
    path = "" if problem.code in TOLD_ONCE else record.path
    return Accepted(record.archive, path, problem.code, problem.message)


def accepted(folder: Path) -> frozenset[Accepted]:
    """The baseline of the index in `folder`; nothing before there is one. Raises `StoreError` for another file."""
    try:
        found = json.loads((folder / NAME).read_bytes())
        return frozenset(Accepted(*map(str, each)) for each in found)
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(
            "{file} cannot be read ({error}); `wangqi accept` writes it anew", file=folder / NAME, error=error
        ) from error


def accept(folder: Path, records: Iterable[IssueRecord]) -> int:
    """Accept all problems of the issues, and forget those that are no more; gives their number."""
    problems = {as_accepted(record, problem) for record in records for problem in record.problems}
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in sorted(problems))
    replace_file(folder / NAME, f"[\n{lines}\n]\n".encode(errors="backslashreplace"))
    return len(problems)


def not_accepted(folder: Path, records: Iterable[IssueRecord]) -> list[tuple[IssueRecord, Problem]]:
    """The problems of the issues that are not in the baseline."""
    known = accepted(folder)
    return [
        (record, problem)
        for record in records
        for problem in record.problems
        if as_accepted(record, problem) not in known
    ]
