"""Issues that have been read and wait to be indexed: in memory while they are few, on the disk beyond that."""

from __future__ import annotations

import os
import pickle
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from search.model import Issue

HELD: Final = 50_000_000
"""Bytes of memory for issues that wait: more than any archive known, less than an index in the making takes anyway."""

_DOCUMENT_BYTES: Final = 1000
"""What an entry takes beside its text, about."""


class Spool:
    """Issues with the bytes of their files, to be gone through in the order in which they were added. One that is added
    again takes the place of the one before."""

    def __init__(self, folder: Path, *, held: int = HELD) -> None:
        self._folder = folder
        """Where the file is made, once it is needed; it has no name there."""
        self._room = held
        self._file: IO[bytes] | None = None
        self._waiting: dict[str, tuple[Issue, bytes] | int] = {}
        """By issue id what waits, or where in the file it begins."""

    def add(self, issue: Issue, data: bytes) -> None:
        """Raises `OSError` when the disk is full."""
        self._waiting.pop(issue.ref.id, None)
        self._room -= 3 * len(data) + _DOCUMENT_BYTES * len(issue.documents())
        self._waiting[issue.ref.id] = (issue, data) if self._room >= 0 else self._write(issue, data)

    def _write(self, issue: Issue, data: bytes) -> int:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
            weakref.finalize(self, self._file.close)
        place = self._file.seek(0, os.SEEK_END)
        pickle.dump((issue, data), self._file, pickle.HIGHEST_PROTOCOL)
        return place

    def __iter__(self) -> Iterator[tuple[Issue, bytes]]:
        return (self._load(each) if isinstance(each, int) else each for each in self._waiting.values())

    def _load(self, place: int) -> tuple[Issue, bytes]:
        assert self._file is not None
        self._file.seek(place)
        found: tuple[Issue, bytes] = pickle.load(self._file)
        return found

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, issue_id: object) -> bool:
        return issue_id in self._waiting
