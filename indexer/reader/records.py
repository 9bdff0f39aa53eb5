"""Bullets that say several things of one thing: `项目地址：…`, `项目说明：…`, over and over.

    - 项目地址：[小锤](…)     leads an entry
    - 项目说明：敲钉子用       a detail of it
    - 项目地址：[小钳](…)     leads the next
    - 项目说明：拔钉子用

No label is known beforehand. What makes lines the details of one thing is that the same labels come round, one of them
without links, or that they do so in most issues of the archive, or that rules (`---`) part the bullets into groups that
each begin with a link.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from wangqi.indexer.archive.habits import NO_HABITS, Habits, key_of
from wangqi.indexer.reader import decisions
from wangqi.indexer.reader.line_addresses import link_targets
from wangqi.indexer.reader.lines import Line, RecordRole
from wangqi.indexer.reader.titles import title_start

MAX_LABEL_CHARS: Final = 12
MIN_ROUNDS: Final = 2
"""So often a label has to come for it to be one."""

_LABEL = re.compile(rf"([^:：。，,!！?？\n]{{1,{MAX_LABEL_CHARS}}})\s?[:：](?!//)")


@dataclass(frozen=True, slots=True)
class _Records:
    """Lines by index."""

    leads: Sequence[int] = ()
    details: Sequence[int] = ()


def mark_records(lines: Sequence[Line], habits: Habits = NO_HABITS) -> list[Line]:
    """`lines`, with those marked that lead a record, and those that tell more of what a line above them leads.

    Which labels do so comes from the lines and, for a record that stands alone, from the archive's `habits`.
    """
    leaders = _with_key(lines, habits.leaders)
    labels = _record_labels(lines) | leaders | (_with_key(lines, habits.details) if leaders else frozenset())
    if not labels and not any(line.kind == "rule" for line in lines):
        return list(lines)
    marked = list(lines)
    for run in _runs(lines, labels):
        items = [index for index in run if lines[index].kind != "rule"]
        groups = _parted_records(lines, run)
        found = groups if groups.details else _labelled_records(lines, items, labels, leaders)
        for index in found.details:
            marked[index] = replace(lines[index], record="detail")
        for index in found.leads:
            marked[index] = replace(lines[index], record="lead")
    return marked


def _with_key(lines: Sequence[Line], keys: frozenset[str]) -> frozenset[str]:
    """The labels of lines that have one of `keys`."""
    labels = {label_of(line) for line in lines if _is_item(line)} if keys else set()
    return frozenset(label for label in labels if label and key_of(label) in keys)


def labels_by_role(lines: Sequence[Line]) -> dict[RecordRole, frozenset[str]]:
    """The keys of the labels of lines that lead a record, that are details of one, and of all others (role "")."""
    found: dict[RecordRole, set[str]] = {"lead": set(), "detail": set(), "aside": set(), "": set()}
    for line in lines:
        if _is_item(line) and (label := label_of(line)):
            found[line.record].add(label)
    return {role: frozenset(map(key_of, labels)) for role, labels in found.items()}


def label_of(line: Line) -> str:
    """The label that a line begins with, as `项目地址` of `**项目地址**：…`; "" when it has none."""
    if "：" not in line.text and ":" not in line.text:
        return ""
    found = _LABEL.match(line.text, title_start(line))
    if not found or any(mark.start < found.end(1) and found.start(1) < mark.end for mark in line.links()):
        return ""
    return found[1].strip()


def _is_item(line: Line) -> bool:
    """Whether a line may be one of a record: a bullet, or a line of its own."""
    place = line.place
    return line.kind == "text" and not place.quote and (place.depth == 0 or (place.depth == 1 and bool(line.marker)))


def _runs(lines: Sequence[Line], labels: frozenset[str]) -> Iterator[list[int]]:
    """The bullets and labelled lines between two headings, by index; rules are among them."""
    run: list[int] = []
    for index, line in enumerate(lines):
        if line.kind == "heading" and not line.place.depth:
            yield run
            run = []
        elif line.kind == "rule" or (_is_item(line) and (line.marker or label_of(line) in labels)):
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


def _labelled_records(
    lines: Sequence[Line], items: Sequence[int], labels: frozenset[str], leaders: frozenset[str]
) -> _Records:
    """The records of a run whose labels come round, each with a link; else nothing: 问：…, 答：… is a conversation."""
    found = [label_of(lines[index]) for index in items]
    if sum(label in labels for label in found) < MIN_ROUNDS:
        return _Records()
    leader = next((label for label in found if label in leaders), found[0])
    is_alone = found.count(leader) == 1 and leader not in leaders
    if leader in labels and is_alone and _is_below_heading(lines, items[0]):
        return _Records(details=[index for index, label in zip(items, found, strict=True) if label])
    details = [index for index, label in zip(items, found, strict=True) if label in labels and label != leader]
    leads = [index for index, label in zip(items, found, strict=True) if label in labels and label == leader]
    rounds = zip(leads, [*leads[1:], items[-1] + 1], strict=False)
    linked = sum(any(link_targets(line) for line in lines[start:end]) for start, end in rounds)
    return _Records(leads, details) if linked >= len(leads) * decisions.ROUNDS_LINKED else _Records()


def _is_below_heading(lines: Sequence[Line], at: int) -> bool:
    """Whether nothing but pictures stands between a heading and the line."""
    above = next((line for line in reversed(lines[:at]) if line.text or line.kind == "rule"), None)
    return above is not None and above.kind == "heading"


def _parted_records(lines: Sequence[Line], run: Sequence[int]) -> _Records:
    """The records that rules part, each a bullet with a link and more of it below."""
    parted = groupby(run, key=lambda index: lines[index].kind == "rule")
    groups = [list(group) for is_rule, group in parted if not is_rule]
    several = [group for group in groups if len(group) > 1]
    if len(groups) < MIN_ROUNDS or len(several) * 2 < len(groups):
        return _Records()
    begins = all(lines[group[0]].marker and link_targets(lines[group[0]]) for group in groups)
    tells = all(any(not link_targets(lines[index]) for index in group[1:]) for group in several)
    if not begins or not tells:
        return _Records()
    return _Records([group[0] for group in groups], [index for group in several for index in group[1:]])
