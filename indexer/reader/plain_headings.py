"""Lines that are headings though not marked as such, where no others are: `**阅读精选：**`, `【工具】`, `🔥 热点`."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from wangqi.indexer.reader.grouping import GROUP_LEVEL
from wangqi.indexer.reader.kinds import MAX_NAME_CHARS, Naming
from wangqi.indexer.reader.lines import Line
from wangqi.indexer.reader.title_labels import is_decoration, number_label, skip_decoration

MIN_MARKED: Final = 2
MAX_PLAIN_CHARS: Final = 12
"""Of a name that is neither bold nor in brackets."""


def with_plain_headings(lines: Sequence[Line], naming: Naming, *, beside_groups: bool) -> list[Line]:
    """`lines`, in which those that plainly name a section are headings; `beside_groups` says that bullets or bold lines
    are already."""
    marked = _marked_names(lines)
    level = GROUP_LEVEL if beside_groups or marked else 6
    names = marked | _plain_names(lines, naming)
    return [_promoted(line, naming, names, level) for line in lines]


def _may_be_heading(line: Line) -> bool:
    is_outside = not line.place.depth and not line.place.quote
    return line.opens and line.kind == "text" and is_outside and not line.links()


def _is_bold(line: Line) -> bool:
    return any(mark.kind == "strong" and mark.end - mark.start >= len(line.text) > 0 for mark in line.marks)


def _marked_names(lines: Sequence[Line]) -> frozenset[int]:
    """The numbers of bold lines that begin with the same mark where as many have none: `**▍新论文**` over `**甲**`."""
    bold = [line for line in lines if _may_be_heading(line) and _is_bold(line)]
    marks = Counter(line.text[0] for line in bold if is_decoration(line.text[0]))
    mark, count = marks.most_common(1)[0] if marks else ("", 0)
    if count < MIN_MARKED or len(bold) - marks.total() < count:
        return frozenset()
    return frozenset(line.number for line in bold if line.text[0] == mark and len(line.text) <= MAX_NAME_CHARS)


def _plain_names(lines: Sequence[Line], naming: Naming) -> frozenset[int]:
    """The numbers of short paragraphs after an emoji or a Chinese number, most of which are called like sections."""
    paragraphs = [line for line, below in pairwise(lines) if _is_set_off(line, below)]
    found = [naming(line.text) for line in paragraphs]
    known = sum(name is not None and name.exact for name in found)
    is_series = known >= MIN_MARKED and known * 2 > len(paragraphs)
    return frozenset(line.number for line in paragraphs) if is_series else frozenset()


def _is_set_off(line: Line, below: Line) -> bool:
    """Whether a line is a paragraph of a few words, as `🔥 热点` and `一、工具` are."""
    start = skip_decoration(line.text)
    label = number_label(line.text, start)
    is_begun = start > 0 if label is None else label.style == "一"
    words = line.text[label.end if label else start :]
    is_name = is_begun and 0 < len(words) <= MAX_PLAIN_CHARS and words[-1] not in "。！？!?；;，,"
    return is_name and _may_be_heading(line) and not line.marker and below.place.block != line.place.block


def _promoted(line: Line, naming: Naming, names: Collection[int], level: int) -> Line:
    if not _may_be_heading(line):
        return line
    bold = _is_bold(line)
    bracketed = line.text.startswith("【") and line.text.endswith("】")
    found = naming(line.text) if (bold or bracketed) and len(line.text) <= MAX_NAME_CHARS else None
    is_name = line.number in names or (bold and line.text.endswith(("：", ":")))
    if not is_name and not (found is not None and found.exact):
        return line
    return replace(line, kind="heading", level=level)
