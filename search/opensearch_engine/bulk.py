"""Many documents, sent at the pace the cluster can take.

An answer 200 to `_bulk` holds an answer for each of its items. What a node refuses for now (429 of a circuit breaker or
a full queue, 503 while a shard moves) is sent again, in smaller requests and after a pause; what it refuses for good
ends the work: full disks (`EngineFullError`), a document it cannot read (`EngineRefusedError`). Nothing is left out.

Documents may arrive in another order than they are given, so no two items of one call may have the same id. Items are
`index` or `delete` with an id of ours: an item that is sent twice, since a node fell silent, is there once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic, sleep
from typing import Any, Final

from wangqi.search.errors import EngineAwayError, EngineDeniedError, EngineRefusedError
from wangqi.search.errors.message import Message, message_of
from wangqi.search.opensearch_engine.answers import Unusable, refusal
from wangqi.search.opensearch_engine.client import Client
from wangqi.search.opensearch_engine.deadline import Deadline

MOST_BYTES: Final = 2 << 20
"""Of one request at the beginning, and later. Larger ones are no quicker, and a node holds each in its heap."""
LEAST_BYTES: Final = 64 << 10
PATIENCE_S: Final = 180.0
"""How long no item at all may be taken: a node that is started again is there in less."""
FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 2.0
EACH_S: Final = 70.0
"""For one request. What a replica refuses for now its primary sends again for 60 s before it answers
(`indices.replication.retry_timeout`), and whoever sends it all again meanwhile makes it worse."""


@dataclass(slots=True)
class BulkReport:
    items: int = 0
    requests: int = 0
    again: int = 0
    """Items that were refused for now, each time."""


def send_bulk(client: Client, items: Iterable[bytes], *, patience_s: float = PATIENCE_S) -> BulkReport:
    """Have every item done, each the lines of one action (`search.opensearch_engine.client.lines_of`).

    Raises `EngineAwayError` when none is taken for `patience_s`, `EngineFullError` and `EngineRefusedError` at once;
    what was done before stays done."""
    sender = _Sender(client, patience_s)
    for batch in _batches(items, sender):
        sender.send(batch)
    return sender.report


def _batches(items: Iterable[bytes], sender: _Sender) -> Iterator[list[bytes]]:
    """Runs of items that are sent in one request, of as many bytes as the cluster takes just then."""
    batch: list[bytes] = []
    size = 0
    for item in items:
        if batch and size + len(item) > sender.bytes_at_once:
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += len(item)
    if batch:
        yield batch


class _Sender:
    """Sends batches, and remembers how much the cluster takes at once."""

    def __init__(self, client: Client, patience_s: float) -> None:
        self.report = BulkReport()
        self.bytes_at_once = MOST_BYTES
        self._client = client
        self._patience_s = patience_s
        self._pause_s = 0.0
        self._taken_at = monotonic()

    def send(self, batch: list[bytes]) -> None:
        """Have every item done, in one request or in as many as it takes."""
        waiting = [batch]
        while waiting:
            first = waiting.pop(0)
            left, reason = self._ask(first)
            self._adapt(taken=len(first) - len(left), left=len(left), reason=reason)
            waiting[:0] = _batches(left, self)
            sleep(self._pause_s)

    def _ask(self, batch: Sequence[bytes]) -> tuple[list[bytes], str]:
        """Send once; what was not done, and why not."""
        self.report.requests += 1
        deadline = Deadline.after(self._patience_s, each_s=EACH_S)
        try:
            return _not_done(batch, self._client.bulk(batch, deadline=deadline))
        except EngineDeniedError:
            raise
        except EngineAwayError as error:
            return list(batch), message_of(error)
        except EngineRefusedError as error:
            if error.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE or len(batch) == 1:
                raise
            return list(batch), message_of(error)

    def _adapt(self, *, taken: int, left: int, reason: str) -> None:
        self.report.items += taken
        self.report.again += left
        if taken:
            self._taken_at = monotonic()
        if not left:
            self._pause_s = self._pause_s / 2 if self._pause_s > FIRST_PAUSE_S else 0.0
            self.bytes_at_once = min(self.bytes_at_once + LEAST_BYTES, MOST_BYTES)
            return
        if monotonic() - self._taken_at > self._patience_s:
            raise EngineAwayError(
                "for {seconds:g} s the cluster has taken no document: {reason}", seconds=self._patience_s, reason=reason
            )
        self._pause_s = min(max(self._pause_s * 2, FIRST_PAUSE_S), LONGEST_PAUSE_S)
        self.bytes_at_once = max(self.bytes_at_once // 2, LEAST_BYTES)


def _not_done(batch: Sequence[bytes], answers: Sequence[dict[str, Any]]) -> tuple[list[bytes], str]:
    """The items to send again and why. Raises the `StoreError` for an item that is refused for good."""
    left, reason = [], ""
    for item, answered in zip(batch, answers, strict=True):
        ((_, told),) = answered.items()
        if "error" not in told:
            continue
        refused = refusal(told["status"], told["error"])
        if not isinstance(refused, Unusable):
            raise _named(refused, told)
        left.append(item)
        reason = str(refused)
    return left, reason


def _named(error: Exception, told: dict[str, Any]) -> Exception:
    if isinstance(error, EngineRefusedError):
        message = Message("document {document}: {error}", document=told.get("_id"), error=error)
        return EngineRefusedError(message, status=error.status, kind=error.kind)
    return error
