"""Writing so that a power cut leaves either the old bytes or the new ones, and never says "done" too early.

A file's bytes survive once the file is synced; its *name* survives once the folder that holds it is synced.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path
from typing import Final

CHUNK_BYTES = 1 << 20

# What a system lacks is 0: Windows has no links to be wary of where nobody made them, and no files that make one wait.
_FOLDER: Final = getattr(os, "O_DIRECTORY", 0)
_OWN: Final = os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_TO_SYNC: Final = "r+b" if os.name == "nt" else "rb"
"""Windows syncs only what may be written."""


def sync_folder(folder: Path) -> None:
    """Nothing where folders cannot be opened: there, names are safe when the system says so."""
    if _FOLDER:
        sync(folder, _FOLDER)


def sync(path: Path, flags: int = 0) -> None:
    descriptor = os.open(path, os.O_RDONLY | flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Make `path` and the folders above it that are missing, synced; those that are there stay as they are.

    Whatever the umask: nobody but their owner may write there.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o755, exist_ok=True)
        sync_folder(folder.parent)


def open_own(path: Path, flags: int, mode: int = 0o644) -> int:
    """A descriptor of a file of our own, made if it is missing; of nothing else that bears its name.

    An index may lie in a checkout, where a link could be planted to a file that then is written to. Raises `OSError`.
    """
    descriptor = os.open(path, flags | _OWN, mode)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "is no regular file", str(path))
    return descriptor


def write_file(path: Path, data: bytes) -> None:
    """Write and sync a new file; its name is safe only after `sync_folder`."""
    with path.open("xb") as file:  # follows no link
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_file(path: Path, data: bytes) -> None:
    """Give `path` new bytes in one step that readers see whole or not at all."""
    temporary = path.with_name(f"{path.name}.tmp-{os.getpid()}")
    try:
        write_file(temporary, data)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def remove_temporaries(path: Path) -> None:
    """What was left of a `replace_file(path, …)` whose process was killed. Raises `OSError`."""
    for temporary in path.parent.glob(f"{path.name}.tmp-*"):
        temporary.unlink(missing_ok=True)


def sha256_of(path: str | Path, *, sync: bool = False) -> str:
    """Hex sha256 of the file's bytes, which are synced as well when `sync` is set."""
    digest = hashlib.sha256()
    with open(path, _TO_SYNC if sync else "rb", buffering=0) as file:
        # Most files are small, and the room that is asked for is made before anything is read.
        room = min(os.fstat(file.fileno()).st_size + 1, CHUNK_BYTES)
        while chunk := file.read(room):
            digest.update(chunk)
        if sync:
            os.fsync(file.fileno())
    return digest.hexdigest()
