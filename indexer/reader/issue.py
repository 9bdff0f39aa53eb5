"""One Markdown file → `search.model.Issue`: front matter, lines, outline, leads, entries, and what was doubtful."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Final

from indexer.digest import issue_digest
from indexer.reader.blocks import read_lines
from indexer.reader.closing import after_last_rule, split_closing
from indexer.reader.decode import decode
from indexer.reader.entries import Place, make_entry, make_essay, make_front
from indexer.reader.frontmatter import FrontMatter, is_draft, split_front_matter
from indexer.reader.kinds import NameType, name_type
from indexer.reader.lines import Line
from indexer.reader.metadata import find_dates, find_number
from indexer.reader.outline import Outline, Part, divide
from indexer.reader.quotes import find_quotes
from indexer.reader.shapes import Leads, find_leads, find_numbered
from search.model import Entry, Issue, IssueRef, Kind, Problem, Role, Section, issue_id

MAX_DAYS_EARLY: Final = 60
"""An issue cannot well enter git this long before its own date."""


def read_issue(
    archive: str,
    path: str,
    data: bytes,
    *,
    aliases: Mapping[str, Kind] | None = None,
    entered: date | None = None,
) -> Issue:
    """The issue at `path` (POSIX, below the folder of `archive`) whose bytes are `data`.

    `aliases` are a site's own names of sections; `entered` is the day the file entered git, used when nothing else
    gives a date. Raises `ReadError` when `data` is no readable text; whatever else is odd is among its problems.
    """
    matter, body = split_front_matter(decode(data))
    lines = read_lines(body)
    naming = partial(name_type, aliases=dict(aliases or {}))
    known_title = _text_setting(matter, "title")
    outline = divide(lines, naming, known_title=known_title)
    title = known_title or (outline.title.text if outline.title else "")
    reader = _Reader(path=path)
    number, day = find_number(matter.settings, title or "", path), reader.choose_date(matter, title, entered)
    if number is None and outline.title is not None:
        number = find_number({}, outline.title.text, path)
    ref = IssueRef(id=issue_id(archive, path), archive=archive, path=path, number=number, title=title, date=day)
    front, sections = reader.read_parts(ref, outline)
    reader.report_file(matter, lines)
    digest = issue_digest(data, aliases or {}, entered)
    problems = tuple(sorted(reader.problems, key=lambda problem: (problem.line, problem.code)))
    return Issue(ref=ref, digest=digest, front=front, sections=tuple(sections), problems=problems)


def _text_setting(matter: FrontMatter, key: str) -> str:
    value = matter.settings.get(key)
    return " ".join(str(value).split()) if isinstance(value, (str, int, float)) and value is not True else ""


@dataclass(slots=True)
class _Reader:
    """Reads the parts of one issue in order, counting its entries and collecting problems."""

    path: str
    problems: list[Problem] = field(default_factory=list)
    _entries: int = 0
    _last_value: int = 0
    _loose: list[Line] = field(default_factory=list)

    def report(self, line: int, code: str, message: str) -> None:
        self.problems.append(Problem(path=self.path, line=line, code=code, message=message))

    def report_file(self, matter: FrontMatter, lines: Sequence[Line]) -> None:
        """Report what is odd about the file as a whole."""
        if matter.problem:
            self.report(1, "front-matter", f"front matter is no valid YAML, read line by line: {matter.problem}")
        if is_draft(matter.settings):
            self.report(1, "draft", "front matter says that this is a draft")
        if not any(line.text for line in lines):
            self.report(1, "empty-file", "there is no text in this file")
        elif not self._entries:
            self.report(1, "no-entries", "no entry was recognized; the text can be found as a whole")

    def choose_date(self, matter: FrontMatter, title: str, entered: date | None) -> date | None:
        """The issue's date from the first source that has one; `entered` is the last."""
        for source, day in find_dates(matter.settings, title, self.path):
            if day is None:
                self.report(1, "doubtful-date", f"the date in the {source} cannot be read")
                continue
            if entered is not None and (day - entered).days > MAX_DAYS_EARLY:
                message = f"{day} from the {source} is long after the day the file entered git, {entered}"
                self.report(1, "doubtful-date", message)
            return day
        return entered

    def read_parts(self, ref: IssueRef, outline: Outline) -> tuple[Entry | None, list[Section]]:
        """The issue's front text and its sections."""
        sections: list[Section] = []
        if outline.title is not None and outline.title.text != ref.title:
            self._loose.append(outline.title)
        whole = all(part.name is not None and part.name.role == "boilerplate" for part in outline.parts if part.heading)
        for part in outline.parts:
            if part.heading is None and not (part.leads or whole):
                self._loose += part.lines
            elif part.container:
                self._loose += [part.heading, *part.lines] if part.heading else part.lines
            else:
                sections += self._read_section(ref, part, len(sections) + 1)
        front = make_front(ref, "0", self._loose, title=ref.title, kind="other", role="front")
        return front, sections

    def _read_section(self, ref: IssueRef, part: Part, order: int) -> list[Section]:
        heading, name = part.heading, part.name
        title = heading.text if heading else ""
        kind: Kind = name.kind if name else "other"
        place = Place(ref, title, name, kind)
        boilerplate = name is not None and name.role == "boilerplate"
        with_entries = name is None or name.role == "entries"
        lines, closing = split_closing(part.lines) if with_entries else (part.lines, [])
        self._loose += closing
        leads = self._leads(part, lines)
        entries: list[Entry] = []
        front_lines = lines
        if leads.indexes:
            end = after_last_rule(lines, leads.indexes)
            self._loose += lines[end:]
            front_lines = lines[: leads.indexes[0]]
            bounds = [*leads.indexes[1:], end]
            for start, end in zip(leads.indexes, bounds, strict=True):
                entries.append(make_entry(place, self._next(), lines[start:end]))
            self._check_numbers(lines, leads)
            self._check_links(entries)
        elif heading is None:
            self._loose += lines
            return []
        elif _is_text(name) and any(line.text for line in lines):
            if name is None or not name.exact:
                kind = "essay"
                place = replace(place, kind=kind)
            entries, front_lines = [make_essay(place, self._next(), heading, lines)], []
        elif with_entries:
            self.report(heading.number, "empty-section", f"section {title!r} is empty")
        if heading is None:
            self._loose += front_lines
            front_lines = []
        if name is None and heading is not None and entries:
            self.report(heading.number, "unknown-section", f"section {title!r} is of no known kind")
        role: Role = "boilerplate" if boilerplate else "front"
        front = make_front(ref, f"s{order}", front_lines, title=title, kind=kind, role=role)
        line = heading.number if heading else entries[0].line
        made = tuple(entries)
        return [Section(title=title, kind=kind, line=line, boilerplate=boilerplate, front=front, entries=made)]

    def _leads(self, part: Part, lines: list[Line]) -> Leads:
        name = part.name
        if part.leads:
            return Leads(tuple(index for index in part.leads if index < len(lines)))
        if name is not None and name.role in ("boilerplate", "cover"):
            return Leads()
        if name is not None and name.role == "essay":
            return Leads()
        known = name is not None and name.exact
        if name is not None and name.kind == "quote":
            numbered = find_numbered(lines, known=known, last_value=self._last_value)
            return numbered if numbered.indexes else Leads(tuple(find_quotes(lines)))
        return find_leads(lines, known=known, last_value=self._last_value)

    def _next(self) -> int:
        self._entries += 1
        return self._entries

    def _check_numbers(self, lines: Sequence[Line], leads: Leads) -> None:
        expected: int | None = None
        for index, value in zip(leads.indexes, leads.values, strict=False):
            if expected is None:
                expected = self._last_value + 1 if value != 1 and self._last_value else 1
            if value != expected:
                code = "number-gap" if value > expected else "number-repeat"
                self.report(lines[index].number, code, f"number {value} where {expected} was expected")
            expected = value + 1
            self._last_value = value

    def _check_links(self, entries: Sequence[Entry]) -> None:
        linked = sum(entry.url is not None for entry in entries)
        for entry in entries:
            if entry.url is None and entry.kind != "quote" and linked * 2 > len(entries):
                self.report(entry.line, "no-link", f"entry {entry.title!r} has no address")


def _is_text(name: NameType | None) -> bool:
    return name is None or name.role not in ("boilerplate", "cover")
