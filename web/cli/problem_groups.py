"""Problems of a whole archive in a few lines: by their code, the newest issues first, names of sections as lines to
paste."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from wangqi.indexer.reader.kinds import normal_name
from wangqi.search.model.kinds import KIND_TABLE
from wangqi.web.cli.shared import counted
from wangqi.web.cli.shown import shown_in_line

if TYPE_CHECKING:
    from wangqi.indexer.store.manifest import IssueRecord
    from wangqi.search.model import Problem

Noted = tuple["IssueRecord", "Problem"]

SHOWN: Final = 3
"""Problems of a code that are shown."""

SHOWN_NAMES: Final = 12
"""Names of sections that are shown."""

_NAME: Final = re.compile(r"section (.+) is of no known kind")
_NUMBERS: Final = re.compile(r"\d+")


def grouped(problems: Sequence[Noted]) -> list[str]:
    """Lines about `problems`: of each code how many there are, and the newest; the most frequent code first."""
    groups: dict[str, list[Noted]] = {}
    for each in problems:
        groups.setdefault(each[1].code, []).append(each)
    lines: list[str] = []
    for code, group in sorted(groups.items(), key=lambda item: -len(item[1])):
        group.sort(key=_age)
        lines += _sections(group) if code == "unknown-section" else _group(code, group)
    return lines


def _group(code: str, group: Sequence[Noted]) -> Iterator[str]:
    issues = len({(record.archive, record.path) for record, _ in group})
    yield f"{len(group)} {code}, in {counted(issues, 'issue')}:"
    for record, problem in group[:SHOWN]:
        yield f"  {_place(record, problem)}: {shown_in_line(problem.message)}"
    if len(group) > SHOWN:
        yield f"  and {len(group) - SHOWN} more"


def _sections(group: Sequence[Noted]) -> Iterator[str]:
    """Names of sections without a kind, the most frequent first, as lines of settings."""
    named: dict[str, list[Noted]] = {}
    for each in group:
        name = _name_in(each[1].message)
        named.setdefault(normal_name(name) or name, []).append(each)
    kinds = ", ".join(row.kind for row in KIND_TABLE)
    yield f"{len(group)} unknown-section, {counted(len(named), 'name')}: choose a kind in wangqi.toml ({kinds})"
    yield "[sections]"
    by_count = sorted(named.items(), key=lambda item: -len(item[1]))
    for _, of_name in by_count[:SHOWN_NAMES]:
        name = _name_in(of_name[0][1].message)
        issues = len({record.path for record, _ in of_name})
        yield f'{_quoted(name)} = "other"  # in {counted(issues, "issue")}, the newest {_place(*of_name[0])}'
    if len(by_count) > SHOWN_NAMES:
        yield f"# and {len(by_count) - SHOWN_NAMES} more names, in fewer issues"


def _name_in(message: str) -> str:
    found = _NAME.fullmatch(message)
    try:
        return str(ast.literal_eval(found[1])) if found else message
    except (SyntaxError, ValueError):
        return message


def _quoted(name: str) -> str:
    """`name` as a key of TOML."""
    return '"' + shown_in_line(name).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _place(record: IssueRecord, problem: Problem) -> str:
    return shown_in_line(f"{record.archive}/{record.path}:{problem.line}")


def _age(each: Noted) -> tuple[str, int, list[int], int]:
    """The newest issue first: by the day that it entered git, else by the numbers in its path."""
    record, problem = each
    day = record.entered or date.min
    return record.archive, -day.toordinal(), [-int(number) for number in _NUMBERS.findall(record.path)], problem.line
