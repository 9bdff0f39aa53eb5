"""In which range each of the reader's thresholds and weights reads the gold issues as it does now.

    python -m bench.decisions        a line for each to standard output, and into `docs/reading-issues.md`

Each value of `indexer.reader.decisions` is moved away from what it is, step by step in both directions, until an issue
with gold is read otherwise: another entry, title, address, section. The habits of the archives stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from bench.reading import gold_issues, habits_of, unbundled, write_between
from wangqi.indexer.archive.habits import Habits
from wangqi.indexer.reader import decisions, issue_as_dict, read_closely, read_issue
from wangqi.indexer.reader.decisions import TABLE

BEGIN: Final = "<!-- figures of `python -m bench.decisions` -->"
END: Final = "<!-- end of the decisions -->"
STEPS: Final = 3


class Gold(NamedTuple):
    archive: str
    name: str
    data: bytes
    habits: Habits


def readings(gold: list[Gold]) -> list[object]:
    """All that is read of the gold issues."""
    return [issue_as_dict(read_issue(one.archive, one.name, one.data, habits=one.habits)) for one in gold]


def tried(value: float, sign: int) -> Iterator[float]:
    """The values on one side of a decision's own `value`, nearest first."""
    step = max(1, value // 4) if isinstance(value, int) else 0.1 if 0 < value < 1 else 0.25
    least, greatest = (0 if value >= 0 else -math.inf), (1 if 0 < value < 1 else math.inf)
    for times in range(1, STEPS + 1):
        if least <= (moved := round(value + sign * step * times, 3)) <= greatest:
            yield moved


def same_range(name: str, gold: list[Gold], now: list[object]) -> tuple[float, float]:
    """The least and greatest value tried with which the gold is read as `now`."""
    original: float = getattr(decisions, name)
    ends = []
    for sign in (-1, 1):
        end = original
        for value in list(tried(original, sign)):
            setattr(decisions, name, value)
            if readings(gold) != now:
                break
            end = value
        ends.append(end)
        setattr(decisions, name, original)
    return ends[0], ends[1]


def main() -> None:
    """Print the ranges, and write them into `docs/reading-issues.md`."""
    with unbundled() as folder:
        gold = []
        for archive, _, file, root in gold_issues(folder):
            data = file.read_bytes()
            own = habits_of(archive, root).touching(read_closely(archive, file.name, data).evidence)
            gold.append(Gold(archive, file.name, data, own))
    now = readings(gold)
    lines = []
    for name in TABLE:
        least, greatest = same_range(name, gold, now)
        lines.append(f"{name} {getattr(decisions, name):.4g} ({least:.4g} to {greatest:.4g})")
    text = "\n".join(["```", *lines, "```"])
    print(text)
    write_between(BEGIN, END, text)


if __name__ == "__main__":
    main()
