"""Generations in use are not removed: whoever has one open holds a shared lock on its manifest.

The system drops a lock with its process, however that ends, so that nothing is kept for good.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wangqi.indexer.store.locking import CAN_RENAME_OPEN_FILES, lock
from wangqi.indexer.store.manifest import NAME
from wangqi.search.errors import DamagedIndexError


class Hold:
    """Keeps the generation in `folder` from being removed, until it is closed or its process ends.

    Raises `DamagedIndexError` when it is being removed already.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / NAME
        self._descriptor = -1
        try:
            self._descriptor = os.open(path, os.O_RDONLY)
            lock(self._descriptor, shared=True)
            is_there = os.path.samestat(os.fstat(self._descriptor), os.stat(path))
        except BlockingIOError:
            is_there = False
        except OSError as error:
            self.close()
            raise DamagedIndexError("{path}: {reason}", path=path, reason=error.strerror) from error
        if not is_there:
            self.close()
            raise DamagedIndexError("{folder}: is being removed", folder=folder)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@contextmanager
def unheld(folder: Path) -> Iterator[bool]:
    """Whether nobody holds the generation in `folder`, which stays so during the block."""
    descriptor = -1
    try:
        with suppress(OSError):  # without its manifest nobody can open it
            descriptor = os.open(folder / NAME, os.O_RDONLY)
        try:
            if descriptor >= 0:
                lock(descriptor)
        except BlockingIOError:
            yield False
        else:
            if descriptor >= 0 and not CAN_RENAME_OPEN_FILES:  # then whoever opens it at this moment keeps it
                os.close(descriptor)
                descriptor = -1
            yield True
    finally:
        if descriptor >= 0:
            os.close(descriptor)
