"""Processes that died while they served a generation, counted where all processes see it.

The process that starts the others notes each death; those that serve ask how many there were. Make it before the
processes are forked.
"""

from __future__ import annotations

from mmap import mmap
from typing import Final

RECORD_BYTES: Final = 64
PLACES: Final = 64
"""Deaths that are remembered: 4 KB."""
TOO_MANY: Final = 2
"""A generation that this many processes died of is passed over where there is another."""


def record_of(name: str, created: str) -> bytes:
    """A record that tells a generation from all others, also from those of an index that was deleted and built
    again."""
    return f"{name} {created}".encode()[:RECORD_BYTES].ljust(RECORD_BYTES, b"\0")


class Deaths:
    def __init__(self) -> None:
        self._records = mmap(-1, RECORD_BYTES * PLACES)
        self._noted = 0

    def note(self, record: bytes) -> None:
        """Count the death of a process that served the generation of that record; called by the process that starts the
        others."""
        start = self._noted % PLACES * RECORD_BYTES
        self._records[start : start + RECORD_BYTES] = record
        self._noted += 1

    def of(self, name: str, created: str) -> int:
        record = record_of(name, created)
        starts = range(0, RECORD_BYTES * PLACES, RECORD_BYTES)
        return sum(self._records[start : start + RECORD_BYTES] == record for start in starts)
