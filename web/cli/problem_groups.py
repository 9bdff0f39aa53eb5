"""Problems of a whole archive in a few lines: by their code, the newest issues first, names of sections as lines to
paste."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from wangqi.indexer.reader.kinds import normal_name
from wangqi.search.errors.message import Message, plural
from wangqi.search.model.kinds import KIND_TABLE
from wangqi.web.cli.shown import shown_in_line, toml_string
from wangqi.web.words.terminal import translated

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
    yield Message(
        "{num} {code}, in {issues}:", num=len(group), code=code, issues=plural(issues, "{num} issue", "{num} issues")
    )
    for record, problem in group[:SHOWN]:
        yield f"  {_place(record, problem)}: {shown_in_line(translated(problem.message))}"
    if len(group) > SHOWN:
        yield Message("  and {num} more", num=len(group) - SHOWN)


def _sections(group: Sequence[Noted]) -> Iterator[str]:
    """Names of sections without a kind, the most frequent first, as lines of settings."""
    named: dict[str, list[Noted]] = {}
    for each in group:
        name = _name_in(each[1].message)
        named.setdefault(normal_name(name) or name, []).append(each)
    yield Message(
        "{num} unknown-section, {names}: choose a kind in wangqi.toml ({kinds})",
        num=len(group),
        names=plural(len(named), "{num} name", "{num} names"),
        kinds=[row.kind for row in KIND_TABLE],
    )
    yield "[sections]"
    by_count = sorted(named.items(), key=lambda item: -len(item[1]))
    for _, of_name in by_count[:SHOWN_NAMES]:
        name = _name_in(of_name[0][1].message)
        issues = len({record.path for record, _ in of_name})
        yield Message(
            '{name} = "other"  # in {issues}, the newest {place}',
            name=toml_string(name),
            issues=plural(issues, "{num} issue", "{num} issues"),
            place=_place(*of_name[0]),
        )
    if len(by_count) > SHOWN_NAMES:
        yield Message("# and {num} more names, in fewer issues", num=len(by_count) - SHOWN_NAMES)


def _name_in(message: str) -> str:
    found = _NAME.fullmatch(message)
    try:
        return str(ast.literal_eval(found[1])) if found else message
    except (SyntaxError, ValueError):
        return message


def _place(record: IssueRecord, problem: Problem) -> str:
    return shown_in_line(f"{record.archive}/{record.path}:{problem.line}")


def _age(each: Noted) -> tuple[str, int, list[int], int]:
    """The newest issue first: by the day that it entered git, else by the numbers in its path."""
    record, problem = each
    day = record.entered or date.min
    return record.archive, -day.toordinal(), [-int(number) for number in _NUMBERS.findall(record.path)], problem.line
