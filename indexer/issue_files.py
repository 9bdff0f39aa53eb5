"""Files read as issues: by several processes when there are many, since each is read for itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from search.errors import ReadError
from search.model import Issue, Kind, Problem

WORTH_PROCESSES: Final = 2_000_000
"""Bytes to read from which on other processes are worth the half second that they take to start."""

MAX_PROCESSES: Final = 4
FILES_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFile:
    """A file found in an archive."""

    id: str
    archive: str
    path: str
    """POSIX, below the archive's folder."""
    file: Path
    entered: date | None


@dataclass(frozen=True, slots=True)
class Pending:
    """A file that has to be read."""

    file: IssueFile
    data: bytes


def read_files(pending: Sequence[Pending], sections: Mapping[str, Kind]) -> Iterator[Issue | Problem]:
    """The issue in each file, or why there is none, in the same order."""
    processes = min(os.cpu_count() or 1, MAX_PROCESSES)
    read = partial(_read_pending, dict(sections))
    if processes == 1 or sum(len(each.data) for each in pending) < WORTH_PROCESSES:
        yield from map(read, pending)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        yield from pool.map(read, pending, chunksize=FILES_AT_ONCE)


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
