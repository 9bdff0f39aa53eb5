"""The parts of an outline → sections with their entries, and the issue's front text.

Each line of a part goes to an entry, to the front of its section, or to the front of the issue: what stands before the
first section, what only introduces sub-sections, and what closes the issue (上一期, The End).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from wangqi.indexer.archive.habits import NO_HABITS, Habits
from wangqi.indexer.reader import decisions
from wangqi.indexer.reader.asides import is_navigation
from wangqi.indexer.reader.closing import after_last_rule, footer_start, split_closing
from wangqi.indexer.reader.entries import SectionPlace, make_entry, make_essay, make_front
from wangqi.indexer.reader.evidence import entry_key
from wangqi.indexer.reader.kinds import NameType
from wangqi.indexer.reader.line_addresses import leads_away, link_targets, pointed_address
from wangqi.indexer.reader.lines import Line, spans
from wangqi.indexer.reader.outline import Outline, SectionLines
from wangqi.indexer.reader.problems import Problems
from wangqi.indexer.reader.quotes import find_quotes
from wangqi.indexer.reader.reasons import FURNITURE, Reason, of_entry, of_section
from wangqi.indexer.reader.records import label_of
from wangqi.indexer.reader.shapes import Leads, find_leads, find_numbered
from wangqi.indexer.reader.speakers import is_attribution
from wangqi.indexer.reader.title_labels import number_label, skip_decoration
from wangqi.indexer.reader.titles import begins_with_link, is_linked_title
from wangqi.search.errors import ReadError
from wangqi.search.errors.message import Message
from wangqi.search.model import Entry, IssueRef, Kind, Role, Section

MIN_LISTED: Final = 2
MAX_GROUP_CHARS: Final = 8
MIN_UNREAD: Final = 3
"""Lines that begin with a link: one or two are usual in a foreword."""
MAX_ENTRIES: Final = 20_000
"""A hundred times those of the largest issue known. A file of 5 MB has room for 75 000, which cost three times as much
as an honest one."""


Found = dict[tuple[int, int, bool, int], tuple[list[Line], Leads]]
"""Lines and the leads among them, by the number of the first line, how many there are, and what else `find_leads` is
told."""


@dataclass(slots=True)
class SectionReader:
    """Reads the sections of one issue in order, counting its entries."""

    issue: IssueRef
    problems: Problems
    habits: Habits = NO_HABITS
    footer: list[Line] = field(default_factory=list)
    """Lines that stand in no part of the outline."""
    earlier: Found = field(default_factory=dict)
    """The leads of sections that another reading of the file found; those of this one are added."""
    explains: bool = False
    """Whether `reasons` shall say of each entry what made it one."""
    entry_count: int = 0
    given: list[list[Line]] = field(default_factory=list)
    """The lines that each entry was given."""
    reasons: list[Reason] = field(default_factory=list)
    """Why the sections were read as they were."""
    _last_value: int = 0
    """The last number of an entry, for numbers that run through the issue."""
    _loose: list[Line] = field(default_factory=list)
    """Lines for the front of the issue."""
    _unread: list[Line] = field(default_factory=list)
    """Lines that lead no entry, though the name of their section does not forbid it."""

    def read(self, outline: Outline, *, about: Sequence[str] = ()) -> tuple[Entry | None, list[Section]]:
        """The issue's front text, which `about` begins, and its sections."""
        sections: list[Section] = []
        if outline.title is not None and outline.title.text != self.issue.title:
            self._loose.append(outline.title)
        last = next((part for part in reversed(outline.parts) if _may_hold_text(part.name)), None)
        for part in outline.parts:
            if part is last:
                part = self._without_footer(part)
            if part.heading is None and not (part.leads or _is_all(outline)):
                part = self._without_foreword(part)
            if part.heading is None and not (part.leads or _is_all(outline) or _lists_entries(part.lines)):
                self._loose += part.lines
                self._unread += part.lines
            elif part.container and not (_lists_entries(part.lines) or _is_text(part)):
                self._loose += [part.heading, *part.lines] if part.heading else part.lines
                self._unread += part.lines
            elif (section := self._read_part(part)) is not None:
                sections.append(section)
        self._check_unread()
        self._loose += self.footer
        self._loose.sort(key=lambda line: line.number)
        self._loose[:0] = [Line(1, text) for text in about]
        front = make_front(self.issue, self._loose, title=self.issue.title, kind="other", role="front")
        return front, sections

    def _read_part(self, part: SectionLines) -> Section | None:
        """The section of a part; None for lines before the first section that hold no entries."""
        heading, name = part.heading, part.name
        title = heading.text if heading else ""
        place = SectionPlace(self.issue, title, name.kind if name else "other")
        lines = self._without_closing(part)
        leads = self._find_leads(part, lines)
        may_be_text = _may_hold_text(name) and not is_navigation(lines)
        first = next(iter([heading] if heading else lines), None)
        if first is not None:
            said = of_section(heading, name, shape=leads.shape, count=len(leads.indexes))
            self.reasons.append(Reason(first.number, said))
        if leads.indexes:
            entries, rest = self._make_entries(place, lines, leads)
            self._unread += lines[: leads.indexes[0]]
        elif heading is not None and may_be_text and _holds_text(lines, place.kind):
            if name is None or not name.exact:
                place = replace(place, kind="essay")
            if self._is_furniture([heading, *lines]):
                entries, rest = [], lines
            else:
                self._count(heading)
                essay = make_essay(place, heading, lines)
                entries, rest = [essay], []
                if self.explains:
                    whole = of_entry(essay, [heading, *lines], Message("all of the section is one text"))
                    self.reasons.append(Reason(heading.number, whole))
                self.given.append([heading, *lines])
                self._unread += lines
        else:
            entries, rest = [], lines
        if heading is None:
            self._loose += rest
            rest = []
            if not entries:
                return None
        else:
            self._check_name(heading, name, entries, rest)
        role: Role = "boilerplate" if name is not None and name.role == "boilerplate" else "front"
        return Section(
            title=title,
            kind=place.kind,
            line=heading.number if heading else entries[0].line,
            boilerplate=role == "boilerplate",
            front=make_front(self.issue, rest, title=title, kind=place.kind, role=role, heading=heading),
            entries=tuple(entries),
        )

    def _without_footer(self, part: SectionLines) -> SectionLines:
        """`part`, the last that holds entries, without the footer of the issue."""
        end = footer_start(part.lines)
        self._loose += part.lines[end:]
        return replace(part, lines=part.lines[:end], leads=[index for index in part.leads if index < end])

    def _without_foreword(self, part: SectionLines) -> SectionLines:
        """`part`, what stands before the first heading, without what a rule parts from its list of entries."""
        starts = [index for index, line in enumerate(part.lines) if line.kind == "rule"]
        for start in starts if not _lists_entries(part.lines) else ():
            if _lists_entries(part.lines[start:]):
                self._loose += part.lines[:start]
                return replace(part, lines=part.lines[start:])
        return part

    def _without_closing(self, part: SectionLines) -> list[Line]:
        if part.name is not None and part.name.role != "entries":
            return part.lines
        lines, closing = split_closing(part.lines)
        self._loose += closing
        return lines

    def _find_leads(self, part: SectionLines, lines: list[Line]) -> Leads:
        name = part.name
        if part.leads:
            headings = [index for index in part.leads if index < len(lines)]
            listed = lines[: headings[0]] if headings else lines
            if _lists_entries(listed):
                above = find_leads(listed, known=False)
                return Leads((*above.indexes, *headings), shape=Message("{shape} and headings", shape=above.shape))
            return _heading_leads(lines, headings)
        if name is not None and name.role != "entries":
            is_list = name.role == "essay" and not name.exact and (_lists_entries(lines) or _opens_with_title(lines))
            return find_leads(lines, known=False) if is_list else Leads()
        if part.heading is None:
            return _leads_without_heading(lines)
        known = name is not None and name.exact
        if name is not None and name.kind == "quote":
            numbered = find_numbered(lines, known=known, last_value=self._last_value)
            return numbered if numbered.indexes else Leads(tuple(find_quotes(lines)), shape=Message("quotations"))
        return self._leads_among(lines, known=known)

    def _leads_among(self, lines: list[Line], *, known: bool) -> Leads:
        key = (lines[0].number if lines else 0, len(lines), known, self._last_value)
        before, leads = self.earlier.get(key, (None, Leads()))
        if before != lines:  # soon decided, since nearly all are the same objects
            leads = find_leads(lines, known=known, last_value=self._last_value)
            self.earlier[key] = lines, leads
        return leads

    def _make_entries(self, place: SectionPlace, lines: list[Line], leads: Leads) -> tuple[list[Entry], list[Line]]:
        """The entries, and the lines before the first one."""
        end = after_last_rule(lines, leads.indexes)
        self._loose += lines[end:]
        bounds = spans(leads.indexes, end)
        groups = [stop for start, stop in bounds if stop < end and _names_next_group(lines[start:stop], lines[stop])]
        before = lines[: leads.indexes[0]]
        entries = []
        for start, stop in bounds:
            given = lines[start:stop]
            if stop in groups and len(groups) * 2 <= len(bounds):
                before = [*before, given.pop()]
            if self._is_furniture(given):
                self.reasons.append(Reason(given[0].number, FURNITURE))
                before = before + given
                continue
            self.given.append(given)
            self._count(given[0])
            entry = make_entry(place, given)
            if self.explains:
                self.reasons.append(Reason(given[0].number, of_entry(entry, given, leads.shape)))
            entries.append(entry)
        self._check_numbers(lines, leads)
        self._check_links(entries)
        if entries and before and not any(line.text for line in before):  # a picture above the only text is that text's
            marks = [mark for line in before for mark in line.marks if mark.kind == "image"]
            images = (*(mark.target for mark in marks), *entries[0].images)
            image_texts = (*(mark.alt for mark in marks if mark.alt), *entries[0].image_texts)
            return [replace(entries[0], images=images, image_texts=image_texts), *entries[1:]], []
        return entries, before

    def _is_furniture(self, given: Sequence[Line]) -> bool:
        """Whether what looks like an entry returns word for word in other issues."""
        return bool(self.habits.entries) and entry_key(given) in self.habits.entries

    def _count(self, lead: Line) -> None:
        self.entry_count += 1
        if self.entry_count > MAX_ENTRIES:
            raise ReadError(
                "has more than {most} entries: too many for an issue",
                most=MAX_ENTRIES,
                line=lead.number,
            )

    def _check_name(self, heading: Line, name: NameType | None, entries: Sequence[Entry], rest: Sequence[Line]) -> None:
        if name is None and any(entry.kind != "essay" for entry in entries):
            self.problems.add(
                heading.number, "unknown-section", Message("section {text!r} is of no known kind", text=heading.text)
            )
        elif not entries and _may_hold_text(name) and not _holds_text(rest, "image"):
            self.problems.add(heading.number, "empty-section", Message("section {text!r} is empty", text=heading.text))

    def _check_numbers(self, lines: Sequence[Line], leads: Leads) -> None:
        if set(leads.values) == {1} and all(lines[index].marker for index in leads.indexes):
            self._last_value = len(leads.indexes)  # "1." before each leaves the counting to Markdown
            return
        expected = min([1, *leads.values[:1]])
        for position, (index, value) in enumerate(zip(leads.indexes, leads.values, strict=False)):
            if position == 0 and value > 1 and self._last_value:
                expected = self._last_value + 1
            if value != expected:
                code = "number-gap" if value > expected else "number-repeat"
                self.problems.add(
                    lines[index].number,
                    code,
                    Message("number {value} where {expected} was expected", value=value, expected=expected),
                )
            self._last_value = value
            expected = value + 1

    def _check_links(self, entries: Sequence[Entry]) -> None:
        linked = sum(entry.url is not None for entry in entries)
        for entry in entries:
            leads_nowhere = entry.url is None and not any("://" in link.url for link in entry.links)
            if leads_nowhere and entry.kind != "quote" and linked * 2 > len(entries):
                self.problems.add(entry.line, "no-link", Message("entry {title!r} has no address", title=entry.title))

    def _check_unread(self) -> None:
        """Tell of lines that look like titles with links and are in no entry of their own: most misreadings show so."""
        unread = sorted((line for line in self._unread if _looks_like_entry(line)), key=lambda line: line.number)
        if len(unread) >= MIN_UNREAD:
            message = Message(
                "{count} lines that begin with a link were not read as entries, this is the first of them",
                count=len(unread),
            )
            self.problems.add(unread[0].number, "links-not-read", message)


