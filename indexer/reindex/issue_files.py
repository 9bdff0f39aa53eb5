"""Files read as issues: by several processes when there are many, since each is read for itself."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wangqi.indexer.archive.git_dates import NOT_COMMITTED
from wangqi.indexer.archive.habits import NO_HABITS, Habits
from wangqi.indexer.archive.real_paths import read_regular
from wangqi.search.errors import ReadError
from wangqi.search.errors.message import Message, message_of
from wangqi.search.model import Kind, Problem
from wangqi.search.processes import available_processes, in_processes

if TYPE_CHECKING:
    from wangqi.indexer.reader import Draft, Reading

WORTH_PROCESSES: Final = 1_000_000
"""Bytes to read, a second of work, from which on other processes are worth the moment that they take to start."""

FILES_AT_ONCE: Final = 8
BYTES_AT_ONCE: Final = 1_000_000
"""Of files that one process is given together, a larger one alone."""

LARGE: Final = 1_000_000
"""Ten times the largest issue known. Reading one takes up to a quarter of a gigabyte, so that one is read at a time."""

MAX_BYTES: Final = 10_000_000
"""No more of a file is looked at; the reader refuses what is half as long."""

MAX_DRAFT_LINES: Final = 100_000
"""Of a file whose draft is kept: fifty times the longest issue known. Others are parsed again."""

SECONDS: Final = 5.0
"""Processor time for each started megabyte of a file. An honest one takes a fifth of it."""


def path_as_text(path: str) -> str:
    """`path` as indexes, ids and pages have it: a name need not be UTF-8, and bytes that are none are written out, so
    that no two names become one."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFile:
    id: str
    archive: str
    path: str
    """POSIX, below the archive's folder."""
    file: Path
    """Absolute, without links when it was found."""
    entered: date | None = None
    why_no_day: str = ""
    """Why git names no day on which it entered."""

    @property
    def is_uncommitted(self) -> bool:
        """Whether git does not have it yet."""
        return self.entered is None and self.why_no_day == NOT_COMMITTED


@dataclass(frozen=True, slots=True)
class Pending:
    file: IssueFile
    size: int
    data: bytes | None
    """None until it is its turn, where there are too many to be held."""
    habits: Habits = NO_HABITS
    draft: Callable[[], bytes] = bytes
    """Fetches the packed draft of an earlier reading, when there is one."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file with its bytes, or why they could not be had."""

    file: IssueFile
    data: bytes
    problem: Problem | None = None
    habits: Habits = NO_HABITS
    draft: bytes = b""
    """Packed; of an earlier reading before the file is read, of its own afterwards."""


def read_files(
    pending: Sequence[Pending], sections: Mapping[str, Kind], *, drafts: bool = False
) -> Iterator[tuple[Loaded, Reading | Problem]]:
    """Each file with its reading, or why there is none, in the same order, and with its draft where `drafts` are asked
    for. A file that takes longer than `SECONDS` for each started megabyte is given up. No more are in memory than the
    processes have in hand."""
    sizes = [each.size for each in pending]
    processes = available_processes() if sum(sizes) >= WORTH_PROCESSES and max(sizes) <= LARGE else 1
    read = partial(_read_batch, dict(sections), SECONDS, drafts)
    if processes == 1:
        for each in pending:
            yield from read([_loaded(each)])
        return
    for batch in in_processes(read, _batches(pending), processes=processes, here=read):
        yield from batch


def _loaded(pending: Pending) -> Loaded:
    try:
        data = read_regular(pending.file.file, MAX_BYTES) if pending.data is None else pending.data
    except OSError as error:
        return Loaded(pending.file, b"", problem_of(pending.file.path, error))
    return Loaded(pending.file, data, habits=pending.habits, draft=pending.draft())


def _batches(pending: Iterable[Pending]) -> Iterator[list[Loaded]]:
    batch: list[Loaded] = []
    size = 0
    for each in pending:
        if batch and (len(batch) == FILES_AT_ONCE or size + each.size > BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(_loaded(each))
        size += each.size
    if batch:
        yield batch


def _read_batch(
    sections: Mapping[str, Kind], seconds: float, drafts: bool, batch: Sequence[Loaded]
) -> list[tuple[Loaded, Reading | Problem]]:
    return [_read_loaded(sections, seconds, drafts, each) for each in batch]


def _read_loaded(
    sections: Mapping[str, Kind], seconds: float, drafts: bool, loaded: Loaded
) -> tuple[Loaded, Reading | Problem]:
    file, draft, done = loaded.file, _unpacked(loaded.draft), replace(loaded, draft=b"")
    if loaded.problem:
        return done, loaded.problem
    try:
        read = read_data(
            file.archive, file.path, loaded.data, file.entered, sections,
            habits=loaded.habits, draft=draft, seconds=seconds,
        )  # fmt: skip
    except Exception as error:  # one broken file, or a bug that it brings to light, must not stop the others
        return done, problem_of(file.path, error)
    packed = _packed(read.draft) if drafts and read.draft else b""
    return replace(done, draft=packed), read._replace(draft=None)


def _packed(draft: Draft) -> bytes:
    """`draft` as bytes, half as many again as those of its file; none for what takes too much memory on the way."""
    if len(draft.text.lines) > MAX_DRAFT_LINES:
        return b""
    try:
        return pickle.dumps(draft, pickle.HIGHEST_PROTOCOL)
    except RecursionError:  # of settings within settings
        return b""


def _unpacked(packed: bytes) -> Draft | None:
    draft: Draft | None = pickle.loads(packed) if packed else None
    return draft


def read_data(
    archive: str,
    path: str,
    data: bytes,
    entered: date | None,
    sections: Mapping[str, Kind],
    *,
    habits: Habits = NO_HABITS,
    draft: Draft | None = None,
    explains: bool = False,
    seconds: float = SECONDS,
) -> Reading:
    """The issue in `data`, with its evidence; `draft` is that of a reading without habits, and with `explains` each
    entry has its reason. Raises `ReadError`, also when it takes longer than `seconds` for each started megabyte."""
    # Imported here, since the Markdown parser takes longer to load than a run that changes nothing.
    from wangqi.indexer.reader import read_closely
    from wangqi.indexer.reindex.time_limit import time_limit

    with time_limit(len(data), seconds):
        return read_closely(
            archive, path, data, aliases=sections, entered=entered, habits=habits, draft=draft, explains=explains
        )


def problem_of(path: str, error: Exception) -> Problem:
    """Why a file could not be read, for its author; a bug of the reader's says so."""
    if isinstance(error, ReadError):
        return Problem(path=path, line=error.line, code="unreadable", message=message_of(error))
    if isinstance(error, OSError):
        return Problem(path=path, line=1, code="unreadable", message=error.strerror or type(error).__name__)
    message = Message(
        "the reader failed on this file ({error_type}: {error}); please report it with the file",
        error_type=type(error).__name__,
        error=error,
    )
    return Problem(path=path, line=1, code="reader-crash", message=message)
