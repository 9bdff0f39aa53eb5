"""Queues of issues to be indexed and drafts to be read again: in memory while they are small, on the disk beyond
that."""

from __future__ import annotations

import os
import pickle
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from wangqi.search.model import Issue

HELD: Final = 16_000_000
"""Bytes of memory for issues that wait: those of an archive of two hundred issues. Writing and reading the others takes
a hundredth of the time of a run."""

_DOCUMENT_BYTES: Final = 1000
"""What an entry takes beside its text, about."""


HELD_DRAFTS: Final = 8_000_000
"""Bytes of memory for drafts: those of an archive of five megabytes."""


class Drafts:
    """Packed drafts of files that may be read again, by issue id: in memory, and all on the disk once they are many."""

    def __init__(self, folder: Path, *, held: int = HELD_DRAFTS) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=held, mode="w+b", dir=str(folder))  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._places: dict[str, tuple[int, int]] = {}

    def add(self, issue_id: str, draft: bytes) -> None:
        """Raises `OSError` when the disk is full."""
        self._places[issue_id] = self._file.seek(0, os.SEEK_END), len(draft)
        self._file.write(draft)

    def get(self, issue_id: str) -> bytes:
        """Empty when there is none."""
        place, size = self._places.get(issue_id, (0, 0))
        self._file.seek(place)
        draft: bytes = self._file.read(size)
        return draft


class Spool:
    """Issues with the bytes of their files, to be gone through once, in the order in which they were added: each is let
    go of as it passes, since the index in the making needs the memory. One that is added again takes the place of the
    one before."""

    def __init__(self, folder: Path, *, held: int = HELD) -> None:
        self._folder = folder
        """Where the file is made, once it is needed; it has no name there."""
        self._room = held
        self._file: IO[bytes] | None = None
        self._waiting: dict[str, tuple[Issue, bytes] | int | None] = {}
        """By issue id what waits, or where in the file it begins; None once it has passed."""

    def add(self, issue: Issue, data: bytes) -> None:
        """Raises `OSError` when the disk is full."""
        self._waiting.pop(issue.ref.id, None)
        self._room -= 3 * len(data) + _DOCUMENT_BYTES * len(issue.documents())
        self._waiting[issue.ref.id] = (issue, data) if self._room >= 0 else self._write(issue, data)

    def discard(self, issue_id: str) -> None:
        self._waiting.pop(issue_id, None)

    def _write(self, issue: Issue, data: bytes) -> int:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
            weakref.finalize(self, self._file.close)
        place = self._file.seek(0, os.SEEK_END)
        pickle.dump((issue, data), self._file, pickle.HIGHEST_PROTOCOL)
        return place

    def __iter__(self) -> Iterator[tuple[Issue, bytes]]:
        for issue_id, each in self._waiting.items():
            assert each is not None, "gone through before"
            self._waiting[issue_id] = None
            yield self._load(each) if isinstance(each, int) else each

    def _load(self, place: int) -> tuple[Issue, bytes]:
        assert self._file is not None
        self._file.seek(place)
        found: tuple[Issue, bytes] = pickle.load(self._file)
        return found

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, issue_id: object) -> bool:
        return issue_id in self._waiting
