"""Read one issue file as part of its archive, for `wangqi parse` and `wangqi check`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from wangqi.indexer.archive.files import find_issues
from wangqi.indexer.archive.git_dates import first_commit_days
from wangqi.indexer.archive.habits import Evidence, Habits, common_habits
from wangqi.indexer.archive.patterns import ANY_PATH, PathPatterns
from wangqi.indexer.archive.real_paths import read_regular
from wangqi.indexer.config import archive_name
from wangqi.indexer.reindex.issue_files import MAX_BYTES, IssueFile, Pending, path_as_text, read_data, read_files
from wangqi.indexer.reindex.told_once import problems_of
from wangqi.indexer.store.manifest import PUBLISHED, Manifest
from wangqi.search.errors import ReadError
from wangqi.search.errors.message import Message
from wangqi.search.model import Issue, Kind, Problem, issue_id

if TYPE_CHECKING:
    from wangqi.indexer.reader.lines import Line
    from wangqi.indexer.reader.reasons import Reason


class OneFile(NamedTuple):
    issue: Issue
    habits: Habits
    """Those of its archive that concern it."""
    reasons: tuple[Reason, ...]
    """Why its sections and entries were read as they were."""
    lines: Sequence[Line]
    """What a reader sees of it."""
    data: bytes
    root: Path
    """The folder of its archive, or its own."""


def read_one(
    file: Path,
    archives: Mapping[str, Path],
    *,
    sections: Mapping[str, Kind],
    manifest: Manifest | None = None,
    patterns: PathPatterns = ANY_PATH,
    data: bytes | None = None,
) -> OneFile:
    """The issue in `file`, as a part of the archive that holds it; of the only archive, when none does.

    The habits of the archive come from `manifest`, if it has the archive, else from its files, which are then read.
    `data` is what will be in the file, when it is not there yet. Raises `ReadError` naming file and line, or `OSError`.
    """
    place = file.resolve()
    roots = [(name, root.resolve()) for name, root in archives.items()]
    inside = [(name, root) for name, root in roots if place.is_relative_to(root)]
    name, root = inside[0] if inside else (next(iter(archives), ""), place.parent)
    archive = name if inside or len(archives) == 1 else archive_name(place.parent)
    path = path_as_text(place.relative_to(root).as_posix() if place != root else place.name)
    try:
        git = first_commit_days(place)
        data = read_regular(place, MAX_BYTES) if data is None else data
        alone = read_data(archive, path, data, git.get(place.name), sections)
        others = _evidence_of_others(archive, path, archives.get(archive), sections, manifest, patterns)
        habits = common_habits([*others, alone.evidence]).touching(alone.evidence)
        read = read_data(
            archive, path, data, git.get(place.name), sections, habits=habits, draft=alone.draft, explains=True
        )
    except ReadError as error:
        raise ReadError(
            Message("{file}:{line}: {error}", file=file, line=error.line, error=error), line=error.line
        ) from error
    why = Message("no date, and git gives none: {reason}", reason=git.why_not(place.name))
    issue = replace(read.issue, problems=problems_of(read.issue, why))
    return OneFile(issue, habits, read.reasons, alone.draft.text.lines if alone.draft else (), data, root)


def explained(habits: Habits) -> list[str]:
    """Lines for the author about the archive's habits that decided how an issue was read."""
    levels, tops = (list(map(str, sorted(found))) for found in (habits.entry_levels, habits.top_levels))
    closing, entries, headings = len(habits.closing), len(habits.entries), len(habits.headings)
    said = {
        Message("its last lines return in a quarter of the issues ({num} of them): a footer", num=closing): closing,
        Message("entries that return word for word, so that they are none: {num}", num=entries): entries,
        Message("headings that return and so name sections over a list: {num}", num=headings): headings,
        Message("headings below a section mostly lead entries at level {levels}", levels=levels): habits.entry_levels,
        Message("the topmost headings of an issue mostly lead entries at level {levels}", levels=tops): tops,
        Message("labels that lead what several lines say of one thing"): habits.leaders,
        Message("outer bullets mostly return, so that they name groups"): habits.outer_groups,
    }
    return [text for text, holds in said.items() if holds] or [Message("no habit of its archive concerns it")]


def _evidence_of_others(
    archive: str,
    path: str,
    root: Path | None,
    sections: Mapping[str, Kind],
    manifest: Manifest | None,
    patterns: PathPatterns,
) -> Iterable[Evidence]:
    """The evidence of the archive's issues but the one at `path`."""
    records = [record for record in manifest.issues.values() if record.archive == archive] if manifest else []
    if records:
        others = [record for record in records if record.path != path and record.status in PUBLISHED]
        return [Evidence.unpacked(record.evidence) for record in others if record.evidence]
    if root is None or not root.is_dir():
        return []
    root = root.resolve()
    files = [
        IssueFile(id=issue_id(archive, name), archive=archive, path=name, file=root / other)
        for other in find_issues(root, patterns).issues
        if (name := path_as_text(other)) != path
    ]
    pending = [Pending(file, file.file.stat().st_size, None) for file in files]
    return [read.evidence for _, read in read_files(pending, sections) if not isinstance(read, Problem)]
