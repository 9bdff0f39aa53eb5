"""A table as sorted lines in one piece of memory: a hundred thousand objects would take twice as much, and processes
that share them would copy them page by page, since counting references writes to each.

    >>> list(SortedLines([b"b 2", b"a 1", b"a 3"]).starting(b"a "))
    [b'a 1', b'a 3']
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate


class SortedLines:
    """Lines, found by how they start. Immutable."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        """No line may hold a line break."""
        ordered = sorted(lines)
        self._text = b"\n".join(ordered)
        self._starts = array("I", accumulate((len(line) + 1 for line in ordered), initial=0))

    def starting(self, start: bytes) -> Iterator[bytes]:
        """The lines that start with `start`, in order."""
        for number in range(bisect_left(range(len(self)), start, key=self._line), len(self)):
            line = self._line(number)
            if not line.startswith(start):
                return
            yield line

    def __len__(self) -> int:
        return len(self._starts) - 1

    def _line(self, number: int) -> bytes:
        return self._text[self._starts[number] : self._starts[number + 1] - 1]
