"""The entries of a segment: records (`search.document.entry_records`) in one file, read one at a time.

Small files are mapped, of large ones a record is read. The few that a page shows stand anywhere in the file, and a map
brings in 64 KB around each: of 17 000 entries all after some thousand searches, of 500 000 a fifth of all memory.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

MAPPED_BYTES: Final = 1 << 22
"""The size of the largest file that is mapped: reading takes half a microsecond more for each entry."""

COPIED_BYTES: Final = 1 << 20
"""At a time, from file to file."""


class StoredEntries:
    def __init__(self, path: Path, starts: NDArray[np.int64]) -> None:
        """`starts` says where each record begins, and where the last ends."""
        self._path = path
        self._starts = starts
        self._offsets = starts.data
        """The same, from which single numbers are read in half the time."""
        with path.open("rb") as file:
            is_mapped = 0 < starts.item(-1) <= MAPPED_BYTES or (starts.item(-1) and not hasattr(os, "pread"))
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if is_mapped else _File(file.fileno())

    def read(self, doc: int) -> str:
        """The record of a document, decoded."""
        return self._bytes[self._offsets[doc] : self._offsets[doc + 1]].decode("utf-8", "surrogatepass")

    def pieces(self, alive: NDArray[np.bool_]) -> Iterator[bytes]:
        """The records of the documents that are `alive`, end to end."""
        borders = np.flatnonzero(np.diff(alive, prepend=False, append=False))
        with self._path.open("rb") as file:
            for start, end in self._starts[borders].reshape(-1, 2).tolist():
                file.seek(start)
                for at in range(start, end, COPIED_BYTES):
                    yield file.read(min(COPIED_BYTES, end - at))


class _File:
    """The bytes of an open file, read when they are asked for."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = os.dup(descriptor)

    def __getitem__(self, extent: slice) -> bytes:
        return os.pread(self._descriptor, extent.stop - extent.start, extent.start)

    def __del__(self) -> None:
        # Not when the index is closed: whoever leases it may read on. The last to let go closes the file.
        os.close(self._descriptor)
