"""Files read as issues: by several processes when there are many, since each is read for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from search.errors import ReadError
from search.model import Issue, Kind, Problem
from search.processes import available_processes, in_processes

WORTH_PROCESSES: Final = 1_000_000
"""Bytes to read, a second of work, from which on other processes are worth the moment that they take to start."""

FILES_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFile:
    """A file found in an archive."""

    id: str
    archive: str
    path: str
    """POSIX, below the archive's folder."""
    file: Path
    """Absolute, without links when it was found."""
    entered: date | None = None
    why_no_day: str = ""
    """Why git names no day on which it entered."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A file that has to be read."""

    file: IssueFile
    data: bytes


def read_files(pending: Sequence[Pending], sections: Mapping[str, Kind]) -> Iterator[Issue | Problem]:
    """The issue in each file, or why there is none, in the same order."""
    processes = available_processes() if sum(len(each.data) for each in pending) >= WORTH_PROCESSES else 1
    if processes == 1:
        yield from _read_batch(sections, pending)
        return
    batches = (pending[start : start + FILES_AT_ONCE] for start in range(0, len(pending), FILES_AT_ONCE))
    read = partial(_read_list, dict(sections))
    for batch in in_processes(read, batches, processes=processes, here=read):
        yield from batch


def _read_list(sections: Mapping[str, Kind], batch: Sequence[Pending]) -> list[Issue | Problem]:
    return list(_read_batch(sections, batch))


def _read_batch(sections: Mapping[str, Kind], batch: Sequence[Pending]) -> Iterator[Issue | Problem]:
    return (_read_pending(sections, pending) for pending in batch)


def _read_pending(sections: Mapping[str, Kind], pending: Pending) -> Issue | Problem:
    file = pending.file
    try:
        return read_data(file.archive, file.path, pending.data, file.entered, sections)
    except Exception as error:  # one broken file, or a bug that it brings to light, must not stop the others
        return problem_of(file.path, error)


def read_data(archive: str, path: str, data: bytes, entered: date | None, sections: Mapping[str, Kind]) -> Issue:
    # Imported here, since the Markdown parser takes longer to load than a run that changes nothing.
    from indexer.reader import read_issue

    return read_issue(archive, path, data, aliases=sections, entered=entered)


def problem_of(path: str, error: Exception) -> Problem:
    """Why a file could not be read, for its author; a bug of the reader's says so."""
    if isinstance(error, ReadError):
        return Problem(path=path, line=error.line, code="unreadable", message=str(error))
    if isinstance(error, OSError):
        return Problem(path=path, line=1, code="unreadable", message=error.strerror or type(error).__name__)
    message = f"the reader failed on this file ({type(error).__name__}: {error}); please report it with the file"
    return Problem(path=path, line=1, code="reader-crash", message=message)
