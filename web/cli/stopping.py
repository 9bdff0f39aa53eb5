"""Told to end, by SIGTERM or Ctrl-C, while something is being made: it stops at once, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class Stopped(BaseException):
    """Raised where the signal came. No `Exception`, since those are handled on the way: a file that cannot be read does
    not stop the others."""


@contextmanager
def stoppable() -> Iterator[Callable[[], None]]:
    """Either signal raises `Stopped` inside the block. What is raised while garbage is collected is lost: the function
    that is given raises it again, and is to be called now and then."""
    told = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal told
        told = True
        raise Stopped

    def check() -> None:
        if told:
            raise Stopped

    with _handled_by(stop):
        yield check
        check()


@contextmanager
def ended_at_once() -> Iterator[None]:
    """Either signal ends the process with 0, as what is asked for: for a block that has nothing to clean up."""
    with _handled_by(lambda number, frame: os._exit(0)):
        yield


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = [signal.signal(number, handler) for number in SIGNALS]
    try:
        yield
    finally:
        for number, old in zip(SIGNALS, before, strict=True):
            signal.signal(number, old)
