"""The record that a process leaves when it dies: the generation that it served, and the fault, if there was one.

A fault of the machine (SIGBUS where a mapped file was cut short, SIGSEGV) ends a process at once; all it can still do
is write where it stood. The process that starts the others reads that, and nothing is left of one that was just killed.
"""

from __future__ import annotations

import faulthandler
import os
import tempfile
from typing import IO, Final

from wangqi.indexer.store.deaths import RECORD_BYTES

MAX_FAULT_BYTES: Final = 4000


class BlackBox:
    """Make it before the fork: both processes hold it. It lies in memory where the system can do that."""

    def __init__(self) -> None:
        self._file = _nameless_file()
        self.record(b"\0" * RECORD_BYTES)
        self._file.seek(RECORD_BYTES)  # where the fault will stand

    def record(self, generation: bytes) -> None:
        os.pwrite(self._file.fileno(), generation, 0)

    def note_faults(self) -> None:
        """Let this process write down the fault that ends it."""
        faulthandler.enable(self._file)

    def read(self) -> tuple[bytes, str]:
        """The record of the generation, and what the fault was: "" when there was none."""
        fault = os.pread(self._file.fileno(), MAX_FAULT_BYTES, RECORD_BYTES)
        return os.pread(self._file.fileno(), RECORD_BYTES, 0), fault.decode(errors="replace").strip()

    def close(self) -> None:
        self._file.close()


def _nameless_file() -> IO[bytes]:
    """A file in memory where the system has that (not on macOS), else a temporary one."""
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("wangqi"), "w+b", 0)
    return tempfile.TemporaryFile(buffering=0)
