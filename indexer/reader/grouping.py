"""Outer bullets that only name what the inner ones have in common → headings of sections.

- 前端                        ## 前端
  - [甲](…)：说明甲     ─►     - [甲](…)：说明甲
  - [乙](…)：说明乙            - [乙](…)：说明乙
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from wangqi.indexer.reader import decisions
from wangqi.indexer.reader.line_addresses import link_targets, pointed_address
from wangqi.indexer.reader.lines import Line
from wangqi.indexer.reader.title_labels import number_label
from wangqi.indexer.reader.titles import begins_with_link

GROUP_LEVEL: Final = 7
"""Of the headings made here: deeper than any that Markdown has."""

MIN_GROUPS: Final = 2


@dataclass(frozen=True, slots=True)
class _Item:
    """A bullet of an outermost list with what stands inside it: lines `start` to `end`."""

    start: int
    end: int


def name_groups(lines: Sequence[Line], *, always: bool = False) -> list[Line]:
    """`lines`, in which outer bullets that only name a group are headings, and what was inside them is a level up.

    `always` says that outer bullets do so in this archive: then also one alone, and one that links to its own site.
    """
    changed = _with_bold_headings(lines)
    lines = list(changed)
    for items in _lists(lines):
        if always:
            items = [item for item in items if _holds_titles(lines, item)]
        else:
            groups = [item for item in items if _names_group(lines, item)]
            if len(groups) < MIN_GROUPS or len(groups) < len(items) * decisions.GROUP_SHARE:
                continue
        for item in items:
            changed[item.start : item.end] = _as_section(lines[item.start : item.end])
    return changed


def _with_bold_headings(lines: Sequence[Line]) -> list[Line]:
    """`lines`, in which bold names that each stand right above a list of titles are headings."""
    bold = [index for index, line in enumerate(lines) if _is_bold_name(line) and _lists_titles(lines, index + 1)]
    changed = list(lines)
    for index in bold if len(bold) >= MIN_GROUPS else ():
        changed[index] = replace(lines[index], kind="heading", level=GROUP_LEVEL)
    return changed


def _is_bold_name(line: Line) -> bool:
    if (
        line.kind != "text"
        or line.place.depth
        or line.place.quote
        or line.links()
        or len(line.text) > decisions.GROUP_NAME_CHARS
    ):
        return False
    return any(mark.kind == "strong" and mark.end - mark.start >= len(line.text) > 0 for mark in line.marks)


def _lists_titles(lines: Sequence[Line], start: int) -> bool:
    """Whether a list whose items all begin with links stands at `start`, or a title with a number that is no Markdown
    (`1）[甲](u)`)."""
    if start < len(lines) and not lines[start].marker and number_label(lines[start].text) is not None:
        return begins_with_link(lines[start]) and pointed_address(lines[start]) is None
    end = start
    while end < len(lines) and lines[end].place.depth:
        end += 1
    items = [line for line in lines[start:end] if line.marker and line.place.depth == 1]
    return bool(items) and all(begins_with_link(line) and pointed_address(line) is None for line in items)


def _lists(lines: Sequence[Line]) -> list[list[_Item]]:
    """The items of each outermost list."""
    lists: list[list[_Item]] = []
    starts = [index for index, line in enumerate(lines) if _opens_item(line)]
    for start in starts:
        end = start + 1
        while end < len(lines) and lines[end].place.depth and not _opens_item(lines[end]):
            end += 1
        is_same = lists and lines[lists[-1][0].start].place.list_id == lines[start].place.list_id
        if is_same and lists[-1][-1].end == start:
            lists[-1].append(_Item(start, end))
        else:
            lists.append([_Item(start, end)])
    return lists


def _opens_item(line: Line) -> bool:
    return bool(line.marker) and line.place.depth == 1


def _names_group(lines: Sequence[Line], item: _Item) -> bool:
    """Whether an item is a short name without a link over items that begin with links of their own."""
    return not link_targets(lines[item.start]) and _holds_titles(lines, item)


def linked_groups(lines: Sequence[Line]) -> list[Line]:
    """The outer bullets that are a short name, with a link or without, over items that begin with links."""
    return [lines[item.start] for items in _lists(lines) for item in items if _holds_titles(lines, item)]


def _holds_titles(lines: Sequence[Line], item: _Item) -> bool:
    head, inner = lines[item.start], lines[item.start + 1 : item.end]
    if not 0 < len(head.text) <= decisions.GROUP_NAME_CHARS or head.text[-1] in "。！？!?；;":
        return False
    titles = [line for line in inner if line.marker and line.place.depth == 2]
    linked = [line for line in titles if begins_with_link(line) and pointed_address(line) is None]
    beside = [line for line in inner if line.text and line.place.depth == 1]
    return bool(titles) and not beside and len(linked) > len(titles) * decisions.GROUP_SHARE


def _as_section(lines: Sequence[Line]) -> list[Line]:
    head, *inner = lines
    place = replace(head.place, depth=0, list_id=0)
    heading = replace(head, kind="heading", level=GROUP_LEVEL, place=place, marker="")
    return [heading, *(replace(line, place=replace(line.place, depth=line.place.depth - 1)) for line in inner)]
