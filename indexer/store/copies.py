"""Copies of an index, for hosts that serve it and do not make it.

A generation never changes, so that its files can be copied, or linked, while it serves. `COPY_OF` in the folder of the
copy names where it comes from.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from wangqi.indexer.store.durable import make_folder, open_own, replace_file, sync
from wangqi.indexer.store.generations import COPY_NOTE, OWN_FILES, Store, verify_file
from wangqi.indexer.store.holding import Hold
from wangqi.indexer.store.last_update import note_update, noting_failure
from wangqi.indexer.store.manifest import FileRecord, Manifest
from wangqi.search.errors import DamagedIndexError, NoIndexError, StaleIndexError, StoreError
from wangqi.search.errors.message import message_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    generation: str
    """That serves now."""
    before: str | None
    """That served before; None when there was none, and `generation` when nothing was new."""
    copied_bytes: int
    linked_bytes: int
    """Of files that the source, or a generation of before, has too: they take no room of their own."""
    passed_over: tuple[str, ...] = ()
    """What is wrong with newer generations of the source, a line for each."""


def source_of(folder: Path) -> str | None:
    """Where the index in `folder` is copied from; None for an index that is made where it is."""
    with suppress(OSError):
        return (folder / COPY_NOTE).read_text(encoding="utf-8", errors="replace").strip()
    return None


def make_own(folder: Path) -> None:
    """From now on the index is made here."""
    (folder / COPY_NOTE).unlink(missing_ok=True)


def pull(source: Path, folder: Path, fingerprint: str) -> Pulled:
    """Let the newest whole generation of the index in `source` serve in the index in `folder` too.

    It keeps its name, unless the copy has had a higher one. Killed at any moment, the copy serves what it served
    before. Raises `NoIndexError` when `source` holds no index, `StaleIndexError` when its newest is not for
    `fingerprint` (of the engine here), `DamagedIndexError` when none is whole, `LockedError`, and `StoreError` when the
    copy cannot be written.
    """
    there, here = Store(source), Store(folder)
    if not there.pointer.is_file():  # said before a folder is made
        raise NoIndexError(
            "no index in {source}: name the folder that holds {name}, often .wangqi",
            source=source,
            name=there.pointer.name,
        )
    there.current()
    if folder.exists() and source.samefile(folder):
        raise StoreError("{source}: is the index itself", source=source)
    with noting_failure(folder):
        try:
            with here.lock():
                replace_file(folder / COPY_NOTE, f"{source.absolute()}\n".encode(errors="surrogateescape"))
                pulled = _pull(there, here, fingerprint)
                new = pulled.generation != pulled.before
                note_update(folder, f"took over generation {pulled.generation}" if new else "nothing new")
        except OSError as error:
            raise StoreError(
                "cannot copy {source} to {folder}: {reason}",
                source=source,
                folder=folder,
                reason=error.strerror or error,
            ) from error
    return pulled


def _pull(there: Store, here: Store, fingerprint: str) -> Pulled:
    wrong: list[str] = []
    for name in _newest_first(there):
        try:
            return replace(_take_over(there, name, here, fingerprint), passed_over=tuple(wrong))
        except DamagedIndexError as error:  # one that is still being synchronised, or is removed meanwhile
            wrong.append(message_of(error))
    raise DamagedIndexError("no generation in {folder} is whole yet: {reason}", folder=there.folder, reason=wrong[0])


def _newest_first(store: Store) -> list[str]:
    """Names of the generations that may be taken: the one that serves, and those before it."""
    current = store.current()
    return [current, *(name for name in store.names() if int(name) < int(current))]


def _good_manifests(store: Store) -> dict[str, Manifest]:
    """By name, newest first."""
    found = {}
    for name in store.names():
        with suppress(StoreError):
            found[name] = store.manifest(name)
    return found


def _take_over(there: Store, name: str, here: Store, fingerprint: str) -> Pulled:
    manifest = there.manifest(name)
    if manifest.fingerprint != fingerprint:
        raise StaleIndexError(
            "generation {name} in {folder} was built by another version of wangqi, or with other "
            "words: install the same version here, with the same wangqi.toml",
            name=name,
            folder=there.folder,
        )
    before, own = here.serving(), _good_manifests(here)
    for held in (held for held, known in own.items() if known == manifest):
        with suppress(DamagedIndexError):  # such a one is copied again
            here.verify(held)
            if held != before:
                here.point_to(held)
            return Pulled(generation=held, before=before, copied_bytes=0, linked_bytes=0)
    with closing(Hold(there.path(name))), here.draft() as draft:
        copied = sum(_copies(manifest, draft, there.path(name), [here.path(held) for held in own]))
        here.sync_folders(draft)
        generation = here.publish(draft, manifest, name=here.next_name(int(name)))
    linked = sum(record.size for record in manifest.files.values()) - copied
    return Pulled(generation=generation, before=before, copied_bytes=copied, linked_bytes=linked)


def _copies(manifest: Manifest, draft: Path, source: Path, own: Iterable[Path]) -> Iterator[int]:
    """Fill the draft; yields the size of each file that was not linked."""
    for path, record in manifest.files.items():
        make_folder((draft / checked_path(path, source)).parent)
        if not any(is_linked(folder / path, draft / path, record) for folder in (*own, source)):
            _copy(source / path, draft / path, record)
            yield record.size


def checked_path(path: str, source: object) -> str:
    """Raises `DamagedIndexError` for what the manifest of `source` names and is no file of a generation."""
    if path in OWN_FILES or not _is_below(path):
        raise DamagedIndexError(
            "{source}: its manifest names {path!r}, which is no file of a generation", source=source, path=path
        )
    return path


def _is_below(path: str) -> bool:
    """Whether it is a plain path below a folder."""
    parts = PurePosixPath(path).parts
    return bool(parts) and parts[0] != "/" and ".." not in parts and "\0" not in path


def is_linked(path: Path, target: Path, record: FileRecord) -> bool:
    """Make `target` the very file, if it is the one that is wanted and this file system can."""
    try:
        if os.lstat(path).st_size != record.size:
            return False
        verify_file(path, record)
        os.link(path, target, follow_symlinks=False)
    except (OSError, DamagedIndexError):
        return False
    sync(target)
    return True


def _copy(path: Path, target: Path, record: FileRecord) -> None:
    """Raises `DamagedIndexError` when the copy is not what its manifest says."""
    try:
        with path.open("rb") as source, os.fdopen(open_own(target, os.O_WRONLY | os.O_EXCL), "wb") as file:
            shutil.copyfileobj(source, file)
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError as error:
        raise DamagedIndexError("{path}: {reason}", path=path, reason=error.strerror) from error
    verify_file(target, record)
