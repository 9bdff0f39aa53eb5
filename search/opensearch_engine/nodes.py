"""Which node is asked next: each that answers in turn, then those that were silent lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Final

SILENT_S: Final = 10.0
"""How long a node is left alone after it did not answer; then one caller looks whether it does again."""


@dataclass(slots=True)
class _Node:
    url: str
    id: str = ""
    """The cluster's name for it, once it is known."""
    silent_until: float = 0.0
    """0.0 for one that answers."""


class Nodes:
    """The nodes of a cluster as one process sees them. Safe to use from several threads."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._nodes = {url: _Node(url) for url in urls}
        self._turn = -1
        self._lock = Lock()

    @property
    def urls(self) -> list[str]:
        return list(self._nodes)

    def in_order(self) -> list[str]:
        """The addresses to try one after the other. Of a cluster with one address it stands there twice: a kept
        connection may have been cut just then."""
        with self._lock:
            self._turn = (self._turn + 1) % len(self._nodes)
            nodes = list(self._nodes.values())
            turned = self.silent_last([node.url for node in nodes[self._turn :] + nodes[: self._turn]])
            return turned * (2 if len(turned) == 1 else 1)

    def silent_last(self, urls: Sequence[str]) -> list[str]:
        return sorted(urls, key=lambda url: self._nodes[url].silent_until > 0)

    def due(self) -> str | None:
        """A node that has been silent for its time, for this caller alone to look after."""
        with self._lock:
            now = monotonic()
            for node in self._nodes.values():
                if 0 < node.silent_until <= now:
                    node.silent_until = now + SILENT_S
                    return node.url
        return None

    def answers(self, url: str, node_id: str = "") -> None:
        node = self._nodes[url]
        node.silent_until = 0.0
        node.id = node_id or node.id

    def is_silent(self, url: str) -> None:
        self._nodes[url].silent_until = monotonic() + SILENT_S

    @property
    def preference(self) -> str:
        """Which copies of shards a search is to use: none on a silent node, for which the cluster itself waits half a
        minute. Empty when all nodes answer."""
        nodes = self._nodes.values()
        answering = [node.id for node in nodes if node.id and not node.silent_until]
        silent = any(node.silent_until for node in nodes)
        return f"_prefer_nodes:{','.join(answering)}" if silent and answering else ""
