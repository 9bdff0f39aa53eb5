"""The headings of an issue → its title and its parts, each a section with the headings that lead its entries.

Headings are judged as siblings, not one by one: a group at one level either names sections, or titles entries, or
divides one long text: `## 资源` over `### [x](u)`, `# 资源` over `## 1. [x](u)`, `## 内容` over `### C 项目`.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from wangqi.indexer.archive.habits import NO_HABITS, Habits, Siblings
from wangqi.indexer.reader import decisions
from wangqi.indexer.reader.grouping import GROUP_LEVEL
from wangqi.indexer.reader.headings import (
    heading_key,
    is_closed_by_links,
    is_day,
    is_divided,
    is_entry,
    is_heading,
    is_numbered,
    is_over_issue,
    is_over_list,
    is_series,
    is_word_over_link,
    lists_links,
    names_article,
    opens_entry,
    top_headings,
)
from wangqi.indexer.reader.kinds import MAX_NAME_CHARS, NameType, Naming, SectionRole, split_label
from wangqi.indexer.reader.line_addresses import link_targets
from wangqi.indexer.reader.lines import Line, spans
from wangqi.indexer.reader.metadata import day_in, issue_number_in
from wangqi.indexer.reader.plain_headings import with_plain_headings
from wangqi.indexer.reader.shapes import find_leads
from wangqi.indexer.reader.title_labels import number_label
from wangqi.indexer.reader.titles import begins_with_link


@dataclass(slots=True)
class SectionLines:
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
    parts: list[SectionLines]
    levels: dict[int, Siblings] = field(default_factory=dict)
    """How the headings below sections were read, by their level."""
    tops: dict[int, Siblings] = field(default_factory=dict)
    """How the topmost headings were read, by their level."""


def divide(lines: Sequence[Line], naming: Naming, *, known_title: str = "", habits: Habits = NO_HABITS) -> Outline:
    """Divide an issue. `naming` looks up the name of a section; `known_title` is the one of the front matter."""
    title = _find_title(lines, naming, known_title)
    rest = [line for line in lines if line is not title]
    levels = {line.level for line in rest if is_heading(line)}
    if levels <= {GROUP_LEVEL}:
        rest = with_plain_headings(rest, naming, beside_groups=bool(levels))
    first = divider = _Divider(naming, habits.headings, habits.entry_levels, habits.top_levels)
    first.divide(None, None, rest)
    if not (majority := first.majority()) <= habits.entry_levels:
        divider = _Divider(naming, habits.headings, habits.entry_levels | majority, habits.top_levels)
        divider.divide(None, None, rest)
    return Outline(title, divider.parts, first.groups_by_level(), first.groups_by_level(topmost=True))


def _find_title(lines: Sequence[Line], naming: Naming, known_title: str) -> Line | None:
    headings = [line for line in lines if is_heading(line)]
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
    is_only = len(alike) == 1 or [line for line in alike if day_in(line.text)] == [first]
    if begins_with_link(first) or not is_only or (found and found.exact and not _is_over_sections(first, lines)):
        return None
    return first if first.level == 1 or day_in(first.text) else None


def _is_over_sections(first: Line, lines: Sequence[Line]) -> bool:
    """Whether what is called like a section (`# 技术快报`) stands over sections with lists of entries."""
    below = [line for line in lines if line.number > first.number]
    sections = spans(top_headings(below), len(below))
    lists = sum(len(find_leads(below[at + 1 : end], known=False).indexes) > 1 for at, end in sections)
    return first.level == 1 and lists * 2 >= len(sections) > 0


def _names_issue(line: Line) -> bool:
    """Whether the first line of a file is its title without being a heading: `【日报】2024-11-01`, `周刊第 3 期`."""
    if line.kind != "text" or line.marker or line.place.quote or line.links() or len(line.text) > MAX_NAME_CHARS * 2:
        return False
    is_text = line.text.endswith(("。", "！", "，", "：", ":")) or number_label(line.text) is not None
    return not is_text and (issue_number_in(line.text) is not None or day_in(line.text) is not None)


def _same(one: str, other: str) -> bool:
    return re.sub(r"\W", "", one) == re.sub(r"\W", "", other)


Mode = Literal["sections", "entries", "text"]
MIN_ALIKE: Final = 3


@dataclass(frozen=True, slots=True)
class _Group:
    """Sibling headings, as they were read before habits."""

    level: int
    mode: Mode
    size: int
    topmost: bool
    """Below no section's heading."""
    doubtful: bool
    """Might be titles of entries, though they were not read so."""


