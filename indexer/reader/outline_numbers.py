"""Numbers that place a heading below others, `1.2` below `1` and `1.2.3` below that: no part of any title.

# 1. 新闻                  # 新闻
## 1.1 模型         ─►     ## 模型
### 1.1.1 甲发布           ### 甲发布
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from wangqi.indexer.reader.headings import NO_PARENT, is_heading, parents
from wangqi.indexer.reader.lines import Line

_NUMBER: Final = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,2}){0,4})(?![0-9])([.、．]?)\s*(?=[^\s.年月日号期周])")
DEEP: Final = 2
"""Dots of a number from which on those above it lead no entries: they number the sections of the issue."""


def without_outline_numbers(lines: Sequence[Line]) -> list[Line]:
    """`lines`, in which headings have lost the numbers that only place them."""
    headings = [index for index, line in enumerate(lines) if is_heading(line)]
    numbers = {index: found for index in headings if (found := _NUMBER.match(lines[index].text))}
    if not any("." in found[1] for found in numbers.values()):  # most issues
        return list(lines)
    placed = _placed(headings, parents(lines, headings), numbers)
    changed = list(lines)
    for index in placed:
        changed[index] = _from(lines[index], numbers[index].end())
    return changed


def _placed(headings: Sequence[int], above: Sequence[int], numbers: dict[int, re.Match[str]]) -> set[int]:
    """The headings whose number begins with that of the heading above them, and those above that lead no entries."""
    parent = dict(zip(headings, above, strict=True))
    found: set[int] = set()
    for index, number in numbers.items():
        upper, dot, _ = number[1].rpartition(".")
        over = parent[index]
        if not dot or over == NO_PARENT or over not in numbers or numbers[over][1] != upper:
            continue
        found.add(index)
        if not numbers[over][2]:
            found.add(over)  # `1 新闻`
        while over in numbers and number[1].count(".") >= DEEP:
            found.add(over)
            over = parent[over]
    return found


def _from(line: Line, start: int) -> Line:
    """`line` without what stands before `start`."""
    marks = tuple(
        replace(mark, start=max(0, mark.start - start), end=max(0, mark.end - start))
        for mark in line.marks
        if mark.end > start or mark.kind == "image"
    )
    return replace(line, text=line.text[start:], marks=marks)
