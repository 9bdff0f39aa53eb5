"""The line of requests that wait for their answer: bounded in length and in age.

urgent       at most one between two ordinary ones, however many there are
fresh, busy  the ordinary ones: who has just come, and who asks for one thing after the other; they take turns
refused      what gets a short no instead of an answer: so many in a second
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from math import inf
from time import monotonic
from typing import Any, Final, Generic, Literal, TypeVar

from wangqi.web.http.environ import BUSY, Refusal

MAX_WAITING: Final = 512
"""In each lane, of all processes together: more than are answered in a second."""
MAX_WAIT_S: Final = 5.0
"""Who has waited longer has mostly gone, or asks again."""

REFUSED_PER_S: Final = 500
REFUSED_AT_ONCE: Final = 20
"""By each process. In a flood, who is refused comes again at once: refused as fast as can be, thousands leave readers
no time. Twenty take a millisecond."""

Client = TypeVar("Client")
Lane = Literal["urgent", "fresh", "busy"]
OTHERS: Final[tuple[Lane, Lane]] = ("fresh", "busy")


class WaitingLine(Generic[Client]):
    def __init__(self, max_waiting: int = MAX_WAITING, *, clock: Callable[[], float] = monotonic) -> None:
        self._max_waiting = max_waiting
        self._clock = clock
        self._lanes: dict[Lane, OrderedDict[Client, float]] = {lane: OrderedDict() for lane in ("urgent", *OTHERS)}
        """Who waits, and since when."""
        self._served: Lane = "busy"
        """The lane whose turn it was last: the other one is next."""
        self._put_off: OrderedDict[Client, float] = OrderedDict()
        """Until when."""
        self._refused: OrderedDict[Client, Refusal] = OrderedDict()
        self._refuse_at = -inf
        """When the next may be: the generic cell rate algorithm, as in `web.http.rate`."""

    def add(self, client: Client, lane: Lane = "fresh", *, since: float | None = None) -> None:
        """Add a client at the end; where the lane is full it is refused. It has waited `since` then: perhaps longer
        than it was heard, but no longer than the client ahead of it."""
        if len(self._lanes[lane]) < self._max_waiting:
            self._lanes[lane][client] = self._clock() if since is None else since
        else:
            self.refuse(client, BUSY)

    def refuse(self, client: Client, refusal: Refusal) -> None:
        self._refused[client] = refusal

    def put_off(self, client: Client, seconds: float) -> None:
        """Let it wait so long (the same for all), and then be the next."""
        self._put_off[client] = self._clock() + seconds

    def leave(self, client: Client) -> None:
        """Whoever has gone no longer takes anybody's place."""
        lanes: list[OrderedDict[Client, Any]] = [*self._lanes.values(), self._put_off, self._refused]
        for lane in lanes:
            lane.pop(client, None)

    def refusals(self) -> Iterator[tuple[Client, Refusal]]:
        """Yield the clients that get a short refusal now."""
        now = self._clock()
        self._sort_out(now)
        while self._refused and self._refuse_at <= now:
            self._refuse_at = max(self._refuse_at, now - REFUSED_AT_ONCE / REFUSED_PER_S) + 1 / REFUSED_PER_S
            yield self._refused.popitem(last=False)

    def refuses(self, client: Client) -> bool:
        return client in self._refused

    def turn(self) -> list[Client]:
        """The clients to answer next, before it is looked who else has come."""
        self._sort_out(self._clock())
        first, second = OTHERS if self._served == "busy" else OTHERS[::-1]
        self._served = first if self._lanes[first] else second
        return self._taken("urgent") + self._taken(self._served)

    def _taken(self, lane: Lane) -> list[Client]:
        return [self._lanes[lane].popitem(last=False)[0]] if self._lanes[lane] else []

    def _sort_out(self, now: float) -> None:
        """Let those in who were put off until now, and refuse those who have waited too long."""
        while self._put_off and _first(self._put_off)[1] <= now:
            client, _ = self._put_off.popitem(last=False)
            self._lanes["fresh"][client] = now
            self._lanes["fresh"].move_to_end(client, last=False)
        for lane in self._lanes.values():
            while lane and _first(lane)[1] < now - MAX_WAIT_S:
                self.refuse(lane.popitem(last=False)[0], BUSY)

    def wait_s(self, most: float) -> float:
        """Seconds, at `most`, without anything to answer unless somebody comes."""
        if any(self._lanes.values()):
            return 0.0
        ends = [self._refuse_at] if self._refused else []
        if self._put_off:
            ends.append(_first(self._put_off)[1])
        return min(most, max(0.0, min(ends) - self._clock())) if ends else most


def _first(lane: OrderedDict[Client, float]) -> tuple[Client, float]:
    return next(iter(lane.items()))
