"""The indexes of one site in the cluster: made, cloned, sealed, looked through, deleted.

Each carries in `_meta` what it is: `index` its own name (a clone begins with what its base carries), `format`, `folder`
the place it was begun for, `build` what it is built from. Those that were ever pointed to bear the alias `…-published`.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, Final

from wangqi.search.errors import EngineMissingError, EngineRefusedError, StoreError
from wangqi.search.opensearch_engine.access import ClusterSettings
from wangqi.search.opensearch_engine.client import Client
from wangqi.search.opensearch_engine.deadline import Deadline
from wangqi.search.opensearch_engine.index.mapping import index_body

PATIENCE_S: Final = 60.0
"""For what changes the cluster: an index made or cloned; and until the next copy of a shard is begun."""
LOOK_EVERY_S: Final = 0.1

_TOLD: Final = "filter_path=*.aliases,*.mappings._meta"


@dataclass(frozen=True, slots=True)
class HeldIndex:
    """An index of the cluster as it says it is."""

    name: str
    meta: Mapping[str, Any]
    """Empty where it says nothing of its own."""
    aliases: Collection[str]


class HeldIndexes:
    """Those whose names begin as the settings say."""

    def __init__(self, client: Client, settings: ClusterSettings) -> None:
        self.client: Final = client
        self.alias: Final = settings.name
        """Names the index that serves."""
        self.published: Final = f"{settings.name}-published"
        self._settings = settings

    def new_name(self) -> str:
        return f"{self._settings.name}-{uuid.uuid4().hex}"

    def all(self) -> list[HeldIndex]:
        """Without the clones that do not yet say what they are."""
        return [held for held in self._told(f"{self._settings.name}-*") if held.meta]

    def get(self, index: str) -> HeldIndex | None:
        return next(iter(self._told(index)), None)

    def _told(self, pattern: str) -> list[HeldIndex]:
        try:
            return [_held(name, told) for name, told in self.call("GET", f"/{pattern}?{_TOLD}").items()]
        except EngineMissingError:
            return []

    def make(self, index: str, meta: Mapping[str, Any]) -> None:
        body = index_body(self._settings.shards)
        body["mappings"]["_meta"] = {**meta, "index": index}
        self._make("PUT", f"/{index}", body)

    def clone(self, base: str, index: str, meta: Mapping[str, Any]) -> None:
        # Its shards are hard links to those of the base, which takes no more writes.
        settings = {"index.blocks.write": None, "index.number_of_replicas": 0, "index.refresh_interval": "-1"}
        self._make("POST", f"/{base}/_clone/{index}", {"settings": settings})
        self._wait(index, "yellow", "green")
        self.note(index, meta)

    def _make(self, method: str, path: str, body: dict[str, Any]) -> None:
        """Make an index of a name that nobody else has: where there is one, a node has made it and then fell silent."""
        try:
            self.call(method, path, body)
        except EngineRefusedError as error:
            if error.kind != "resource_already_exists_exception":
                raise

    def note(self, index: str, meta: Mapping[str, Any]) -> None:
        """From now on it says that of itself, and nothing else."""
        self.call("PUT", f"/{index}/_mapping", {"_meta": {**meta, "index": index}})

    def open_for_writing(self, index: str) -> None:
        self.call("PUT", f"/{index}/_settings", {"index.blocks.write": None})

    def seal(self, index: str) -> None:
        """Make the index whole: everything can be found, is on as many nodes as it should be, and does not change."""
        self.refresh(index)
        replicas = self._settings.replicas
        self.call("PUT", f"/{index}/_settings", {"index.number_of_replicas": replicas, "index.blocks.write": True})
        self._wait(index, "green")

    def refresh(self, index: str) -> None:
        self.call("POST", f"/{index}/_refresh")

    def _wait(self, index: str, *good: str) -> None:
        """Wait for a status as long as copies are being made, which takes minutes for a large index."""
        still_since = monotonic()
        while (health := self.call("GET", f"/_cluster/health/{index}"))["status"] not in good:
            if health["initializing_shards"]:
                still_since = monotonic()
            elif monotonic() - still_since > PATIENCE_S:
                raise StoreError(
                    "the cluster has too few nodes, or too little room, for {replicas} copies of each shard "
                    "of {index}: start another node, or set OPENSEARCH_REPLICAS=0",
                    replicas=self._settings.replicas,
                    index=index,
                )
            sleep(LOOK_EVERY_S)

    def delete(self, index: str) -> None:
        """It may be gone already."""
        with suppress(EngineMissingError):
            self.call("DELETE", f"/{index}")

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        # What is only looked at may be asked of the next node while the first is still at it.
        deadline = Deadline.unhurried() if method == "GET" else Deadline.after(PATIENCE_S, each_s=PATIENCE_S)
        return self.client.call(method, path, body, deadline=deadline)


def _held(name: str, told: Mapping[str, Any]) -> HeldIndex:
    meta = told.get("mappings", {}).get("_meta", {})
    return HeldIndex(name, meta if meta.get("index") == name else {}, tuple(told.get("aliases", ())))
