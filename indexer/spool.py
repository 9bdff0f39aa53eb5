"""Issues that have been read and wait to be indexed: in memory while they are few, on the disk beyond that."""

from __future__ import annotations

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
        self._held: list[tuple[Issue, bytes]] = []
        self._file: IO[bytes] | None = None
        self._added = 0
        self._last: dict[str, int] = {}
        """By issue id, which of all that were added is the one that counts."""

    def add(self, issue: Issue, data: bytes) -> None:
        """Raises `OSError` when the disk is full."""
        self._last[issue.ref.id] = self._added
        self._added += 1
        self._room -= 3 * len(data) + _DOCUMENT_BYTES * len(issue.documents())
        if self._room >= 0:
            self._held.append((issue, data))
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
            weakref.finalize(self, self._file.close)
        pickle.dump((issue, data), self._file, pickle.HIGHEST_PROTOCOL)

    def __iter__(self) -> Iterator[tuple[Issue, bytes]]:
        return (each for number, each in enumerate(self._all()) if self._last[each[0].ref.id] == number)

    def _all(self) -> Iterator[tuple[Issue, bytes]]:
        yield from self._held
        if self._file is not None:
            self._file.seek(0)
            for _ in range(self._added - len(self._held)):
                yield pickle.load(self._file)

    def __len__(self) -> int:
        return len(self._last)

    def __contains__(self, issue_id: object) -> bool:
        return issue_id in self._last
