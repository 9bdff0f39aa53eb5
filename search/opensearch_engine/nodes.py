"""Which node is asked next: each in turn, and those that did not answer lately after the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Final

AVOIDED_S: Final = 10.0
"""How long a node is asked last after it did not answer; then one caller tries it, and the others go on without it."""


@dataclass(slots=True)
class _Node:
    url: str
    avoided_until: float = 0.0
    """0.0 for one that answered when it was asked last."""


class Nodes:
    """The nodes of a cluster as one process sees them. Safe to use from several threads."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._nodes = {url: _Node(url) for url in urls}
        self._turn = -1
        self._lock = Lock()

    def in_order(self) -> list[str]:
        """The addresses to try one after the other. Of a cluster with one address it stands there twice: a kept
        connection may have been cut just then."""
        with self._lock:
            self._turn = (self._turn + 1) % len(self._nodes)
            nodes = list(self._nodes.values())
            now = monotonic()
            turned = sorted(nodes[self._turn :] + nodes[: self._turn], key=lambda node: node.avoided_until > now)
            first = turned[0]
            if first.avoided_until:
                first.avoided_until = now + AVOIDED_S  # this caller tries whether it answers again
            return [node.url for node in turned] if len(turned) > 1 else [first.url, first.url]

    def answered(self, url: str) -> None:
        self._nodes[url].avoided_until = 0.0

    def failed(self, url: str) -> None:
        self._nodes[url].avoided_until = monotonic() + AVOIDED_S
