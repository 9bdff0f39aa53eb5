"""Locks on open files, with what the system has: `flock`, or ranges of bytes, which is all that Windows can lock.

The system drops a lock with its process, however that ends: no lock is ever stale, and the files stay for good.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

PLACES: Final = 1024
"""Bytes of which each that share a file lock one, and one that wants it alone locks all."""
START: Final = 1 << 30
"""Where they begin: behind the end of every file, since on Windows what is locked cannot be read either."""
TRIES: Final = 8
"""Places that one who shares tries: that another has the same is unlikely, all of them the one who is alone."""
AGAIN_S: Final = 0.05

Lock = Callable[[int, bool, bool], None]


def lock(descriptor: int, *, shared: bool = False, wait: bool = False) -> None:
    """Lock an open file until it is closed, alone or with others who share it. Raises `BlockingIOError` when another
    has it, unless that is waited for."""
    _lock(descriptor, shared, wait)


def _by_flock(fcntl: Any) -> Lock:
    def take(descriptor: int, shared: bool, wait: bool) -> None:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))

    return take


def _by_ranges(msvcrt: Any) -> Lock:
    def is_taken(descriptor: int, place: int, size: int) -> bool:
        here = os.lseek(descriptor, 0, os.SEEK_CUR)
        try:
            os.lseek(descriptor, START + place, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, size)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, here, os.SEEK_SET)
        return True

    def take(descriptor: int, shared: bool, wait: bool) -> None:
        while True:
            places = [int.from_bytes(os.urandom(2)) % PLACES for _ in range(TRIES)]
            if any(is_taken(descriptor, at, 1) for at in places) if shared else is_taken(descriptor, 0, PLACES):
                return
            if not wait:
                raise BlockingIOError
            time.sleep(AGAIN_S)

    return take


def _of_this_system() -> Lock:
    try:
        return _by_flock(import_module("fcntl"))
    except ImportError:
        return _by_ranges(import_module("msvcrt"))


_lock: Final = _of_this_system()
CAN_RENAME_OPEN_FILES: Final = os.name != "nt"
"""Whether a folder may get another name while a file in it is open."""
