"""What a call spends its time on: functions are wrapped, and each is counted without those that it calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, Final
from unittest.mock import patch

REST: Final = "the rest"

Place = tuple[str, Any, str]
"""Name of the stage, and where its function is found: an object and the name of its attribute."""


class Stages:
    """Seconds by stage, added up until `take`."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._open: list[str] = [REST]
        self._since = perf_counter()

    def take(self) -> dict[str, float]:
        """What was counted since the last call."""
        self._switch()
        taken, self._seconds = dict(self._seconds), defaultdict(float)
        return taken

    @contextmanager
    def measured(self, places: list[Place]) -> Iterator[None]:
        """While this is open, the functions at `places` are counted."""
        patches = [
            patch.object(owner, name, self._wrapped(stage, getattr(owner, name))) for stage, owner, name in places
        ]
        for each in patches:
            each.start()
        try:
            yield
        finally:
            for each in patches:
                each.stop()

    def _wrapped(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self._switch()
            self._open.append(stage)
            try:
                return function(*args, **kwargs)
            finally:
                self._switch()
                self._open.pop()

        return call

    def _switch(self) -> None:
        now = perf_counter()
        self._seconds[self._open[-1]] += now - self._since
        self._since = now
