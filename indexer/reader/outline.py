"""The headings of an issue → its title and its parts, each a section with the headings that lead its entries.

Headings are judged as siblings, not one by one: a group at one level either names sections, or titles entries, or
divides one long text: `## 资源` over `### [x](u)`, `# 资源` over `## 1. [x](u)`, `## 内容` over `### C 项目`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from indexer.reader.addresses import link_targets, pointed_address
from indexer.reader.kinds import MAX_NAME_CHARS, NameType, split_label
from indexer.reader.labels import number_label, skip_decoration
from indexer.reader.lines import Line
from indexer.reader.metadata import day_in, issue_number_in
from indexer.reader.shapes import find_leads
from indexer.reader.titles import begins_with_link

Naming = Callable[[str], NameType | None]


@dataclass(slots=True)
class Part:
    """A run of lines under one section's heading."""

    heading: Line | None
    """None before the first section."""
    lines: list[Line]
    name: NameType | None = None
    """What the heading says, or the heading above it."""
    leads: list[int] = field(default_factory=list)
    """Indexes of the headings among `lines` that lead entries."""
    container: bool = False
    """Has sub-sections, so that its own lines are only an introduction to them."""


@dataclass(slots=True)
class Outline:
    """An issue's lines, divided: each but the title's is in exactly one part, as its heading or among its lines."""

    title: Line | None
    parts: list[Part]


def divide(lines: Sequence[Line], naming: Naming, *, known_title: str = "") -> Outline:
    """Divide an issue. `naming` looks up the name of a section; `known_title` is the one of the front matter."""
    title = _find_title(lines, naming, known_title)
    rest = [line for line in lines if line is not title]
    if not any(_is_heading(line) for line in rest):
        rest = [_promoted(line, naming) for line in rest]
    divider = _Divider(naming)
    divider.divide(None, None, rest)
    return Outline(title, divider.parts)


def _is_heading(line: Line) -> bool:
    return line.kind == "heading" and not line.place.depth and not line.place.quote


def _promoted(line: Line, naming: Naming) -> Line:
    """`line` as a heading when it plainly is one without being marked so: `**阅读精选：**`, `【工具】`."""
    if not (line.opens and line.kind == "text" and not line.place.depth and not line.place.quote and not line.links()):
        return line
    bold = any(mark.kind == "strong" and mark.end - mark.start >= len(line.text) > 0 for mark in line.marks)
    bracketed = line.text.startswith("【") and line.text.endswith("】")
    found = naming(line.text) if (bold or bracketed) and len(line.text) <= MAX_NAME_CHARS else None
    is_name = bold and line.text.endswith(("：", ":"))
    return replace(line, kind="heading", level=6) if is_name or (found is not None and found.exact) else line


def _find_title(lines: Sequence[Line], naming: Naming, known_title: str) -> Line | None:
    headings = [line for line in lines if _is_heading(line)]
    if not known_title and lines and _names_issue(lines[0]):
        return lines[0]
    if not headings:
        return None
    first = headings[0]
    alike = [line for line in headings if line.level <= first.level]
    if known_title and _same(first.text, known_title):
        return first
    if issue_number_in(first.text) is not None:
        several = sum(issue_number_in(line.text) is not None for line in alike) > 1
        return None if several else first
    found = naming(first.text)
    if (found and found.exact) or begins_with_link(first) or len(alike) > 1:
        return None
    return first if first.level == 1 or day_in(first.text) else None


def _names_issue(line: Line) -> bool:
    """Whether the first line of a file is its title without being a heading: `【日报】2024-11-01`, `周刊第 3 期`."""
    if line.kind != "text" or line.marker or line.place.quote or line.links() or len(line.text) > MAX_NAME_CHARS * 2:
        return False
    is_text = line.text.endswith(("。", "！", "，", "：", ":")) or number_label(line.text) is not None
    return not is_text and (issue_number_in(line.text) is not None or day_in(line.text) is not None)


def _same(one: str, other: str) -> bool:
    return re.sub(r"\W", "", one) == re.sub(r"\W", "", other)


Mode = Literal["sections", "entries", "text"]
MIN_SHARE: Final = 0.5


