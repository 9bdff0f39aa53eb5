"""Opening a generation for searching: its bytes first, then its engine, then one question to it.

Opening an index may unpickle, so nothing of `index/` is given to the engine before its hashes are right.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, closing, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wangqi.indexer.store.deaths import TOO_MANY, Deaths
from wangqi.indexer.store.generations import INDEX_FOLDER, TEXTS_FOLDER, Store, verify_file
from wangqi.indexer.store.holding import Hold
from wangqi.indexer.store.manifest import Manifest
from wangqi.indexer.store.moved import NAME as MOVED
from wangqi.indexer.store.moved import Moved, read_moved
from wangqi.search.engine import Engine, Page, Searcher
from wangqi.search.engine.listing import stock_of
from wangqi.search.errors import DamagedIndexError, EngineAwayError, NoIndexError, StaleIndexError, StoreError
from wangqi.search.errors.message import Message
from wangqi.search.plan.plan import EVERYTHING
from wangqi.search.request import NO_FILTERS

if TYPE_CHECKING:
    from wangqi.search.answer.open_index import OpenIndex

LONG: Final = 200_000
"""Bytes of an issue's file from which on its page is shown in parts: twice the longest issue known."""

MUCH_MARKUP: Final = 6000
"""Ends of lines and signs of Markdown from which on it is as well: twice the most of an issue known. The dearest shape,
a list of short items, then takes 0.14 s to render."""

_MARKUP: Final = b"\n*_`[|~<&\\!"


class OpenGeneration:
    """A generation that answers: its index, its manifest and the sources of its issues. It stays while open."""

    def __init__(self, name: str, folder: Path, manifest: Manifest, index: OpenIndex, hold: Hold) -> None:
        self.name = name
        self.folder = folder
        self.manifest = manifest
        self.index = index
        self._hold = hold
        mapped = [folder / path for path in manifest.files if path.startswith(f"{INDEX_FOLDER}/")]
        self._opened = {path: path.stat() for path in mapped}
        self._in_parts: dict[str, bool] = {}

    @property
    def searcher(self) -> Searcher:
        return self.index.searcher

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

    def moved(self, issue_id: str) -> str | None:
        """The id of the issue that one of before became; "" for one that is gone, None for what is not known."""
        return self._moved.get(issue_id)

    @cached_property
    def _moved(self) -> Moved:
        record = self.manifest.files.get(MOVED)
        if record:
            verify_file(self.folder / MOVED, record)
        return read_moved(self.folder) if record else {}

    def is_long(self, issue_id: str) -> bool:
        """Whether the issue's page is shown in parts."""
        record = self.manifest.files.get(text_path(issue_id))
        size = record.size if record else 0
        if not MUCH_MARKUP <= size < LONG:
            return size >= LONG
        if issue_id not in self._in_parts:  # a result page asks for each of its links
            with suppress(OSError):
                self._in_parts[issue_id] = is_long_text((self.folder / text_path(issue_id)).read_bytes())
        return self._in_parts.get(issue_id, False)

    def check_files(self) -> None:
        """Raises `DamagedIndexError` when a file of the index was written to, or cut short, after it was opened.

        Its pages are mapped: to read one that is gone ends the process. A file that was removed or replaced is whole
        for whoever has it open.
        """
        for path, opened in self._opened.items():
            try:
                now = path.stat()
            except OSError:
                continue
            is_same = (now.st_size, now.st_mtime_ns) == (opened.st_size, opened.st_mtime_ns)
            if os.path.samestat(now, opened) and not is_same:
                raise DamagedIndexError("{path}: was changed while generation {name} served", path=path, name=self.name)

    def close(self) -> None:
        self.searcher.close()
        self._hold.close()


def is_long_text(text: bytes) -> bool:
    """Whether an issue of that file is shown in parts."""
    return len(text) >= LONG or len(text) - len(text.translate(None, _MARKUP)) >= MUCH_MARKUP


def text_path(issue_id: str) -> str:
    return f"{TEXTS_FOLDER}/{issue_id}.md"


def open_current(index_dir: Path, engine: Engine, deaths: Deaths | None = None) -> OpenGeneration:
    """The generation that serves. Raises `NoIndexError`, `DamagedIndexError` or `StaleIndexError`."""
    store = Store(index_dir)
    return open_generation(store, store.current(), engine, deaths)


def open_newest_good(
    index_dir: Path, engine: Engine, deaths: Deaths | None = None, *, any_words: bool = False
) -> tuple[OpenGeneration, str | None]:
    """The generation that serves, or else the newest one that is good, with what is wrong with the current one.

    With `any_words` it may be one of another analyzer: for what is read, and not searched. One of too many `deaths`
    serves only when there is no other. Raises `NoIndexError` when there is none at all, and what is wrong with the
    current one when no other is good.
    """
    store = Store(index_dir)
    try:
        return open_generation(store, store.current(), engine, deaths, any_words=any_words), None
    except (NoIndexError, EngineAwayError):  # nor would another generation be found
        raise
    except StoreError as error:
        for counted in (deaths, None) if deaths else (None,):
            for name in store.names():
                try:
                    found = open_generation(store, name, engine, counted, any_words=any_words)
                    return found, Message("{error}; serving generation {name} instead", error=error, name=name)
                except StoreError:
                    continue
        raise


def open_generation(
    store: Store, name: str, engine: Engine, deaths: Deaths | None = None, *, any_words: bool = False
) -> OpenGeneration:
    """Raises `StaleIndexError`, or `DamagedIndexError`, also when too many processes died of it."""
    manifest = store.manifest(name)
    made_by, wanted = manifest.fingerprint, engine.fingerprint
    if any_words:
        made_by, wanted = (fingerprint.partition("/")[0] for fingerprint in (made_by, wanted))
    if made_by != wanted:
        raise StaleIndexError(
            "generation {name} in {folder} was built by another version of the analyzer or its "
            "settings; run `wangqi reindex`",
            name=name,
            folder=store.folder,
        )
    if deaths and (died := deaths.of(name, manifest.created)) >= TOO_MANY:
        raise DamagedIndexError(
            "generation {name} in {folder}: {died} processes died while they served it",
            name=name,
            folder=store.folder,
            died=died,
        )
    with ExitStack() as opened:
        hold = opened.enter_context(closing(Hold(store.path(name))))
        store.verify(name, below=f"{INDEX_FOLDER}/")
        searcher = opened.enter_context(closing(engine.open(store.path(name) / INDEX_FOLDER)))
        check_answers(searcher, manifest)
        from wangqi.search.answer.open_index import OpenIndex  # what corrects queries, which a reindex never asks for

        generation = OpenGeneration(name, store.path(name), manifest, OpenIndex(searcher, engine.analyzer), hold)
        opened.pop_all()  # it closes them itself
        return generation


def check_answers(searcher: Searcher, manifest: Manifest) -> None:
    """The canary: the index holds the issues of the manifest, and finds something.

    Raises `DamagedIndexError` when it does not.
    """
    held = searcher.stock()
    wanted = stock_of((issue, record.digest) for issue, record in manifest.issues.items() if record.digest)
    if held != wanted:
        raise DamagedIndexError(
            "the index holds {issues} issues, {written} were written, or other versions",
            issues=held.issues,
            written=wanted.issues,
        )
    matches = searcher.find(EVERYTHING, NO_FILTERS, Page(sort="newest", limit=1))
    if manifest.entries and not matches.hits:
        raise DamagedIndexError("the index finds nothing")