@dataclass(slots=True)
class _Divider:
    naming: Naming
    returning: frozenset[str] = frozenset()
    """Keys of headings that return in other issues."""
    entry_levels: frozenset[int] = frozenset()
    """Levels at which most headings below sections, of the issue or of its archive, are titles of entries."""
    top_levels: frozenset[int] = frozenset()
    """Levels at which most topmost headings of the archive are."""
    parts: list[SectionLines] = field(default_factory=list)
    _groups: list[_Group] = field(default_factory=list)

    def majority(self) -> frozenset[int]:
        """The levels at which most headings lead entries, although some groups of them were read otherwise."""
        counts: dict[int, Counter[Mode]] = {}
        for group in self._groups:
            if not group.topmost:
                counts.setdefault(group.level, Counter())[group.mode] += group.size
        return frozenset(
            level for level, modes in counts.items() if len(modes) > 1 and modes["entries"] * 2 > modes.total()
        )

    def groups_by_level(self, *, topmost: bool = False) -> dict[int, Siblings]:
        """Numbers of the groups of siblings by level, those below sections or the `topmost`."""
        found: dict[int, Siblings] = {}
        for group in self._groups:
            if group.topmost == topmost:
                leads = group.mode == "entries"
                leading, others, doubtful = found.get(group.level, Siblings())
                found[group.level] = Siblings(leading + leads, others + (not leads), doubtful + group.doubtful)
        return found

    def divide(self, heading: Line | None, name: NameType | None, lines: list[Line]) -> None:
        """Append the part of `heading` with its `lines`, and those of the sections inside it."""
        siblings = top_headings(lines)
        mode = self._mode(heading, name, lines, siblings)
        if siblings:
            mode = self._settled(mode, heading, name.role if name else "entries", lines, siblings)
        if mode == "text":
            self.parts.append(SectionLines(heading, lines, name))
            return
        breaks = siblings if mode == "sections" else self._breaks(lines, siblings)
        first = breaks[0] if breaks else len(lines)
        if mode == "sections" and self._holds_sections(lines[:first]):
            # Of a deeper level than a later one, as in `## 工具`, `## 文章`, `# 尾声`.
            self.divide(heading, name, lines[:first])
        else:
            self._add_part(heading, name, lines, [at for at in siblings if at < first], breaks)
        for at, end in spans(breaks, len(lines)):
            own = self._end_of_text(lines, siblings, at, end) if heading is None and mode == "entries" else end
            self._divide_section(lines[at], name, lines[at + 1 : own])
            if own < end:  # `## 摘要` before `## 1. 甲`, `## 2. 乙`
                rest = siblings[bisect_left(siblings, own) : bisect_left(siblings, end)]
                self.parts.append(SectionLines(None, lines[own:end], name, [other - own for other in rest]))

    def _end_of_text(self, lines: list[Line], siblings: list[int], at: int, end: int) -> int:
        """Where the section at `at` ends: before its next sibling if its name is that of a text, else at `end`."""
        found = self._name(lines[at])
        after = bisect_right(siblings, at)
        following = min([end, *siblings[after : after + 1]])
        is_text = found is not None and found.role in ("essay", "boilerplate")
        return following if is_text and any(line.text for line in lines[at + 1 : following]) else end

    def _settled(
        self, mode: Mode, heading: Line | None, role: SectionRole, lines: list[Line], siblings: list[int]
    ) -> Mode:
        """`mode`, unless most headings of that level are read otherwise and nothing speaks against it here."""
        level = lines[siblings[0]].level
        doubtful = mode != "entries" and self._may_be_entries(role, lines, siblings)
        if role not in ("essay", "boilerplate", "cover"):
            self._groups.append(_Group(level, mode, len(siblings), heading is None, doubtful))
        return "entries" if doubtful and level in (self.entry_levels if heading else self.top_levels) else mode

    def _holds_sections(self, lines: list[Line]) -> bool:
        """Whether headings divide entries, and not only a foreword."""
        sections = spans(top_headings(lines), len(lines))
        named = (self._name(lines[at]) for at, _ in sections)
        if any(found is not None and found.exact for found in named):
            return True
        return any(self._has_entries(lines[at + 1 : end]) for at, end in sections)

    def _add_part(
        self, heading: Line | None, name: NameType | None, lines: list[Line], leads: list[int], breaks: list[int]
    ) -> None:
        first = breaks[0] if breaks else len(lines)
        leads = self._earlier_leads(heading, name, lines[: leads[0] if leads else first]) + leads
        is_cover = name is not None and name.role == "cover"
        container = heading is not None and bool(breaks) and not leads and not is_cover
        self.parts.append(SectionLines(heading, lines[:first], name, leads, container))

    def _divide_section(self, heading: Line, parent: NameType | None, lines: list[Line]) -> None:
        found = self._name(heading)
        if found in (None, _DAYS) and parent is not None and parent.role == "entries":
            found = replace(parent, exact=parent.exact or found is _DAYS)
        if found is not None and found.role == "boilerplate" and is_over_issue(heading, lines):
            found = _CONTENTS
        self.divide(heading, found, lines)

    def _name(self, heading: Line) -> NameType | None:
        """Kind and role of a heading by its whole name, or by the label before its own title (本周话题：X)."""
        found = self.naming(heading.text)
        if found is not None and found.exact:
            return found
        if is_day(heading):
            return _DAYS
        label, _ = split_label(heading.text)
        labelled = self.naming(label) if label else None
        return replace(labelled, exact=False) if labelled is not None else found

    def _names_text(self, heading: Line) -> bool:
        """Whether the label before a heading's own title (本周话题：X) is the name of a section that is one text."""
        found = self._name(heading) if split_label(heading.text)[0] else None
        return found is not None and found.role == "essay"

    def _earlier_leads(self, heading: Line | None, name: NameType | None, lines: list[Line]) -> list[int]:
        """Entry headings of a deeper level than their siblings further down."""
        siblings = top_headings(lines)
        if (
            heading is None
            and len(siblings) == 1
            and not begins_with_link(lines[siblings[0]])
            and not is_numbered(lines[siblings[0]])
        ):
            return []  # what the issue is about
        return siblings if self._mode(heading, name, lines, siblings) == "entries" else []

    def _breaks(self, lines: list[Line], siblings: list[int]) -> list[int]:
        """The headings among entries that begin a section. One without a link over a list of links does, if all below
        it do: an entry may list links, too."""
        breaks: list[int] = []
        for below, (at, end) in enumerate(reversed(spans(siblings, len(lines)))):
            is_over_links = len(breaks) == below and is_over_list(lines[at], lines[at + 1 : end])
            if is_over_links or self._ends_entries(lines, siblings, at):
                breaks.append(at)
        return breaks[::-1]

    def _ends_entries(self, lines: list[Line], siblings: list[int], at: int) -> bool:
        """Whether a heading among entries begins a section (`## 订阅` after `## 1. [x](u)`)."""
        rest = spans([other for other in siblings if other >= at], len(lines))
        if all(self._returns(lines[start], lines[start + 1 : end]) for start, end in rest):
            return True
        found = self.naming(lines[at].text)
        return bool(found and found.exact) and not begins_with_link(lines[at]) and not is_numbered(lines[at])

    def _returns(self, head: Line, body: list[Line]) -> bool:
        """Whether a heading names a section by coming again in other issues: with a list below, or with nothing."""
        if not self.returning or heading_key(head) not in self.returning or begins_with_link(head):
            return False
        lists = any(line.is_bullet and not line.is_detail for line in body)
        return lists or self._has_entries(body) or not any(line.text for line in body)

    def _mode(self, heading: Line | None, name: NameType | None, lines: list[Line], siblings: list[int]) -> Mode:
        is_text = name is not None and name.role in ("essay", "boilerplate")
        if not siblings or is_text or names_article(heading, [lines[at] for at in siblings]):
            return "text"
        if lines[siblings[0]].level == GROUP_LEVEL:
            return "sections"
        bodies = [lines[at + 1 : end] for at, end in spans(siblings, len(lines))]
        heads = [lines[at] for at in siblings]
        # In `## 工具` even `### [Tools](u)` is the title of a tool.
        inside = name is not None and name.role == "entries"
        names = [None if inside and begins_with_link(head) else self._name(head) for head in heads]
        if name is not None and name.role == "cover":
            # A section of a level too deep, as in `## 封面图` followed by `### 本周话题：X`.
            return "sections" if any(found is not None and found.role != "boilerplate" for found in names) else "text"
        known = [
            bool(found and found.exact) or self._returns(head, body)
            for head, body, found in zip(heads, bodies, names, strict=True)
        ]
        exact = sum(known)
        listing = sum(
            lists_links(body) or is_word_over_link(head, body) for head, body in zip(heads, bodies, strict=True)
        )
        others = [(head, body) for head, body, is_known in zip(heads, bodies, known, strict=True) if not is_known]
        titles = sum(is_entry(head, body) and not self._names_text(head) for head, body in others)
        grouping = sum(self._has_entries(body) for _, body in others)
        if (
            others
            and titles > len(others) * decisions.HEADING_SHARE
            and grouping <= titles * decisions.HEADING_SHARE
            and exact <= len(others)
        ):
            return "entries"
        if heading is None and self._lead_one_each(others, exact):
            return "entries"
        if heading is None or listing > max(1, titles):
            return "sections"
        if exact > len(heads) * decisions.HEADING_SHARE or grouping >= len(others) * decisions.HEADING_SHARE > 0:
            return "sections"
        linked = sum(any(link_targets(line) for line in [head, *body]) for head, body in others)
        if any(found is not None for found in names) and name is None:
            return "sections"
        if name is not None and name.role == "container":
            return "sections"
        if not titles and any(found and is_divided(found, body) for found, body in zip(names, bodies, strict=True)):
            return "sections"  # `### 精选文章` over a list, even in `## 教程`
        if not titles and opens_entry(lines[: siblings[0]]):
            return "text"
        return "entries" if name is not None or linked >= len(heads) * decisions.HEADING_SHARE else "text"

    def _lead_one_each(self, others: Sequence[tuple[Line, list[Line]]], known: int) -> bool:
        """Whether the topmost headings would be sections of one entry each: then they are the titles of these.

        Most of them lead to something, they hold no list and no headings of their own, and few have a known name.
        """
        few = len(others) * decisions.ODD_HEADINGS
        longer = sum(len(head.text) > decisions.SECTION_CHARS for head, _ in others)
        linked = sum(any(link_targets(line) for line in [head, *body]) for head, body in others)
        if (
            len(others) < MIN_ALIKE
            or known > few
            or longer <= len(others) * decisions.HEADING_SHARE
            or linked <= len(others) * (decisions.ODD_HEADINGS if is_series(others) else decisions.HEADING_SHARE)
        ):
            return False
        return sum(bool(top_headings(body)) or self._has_entries(body) for _, body in others) <= few

    def _may_be_entries(self, role: SectionRole, lines: list[Line], siblings: list[int]) -> bool:
        """Whether nothing speaks against headings that lead entries elsewhere: no known name, no list of links."""
        if role in ("boilerplate", "cover"):
            return False
        if role == "essay" and not all(begins_with_link(lines[at]) for at in siblings):
            return False
        bodies = [(lines[at], lines[at + 1 : end]) for at, end in spans(siblings, len(lines))]
        names = [self._name(head) for head, _ in bodies]
        if any(self._returns(head, body) for head, body in bodies):
            return False
        listing = [body for _, body in bodies if lists_links(body)]
        is_long = any(sum(line.is_bullet for line in body) > decisions.CLOSING_LINKS for body in listing)
        if (
            any(found and found.exact for found in names)
            or is_long
            or len(listing) > len(bodies) * decisions.ODD_HEADINGS
        ):
            return False
        # A word or two over a list is the name of a section more likely than the title of a text in points.
        return not any(len(head.text) <= decisions.WORD_CHARS and self._has_entries(body) for head, body in bodies)

    def _has_entries(self, body: list[Line]) -> bool:
        """Whether the lines under a heading hold several entries of their own."""
        if is_closed_by_links(body):
            return False
        deeper = top_headings(body)
        if deeper:
            return any(is_entry(body[at], body[at + 1 : end]) for at, end in spans(deeper, len(body)))
        own = [line for line in body if not line.place.quote]  # a list in a quote is a part of somebody's text
        listed = own if any(line.text for line in own) else body
        return len(listed) > 1 and len(find_leads(listed, known=False).indexes) > 1


_DAYS: Final = NameType("other", exact=True)
"""What a month or a day (`十月`, `5 月 3 日`) is the name of: a section, never the title of an entry."""
_CONTENTS: Final = NameType("other", "container", exact=True)
"""What calls itself contents (`本期目录`) and is the issue itself."""
