"""A table as sorted lines in one piece of memory: a hundred thousand objects would take twice as much, and processes
that share them would copy them page by page, since counting references writes to each.

    >>> list(SortedLines(b"b 2\\na 1\\na 3\\n").starting(b"a "))
    [b'a 1', b'a 3']
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate


class SortedLines:
    """Lines by their number in order, found by how they start. Immutable."""

    def __init__(self, text: bytes | bytearray) -> None:
        """`text` are the lines in any order, each with a line break after it.

        Not a list of them: made while other things are, which stay, it would leave its memory in holes between them."""
        ordered = sorted(bytes(text).split(b"\n")[:-1])
        self._text = b"\n".join(ordered)
        self._starts = array("I", accumulate((len(line) + 1 for line in ordered), initial=0))

    def starting(self, start: bytes) -> Iterator[bytes]:
        """The lines that start with `start`, in order."""
        for number in range(self.first_from(start), len(self)):
            line = self[number]
            if not line.startswith(start):
                return
            yield line

    def first_from(self, start: bytes) -> int:
        """The number of the first line that is not below `start`; of all lines, when none is."""
        return bisect_left(range(len(self)), start, key=self.__getitem__)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> bytes:
        return self._text[self._starts[number] : self._starts[number + 1] - 1]
