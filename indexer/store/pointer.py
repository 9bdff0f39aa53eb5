"""What serves: `CURRENT` says it to this host. Where the engine keeps generations for hosts that share no folder
(`wangqi.search.engine.shelf`), its pointer says it to all, and `CURRENT` follows.

    with store.lock():
        pointer = Pointer(store, engine.shelf)
        pointer.follow()                        # what another host has published
        name = pointer.publish(draft, manifest)

A folder is then what a host has at hand of generations that are elsewhere; an empty one will do.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from wangqi.indexer.store.copies import checked_path, is_linked
from wangqi.indexer.store.durable import make_folder, write_file
from wangqi.indexer.store.generations import INDEX_FOLDER, KEPT_GENERATIONS, Store, verify_file
from wangqi.indexer.store.manifest import NAME, Manifest, parse_manifest
from wangqi.search.engine.shelf import Sealed, Shelf
from wangqi.search.errors import DamagedIndexError, EngineAwayError, NoIndexError, StaleIndexError, StoreError

LOG: Final = logging.getLogger("wangqi")


class Pointer:
    """Of a store whose lock is held."""

    def __init__(self, store: Store, shelf: Shelf | None) -> None:
        self._store = store
        self._shelf = shelf
        self._pointed: tuple[str, ...] = ()
        """What the shelf pointed to when it was looked at."""

    def follow(self) -> bool:
        """Let what the shelf points to serve here too; whether that is new. Raises `DamagedIndexError` when it points
        to nothing of use, `EngineAwayError`, and `StoreError` when this folder cannot be written."""
        if not self._shelf:
            return False
        self._pointed = self._shelf.pointed()
        if not self._pointed or self._pointed == (self._key(),):
            return False
        try:
            self._take_over(self._shelf, *self._only())
        except OSError as error:
            raise StoreError(
                "cannot write {path}: {reason}", path=self._store.folder, reason=error.strerror or error
            ) from error
        return True

    def is_behind(self) -> bool:
        """Whether the shelf points to another generation than serves here. Needs no lock."""
        pointed = self._shelf.pointed() if self._shelf else ()
        return bool(pointed) and pointed != (self._key(),)

    def follow_if_whole(self) -> None:
        """Before something new is published: what is of no use to build upon is said, and will be replaced."""
        try:
            self.follow()
        except (DamagedIndexError, StaleIndexError) as error:
            LOG.warning("%s", error)

    def publish(self, draft: Path, manifest: Manifest) -> str:
        """Make the sealed draft serve, here and everywhere. Raises `LockedError` when another host has published since
        this one looked, and nothing is changed then."""
        if not self._shelf:
            return self._store.publish(draft, manifest)
        name = self._store.next_name(self._shelf.highest() + 1)
        elsewhere = partial(self._put, self._shelf, draft, manifest)
        return self._store.publish(draft, manifest, name=name, elsewhere=elsewhere)

    def point_to(self, name: str) -> None:
        """Let a generation of this store serve, here and everywhere."""
        if self._shelf:
            key = self._shelf.key_of(self._store.path(name) / INDEX_FOLDER)
            if self._pointed != (key,):
                self._shelf.sealed(key)
                self._shelf.point(key, instead_of=self._pointed)
        if self._store.serving() != name:
            self._store.point_to(name)

    def forget_old(self) -> None:
        """Of what the shelf has the newest stay, and what this store holds."""
        if self._shelf:
            held = (self._key_of(self._shelf, name) for name in self._store.names())
            self._shelf.forget_old(KEPT_GENERATIONS, set(filter(None, held)))

    def _put(self, shelf: Shelf, draft: Path, manifest: Manifest, name: str) -> None:
        key = shelf.key_of(draft / INDEX_FOLDER)
        files = {record.sha256: draft / path for path, record in manifest.files.items()}
        sealed = Sealed(name, manifest.digest)
        shelf.put(key, sealed, files | {sealed.manifest: draft / NAME})
        shelf.point(key, instead_of=self._pointed)

    def _only(self) -> tuple[str, Sealed]:
        assert self._shelf
        if len(self._pointed) > 1:
            raise DamagedIndexError(
                "several indexes of the cluster are to serve ({indexes}), and one alone can: run `wangqi reindex`",
                indexes=self._pointed,
            )
        return self._pointed[0], self._shelf.sealed(self._pointed[0])

    def _take_over(self, shelf: Shelf, key: str, sealed: Sealed) -> None:
        held = next((name for name in self._store.names() if self._key_of(shelf, name) == key), None)
        with suppress(StoreError):  # one that is damaged is fetched again
            if held:
                self._store.verify(held)
                self._store.point_to(held)
                return
        manifest = parse_manifest(_read_one(shelf, key, sealed.manifest), f"{key}: {NAME}")
        with self._store.draft() as draft:
            self._fetch(shelf, key, manifest, draft)
            self._store.sync_folders(draft)
            is_taken = sealed.name in self._store.names()  # by one that is damaged, or of an index that was deleted
            self._store.publish(draft, manifest, name="" if is_taken else sealed.name)

    def _fetch(self, shelf: Shelf, key: str, manifest: Manifest, draft: Path) -> None:
        """Fill the draft: with files that this store has already, and those that are read."""
        own = [self._store.path(name) for name in self._store.names()]
        wanted = defaultdict[str, list[str]](list)
        for path, record in manifest.files.items():
            target = draft / checked_path(path, key)
            make_folder(target.parent)
            if not any(is_linked(folder / path, target, record) for folder in own):
                wanted[record.sha256].append(path)
        for digest, data in shelf.read(key, wanted):
            for path in wanted[digest]:
                write_file(draft / path, data)
        for path in (path for paths in wanted.values() for path in paths):
            verify_file(draft / path, manifest.files[path])

    def _key(self) -> str | None:
        """Of what serves here."""
        current = self._store.serving()
        return self._key_of(self._shelf, current) if self._shelf and current else None

    def _key_of(self, shelf: Shelf, name: str) -> str | None:
        with suppress(NoIndexError, DamagedIndexError):
            return shelf.key_of(self._store.path(name) / INDEX_FOLDER)
        return None


def follow(folder: Path, shelf: Shelf) -> None:
    """As `Pointer.follow`; the lock is taken, and the folder made, only when there is something new."""
    if Pointer(Store(folder), shelf).is_behind():
        store = Store(folder)
        with store.lock():
            Pointer(store, shelf).follow()


def roll_back(store: Store, fingerprint: str, shelf: Shelf | None = None) -> str:
    """Let the newest good generation before the current one serve; gives its name. Raises `StoreError` if none is."""
    with store.lock():
        pointer = Pointer(store, shelf)
        pointer.follow_if_whole()
        current = store.current()
        older = [name for name in store.names() if int(name) < int(current)]
        others = []
        for name in older:
            try:
                if store.verify(name).fingerprint == fingerprint:
                    pointer.point_to(name)
                    return name
                others.append(name)
            except EngineAwayError:
                raise
            except StoreError:
                continue
    if others:
        raise StoreError(
            "{name} is whole, but was built with other words, aliases or another version of the program: set these back"
            " and run `wangqi rollback` again, or leave them and run `wangqi reindex`",
            name=others[0],
        )
    raise StoreError(
        "no good generation before {current} in {folder}: nothing to go back to", current=current, folder=store.folder
    )


def _read_one(shelf: Shelf, key: str, digest: str) -> bytes:
    for _, data in shelf.read(key, [digest]):
        return data
    raise DamagedIndexError("{index}: the cluster does not have its {name}", index=key, name=NAME)
