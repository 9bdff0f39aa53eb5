"""A limit to the processor time of reading one file, so that a file that is too much stops itself and no other.

By the kernel's timer and a signal: it also ends a regular expression, which looks for signals while it works, and these
are the only code outside Python that takes more than linear time over a text. Signals come to a process' main thread
alone; elsewhere there is no limit.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from indexer.reader.lines import Line, LineBuilder

SECONDS: Final = 5.0
"""For each started megabyte of a file. The dearest honest file takes a fifth of it."""

MEGABYTE: Final = 1_000_000


class TookTooLong(BaseException):
    """Raised where the limit is reached. No `Exception`, since those may be handled on the way."""

    def __init__(self, seconds: float, line: int) -> None:
        super().__init__(f"reading was given up after {seconds:g} s")
        self.line = line
        """Where the reader was, as far as that is known; else 1."""


@contextmanager
def time_limit(size: int, seconds: float = SECONDS) -> Iterator[None]:
    """Raises `TookTooLong` from within the block once it has taken `seconds` for each started megabyte of `size`."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    limit = seconds * (size // MEGABYTE + 1)

    def give_up(number: int, frame: FrameType | None) -> None:
        raise TookTooLong(limit, _line_at(frame))

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _line_at(frame: FrameType | None) -> int:
    """The line of the file that the innermost function with one is about."""
    while frame is not None:
        for value in frame.f_locals.values():
            if isinstance(value, (Line, LineBuilder)):
                return value.number
            if isinstance(value, Token) and value.map:
                return value.map[0] + 1
            if isinstance(value, StateBlock):
                return value.line + 1
        frame = frame.f_back
    return 1
