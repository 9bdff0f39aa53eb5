"""What a power cut may leave of a folder: a record of everything written to it, and of what was synced.

with Recorder(folder) as recorder:
    ...                                     # writes below `folder`; before each file call a `Moment` is recorded
recorder.moments[17].leave(elsewhere, chance)   # one of the states in which the disk may be after a cut just then

The model is that of POSIX, harsher than any journal: a file's bytes are sure up to its last fsync, a folder's names up
to the last fsync of the folder. Whatever came later may be there, missing, or (bytes) there in part, each for itself.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import TracebackType

Names = dict[str, int]
"""Of a folder: the inode of each name."""

CALLS = {"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.truncate"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass
class Disk:
    """Folders and files by inode."""

    folders: dict[int, Names] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)

    def copy(self) -> Disk:
        return Disk(dict(self.folders), dict(self.files))


@dataclass
class Moment:
    top: int
    synced: Disk
    written: Disk
    """As a program sees it, whether it is on the disk or not."""
    expected: frozenset[str]
    """`Recorder.expected` at that moment."""

    def leave(self, folder: Path, chance: Random) -> None:
        """Make `folder` one of the states that the disk may be in: every second one the least that is sure."""
        self._leave(self.top, folder, chance, worst=chance.random() < 0.5)

    def _leave(self, inode: int, path: Path, chance: Random, *, worst: bool) -> None:
        if inode not in self.written.folders and inode not in self.synced.folders:
            path.write_bytes(self._bytes(inode, chance, worst=worst))
            return
        path.mkdir()
        sure, later = self.synced.folders.get(inode, {}), self.written.folders.get(inode, {})
        for name in sorted(sure.keys() | later.keys()):
            choice = sure if worst or chance.random() < 0.5 else later
            if name in choice:
                self._leave(choice[name], path / name, chance, worst=worst)

    def _bytes(self, inode: int, chance: Random, *, worst: bool) -> bytes:
        sure = self.synced.files.get(inode, b"")
        later = self.written.files.get(inode, sure)  # one that was removed has no other bytes
        torn = later[: chance.randrange(len(later) + 1)]
        return sure if worst or sure == later else chance.choice([sure, later, torn, bytes(len(later))])


class Recorder:
    """Records what this process does. With `syncs` False an fsync returns as if it had worked, and does nothing."""

    def __init__(self, folder: Path, *, syncs: bool = True) -> None:
        self.moments: list[Moment] = []
        self.expected: frozenset[str] = frozenset()
        """What may be found after a cut: of what the program has said is done, and what it is doing."""
        self._folder = folder
        self._syncs = syncs
        self._synced = Disk()
        # An inode is not given to another file while somebody has it open.
        self._open: dict[int, int] = {}

    def __enter__(self) -> Recorder:
        global _recorder
        self._synced = self._look()  # what was there before is sure
        self._real_fsync = os.fsync
        os.fsync = self._fsync  # type: ignore[assignment]  # asked with numbers alone here
        _recorder = self
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        global _recorder
        _recorder = None
        os.fsync = self._real_fsync
        for descriptor in self._open.values():
            os.close(descriptor)

    def note(self) -> None:
        """A moment: the next call of the program is never made."""
        global _recorder
        _recorder = None  # looking around is not what is recorded
        self.moments.append(Moment(self._folder.stat().st_ino, self._synced.copy(), self._look(), self.expected))
        _recorder = self

    def is_written(self, path: object, _mode: object, flags: object) -> bool:
        """Whether to open it so writes to something in the folder."""
        return str(path).startswith(str(self._folder)) and bool(int(str(flags or 0)) & WRITING)

    def _fsync(self, descriptor: int) -> None:
        self.note()
        if not self._syncs:
            return
        inode, disk = os.fstat(descriptor).st_ino, self.moments[-1].written
        if inode in disk.folders:
            self._synced.folders[inode] = disk.folders[inode]
        elif inode in disk.files:
            self._synced.files[inode] = disk.files[inode]

    def _look(self) -> Disk:
        disk = Disk()
        for parent, folders, files in os.walk(self._folder):
            names = {name: os.lstat(os.path.join(parent, name)).st_ino for name in (*folders, *files)}
            disk.folders[os.lstat(parent).st_ino] = names
            self._hold(parent)
            for name in files:
                self._hold(os.path.join(parent, name))
                disk.files[names[name]] = Path(parent, name).read_bytes()
        return disk

    def _hold(self, path: str) -> None:
        inode = os.lstat(path).st_ino
        if inode not in self._open:
            self._open[inode] = os.open(path, os.O_RDONLY)


_recorder: Recorder | None = None


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if _recorder and (event in CALLS or (event == "open" and _recorder.is_written(*arguments))):
        _recorder.note()


sys.addaudithook(_audit)  # for good, since Python takes none away
