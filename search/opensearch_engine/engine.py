"""The engine: an index in the cluster for each generation, and a folder that names it."""

from __future__ import annotations

import logging
import platform
import uuid
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

from wangqi.search.analysis import Analyzer
from wangqi.search.document.stored import stored_digest
from wangqi.search.engine import Searcher
from wangqi.search.errors import DamagedIndexError, EngineRefusedError, NoIndexError, StoreError
from wangqi.search.errors.message import Message
from wangqi.search.model import Issue
from wangqi.search.opensearch_engine.client import Client
from wangqi.search.opensearch_engine.deadline import Deadline
from wangqi.search.opensearch_engine.index.folder import read_name, write_name
from wangqi.search.opensearch_engine.index.mapping import FORMAT, index_body
from wangqi.search.opensearch_engine.settings import ClusterSettings

LOG: Final = logging.getLogger("wangqi")

PATIENCE_S: Final = 60.0
"""For what changes the cluster: an index made or cloned; and until the next copy of a shard is begun."""
LOOK_EVERY_S: Final = 0.1


class OpenSearchEngine:
    """Builds and opens indexes in an OpenSearch cluster."""

    def __init__(self, analyzer: Analyzer, client: Client, settings: ClusterSettings) -> None:
        self.analyzer: Final = analyzer
        self._client = client
        self._settings = settings

    @property
    def fingerprint(self) -> str:
        return f"{FORMAT}-{stored_digest()}/{self.analyzer.fingerprint}"

    def build(
        self, folder: Path, issues: Iterable[Issue], *, base: Path | None = None, removed: Collection[str] = ()
    ) -> None:
        from wangqi.search.opensearch_engine.index.building import fill_index

        index = f"{self._settings.name}-{uuid.uuid4().hex}"
        write_name(folder, index)  # before there is one: a build that is killed must not leave what nobody knows
        if base:
            self._clone(read_name(base), index)
        else:
            self._make("PUT", f"/{index}", index_body(self._settings.shards))
        self._call("PUT", f"/{index}/_mapping", {"_meta": {"format": FORMAT, "folder": _place_of(folder)}})
        fill_index(self._client, index, folder, issues, self.analyzer, base=base, removed=removed)
        self._seal(index)

    def _clone(self, base: str, index: str) -> None:
        # Its shards are hard links to those of the base, which takes no more writes.
        settings = {"index.blocks.write": None, "index.number_of_replicas": 0, "index.refresh_interval": "-1"}
        self._make("POST", f"/{base}/_clone/{index}", {"settings": settings})
        self._wait(index, "yellow", "green")

    def _make(self, method: str, path: str, body: dict[str, Any]) -> None:
        """Make an index of a name that nobody else has: where there is one, a node has made it and then fell silent."""
        try:
            self._call(method, path, body)
        except EngineRefusedError as error:
            if error.kind != "resource_already_exists_exception":
                raise

    def _seal(self, index: str) -> None:
        """Make the index whole: everything can be found, is on as many nodes as it should be, and does not change."""
        self._call("POST", f"/{index}/_refresh")
        replicas = self._settings.replicas
        self._call("PUT", f"/{index}/_settings", {"index.number_of_replicas": replicas, "index.blocks.write": True})
        self._wait(index, "green")

    def _wait(self, index: str, *good: str) -> None:
        """Wait for a status as long as copies are being made, which takes minutes for a large index."""
        still_since = monotonic()
        while (health := self._call("GET", f"/_cluster/health/{index}"))["status"] not in good:
            if health["initializing_shards"]:
                still_since = monotonic()
            elif monotonic() - still_since > PATIENCE_S:
                raise StoreError(
                    Message(
                        "the cluster has too few nodes, or too little room, for {replicas} copies of each shard "
                        "of {index}: start another node, or set OPENSEARCH_REPLICAS=0",
                        replicas=self._settings.replicas,
                        index=index,
                    )
                )
            sleep(LOOK_EVERY_S)

    def open(self, folder: Path) -> Searcher:
        from wangqi.search.opensearch_engine.query.searching import OpenSearchSearcher

        index = read_name(folder)
        try:
            answer = self._call("GET", f"/{index}/_mapping")
        except EngineRefusedError as error:
            if error.status != 404:
                raise
            raise DamagedIndexError(
                Message(
                    "{folder}: the cluster has no index {index} any more; run `wangqi reindex --full`",
                    folder=folder,
                    index=index,
                )
            ) from error
        made_by = answer[index]["mappings"].get("_meta", {}).get("format")
        if made_by != FORMAT:
            raise DamagedIndexError(
                Message(
                    "{folder}: index {index} of the cluster has format {made_by}, not {ours}",
                    folder=folder,
                    index=index,
                    made_by=made_by,
                    ours=FORMAT,
                )
            )
        searcher = OpenSearchSearcher(self._client, index, folder, self._settings)
        searcher.check()
        return searcher

    def check(self, folder: Path) -> None:
        self.open(folder).close()

    def discard(self, folder: Path) -> None:
        with suppress(NoIndexError, DamagedIndexError):
            self._delete(read_name(folder))

    def sweep(self, root: Path, kept: Collection[Path]) -> None:
        """Whatever folder is removed, `discard` is asked before: what is left is what could not be reached then. Other
        sites and other machines may have indexes of such names, so only those from below `root` are looked at."""
        known = set()
        for folder in kept:
            with suppress(NoIndexError, DamagedIndexError):
                known.add(read_name(folder))
        for index in self._built_below(root) - known:
            LOG.warning("removing index %s of the cluster, of which no generation is left", index)
            self._delete(index)

    def _built_below(self, root: Path) -> set[str]:
        answer = self._call("GET", f"/{self._settings.name}-*/_mapping?filter_path=*.mappings._meta")
        places = {index: held["mappings"]["_meta"].get("folder", "") for index, held in answer.items()}
        return {index for index, place in places.items() if place.startswith(f"{_place_of(root)}/")}

    def _delete(self, index: str) -> None:
        try:
            self._call("DELETE", f"/{index}")
        except EngineRefusedError as error:
            if error.status != 404:
                raise

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        # What is only looked at may be asked of the next node while the first is still at it.
        deadline = Deadline.unhurried() if method == "GET" else Deadline.after(PATIENCE_S, each_s=PATIENCE_S)
        return self._client.call(method, path, body, deadline=deadline)


def _place_of(folder: Path) -> str:
    return f"{platform.node()}:{folder.resolve()}"
