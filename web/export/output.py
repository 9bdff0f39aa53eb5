"""The folder of an export: only what differs is written, and what an earlier export wrote is removed when it is gone.

The list of its files, `wangqi-export.txt`, tells which of them are ours. What stands beside them (`CNAME`, an image) is
never touched, and a folder with other files and without a list is not written to. A name is in the list before its
file is there: an export that was killed is an export still, and the next one completes it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Final, TextIO

from wangqi.search.errors import StoreError
from wangqi.search.errors.message import Message

LIST: Final = "wangqi-export.txt"
_HEADING: Final = "# The files that `wangqi export` wrote here, and will remove when they are gone."


class Output:
    """The files of one export."""

    def __init__(self, folder: Path, listed: set[str], list_file: TextIO) -> None:
        self.folder = folder
        self._before = listed
        self._list = list_file
        self._folders: set[Path] = set()
        self.files: dict[str, int] = {}
        """Bytes of each file of this export."""
        self.written = 0
        """How many of them were not there, or were others."""
        self.removed = 0

    def write(self, path: str, data: bytes) -> None:
        """Write a file, unless it is there with the same bytes. `path` is relative, with slashes.

        Raises `StoreError` when it leads out of the folder, or to a file that no export wrote.
        """
        file = self._own(path)
        self.files[path] = len(data)
        if path not in self._before:
            self._list.write(f"{path}\n")
            self._list.flush()
            self._make_folder(file.parent)
            file.write_bytes(data)  # nothing was there: it need not be replaced in one step
        elif not _holds(file, data):
            self._make_folder(file.parent)
            _replace(file, data)
        else:
            return
        self.written += 1

    def _make_folder(self, folder: Path) -> None:
        if folder in self._folders:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as exc:
            raise _in_the_way(Path(exc.filename)) from exc
        self._folders.add(folder)

    def _own(self, path: str) -> Path:
        file = self.folder.joinpath(*PurePosixPath(path).parts)
        if _leads_out(path) or path in self.files:
            raise StoreError(Message("{path!r} cannot be the name of a file of an export", path=path))
        if path not in self._before and os.path.lexists(file):
            raise StoreError(
                Message(
                    "{file} is in the way and was not written by an export: move it, or choose another folder",
                    file=file,
                )
            )
        return file

    def finish(self) -> None:
        """Remove what only earlier exports have, and write down what this one has."""
        for path in sorted(self._before - self.files.keys()):
            with suppress(FileNotFoundError):
                self.folder.joinpath(*PurePosixPath(path).parts).unlink()
                self.removed += 1
            self._remove_empty(path)
        text = "\n".join([_HEADING, *sorted(self.files)]) + "\n"
        if not _holds(self.folder / LIST, text.encode()):
            _replace(self.folder / LIST, text.encode())

    def _remove_empty(self, path: str) -> None:
        with suppress(OSError):  # it holds something still
            for parent in list(PurePosixPath(path).parents)[:-1]:
                (self.folder / parent).rmdir()


def _in_the_way(file: Path) -> StoreError:
    return StoreError(
        Message("{file} is in the way and was not written by an export: move it, or choose another folder", file=file)
    )


@contextmanager
def output_in(folder: Path) -> Iterator[Output]:
    """Write an export into `folder`, which is made if it is missing. Files that are gone are removed at the end of the
    block, if it comes to its end. Raises `StoreError` when the folder holds files, and none is an export's."""
    listed = _listed(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LIST).open("a", encoding="utf-8") as list_file:
        output = Output(folder, listed, list_file)
        yield output
    output.finish()


def _listed(folder: Path) -> set[str]:
    try:
        lines = (folder / LIST).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        if folder.is_dir() and any(folder.iterdir()):
            raise StoreError(
                Message(
                    "{folder} holds files and no export (it has no {list}); choose an empty or a new folder",
                    folder=folder,
                    list=LIST,
                )
            ) from None
        return set()
    paths = {line for line in lines if line and not line.startswith("#")}
    if strange := next((path for path in paths if _leads_out(path)), None):
        raise StoreError(
            Message(
                "{file} names {strange!r}, which no export has written; put the list right",
                file=folder / LIST,
                strange=strange,
            )
        )
    return paths


def _leads_out(path: str) -> bool:
    return path.startswith("/") or ".." in PurePosixPath(path).parts or not path.isprintable() or path == LIST


def _holds(file: Path, data: bytes) -> bool:
    try:
        return file.stat().st_size == len(data) and file.read_bytes() == data
    except FileNotFoundError:
        return False


def _replace(file: Path, data: bytes) -> None:
    """Give `file` these bytes in one step."""
    temporary = file.with_name(f".{file.name}.new")
    temporary.write_bytes(data)
    os.replace(temporary, file)
