"""Bullets that say several things of one thing: `项目地址：…`, `项目说明：…`, over and over.

    - 项目地址：[小锤](…)     leads an entry
    - 项目说明：敲钉子用       a detail of it
    - 项目地址：[小钳](…)     leads the next
    - 项目说明：拔钉子用

No label is known beforehand. What makes lines the details of one thing is that the same labels come round, one of them
without links, or that rules (`---`) part the bullets into groups that each begin with a link.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from indexer.reader.addresses import link_targets
from indexer.reader.lines import Line
from indexer.reader.titles import begins_with_link, title_start

MAX_LABEL_CHARS: Final = 12
MIN_ROUNDS: Final = 2
"""So often a label has to come for it to be one."""

_LABEL = re.compile(rf"([^:：。，,!！?？\n]{{1,{MAX_LABEL_CHARS}}})\s?[:：](?!//)")


def mark_details(lines: Sequence[Line]) -> list[Line]:
    """`lines`, with those marked that tell more of what a line above them leads."""
    labels = _record_labels(lines)
    marked = list(lines)
    for run in _runs(lines):
        details = _details_of_groups(lines, run) or _details_of_labels(lines, run, labels)
        for index in details:
            marked[index] = replace(lines[index], is_detail=True)
    return marked


def label_of(line: Line) -> str:
    """The label that a line begins with, as `项目地址` of `**项目地址**：…`; "" when it has none."""
    found = _LABEL.match(line.text, title_start(line))
    if not found or any(mark.start < found.end(1) and found.start(1) < mark.end for mark in line.links()):
        return ""
    return found[1].strip()


def _is_item(line: Line) -> bool:
    return bool(line.marker) and line.place.depth == 1 and not line.place.quote


def _runs(lines: Sequence[Line]) -> Iterator[list[int]]:
    """The bullets between two headings, by index; rules are among them."""
    run: list[int] = []
    for index, line in enumerate(lines):
        if line.kind == "heading" and not line.place.depth:
            yield run
            run = []
        elif _is_item(line) or line.kind == "rule":
            run.append(index)
    yield run


def _record_labels(lines: Sequence[Line]) -> frozenset[str]:
    """The labels that come round; none when each of them leads to something, as `工具：[甲](…)`, `文章：[乙](…)` do."""
    items = [line for line in lines if _is_item(line)]
    labels = [label_of(line) for line in items]
    counts = Counter(filter(None, labels))
    linked = Counter(label for line, label in zip(items, labels, strict=True) if label and link_targets(line))
    recurring = {label for label, count in counts.items() if count >= MIN_ROUNDS}
    telling = {label for label in recurring if linked[label] * 2 < counts[label]}
    return frozenset(recurring) if telling else frozenset()


def _details_of_labels(lines: Sequence[Line], run: Sequence[int], labels: frozenset[str]) -> list[int]:
    items = [index for index in run if lines[index].kind != "rule"]
    found = [label_of(lines[index]) for index in items]
    if sum(label in labels for label in found) < MIN_ROUNDS:
        return []
    leader = found[0]
    if leader in labels and found.count(leader) == 1 and _is_below_heading(lines, items[0]):
        return [index for index, label in zip(items, found, strict=True) if label]
    return [index for index, label in zip(items, found, strict=True) if label in labels and label != leader]


def _is_below_heading(lines: Sequence[Line], at: int) -> bool:
    """Whether nothing but pictures stands between a heading and the line."""
    above = next((line for line in reversed(lines[:at]) if line.text or line.kind == "rule"), None)
    return above is not None and above.kind == "heading"


def _details_of_groups(lines: Sequence[Line], run: Sequence[int]) -> list[int]:
    """What stands below the first bullet of each group, where rules part them."""
    parted = groupby(run, key=lambda index: lines[index].kind == "rule")
    groups = [list(group) for is_rule, group in parted if not is_rule]
    several = [group for group in groups if len(group) > 1]
    if len(groups) < MIN_ROUNDS or len(several) * 2 < len(groups):
        return []
    begins = all(begins_with_link(lines[group[0]]) or link_targets(lines[group[0]]) for group in groups)
    tells = all(any(not link_targets(lines[index]) for index in group[1:]) for group in several)
    return [index for group in several for index in group[1:]] if begins and tells else []
