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
from wangqi.search.errors.message import Message

MAX_LINKS: Final = 40
"""As many as Linux follows in one path."""

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A FIFO or a device would make the caller wait for whoever is at its other end.
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def open_folder(path: Path) -> int:
    """A descriptor of the folder at the absolute `path`, none of whose parts may be a link. Raises `OSError`."""
    root = os.open("/", _FOLDER)
    try:
        return open_below(root, os.path.relpath(path, "/"))
    except OSError as error:
        error.filename = str(path)
        raise
    finally:
        os.close(root)


def open_below(folder: int, path: str) -> int:
    """A descriptor of the folder at the POSIX `path` below the open `folder`, or of that itself for an empty path."""
    descriptor = os.open(".", _FOLDER, dir_fd=folder)
    for name in path.split("/") if path else ():
        above = descriptor
        try:
            descriptor = os.open(name, _FOLDER, dir_fd=above)
        finally:
            os.close(above)
    return descriptor


def read_regular(path: Path, limit: int) -> bytes:
    """The first `limit` bytes of the file at the absolute `path`, none of whose parts may be a link.

    Raises `OSError`, also for what is no regular file.
    """
    with RegularFiles() as files:
        return files.read(path, limit)


class RegularFiles:
    """Reads files as `read_regular` does, in any number: a folder stays open until a file of another is asked for."""

    def __init__(self) -> None:
        self._open: tuple[Path, int] | None = None

    def read(self, path: Path, limit: int) -> bytes:
        descriptor = os.open(path.name, _FILE, dir_fd=self._folder(path.parent))
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(errno.EINVAL, "is no regular file", str(path))
            with open(descriptor, "rb", closefd=False) as file:
                return file.read(limit)
        finally:
            os.close(descriptor)

    def _folder(self, path: Path) -> int:
        if not self._open or self._open[0] != path:
            self.close()
            self._open = path, open_folder(path)
        return self._open[1]

    def close(self) -> None:
        if self._open:
            os.close(self._open[1])
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
    rest, real, links = deque(path.parts[1:]), Path("/"), list[Path]()
    while rest:
        place = Path(os.path.normpath(real / rest.popleft()))
        if not place.is_symlink():
            real = place
            continue
        links.append(place)
        if len(links) > MAX_LINKS:
            raise ConfigError(Message("{path}: too many links, one to the other", path=path))
        target = real / os.readlink(place)
        rest.extendleft(reversed(target.parts[1:]))
        real = Path("/")
    for link in links:
        _check_link(link, real, into_hidden=into_hidden)
    return real


def _check_link(link: Path, real: Path, *, into_hidden: bool) -> None:
    checkout = next(folders_with_git(link.parent), None)
    if checkout and not real.is_relative_to(checkout):
        raise ConfigError(
            Message(
                "{link}: this link in a git checkout leads out of it; if that is meant, name {real} in its place",
                link=link,
                real=real,
            )
        )
    behind = real.relative_to(os.path.commonpath([link.parent, real])).parts
    if not into_hidden and not all(map(is_folder_of_issues, behind)):
        raise ConfigError(
            Message(
                "{link}: this link leads to {real}, which is hidden or holds no issues; if that is "
                "meant, name it instead",
                link=link,
                real=real,
            )
        )
