"""Files opened without following a link, and where a path leads that the owner of the site named.

`O_NOFOLLOW` refuses a link only as the last part of a path, so every part is opened by itself, below the one before:
what is opened is what was named, whoever changes a folder meanwhile.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from pathlib import Path
from typing import Final, Self

from wangqi.indexer.archive.file_names import is_folder_of_issues
from wangqi.indexer.archive.git import folders_with_git
from wangqi.search.errors import ConfigError

MAX_LINKS: Final = 40
"""As many as Linux follows in one path."""

BY_DESCRIPTORS: Final = hasattr(os, "O_NOFOLLOW") and os.open in os.supports_dir_fd
"""Not on Windows, where a folder is known by its path alone: each part is looked at, and a link that is put there at
that moment is followed."""

_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
# A FIFO or a device would make the caller wait for whoever is at its other end.
_FILE: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

Folder = int | str
"""A descriptor, or a path."""


def open_folder(path: Path) -> Folder:
    """The folder at the absolute `path`, none of whose parts may be a link. Raises `OSError`."""
    if not BY_DESCRIPTORS:
        return _without_links(str(path))
    root = os.open("/", _FOLDER)
    try:
        return open_below(root, os.path.relpath(path, "/"))
    except OSError as error:
        error.filename = str(path)
        raise
    finally:
        os.close(root)


def open_below(folder: Folder, path: str) -> Folder:
    """The folder at the POSIX `path` below the open `folder`, or that itself for an empty path."""
    if isinstance(folder, str):
        return _without_links(os.path.join(folder, *path.split("/")))
    descriptor = os.open(".", _FOLDER, dir_fd=folder)
    for name in path.split("/") if path else ():
        above = descriptor
        try:
            descriptor = os.open(name, _FOLDER, dir_fd=above)
        finally:
            os.close(above)
    return descriptor


def close_folder(folder: Folder) -> None:
    if isinstance(folder, int):
        os.close(folder)


def _without_links(path: str) -> str:
    """`path`, as it is. Raises `OSError` when one of its parts is a link."""
    for part in (Path(path), *Path(path).parents):
        if part.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
    return path


def read_regular(path: Path, limit: int) -> bytes:
    """The first `limit` bytes of the file at the absolute `path`, none of whose parts may be a link.

    Raises `OSError`, also for what is no regular file.
    """
    with RegularFiles() as files:
        return files.read(path, limit)


class RegularFiles:
    """Reads files as `read_regular` does, in any number: a folder stays open until a file of another is asked for."""

    def __init__(self) -> None:
        self._open: tuple[Path, Folder] | None = None

    def read(self, path: Path, limit: int) -> bytes:
        descriptor = self._open_file(path)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(errno.EINVAL, "is no regular file", str(path))
            with open(descriptor, "rb", closefd=False) as file:
                return file.read(limit)
        finally:
            os.close(descriptor)

    def _open_file(self, path: Path) -> int:
        folder = self._folder(path.parent)
        if isinstance(folder, int):
            return os.open(path.name, _FILE, dir_fd=folder)
        # Before it is opened: CON is a file to Windows.
        if not stat.S_ISREG(os.stat(_without_links(str(path))).st_mode):
            raise OSError(errno.EINVAL, "is no regular file", str(path))
        return os.open(path, _FILE)

    def _folder(self, path: Path) -> Folder:
        if not self._open or self._open[0] != path:
            self.close()
            self._open = path, open_folder(path)
        return self._open[1]

    def close(self) -> None:
        if self._open:
            close_folder(self._open[1])
            self._open = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def real_path(path: Path, *, into_hidden: bool = False) -> Path:
    """Resolve the absolute `path` of the settings or the command line, links included.

    Links of the owner are followed, but what is behind them is not hidden, unless he may have meant it (`into_hidden`).
    A link in a git checkout belongs to whoever may push: it has to stay in the checkout. Raises `ConfigError`.
    """
    rest, real, links = deque(path.parts[1:]), Path(path.anchor), list[Path]()
    while rest:
        place = Path(os.path.normpath(real / rest.popleft()))
        if not place.is_symlink():
            real = place
            continue
        links.append(place)
        if len(links) > MAX_LINKS:
            raise ConfigError("{path}: too many links, one to the other", path=path)
        target = real / os.readlink(place)
        rest.extendleft(reversed(target.parts[1:]))
        real = Path(target.anchor)
    for link in links:
        _check_link(link, real, into_hidden=into_hidden)
    return real


def _check_link(link: Path, real: Path, *, into_hidden: bool) -> None:
    checkout = next(folders_with_git(link.parent), None)
    if checkout and not real.is_relative_to(checkout):
        raise ConfigError(
            "{link}: this link in a git checkout leads out of it; if that is meant, name {real} in its place",
            link=link,
            real=real,
        )
    behind = real.relative_to(os.path.commonpath([link.parent, real])).parts
    if not into_hidden and not all(map(is_folder_of_issues, behind)):
        raise ConfigError(
            "{link}: this link leads to {real}, which is hidden or holds no issues; if that is meant, name it instead",
            link=link,
            real=real,
        )
