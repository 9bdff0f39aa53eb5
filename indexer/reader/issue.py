"""Read one Markdown file into a `search.model.Issue`: decode, settings, lines, outline, sections, problems."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final, NamedTuple

from wangqi.indexer.archive.digest import issue_digest
from wangqi.indexer.archive.habits import NO_HABITS, Evidence, Habits
from wangqi.indexer.reader.address_settings import address_settings
from wangqi.indexer.reader.asides import mark_asides
from wangqi.indexer.reader.blocks import read_lines
from wangqi.indexer.reader.decode import decode
from wangqi.indexer.reader.dialects import Oddity, find_oddities
from wangqi.indexer.reader.evidence import collect, find_footer
from wangqi.indexer.reader.frontmatter import FrontMatter, split_front_matter
from wangqi.indexer.reader.grouping import linked_groups, name_groups
from wangqi.indexer.reader.ids import with_ids
from wangqi.indexer.reader.kinds import Naming, name_type
from wangqi.indexer.reader.lines import Line
from wangqi.indexer.reader.metadata import DATE_KEYS, RELEASE_KEYS, find_dates, find_number, find_release, title_of_path
from wangqi.indexer.reader.outline import Outline, divide
from wangqi.indexer.reader.outline_numbers import without_outline_numbers
from wangqi.indexer.reader.privacy import find_mark
from wangqi.indexer.reader.problems import Problems
from wangqi.indexer.reader.reasons import Reason
from wangqi.indexer.reader.records import mark_records
from wangqi.indexer.reader.sections import Found, SectionReader
from wangqi.indexer.reader.tags import find_tags
from wangqi.search.document.fields import MAX_CHARS
from wangqi.search.errors.message import Message
from wangqi.search.model import Entry, Issue, IssueRef, Kind, Section, entry_id, issue_id

_ABOUT_KEYS: Final = ("subtitle", "description", "summary", "excerpt", "keywords", "tags", "tag")
MAX_ABOUT_CHARS: Final = 500

MAX_DAYS_EARLY: Final = 60
"""An issue cannot well enter git this long before its own date."""


class Text(NamedTuple):
    """The text of a file with its settings, the same whatever the habits of its archive."""

    matter: FrontMatter
    lines: list[Line]
    oddities: list[Oddity]


class Division(NamedTuple):
    """The lines of a text by what they belong to."""

    lines: list[Line]
    """With groups named and records marked."""
    outline: Outline
    footer: list[Line]
    """Those that the outline is without."""


class Draft(NamedTuple):
    """The lines of a file that was read without habits. With them it is read again with habits for a quarter to half of
    the time."""

    digest: str
    """Of the issue: of the bytes, and of all else that the reading depends on."""
    text: Text
    division: Division
    leads: Found
    evidence: Evidence


class Reading(NamedTuple):
    """An issue, and what it says about the archive that it is from."""

    issue: Issue
    evidence: Evidence
    reasons: tuple[Reason, ...] = ()
    """Why its sections were read as they were, in the order of the file."""
    draft: Draft | None = None
    """None of a reading with habits."""


def read_issue(
    archive: str,
    path: str,
    data: bytes,
    *,
    aliases: Mapping[str, Kind] | None = None,
    entered: date | None = None,
    habits: Habits = NO_HABITS,
) -> Issue:
    """The issue at `path` (POSIX, below the folder of `archive`) whose bytes are `data`.

    `aliases` are a site's own names of sections; `entered` is the day the file entered git, used when nothing else
    gives a date; `habits` are those of the archive. Raises `ReadError` when `data` is no readable text; whatever else
    is odd is among its problems.
    """
    return read_closely(archive, path, data, aliases=aliases, entered=entered, habits=habits).issue


def read_closely(
    archive: str,
    path: str,
    data: bytes,
    *,
    aliases: Mapping[str, Kind] | None = None,
    entered: date | None = None,
    habits: Habits = NO_HABITS,
    draft: Draft | None = None,
    explains: bool = False,
) -> Reading:
    """Like `read_issue`, with the evidence for the habits of the archive, which has to come from a reading without.

    The `draft` of such a reading spares what does not depend on habits; that of another file, or of what the file was
    before, is not used. With `explains` each entry has its reason, too.
    """
    if draft and draft.digest != issue_digest(data, aliases or {}, entered):
        draft = None
    naming = partial(name_type, aliases=dict(aliases or {}))
    text = draft.text if draft else _parse(data)
    division = draft.division if draft and not habits.divide else _divide(text, naming, habits)
    matter, outline = text.matter, division.outline
    heading = outline.title.text if outline.title else ""
    title = _title_setting(matter) or heading or title_of_path(path)
    problems = Problems(path)
    ref = IssueRef(
        id=issue_id(archive, path),
        archive=archive,
        path=path,
        number=find_number(matter.settings, [title, heading], path),
        title=title,
        date=_choose_date(matter, title, path, entered, problems),
        tags=find_tags(matter.settings),
        settings=address_settings(matter.settings),
    )
    reader = SectionReader(ref, problems, habits, list(division.footer), draft.leads if draft else {}, explains)
    front, sections = reader.read(outline, about=_said_of_issue(matter, title))
    for oddity in text.oddities:
        problems.add(oddity.line, oddity.code, oddity.message)
    _check_file(matter, text.lines, reader.entry_count, problems)
    _check_lengths(front, sections, problems)
    release = find_release(matter.settings)
    is_later = release is not None and ref.date is not None and release > ref.date
    digest = issue_digest(data, aliases or {}, entered, habits.fingerprint)
    issue = Issue(
        ref=ref, digest=digest, front=front and replace(front, id=entry_id(ref.id, "0")),
        sections=with_ids(ref.id, sections), problems=problems.in_order(),
        release=release,
        date_line=matter.line_of(RELEASE_KEYS if is_later else DATE_KEYS),
    )  # fmt: skip
    if draft is None:
        evidence = collect(division.lines, outline, naming, reader.given, outer=linked_groups(text.lines))
    else:
        evidence = draft.evidence
    own = None if habits != NO_HABITS else Draft(digest, text, division, reader.earlier, evidence)
    return Reading(issue, evidence, tuple(sorted(reader.reasons)), own)


def _parse(data: bytes) -> Text:
    matter, body = split_front_matter(decode(data))
    return Text(matter, mark_asides(without_outline_numbers(read_lines(body))), list(find_oddities(body)))


def _divide(text: Text, naming: Naming, habits: Habits) -> Division:
    lines = mark_records(name_groups(text.lines, always=habits.outer_groups), habits)
    start, end = find_footer(lines, habits, naming)
    rest = [*lines[:start], *lines[end:]]
    outline = divide(rest, naming, known_title=_title_setting(text.matter), habits=habits)
    return Division(lines, outline, lines[start:end])


def _title_setting(matter: FrontMatter) -> str:
    value = matter.settings.get("title")
    return " ".join(str(value).split()) if isinstance(value, (str, int, float, date)) else ""


def _said_of_issue(matter: FrontMatter, title: str) -> list[str]:
    """Texts of the settings about the whole issue: description, tags. They are found with the text of its front."""
    said: list[str] = []
    for key in _ABOUT_KEYS:
        value = matter.settings.get(key)
        values = value if isinstance(value, list) else [value]
        text = " ".join(" ".join(str(one).split()) for one in values if isinstance(one, (str, int, float)))
        if text and text != title and text not in said:
            said.append(text[:MAX_ABOUT_CHARS])
    return said


def _choose_date(matter: FrontMatter, title: str, path: str, entered: date | None, problems: Problems) -> date | None:
    """The issue's date from the first source that has one; `entered` is the last."""
    for source, day in find_dates(matter.settings, title, path):
        if day is None:
            problems.add(1, "doubtful-date", Message("the date in the {source} cannot be read", source=source))
            continue
        if entered is not None and (day - entered).days > MAX_DAYS_EARLY:
            message = Message(
                "{day} from the {source} is long after the day the file entered git, {entered}",
                day=day,
                source=source,
                entered=entered,
            )
            problems.add(1, "doubtful-date", message)
        return day
    return entered


def _check_file(matter: FrontMatter, lines: Sequence[Line], entry_count: int, problems: Problems) -> None:
    if matter.problem:
        message = Message(
            "front matter is not as it should be, read as well as it can be: {problem}", problem=matter.problem
        )
        problems.add(1, "front-matter", message)
    if mark := find_mark(matter):
        problems.add(mark.line, mark.code, Message("not published, since its settings say so: {key}", key=mark.key))
    if not any(line.text for line in lines):
        problems.add(1, "empty-file", Message("there is no text in this file"))
    elif not entry_count:
        problems.add(1, "no-entries", Message("no entry was recognized; the text can be found as a whole"))


def _check_lengths(front: Entry | None, sections: Sequence[Section], problems: Problems) -> None:
    for entry in (front, *(each for section in sections for each in (section.front, *section.entries))):
        if entry and len(entry.text) > MAX_CHARS:
            message = Message(
                "{count} characters of text that belong together: the first {most} can be found",
                count=len(entry.text),
                most=MAX_CHARS,
            )
            problems.add(entry.line, "long-text", message)