def _looks_like_entry(line: Line) -> bool:
    is_outer = line.kind == "text" and line.place.depth <= 1 and not line.place.quote and not line.is_detail
    is_listed = bool(line.marker) or number_label(line.text, skip_decoration(line.text)) is not None
    return is_outer and is_listed and is_linked_title(line) and leads_away(line)


def _leads_without_heading(lines: Sequence[Line]) -> Leads:
    """What leads the entries of an issue without sections: that it is one promises entries as the name of a section
    does, if there are several numbers, or links in most of them."""
    found = find_leads(lines, known=False)
    if found.indexes:
        return found
    found = find_leads(lines, known=True)
    entries = spans(found.indexes, len(lines))
    linked = sum(any(link_targets(line) for line in lines[start:end]) for start, end in entries)
    is_numbered = len(found.values) >= MIN_UNREAD
    return found if is_numbered or linked * 2 > len(found.indexes) else Leads()


def _opens_with_title(lines: Sequence[Line]) -> bool:
    """Whether a bullet with a linked title is the first line that is not quoted."""
    first = next((line for line in lines if line.text and not line.place.quote), None)
    return first is not None and first.is_bullet and is_linked_title(first)


def _lists_entries(lines: Sequence[Line]) -> bool:
    """Whether lines that no name of a section stands above, or that only introduce sub-sections, are entries all the
    same: titles that lead elsewhere, and next to nothing before them."""
    leads = find_leads(lines, known=False).indexes
    titles = [lines[index] for index in leads]
    before = [line for line in lines[: leads[0] if leads else 0] if line.text]
    if len(titles) < MIN_LISTED or len(before) > decisions.INTRODUCTION_LINES:
        return False
    linked = sum(
        (is_linked_title(line) or (line.marker != "" and begins_with_link(line)))
        and label_of(line) == ""
        and leads_away(line)
        and pointed_address(line) is None
        for line in titles
    )
    return linked > len(titles) * decisions.LINKED_TITLES


