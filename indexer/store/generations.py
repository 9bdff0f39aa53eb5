"""Generations: complete folders that never change, one of which `CURRENT` points to.

with store.lock(), store.draft() as folder:      # generations/.tmp-…
    ...                                          # fill folder/index and folder/texts
    files = store.seal(folder)                   # everything is on the disk, hashed
    name = store.publish(folder, manifest)       # one rename, then one pointer: "000043"
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from wangqi.indexer.store import last_update
from wangqi.indexer.store import manifest as manifests
from wangqi.indexer.store.durable import make_folder, remove_temporaries, replace_file, sha256_of, sync_folder
from wangqi.indexer.store.holding import unheld
from wangqi.indexer.store.lock import writer_lock
from wangqi.indexer.store.manifest import FileRecord, Manifest, read_manifest, write_manifest
from wangqi.search.errors import DamagedIndexError, NoIndexError, StoreError
from wangqi.search.errors.message import Message

KEPT_GENERATIONS = 3
TEMPORARY_PREFIX = ".tmp-"
COPY_NOTE = "COPY_OF"
"""File that names the index of which this one is a copy."""
INDEX_FOLDER = "index"
TEXTS_FOLDER = "texts"
OWN_FILES = frozenset({manifests.NAME, manifests.CHECKSUM_NAME})

GENERATION_NAME = re.compile(r"[0-9]{6,}")


class Store:
    """The index folder. Reading needs no lock; `draft`, `publish` and `point_to` belong inside `lock()`."""

    def __init__(self, folder: Path, discard: Callable[[Path], None] = lambda folder: None) -> None:
        """`discard` is told the folder of an index before it is removed (`search.engine.Engine.discard`)."""
        self.folder = folder
        self._discard = discard
        self.generations = folder / "generations"
        self.pointer = folder / "CURRENT"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of the store, and remove what a killed run left. Raises `LockedError` when another process
        holds it."""
        with writer_lock(self.folder):
            if self.generations.is_symlink():
                raise StoreError(
                    "{folder}: is a link, behind which nothing is written or removed", folder=self.generations
                )
            self._remove_leftovers()
            yield

    def current(self) -> str:
        """Name of the generation that serves. Raises `NoIndexError` or `DamagedIndexError`."""
        try:
            name = self.pointer.read_text(encoding="ascii", errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NoIndexError("no index in {folder}; run `wangqi reindex` first", folder=self.folder) from error
        if not GENERATION_NAME.fullmatch(name):
            raise DamagedIndexError("{pointer}: names no generation; run `wangqi reindex`", pointer=self.pointer)
        return name

    def serving(self) -> str | None:
        """As `current`; None without one."""
        with suppress(NoIndexError, DamagedIndexError):
            return self.current()
        return None

    def names(self) -> list[str]:
        """Every published generation, newest first."""
        if not self.generations.is_dir():
            return []
        found = [path.name for path in self.generations.iterdir() if GENERATION_NAME.fullmatch(path.name)]
        return sorted(found, key=int, reverse=True)

    def path(self, name: str) -> Path:
        return self.generations / name

    def manifest(self, name: str) -> Manifest:
        """Raises `DamagedIndexError`, or `StaleIndexError` for another format."""
        return read_manifest(self.path(name))

    def verify(self, name: str, *, below: str = "") -> Manifest:
        """Compare every byte of the generation (or of its files below a folder) with what was written.

        Raises `DamagedIndexError` naming the first file that is missing, changed, or was never written.
        """
        manifest = self.manifest(name)
        expected = {path: record for path, record in manifest.files.items() if path.startswith(below)}
        try:
            found = {path for path in _files_below(self.path(name)) - OWN_FILES if path.startswith(below)}
        except OSError as error:
            raise DamagedIndexError("{file}: {reason}", file=error.filename, reason=error.strerror) from error
        for path in sorted(found ^ expected.keys()):
            why = Message("missing") if path in expected else Message("does not belong to this generation")
            raise DamagedIndexError("{file}: {why}", file=self.path(name) / path, why=why)
        folder = self.path(name)
        for path, record in expected.items():
            verify_file(f"{folder}/{path}", record)
        return manifest

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """An empty folder to fill and publish; gone after the block unless it was published."""
        make_folder(self.generations)
        folder = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=self.generations))
        folder.chmod(0o755)  # mkdtemp gives 0700; the server may run as another user of the same group
        try:
            yield folder
        finally:
            self._remove(folder)

    def seal(
        self, folder: Path, *, base: Path | None = None, known: Mapping[str, FileRecord] | None = None
    ) -> dict[str, FileRecord]:
        """Sync every file and folder below `folder`; size and hash of each file, for the manifest.

        Files that are the very ones of the generation in `base`, verified in this run, are `known` and synced already.
        """
        files = {}
        for path in sorted(_files_below(folder)):
            record = (known or {}).get(path)
            if base is None or record is None or not _is_same_file(f"{folder}/{path}", f"{base}/{path}"):
                digest = sha256_of(folder / path, sync=True)
                record = FileRecord(size=(folder / path).stat().st_size, sha256=digest)
            files[path] = record
        self.sync_folders(folder)
        return files

    def sync_folders(self, folder: Path) -> None:
        """Sync `folder` and all below it, whose files are synced."""
        for parent, _, _ in os.walk(folder, onerror=_raise):
            sync_folder(Path(parent))

    def publish(
        self,
        folder: Path,
        manifest: Manifest,
        *,
        name: str = "",
        elsewhere: Callable[[str], None] = lambda name: None,
    ) -> str:
        """Make the sealed draft the generation that serves; gives its name, which is `next_name` where none is given.
        Before, it is published by that name `elsewhere`; nothing is when that raises. Of the others the last two stay,
        and what somebody has open."""
        write_manifest(folder, manifest)
        sync_folder(folder)
        name = name or self.next_name()
        elsewhere(name)
        before = self.pointer.read_bytes() if self.pointer.exists() else None
        os.rename(folder, self.path(name))
        try:
            sync_folder(self.generations)
            self.point_to(name)
        except OSError:
            self._withdraw(name, folder, before)
            raise
        # What serves is safe on the disk: an old generation that stays is no failure, and the next run removes it.
        with suppress(OSError):
            self._forget_old()
        return name

    def next_name(self, at_least: int = 1) -> str:
        """Higher than that of any generation that is there."""
        return f"{max(max(map(int, self.names()), default=0) + 1, at_least):06d}"

    def point_to(self, name: str) -> None:
        replace_file(self.pointer, f"{name}\n".encode())

    def _withdraw(self, name: str, folder: Path, before: bytes | None) -> None:
        """Undo a publish that failed half way: whoever is told that it failed must find what served before."""
        with suppress(OSError):
            if before is None:
                self.pointer.unlink(missing_ok=True)
            elif self.pointer.read_bytes() != before:
                replace_file(self.pointer, before)
        with suppress(OSError):
            if self.pointer.exists() and self.current() == name:
                return  # could not be undone; a pointer to nothing would be worse
            os.rename(self.path(name), folder)

    def _remove_leftovers(self) -> None:
        for path in self.generations.glob(f"{TEMPORARY_PREFIX}*"):
            self._remove(path)
        for path in (self.pointer, self.folder / last_update.NAME, self.folder / COPY_NOTE):
            remove_temporaries(path)

    def _forget_old(self) -> None:
        doomed = []
        current = self.current()  # after a rollback, or where another host publishes, it may be an older one
        for name in [name for name in self.names()[KEPT_GENERATIONS:] if name != current]:
            with unheld(self.path(name)) as is_unheld:
                if is_unheld:
                    doomed.append(self.generations / f"{TEMPORARY_PREFIX}old-{name}")
                    os.rename(self.path(name), doomed[-1])
        # Renamed first, and for good: a removal that is cut short, by a power cut too, must not leave half a generation
        # under a good name.
        sync_folder(self.generations)
        for folder in doomed:
            self._remove(folder)

    def _remove(self, folder: Path) -> None:
        if (folder / INDEX_FOLDER).exists():
            # What cannot be let go of now is swept up by the next run: an old generation that stays is no failure.
            with suppress(StoreError):
                self._discard(folder / INDEX_FOLDER)
        shutil.rmtree(folder, ignore_errors=True)


def _is_same_file(path: str, other: str) -> bool:
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False


def verify_file(path: str | Path, record: FileRecord) -> None:
    """Raises `DamagedIndexError` unless `path` is a regular file with the size and the hash of `record`."""
    try:
        status = os.lstat(path)
        whole = stat.S_ISREG(status.st_mode) and status.st_size == record.size and sha256_of(path) == record.sha256
    except OSError as error:
        raise DamagedIndexError("{path}: {reason}", path=path, reason=error.strerror) from error
    if not whole:
        raise DamagedIndexError("{path}: other bytes than were written", path=path)


def _files_below(folder: Path) -> set[str]:
    """POSIX paths of everything below `folder` that is not a folder. Raises `OSError` where one cannot be listed."""
    root = str(folder)
    walk = os.walk(root, onerror=_raise)
    return {f"{parent}/{name}"[len(root) + 1 :] for parent, _, names in walk for name in names}


def _raise(error: OSError) -> None:
    """Raise the error that `os.walk` by itself passes over: a folder that it cannot list."""
    raise error
