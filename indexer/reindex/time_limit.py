"""A limit to the processor time of reading one file, so that a file that is too much stops itself and no other.

By the kernel's timer and a signal: it also ends a regular expression, which looks for signals while it works, and these
are the only code outside Python that takes more than linear time over a text. Signals come to a process' main thread
alone, and Windows has no such timer; elsewhere there is no limit.
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

from wangqi.indexer.reader.lines import Line, LineBuilder
from wangqi.search.errors import ReadError
from wangqi.search.errors.message import Message

MEGABYTE: Final = 1_000_000
AGAIN_S: Final = 0.2


class _TookTooLong(BaseException):
    """Raised where the limit is reached. No `Exception`, since those may be handled on the way."""

    def __init__(self, line: int) -> None:
        self.line = line


@contextmanager
def time_limit(size: int, seconds: float) -> Iterator[None]:
    """Ends the block with a `ReadError` once it has taken `seconds` for each started megabyte of `size`: with the line
    of the file that the reader was at, as far as that is known, else 1."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    limit = seconds * (size // MEGABYTE + 1)

    def give_up(number: int, frame: FrameType | None) -> None:
        raise _TookTooLong(_line_at(frame))

    before = signal.signal(signal.SIGVTALRM, give_up)
    # Again and again: what is raised while garbage is collected is lost.
    signal.setitimer(signal.ITIMER_VIRTUAL, limit, AGAIN_S)
    try:
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except _TookTooLong as given_up:
        message = Message(
            "reading it was given up after {limit:g} s, in or after this line; is it an issue?", limit=limit
        )
        raise ReadError(message, line=given_up.line) from None
    finally:
        signal.signal(signal.SIGVTALRM, before)


def _line_at(frame: FrameType | None) -> int:
    """The last line of the file that a function on the way is about: outer ones may still be at the first."""
    last = 1
    while frame is not None:
        last = max(last, *(_line_of(value) or 1 for value in frame.f_locals.values()), 1)
        frame = frame.f_back
    return last


def _line_of(value: object) -> int | None:
    """The line that a value is about; None when it is about none, or is only being made."""
    if isinstance(value, (Line, LineBuilder)):
        return getattr(value, "number", None)
    if isinstance(value, Token):
        place = getattr(value, "map", None)
        return place[0] + 1 if place else None
    return getattr(value, "line", -1) + 1 if isinstance(value, StateBlock) else None
