"""Searches of one index, within the time that is left for the answer they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wangqi.search import budget
from wangqi.search.errors import DamagedIndexError, EngineRefusedError
from wangqi.search.opensearch_engine.client import Client
from wangqi.search.opensearch_engine.deadline import Deadline

Body = dict[str, Any]


class AskedIndex:
    """An index of the cluster."""

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
        except EngineRefusedError as error:
            if error.status != 404:
                raise
            raise DamagedIndexError(
                "the cluster has no index {name} any more; run `wangqi reindex --full`", name=self._name
            ) from error

    def _deadline(self) -> Deadline:
        """For all calls of an answer that a visitor waits for (`search.budget`) the same."""
        began = budget.began()
        if began is None:
            return Deadline.unhurried()
        return Deadline.after(self._search_s, each_s=self._call_s, began=began)
