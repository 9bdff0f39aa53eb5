"""Sorted terms in flat arrays: exact look-up and prefix ranges without loading them.

Terms are UTF-8, in the order of their bytes, one after the other in `blob`; `ends` says where each ends, and `keys`
holds the first eight bytes of each as a big-endian number, so that one binary search over numbers leaves only the few
terms that begin alike. No term holds the character NUL, which folding drops.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wangqi.search.whoosh_engine.segment.arrays import Arrays, offsets

_KEY: Final = np.dtype(">u8")


class TermTable:
    """The terms of one stream of one segment, numbered from 0 in the order of their bytes."""

    __slots__ = ("_blob", "_ends", "_keys")

    def __init__(self, keys: NDArray[np.uint64], ends: NDArray[np.integer[Any]], blob: NDArray[np.uint8]) -> None:
        self._keys = keys
        self._ends = ends
        self._blob = blob

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, index: int) -> bytes:
        start = int(self._ends[index - 1]) if index else 0
        return self._blob[start : int(self._ends[index])].tobytes()

    def __iter__(self) -> Iterator[str]:
        # All at once: a view into the file for each would take three times as long.
        blob, start = self._blob.tobytes(), 0
        for end in self._ends.tolist():
            yield blob[start:end].decode("utf-8", "surrogatepass")
            start = end

    def find(self, term: str) -> int:
        """The number of `term`; -1 when it is not there."""
        sought = term.encode("utf-8", "surrogatepass")
        at = self._first_not_below(sought)
        return at if at < len(self) and self[at] == sought else -1

    def prefix(self, prefix: str) -> tuple[int, int]:
        """The half-open range of the terms that start with `prefix`."""
        sought = prefix.encode("utf-8", "surrogatepass")
        # No UTF-8 text holds the byte FF: it sorts after everything that starts with the prefix.
        return self._first_not_below(sought), self._first_not_below(sought + b"\xff")

    def _first_not_below(self, sought: bytes) -> int:
        key = np.uint64(int.from_bytes(sought[:8].ljust(8, b"\0"), "big"))
        low, high = int(self._keys.searchsorted(key)), int(self._keys.searchsorted(key, "right"))
        while low < high:
            middle = (low + high) // 2
            if self[middle] < sought:
                low = middle + 1
            else:
                high = middle
        return low


def pack_terms(terms: Sequence[bytes]) -> Arrays:
    """The arrays `keys`, `ends` and `blob` of terms that are sorted and distinct."""
    blob = np.frombuffer(b"".join(terms), np.uint8)
    ends = np.cumsum(np.fromiter(map(len, terms), np.int64, len(terms)))
    return {"keys": heads(blob, ends), "ends": offsets(ends), "blob": blob}


def heads(blob: NDArray[np.uint8], ends: NDArray[np.int64], skipped: int = 0) -> NDArray[np.uint64]:
    """Eight bytes of each of the terms that lie in `blob` one after the other, after the first `skipped`, as a
    big-endian number; what a term has fewer of is 0."""
    lengths = np.diff(ends, prepend=0)
    found = np.zeros((len(ends), _KEY.itemsize), np.uint8)
    for at in range(_KEY.itemsize):
        longer = np.flatnonzero(lengths > skipped + at)
        found[longer, at] = blob[(ends - lengths)[longer] + skipped + at]
    return found.reshape(-1).view(_KEY).astype("<u8")


def terms_of(arrays: Arrays, stream: str) -> TermTable:
    """The table that `pack_terms` made, saved under `stream.`."""
    parts: list[Any] = [arrays[f"{stream}.{name}"] for name in ("keys", "ends", "blob")]
    return TermTable(*parts)
