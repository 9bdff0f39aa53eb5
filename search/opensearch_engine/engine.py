"""The engine: an index in the cluster for each generation, and a folder that names it."""

from __future__ import annotations

import logging
import platform
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final

from wangqi.search.analysis import Analyzer
from wangqi.search.document.stored import stored_digest
from wangqi.search.engine import Searcher
from wangqi.search.errors import DamagedIndexError, EngineMissingError, NoIndexError
from wangqi.search.model import Issue
from wangqi.search.opensearch_engine.access import ClusterSettings
from wangqi.search.opensearch_engine.client import Client
from wangqi.search.opensearch_engine.held import HeldIndex, HeldIndexes
from wangqi.search.opensearch_engine.index.building import FilledIndex, SecondPass, SpooledEntries
from wangqi.search.opensearch_engine.index.folder import read_name, write_name
from wangqi.search.opensearch_engine.index.mapping import FORMAT
from wangqi.search.opensearch_engine.shelf import OpenSearchShelf

LOG: Final = logging.getLogger("wangqi")


class OpenSearchEngine:
    """Builds and opens indexes in an OpenSearch cluster."""

    def __init__(self, analyzer: Analyzer, client: Client, settings: ClusterSettings) -> None:
        self.analyzer: Final = analyzer
        self._client = client
        self._settings = settings
        self._indexes = HeldIndexes(client, settings)
        self.shelf: Final = OpenSearchShelf(self._indexes)
        self._built: set[str] = set()
        """Indexes of this process, as opposed to those of one that was killed."""

    @property
    def fingerprint(self) -> str:
        return f"{FORMAT}-{stored_digest()}/{self.analyzer.fingerprint}"

    def build(
        self, folder: Path, issues: Iterable[Issue], *, base: Path | None = None, removed: Collection[str] = ()
    ) -> None:
        with TemporaryFile("w+", encoding="utf-8", dir=folder) as file:
            spool = SpooledEntries(file, issues)
            before = read_name(base) if base else None
            build = spool.name_with(self.fingerprint, before, sorted(removed))
            target = self._begun(folder, build) or self._begin(folder, build, before)
            SecondPass(self._client, target, folder, spool, self.analyzer, base=base).run(removed)
        self._indexes.seal(target.name)

    def _begin(self, folder: Path, build: str, base: str | None) -> FilledIndex:
        index = self._indexes.new_name()
        self._take(folder, index)  # before there is one: a build that is killed must not leave what nobody knows
        meta = _meta(folder, build)
        self._indexes.clone(base, index, meta) if base else self._indexes.make(index, meta)
        return FilledIndex(index, build, is_begun=False)

    def _begun(self, folder: Path, build: str) -> FilledIndex | None:
        """The index that a run which was killed began to build of the same, for a folder beside this one."""
        beside = f"{_place_of(folder.parent.parent)}/"
        for held in self._indexes.all():
            place = held.meta.get("folder", "")
            if held.meta.get("build") == build and place.startswith(beside) and self._is_left(held):
                LOG.info("going on with index %s, which a run that did not come to its end began", held.name)
                self._take(folder, held.name)
                self._indexes.note(held.name, _meta(folder, build))
                self._indexes.open_for_writing(held.name)
                self._indexes.refresh(held.name)
                return FilledIndex(held.name, build, is_begun=True)
        return None

    def _take(self, folder: Path, index: str) -> None:
        self._built.add(index)
        write_name(folder, index)

    def _is_left(self, held: HeldIndex) -> bool:
        """Whether it never served, and the folder that it was begun for is gone."""
        was_for = Path(held.meta.get("folder", "").partition(":")[2])
        return self._indexes.published not in held.aliases and not was_for.exists()

    def open(self, folder: Path) -> Searcher:
        from wangqi.search.opensearch_engine.query.searching import OpenSearchSearcher

        index = read_name(folder)
        try:
            answer = self._indexes.call("GET", f"/{index}/_mapping")
        except EngineMissingError as error:
            raise DamagedIndexError(
                "{folder}: the cluster has no index {index} any more; run `wangqi reindex --full`",
                folder=folder,
                index=index,
            ) from error
        made_by = answer[index]["mappings"].get("_meta", {}).get("format")
        if made_by != FORMAT:
            raise DamagedIndexError(
                "{folder}: index {index} of the cluster has format {made_by}, not {ours}",
                folder=folder,
                index=index,
                made_by=made_by,
                ours=FORMAT,
            )
        searcher = OpenSearchSearcher(self._client, index, folder, self._settings)
        searcher.check()
        return searcher

    def check(self, folder: Path) -> None:
        self.open(folder).close()

    def discard(self, folder: Path) -> None:
        """What served goes with `shelf.forget_old`, and what a killed run left may be gone on with: `sweep` sees it."""
        with suppress(NoIndexError, DamagedIndexError):
            index = read_name(folder)
            held = self._indexes.get(index)
            if not held or self._indexes.published in held.aliases:
                return
            if index in self._built or "build" not in held.meta:
                self._indexes.delete(index)

    def sweep(self, root: Path, kept: Collection[Path]) -> None:
        """Other sites and other machines may have indexes of such names, so only those from below `root` are looked at,
        and none that served."""
        known = set()
        for folder in kept:
            with suppress(NoIndexError, DamagedIndexError):
                known.add(read_name(folder))
        below = f"{_place_of(root)}/"
        for held in self._indexes.all():
            is_from_here = held.meta.get("folder", "").startswith(below)
            if is_from_here and held.name not in known and self._indexes.published not in held.aliases:
                LOG.warning("removing index %s of the cluster, of which no generation is left", held.name)
                self._indexes.delete(held.name)


def _meta(folder: Path, build: str) -> dict[str, Any]:
    return {"format": FORMAT, "folder": _place_of(folder), "build": build}


def _place_of(folder: Path) -> str:
    return f"{platform.node()}:{folder.resolve()}"