@dataclass(slots=True)
class _Divider:
    naming: Naming
    parts: list[Part] = field(default_factory=list)

    def divide(self, heading: Line | None, name: NameType | None, lines: list[Line]) -> None:
        """Append the part of `heading` with its `lines`, and those of the sections inside it."""
        siblings = _top_headings(lines)
        mode = self._mode(heading, name, lines, siblings)
        if mode == "text":
            self.parts.append(Part(heading, lines, name))
            return
        breaks = [at for at in siblings if mode == "sections" or self._ends_entries(lines, siblings, at)]
        first = breaks[0] if breaks else len(lines)
        if mode == "sections" and self._holds_sections(lines[:first]):
            # Of a deeper level than a later one, as in `## 工具`, `## 文章`, `# 尾声`.
            self.divide(heading, name, lines[:first])
        else:
            self._add_part(heading, name, lines, [at for at in siblings if at < first], breaks)
        for at, end in _spans(breaks, len(lines)):
            self._divide_section(lines[at], name, lines[at + 1 : end])

    def _holds_sections(self, lines: list[Line]) -> bool:
        """Whether headings divide entries, and not only a foreword."""
        spans = _spans(_top_headings(lines), len(lines))
        named = (self._name(lines[at]) for at, _ in spans)
        if any(found is not None and found.exact for found in named):
            return True
        return any(self._has_entries(lines[at + 1 : end]) for at, end in spans)

    def _add_part(
        self, heading: Line | None, name: NameType | None, lines: list[Line], leads: list[int], breaks: list[int]
    ) -> None:
        first = breaks[0] if breaks else len(lines)
        leads = self._earlier_leads(heading, name, lines[: leads[0] if leads else first]) + leads
        is_cover = name is not None and name.role == "cover"
        container = heading is not None and bool(breaks) and not leads and not is_cover
        self.parts.append(Part(heading, lines[:first], name, leads, container))

    def _divide_section(self, heading: Line, parent: NameType | None, lines: list[Line]) -> None:
        found = self._name(heading)
        if found is None and parent is not None and parent.role == "entries":
            found = parent
        self.divide(heading, found, lines)

    def _name(self, heading: Line) -> NameType | None:
        """What a heading says, by all of it or by the label before its own title (本周话题：X)."""
        found = self.naming(heading.text)
        if found is not None and found.exact:
            return found
        label, _ = split_label(heading.text)
        labelled = self.naming(label) if label else None
        return replace(labelled, exact=False) if labelled is not None else found

    def _earlier_leads(self, heading: Line | None, name: NameType | None, lines: list[Line]) -> list[int]:
        """Entry headings of a deeper level than their siblings further down."""
        siblings = _top_headings(lines)
        return siblings if self._mode(heading, name, lines, siblings) == "entries" else []

    def _ends_entries(self, lines: list[Line], siblings: list[int], at: int) -> bool:
        """Whether a heading among entries begins a section (`## 订阅` after `## 1. [x](u)`)."""
        found = self.naming(lines[at].text)
        return bool(found and found.exact) and not begins_with_link(lines[at]) and not _numbered(lines[at])

    def _mode(self, heading: Line | None, name: NameType | None, lines: list[Line], siblings: list[int]) -> Mode:
        if not siblings or (name is not None and name.role in ("essay", "boilerplate")):
            return "text"
        bodies = [lines[at + 1 : end] for at, end in _spans(siblings, len(lines))]
        heads = [lines[at] for at in siblings]
        # In `## 工具` even `### [Tools](u)` is the title of a tool.
        inside = name is not None and name.role == "entries"
        names = [None if inside and begins_with_link(head) else self._name(head) for head in heads]
        if name is not None and name.role == "cover":
            # A section of a level too deep, as in `## 封面图` followed by `### 本周话题：X`.
            return "sections" if any(found is not None and found.role != "boilerplate" for found in names) else "text"
        exact = sum(bool(found and found.exact) for found in names)
        others = [
            (head, body) for head, body, found in zip(heads, bodies, names, strict=True) if not (found and found.exact)
        ]
        titles = sum(_is_entry(head, body) for head, body in others)
        grouping = sum(self._has_entries(body) for _, body in others)
        if others and titles > len(others) * MIN_SHARE and grouping <= titles * MIN_SHARE and exact <= len(others):
            return "entries"
        if heading is None:
            return "sections"
        if exact > len(heads) * MIN_SHARE or grouping >= len(others) * MIN_SHARE > 0:
            return "sections"
        linked = sum(any(link_targets(line) for line in [head, *body]) for head, body in others)
        if any(found is not None for found in names) and name is None:
            return "sections"
        if name is not None and name.role == "container":
            return "sections"
        return "entries" if name is not None or linked >= len(heads) * MIN_SHARE else "text"

    def _has_entries(self, body: list[Line]) -> bool:
        """Whether the lines under a heading hold several entries of their own."""
        deeper = _top_headings(body)
        if deeper:
            return any(_is_entry(body[at], body[at + 1 : end]) for at, end in _spans(deeper, len(body)))
        return len(find_leads(body, known=False).indexes) > 1


def _spans(starts: Sequence[int], end: int) -> list[tuple[int, int]]:
    return list(zip(starts, [*starts[1:], end], strict=True)) if starts else []


def _top_headings(lines: Sequence[Line]) -> list[int]:
    headings = [(index, line.level) for index, line in enumerate(lines) if _is_heading(line)]
    top = min((level for _, level in headings), default=0)
    return [index for index, level in headings if level == top]


def _is_entry(head: Line, body: Sequence[Line]) -> bool:
    """Whether a heading looks like the title of an entry: a link, a number, an address as first or last line below."""
    if begins_with_link(head):
        return not split_label(head.text)[0] or number_label(head.text) is not None
    if _numbered(head):
        return any(link_targets(line) for line in body)
    shown = [line for line in body if line.text]
    return any(pointed_address(line) is not None for line in (*shown[:1], *shown[-1:]))


def _numbered(head: Line) -> bool:
    label = number_label(head.text, skip_decoration(head.text))
    return label is not None and label.style != "一"
