"""The lock of an index folder: one writer at a time, and the others are told who it is."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from wangqi.indexer.store.durable import make_folder, open_own, replace_file
from wangqi.indexer.store.locking import lock
from wangqi.search.errors import LockedError
from wangqi.search.errors.message import Message

WAIT_FOR_NAME_S = 0.5


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold `folder/LOCK` while the block runs. Raises `LockedError` at once when another process holds it.

    No lock is ever stale, and the file stays for good (`locking`).
    """
    make_folder(folder)
    descriptor = open_own(folder / "LOCK", os.O_RDWR)
    try:
        _take(descriptor, folder)
        _keep_out_of_git(folder)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, _this_process().encode(errors="backslashreplace"))
        yield
        with suppress(OSError):  # the work is done, and nobody who finds the lock free reads the name
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _keep_out_of_git(folder: Path) -> None:
    """An index often lies in the checkout of its archive. Who wants it there can empty the file."""
    ignored = folder / ".gitignore"
    if not ignored.exists():
        replace_file(ignored, b"*\n")


def _take(descriptor: int, folder: Path) -> None:
    try:
        lock(descriptor)
    except BlockingIOError as error:
        raise LockedError(
            "another reindex is writing {folder} ({holder}); try again later", folder=folder, holder=_holder(descriptor)
        ) from error


def _this_process() -> str:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    return f"pid {os.getpid()}, since {datetime.now().isoformat(sep=' ', timespec='seconds')}: {command}"


def _holder(descriptor: int) -> str:
    """The text that the holder wrote about itself, a moment after it got the lock."""
    deadline = time.monotonic() + WAIT_FOR_NAME_S
    while not (name := os.read(descriptor, 4096)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return name.decode(errors="replace") or Message("it gave no name")
