"""Lines that look like titles and lead no entry, made into plain text of what stands around them.

- [木船下水](#木船下水)     a table of contents: it leads to a place of the same page
**长按查看原文**            the same words below entry after entry
**摘要：** 说到盐           a label that comes again
### 核心亮点                a heading that comes again, below one heading after the other
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from wangqi.indexer.reader import decisions
from wangqi.indexer.reader.headings import NO_PARENT, is_heading, parents
from wangqi.indexer.reader.kinds import name_type
from wangqi.indexer.reader.line_addresses import leads_away, link_targets
from wangqi.indexer.reader.lines import Line, LineMark, spans
from wangqi.indexer.reader.titles import begins_with_link, bold_name, title_start

MIN_PLACES: Final = 2
MIN_TIMES: Final = 3
MAX_LABEL_CHARS: Final = 12


def mark_asides(lines: Sequence[Line]) -> list[Line]:
    """`lines`, in which those that lead nowhere else, or come again and again, have lost what makes titles of lines."""
    places = [index for index, line in enumerate(lines) if _leads_within(line)]
    asides = [*(places if len(places) >= MIN_PLACES else ()), *_recurring(lines)]
    changed = list(lines)
    for index in asides:
        changed[index] = replace(lines[index], marks=_pictures(lines[index]), marker="", opens=False, record="aside")
    for index in _recurring_labels(lines):
        plain = tuple(mark for mark in lines[index].marks if mark.kind != "strong")
        changed[index] = replace(lines[index], marks=plain)
    for index in _recurring_headings(lines):
        changed[index] = replace(lines[index], kind="text", level=0, opens=False, record="aside")
    return changed


def is_navigation(lines: Sequence[Line]) -> bool:
    """Whether the lines are asides, and short names that stand above or beside them."""
    names = [line.text for line in lines if line.text and line.record != "aside"]
    is_short = all(len(name) <= decisions.GROUP_NAME_CHARS and name[-1] not in "。！？!?；;" for name in names)
    return is_short and any(line.record == "aside" for line in lines)


def _leads_within(line: Line) -> bool:
    """Whether a line begins with a link, and has none to another page."""
    if line.kind != "text" or not any(_is_place(mark.target) for mark in line.links()):
        return False
    return all(_is_place(target) for _, target in link_targets(line)) and begins_with_link(line)


def _is_place(target: str) -> bool:
    return target.startswith("#") and len(target) > 1


def _recurring(lines: Sequence[Line]) -> list[int]:
    """The short lines, each a paragraph, that come again with the same words and name no section."""
    alone = [index for index, (line, below) in enumerate(pairwise(lines)) if _is_short_paragraph(line, below)]
    counts = Counter(lines[index].text for index in alone)
    again = {text for text, count in counts.items() if count >= MIN_TIMES and not _is_name(text)}
    return [index for index in alone if lines[index].text in again]


def _is_short_paragraph(line: Line, below: Line) -> bool:
    place = line.place
    if line.kind != "text" or line.marker or place.depth or place.quote or not line.opens or link_targets(line):
        return False
    return 1 < len(line.text) <= decisions.SHORT_CHARS and not below.marker and below.place.block != place.block


def _recurring_labels(lines: Sequence[Line]) -> list[int]:
    """The paragraphs that begin with the same bold label as another."""
    labels = {index: label for index, line in enumerate(lines) if (label := _bold_label(line))}
    counts = Counter(labels.values())
    return [index for index, label in labels.items() if counts[label] > 1]


def _bold_label(line: Line) -> str:
    if line.kind != "text" or line.marker or line.place.depth or line.place.quote:
        return ""
    bold = bold_name(line, title_start(line))
    name = line.text_of(bold).strip(" :：") if bold else ""
    return name if len(name) <= MAX_LABEL_CHARS else ""


def _recurring_headings(lines: Sequence[Line]) -> list[int]:
    """The headings that stand with the same words below several others, over a text of no linked titles."""
    headings = [index for index, line in enumerate(lines) if is_heading(line)]
    counts = Counter(lines[index].text for index in headings)
    if len(counts) == len(headings):
        return []
    places: dict[str, list[tuple[int, int]]] = {}
    for (start, end), above in zip(spans(headings, len(lines)), parents(lines, headings), strict=True):
        if counts[lines[start].text] > 1:
            is_text = not any(begins_with_link(line) and leads_away(line) for line in lines[start:end])
            places.setdefault(lines[start].text, []).append((start, above if is_text else NO_PARENT))
    several = [found for found in places.values() if len({above for _, above in found}) == len(found)]
    return [index for found in several if all(above != NO_PARENT for _, above in found) for index, _ in found]


def _is_name(text: str) -> bool:
    found = name_type(text)
    return found is not None and found.exact


def _pictures(line: Line) -> tuple[LineMark, ...]:
    return tuple(mark for mark in line.marks if mark.kind == "image")
