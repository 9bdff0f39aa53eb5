"""Searches of one index, within the time that is left for an answer; and the last of what they found."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from threading import Lock
from typing import Any, Generic, TypeVar

from wangqi.search import budget
from wangqi.search.errors import DamagedIndexError, EngineMissingError
from wangqi.search.opensearch_engine.client import Client
from wangqi.search.opensearch_engine.deadline import Deadline

Body = dict[str, Any]

Value = TypeVar("Value")


class AskedIndex:
    def __init__(self, client: Client, name: str, *, call_s: float, search_s: float) -> None:
        self._client, self._name = client, name
        self._call_s, self._search_s = call_s, search_s

    def ask(self, body: Mapping[str, Any]) -> Body:
        [answer] = self.ask_all([body])
        return answer

    def ask_all(self, bodies: Sequence[Mapping[str, Any]]) -> list[Body]:
        """The answers to some searches, asked in one call. Raises `EngineAwayError` when there is none in time."""
        try:
            searches = [({"index": self._name}, dict(body)) for body in bodies]
            return self._client.msearch(searches, deadline=self._deadline())
        except EngineMissingError as error:
            raise DamagedIndexError(
                "the cluster has no index {name} any more; run `wangqi reindex --full`", name=self._name
            ) from error

    def _deadline(self) -> Deadline:
        """For all calls of an answer that a visitor waits for (`search.budget`) the same."""
        began = budget.began()
        if began is None:
            return Deadline.unhurried()
        return Deadline.after(self._search_s, each_s=self._call_s, began=began)


class Remembered(Generic[Value]):
    """So many values by their keys; the one that was put first goes first."""

    def __init__(self, most: int) -> None:
        self._most, self._values, self._lock = most, OrderedDict[Hashable, Value](), Lock()

    def get(self, key: Hashable) -> Value | None:
        return self._values.get(key)

    def put(self, key: Hashable, value: Value) -> None:
        with self._lock:
            self._values[key] = value
            if len(self._values) > self._most:
                self._values.popitem(last=False)
