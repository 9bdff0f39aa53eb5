"""Long issues as they were last rendered: one of 5 MB takes the processor seconds, and is asked for at any time."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

from flask import current_app

from indexer.rendering import RenderedIssue

LONG: Final = 200_000
"""Bytes of a file whose page is remembered, and has no words marked in it: twice the longest issue known."""

MAX_BYTES: Final = 64_000_000
"""Of memory in each process, for the pages that were asked for last."""


class RenderedIssues:
    """The last results, as many as fit into `max_bytes`."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, RenderedIssue] = OrderedDict()

    def get(self, key: Hashable, render: Callable[[], RenderedIssue]) -> RenderedIssue:
        """What was rendered for `key`, now if need be."""
        found = self._kept.pop(key, None) or render()
        self._kept[key] = found
        self._bytes = sum(map(_size, self._kept.values()))
        while self._bytes > self._max_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= _size(oldest)
        return found

    def __len__(self) -> int:
        return len(self._kept)


def rendered_issues() -> RenderedIssues:
    """Those of this application, in this process."""
    kept = current_app.extensions.setdefault("wangqi-rendered", RenderedIssues())
    assert isinstance(kept, RenderedIssues)
    return kept


def _size(rendered: RenderedIssue) -> int:
    return sys.getsizeof(rendered.html)
