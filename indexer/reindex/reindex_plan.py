"""Decide about each issue file: held as it is, read, kept in its last good version, or failed. Writes nothing."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from wangqi.indexer.archive.digest import issue_digest
from wangqi.indexer.archive.file_names import is_markdown
from wangqi.indexer.archive.files import find_issues
from wangqi.indexer.archive.git_dates import GitDays, first_commit_days
from wangqi.indexer.archive.habits import NO_HABITS, Evidence, common_habits
from wangqi.indexer.archive.patterns import ANY_PATH, PathPatterns
from wangqi.indexer.archive.real_paths import RegularFiles, real_path
from wangqi.indexer.reindex.base_generation import Base
from wangqi.indexer.reindex.issue_files import (
    MAX_BYTES,
    IssueFile,
    Loaded,
    Pending,
    path_as_text,
    problem_of,
    read_data,
    read_files,
)
from wangqi.indexer.reindex.report import PRIVATE_CODES
from wangqi.indexer.reindex.spool import Drafts, Spool
from wangqi.indexer.reindex.told_once import problems_of
from wangqi.indexer.store.manifest import PUBLISHED, IssueRecord, Status
from wangqi.indexer.store.moved import Moved
from wangqi.search.errors import ConfigError
from wangqi.search.errors.message import Message
from wangqi.search.model import Issue, Kind, Problem, issue_id

if TYPE_CHECKING:
    from wangqi.indexer.reader import Reading

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

HELD_BYTES = 16_000_000
"""Of files that are held from the moment they are compared until they are read; the others are opened again."""


@dataclass(slots=True)
class ReindexPlan:
    """The next generation, before anything of it is written."""

    issues: Spool
    """Those that the engine has to index, with their files; the base holds the others."""
    records: dict[str, IssueRecord] = field(default_factory=dict)
    """By issue id: all that the generation will hold."""
    removed: set[str] = field(default_factory=set)
    """Issues of the base that go."""
    fresh: set[str] = field(default_factory=set)
    """Issues whose file was read in this run, or could not be."""
    why_no_day: Mapping[str, str] = field(default_factory=dict)
    """By issue id: why git does not say when the file entered; "" where it does."""
    outcomes: dict[str, str] = field(default_factory=dict)
    """By issue id what became of it: a field of `report.Counts`."""
    turned: dict[str, int] = field(default_factory=dict)
    """Archive → issues whose files did not change, that were read again since the habits of the archive did."""

    moved: Moved = field(default_factory=dict)
    """What became of issues that are no longer where they were, as far as git tells."""
    furniture: int = 0
    """Entries of these and of the files that were read, which the habits say are none."""

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.outcomes.values())

    @property
    def entries(self) -> int:
        return sum(record.entries for record in self.records.values())


def read_archives(
    archives: Mapping[str, Path],
    base: Base,
    *,
    sections: Mapping[str, Kind],
    patterns: PathPatterns,
    index_dir: Path,
    alone: bool,
    today: date,
    future: bool,
    progress: Progress,
) -> ReindexPlan:
    """Compare the files of `archives` with `base` and read those that differ.

    Archives of the base that are not named stay as they are, unless the named ones are to be `alone`. Issues that date
    themselves later than `today` are held back unless the `future` is published too. Raises
    `ConfigError` for an archive without issues; a file that cannot be read is in the plan.
    """
    found = [find_files(name, root, index_dir, patterns) for name, root in archives.items()]
    files = [file for of_archive in found for file in _with_days(of_archive.issues, base)]
    reading = _Reading(base, sections, today, index_dir=index_dir, future=future)
    for of_archive in found:
        for file, why in of_archive.skipped:
            reading.skip(file, why)
    reading.plan.moved = {old: new for of_archive in found for old, new in of_archive.moved.items()}
    reading.plan.why_no_day = {file.id: file.why_no_day for file in files}
    with RegularFiles() as regular:
        changed = [pending for file in files if (pending := reading.compare(file, regular))]
    for done, (loaded, result) in enumerate(read_files(changed, sections, drafts=True)):
        progress(Message("reading"), done, len(changed))
        reading.take(loaded, result)
    again = reading.touched_by_habits(files)
    for done, (loaded, result) in enumerate(read_files(again, sections)):
        progress(Message("reading again"), done, len(again))
        reading.take_again(loaded, result)
    for issue, record in base.manifest.issues.items():
        if issue not in reading.plan.records:
            reading.take_missing(issue, record, gone=alone or record.archive in archives)
    progress(Message("reading"), len(changed), len(changed))
    return reading.plan


class ArchiveFiles(NamedTuple):
    """The files of an archive, in the order of the paths."""

    issues: list[IssueFile]
    skipped: list[tuple[IssueFile, str]]
    """What may be taken for an issue and is none, with the reason."""
    moved: Moved
    """Those of before, by their ids."""


def find_files(archive: str, root: Path, index_dir: Path, patterns: PathPatterns = ANY_PATH) -> ArchiveFiles:
    """The issue files of an archive. Raises `ConfigError` when there are none, when a link leads to where the archive
    may not lie, and for a folder that cannot be listed: its issues are not gone."""
    root = real_path(root)
    folder = root if root.is_dir() else root.parent
    # The index holds copies of the issues; it may lie inside the archive.
    own = os.path.join(index_dir, "")
    try:
        found = find_issues(root, patterns)
    except OSError as error:
        raise ConfigError(
            "archive {archive}: {file} cannot be listed: {reason}",
            archive=archive,
            file=error.filename,
            reason=error.strerror,
        ) from error
    paths = [path for path in found.issues if not os.path.join(folder, path).startswith(own)]
    if not paths:
        chosen = "" if patterns == ANY_PATH else Message(" that include and exclude leave")
        raise ConfigError(
            "archive {archive}: no Markdown files (.md, .markdown) in {root}{chosen}",
            archive=archive,
            root=root,
            chosen=chosen,
        )
    git = first_commit_days(root)
    return ArchiveFiles(
        [_issue_file(archive, folder, path, git) for path in paths],
        [(_issue_file(archive, folder, path), why) for path, why in found.skipped.items()],
        {
            issue_id(archive, path_as_text(old)): issue_id(archive, path_as_text(new)) if new else ""
            for old, new in git.moved.items()
            if is_markdown(old)
        },
    )


def _issue_file(archive: str, folder: Path, path: str, git: GitDays | None = None) -> IssueFile:
    name = path_as_text(path)
    return IssueFile(
        id=issue_id(archive, name),
        archive=archive,
        path=name,
        file=folder / path,
        entered=git.get(path) if git else None,
        why_no_day=git.why_not(path) if git else "",
    )


def _with_days(files: Sequence[IssueFile], base: Base) -> Iterator[IssueFile]:
    """The files of an archive, with the days that the base knows where git names none: it may be missing or too slow
    this once, and without their days all issues would be others."""
    is_dated = any(file.entered for file in files)
    for file in files:
        known = None if is_dated else base.record(file.id)
        yield replace(file, entered=known.entered) if known else file


class _Reading:
    """Fills a plan, issue by issue."""

    def __init__(self, base: Base, sections: Mapping[str, Kind], today: date, *, index_dir: Path, future: bool) -> None:
        self.plan = ReindexPlan(issues=Spool(index_dir))
        self._drafts = Drafts(index_dir)
        self._sizes: dict[str, int] = {}
        """By issue id: bytes of the file when it was compared."""
        self._room = HELD_BYTES
        self._base = base
        self._sections = sections
        self._today = today
        self._future = future

    def compare(self, file: IssueFile, regular: RegularFiles) -> Pending | None:
        """The file as one to be read; None when the base holds it, or when it cannot be opened."""
        old = self._base.record(file.id)
        try:
            data = regular.read(file.file, MAX_BYTES)
        except OSError as error:
            self._fail(file, old, problem_of(file.path, error))
            return None
        self._sizes[file.id] = len(data)
        if old and self._is_held(old, issue_digest(data, self._sections, file.entered, old.habits)):
            self.plan.records[file.id] = old
            self.plan.outcomes[file.id] = "unchanged"
            return None
        self._room -= len(data)
        return Pending(file, len(data), data if self._room >= 0 else None)

    def touched_by_habits(self, files: Sequence[IssueFile]) -> list[Pending]:
        """The files whose issues were read without the habits of their archive that concern them, or with others."""
        pending = []
        for archive, of_archive in groupby(files, key=lambda file: file.archive):
            records = [(file, self.plan.records[file.id]) for file in of_archive if file.id in self.plan.records]
            evidence = {file.id: Evidence.unpacked(record.evidence) for file, record in records if record.evidence}
            habits = common_habits(evidence.values())
            for file, record in records:
                own = habits.touching(evidence[file.id]) if file.id in evidence else NO_HABITS
                if record.status in ("read", "early") and own.fingerprint != record.habits:
                    draft = partial(self._drafts.get, file.id)
                    pending.append(Pending(file, self._sizes[file.id], None, own, draft))
                    if self.plan.outcomes[file.id] == "unchanged":
                        self.plan.turned[archive] = self.plan.turned.get(archive, 0) + 1
        return pending

    def take(self, loaded: Loaded, read: Reading | Problem) -> None:
        """Decide on a file that has been read, or could not be."""
        from wangqi.indexer.reader.privacy import is_marked  # the reader has been loaded for it

        file, old = loaded.file, self._base.record(loaded.file.id)
        if isinstance(read, Problem):
            if is_marked(loaded.data):
                self._leave_out(file.id, _unread(file, "draft", read))
            else:
                self._fail(file, old, read)
            return
        self.plan.fresh.add(file.id)
        if loaded.draft:
            self._drafts.add(file.id, loaded.draft)
        self._take_issue(read, loaded, old)

    def take_again(self, loaded: Loaded, read: Reading | Problem) -> None:
        """Decide on a file that has been read for a second time. One that is gone by now, or takes too long with
        habits, stays as it was read first; that is said, and the next run looks again."""
        record = self.plan.records[loaded.file.id]
        if not isinstance(read, Problem):
            self.take(loaded, read)
        elif read not in record.problems:
            self.plan.fresh.add(loaded.file.id)
            self.plan.records[loaded.file.id] = replace(record, problems=(*record.problems, read))

    def skip(self, file: IssueFile, why: str) -> None:
        """Note what is not read at all."""
        problem = Problem(path=file.path, line=1, code="skipped", message=why)
        self._leave_out(file.id, _unread(file, "skipped", problem))

    def take_missing(self, issue: str, old: IssueRecord, *, gone: bool) -> None:
        """Decide on an issue of the base whose file is not there (`gone`), or was not looked for."""
        if not gone:
            self._keep(issue, old)
            return
        self.plan.outcomes[issue] = "removed"
        if old.digest:
            self.plan.removed.add(issue)

    def _is_held(self, old: IssueRecord, digest: str) -> bool:
        return self._base.same_engine and old.status == "read" and old.digest == digest

    def _take_issue(self, read: Reading, loaded: Loaded, old: IssueRecord | None) -> None:
        held = old.digest if old else ""
        issue, entered = read.issue, loaded.file.entered
        if self._holds_back(issue, entered) or self._is_empty(issue, loaded.file, old):
            return
        status: Status = "early" if self._is_to_come(issue, entered) else "read"
        record = _record(issue, entered, status, problems_of(issue))
        before = self.plan.records.get(issue.ref.id)  # with the evidence of a reading without habits
        if before and loaded.habits != NO_HABITS:
            self.plan.furniture += max(0, before.entries - record.entries)
        evidence = before.evidence if loaded.habits != NO_HABITS and before else read.evidence.packed()
        if loaded.file.is_uncommitted and issue.ref.date is None:
            # Its entries name it by its id; of the order of issues they say nothing.
            issue = replace(issue, ref=replace(issue.ref, is_uncommitted=True))
        self._index(issue, loaded.data, replace(record, evidence=evidence, habits=loaded.habits.fingerprint))
        self.plan.outcomes[issue.ref.id] = "added" if not held else "unchanged" if held == issue.digest else "changed"

    def _holds_back(self, issue: Issue, entered: date | None) -> bool:
        """Leave an issue out that is not for everybody, or not yet."""
        status: Status = "draft"
        problems = issue.problems
        if not any(problem.code in PRIVATE_CODES for problem in problems):
            if self._future or not self._is_to_come(issue, entered):
                return False
            status, problems = "future", (_future_problem(issue), *problems)
        self._leave_out(issue.ref.id, _record(issue, entered, status, problems))
        return True

    def _is_empty(self, issue: Issue, file: IssueFile, old: IssueRecord | None) -> bool:
        """Leave out an issue in which nothing can be found yet; one that had entries, as its file was emptied by
        accident, keeps its last good version."""
        if issue.documents():
            return False
        problem = Problem(path=file.path, line=1, code="empty-file", message="")
        if old and old.entries:
            message = Message("nothing can be found in this file any more: its last good version is published")
            self._fail(file, old, replace(problem, message=message))
        else:
            message = Message("nothing can be found in this file: it is published as soon as it has an entry")
            self._leave_out(file.id, _unread(file, "skipped", replace(problem, message=message)))
        return True

    def _is_to_come(self, issue: Issue, entered: date | None) -> bool:
        """Whether its date is a later day. The day on which a file entered git is none to wait for, though it may be
        tomorrow where its author lives."""
        days = (issue.ref.date, issue.release)
        return any(day is not None and day > self._today and day != entered for day in days)

    def _leave_out(self, issue: str, record: IssueRecord) -> None:
        """Remember why an issue is not indexed; it goes from the index when it was in."""
        old = self._base.record(issue)
        self.plan.records[issue] = record
        self.plan.issues.discard(issue)
        self.plan.outcomes.pop(issue, None)
        if old != record:
            self.plan.fresh.add(issue)
        if old and old.digest:
            self.plan.outcomes[issue] = "removed"
            self.plan.removed.add(issue)

    def _fail(self, file: IssueFile, old: IssueRecord | None, problem: Problem) -> None:
        self.plan.outcomes[file.id] = "failed"
        self.plan.fresh.add(file.id)
        if old and old.digest:
            self._keep(file.id, replace(old, status="kept", problems=(problem,)))
            return
        self.plan.records[file.id] = _unread(file, "failed", problem)

    def _keep(self, issue: str, record: IssueRecord) -> None:
        """Hold on to the version of the base, which another engine has to be given again."""
        self.plan.records[issue] = record
        text = self._base.text(issue)
        if self._base.same_engine or text is None:
            return
        try:
            data = text.read_bytes()
            read = read_data(record.archive, record.path, data, record.entered, self._sections)
            if self._holds_back(read.issue, record.entered):
                return
            problems = problems_of(read.issue) if record.status == "read" else record.problems
            again = _record(read.issue, record.entered, record.status, problems)
            self._index(read.issue, data, replace(again, evidence=read.evidence.packed()))
        except Exception as error:  # as above: what could once be read may be too much for this version
            failed = (*record.problems, problem_of(record.path, error))
            self.plan.records[issue] = replace(record, digest="", entries=0, status="failed", problems=failed)

    def _index(self, issue: Issue, data: bytes, record: IssueRecord) -> None:
        self.plan.issues.add(issue, data)
        self.plan.records[issue.ref.id] = record


def _future_problem(issue: Issue) -> Problem:
    day = max(filter(None, (issue.ref.date, issue.release)))
    message = Message("dated {day}, which is to come: held back until then (`future = true` publishes it now)", day=day)
    return Problem(path=issue.ref.path, line=issue.date_line, code="future", message=message)


def _unread(file: IssueFile, status: Status, problem: Problem) -> IssueRecord:
    return IssueRecord(
        archive=file.archive, path=file.path, digest="", entered=file.entered, entries=0, status=status,
        problems=(problem,),
    )  # fmt: skip


def _record(issue: Issue, entered: date | None, status: Status, problems: tuple[Problem, ...]) -> IssueRecord:
    published = status in PUBLISHED
    return IssueRecord(
        archive=issue.ref.archive,
        path=issue.ref.path,
        digest=issue.digest if published else "",
        entered=entered,
        entries=len(issue.entries()) if published else 0,
        status=status,
        problems=problems,
    )
