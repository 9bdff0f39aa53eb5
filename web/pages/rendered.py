"""Long issues as they were last cut into parts, and those parts as they were last rendered."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, TypeVar

from flask import current_app

from wangqi.indexer.rendering import RenderedIssue
from wangqi.indexer.rendering.parts import LongIssue
from wangqi.web.site.leases import Generation

MAX_BYTES: Final = 64_000_000
"""Of memory in each process, for what was asked for last."""

Kind = TypeVar("Kind", LongIssue, RenderedIssue)


class Kept:
    """The last results, as many as fit into `max_bytes`."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, LongIssue | RenderedIssue] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Kind]) -> Kind:
        """The result for `key`, made now if need be. A key has results of one kind."""
        found: Kind = self._kept.pop(key) if key in self._kept else make()  # type: ignore[assignment]
        self._kept[key] = found
        self._bytes = sum(map(_size, self._kept.values()))
        while self._bytes > self._max_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= _size(oldest)
        return found

    def __len__(self) -> int:
        return len(self._kept)


def kept() -> Kept:
    """The results that this application keeps, in this process."""
    found = current_app.extensions.setdefault("wangqi-kept", Kept())
    assert isinstance(found, Kept)
    return found


def long_issue(generation: Generation, issue_id: str) -> LongIssue:
    """The parts of an issue that the generation holds."""

    def cut() -> LongIssue:
        text = generation.text(issue_id)
        assert text is not None
        return LongIssue(text)

    return kept().get(("cut", generation.name, generation.created, issue_id), cut)


def _size(result: LongIssue | RenderedIssue) -> int:
    return result.size if isinstance(result, LongIssue) else sys.getsizeof(result.html)