def _names_next_group(given: Sequence[Line], lead: Line) -> bool:
    """Whether the last line before a bullet is a word in a quote (`> 干货`) that names what follows."""
    line = given[-1]
    if len(given) < 2 or not lead.is_bullet:
        return False
    is_word = 0 < len(line.text) <= MAX_GROUP_CHARS and line.text[-1] not in "。！？!?；;，,：:"
    is_apart = line.opens and line.place.quote > 0 and not line.place.depth and not line.marks
    return is_word and is_apart and not is_attribution(line)


def _is_text(part: SectionLines) -> bool:
    """Whether a section that is not called like one of entries holds more than an introduction to its sub-sections."""
    if part.heading is None or part.heading.level == 1 or (part.name is not None and part.name.exact):
        return False
    return sum(bool(line.text) for line in part.lines) > decisions.INTRODUCTION_LINES


def _is_all(outline: Outline) -> bool:
    """Whether what stands before the first section is all there is: no section after it can hold entries."""
    names = [part.name for part in outline.parts if part.heading]
    return all(name is not None and name.role == "boilerplate" for name in names)


def _holds_text(lines: Sequence[Line], kind: Kind) -> bool:
    """Whether lines say something; in a section of pictures a picture does."""
    return any(line.text or (kind == "image" and any(mark.kind == "image" for mark in line.marks)) for line in lines)


def _may_hold_text(name: NameType | None) -> bool:
    return name is None or name.role not in ("boilerplate", "cover")


def _heading_leads(lines: Sequence[Line], indexes: list[int]) -> Leads:
    labels = [number_label(lines[index].text, skip_decoration(lines[index].text)) for index in indexes]
    values = [label.value for label in labels if label]
    return Leads(tuple(indexes), tuple(values) if len(values) == len(indexes) else (), shape=Message("headings"))
