"""Opening a generation for searching: its bytes first, then its engine, then one question to it.

Opening an index may unpickle, so nothing of `index/` is given to the engine before its hashes are right.
"""

from __future__ import annotations

from pathlib import Path

from indexer.store.generations import INDEX_FOLDER, TEXTS_FOLDER, Store, verify_file
from indexer.store.manifest import Manifest
from search.engine import Engine, Searcher
from search.errors import DamagedIndexError, NoIndexError, StaleIndexError, StoreError
from search.query.tree import Everything
from search.request import NO_FILTERS


class OpenGeneration:
    """A generation that answers: its searcher, its manifest and the sources of its issues."""

    def __init__(self, name: str, folder: Path, manifest: Manifest, searcher: Searcher) -> None:
        self.name = name
        self.folder = folder
        self.manifest = manifest
        self.searcher = searcher

    @property
    def created(self) -> str:
        """When it was built; with the name it tells the generation from those of an index that was deleted."""
        return self.manifest.created

    def text(self, issue_id: str) -> bytes | None:
        """The issue's file as it was indexed; None when the generation does not hold it.

        Raises `DamagedIndexError` when the bytes are not the ones that were written.
        """
        path = text_path(issue_id)
        if path not in self.manifest.files:
            return None
        verify_file(self.folder / path, self.manifest.files[path])
        return (self.folder / path).read_bytes()

    def close(self) -> None:
        self.searcher.close()


def text_path(issue_id: str) -> str:
    return f"{TEXTS_FOLDER}/{issue_id}.md"


def open_current(index_dir: Path, engine: Engine) -> OpenGeneration:
    """The generation that serves. Raises `NoIndexError`, `DamagedIndexError` or `StaleIndexError`."""
    store = Store(index_dir)
    return open_generation(store, store.current(), engine)


def open_newest_good(index_dir: Path, engine: Engine) -> tuple[OpenGeneration, str | None]:
    """The generation that serves, or else the newest one that is good, with what is wrong with the current one.

    Raises `NoIndexError` when there is none at all, and what is wrong with the current one when no other is good.
    """
    store = Store(index_dir)
    try:
        return open_generation(store, store.current(), engine), None
    except NoIndexError:
        raise
    except StoreError as error:
        for name in store.names():
            try:
                return open_generation(store, name, engine), f"{error}; serving generation {name} instead"
            except StoreError:
                continue
        raise


def open_generation(store: Store, name: str, engine: Engine) -> OpenGeneration:
    manifest = store.verify(name, below=f"{INDEX_FOLDER}/")
    if manifest.fingerprint != engine.fingerprint:
        raise StaleIndexError(
            f"generation {name} in {store.folder} was built by another version of the analyzer or its settings; "
            "run `wangqi reindex`"
        )
    searcher = engine.open(store.path(name) / INDEX_FOLDER)
    try:
        check_answers(searcher, manifest)
    except BaseException:
        searcher.close()
        raise
    return OpenGeneration(name, store.path(name), manifest, searcher)


def check_answers(searcher: Searcher, manifest: Manifest) -> None:
    """The canary: the index holds the issues of the manifest, and finds something.

    Raises `DamagedIndexError` when it does not.
    """
    held = {info.ref.id: info.digest for info in searcher.issues()}
    wanted = {issue: record.digest for issue, record in manifest.issues.items() if record.digest}
    if held != wanted:
        raise DamagedIndexError(f"the index holds {len(held)} issues, {len(wanted)} were written, or other versions")
    matches = searcher.find(Everything(), NO_FILTERS, sort="newest", offset=0, limit=1)
    if manifest.entries and not matches.hits:
        raise DamagedIndexError("the index finds nothing")
