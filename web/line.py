"""The line of requests that wait for their answer: bounded in length and in age.

urgent    at most one between two ordinary ones, however many there are
refused   what gets a short no instead of an answer: a few at a time
ordinary  in the order in which they came
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Any, Final, Generic, Literal, TypeVar

from web.environ import BUSY, Refusal

MAX_WAITING: Final = 512
"""In each lane, of all processes together: more than are answered in a second."""
MAX_WAIT_S: Final = 5.0
"""Who has waited longer has mostly gone, or asks again."""
REFUSALS_A_TURN: Final = 2
"""Each takes a millisecond, and somebody waits for an answer meanwhile."""

Client = TypeVar("Client")
Lane = Literal["urgent", "fresh", "busy"]
OTHERS: Final[tuple[Lane, Lane]] = ("fresh", "busy")


class Line(Generic[Client]):
    def __init__(self, max_waiting: int = MAX_WAITING, *, clock: Callable[[], float] = monotonic) -> None:
        self._max_waiting = max_waiting
        self._clock = clock
        self._lanes: dict[Lane, deque[tuple[Client, float]]] = {"urgent": deque(), "fresh": deque(), "busy": deque()}
        """Who waits, and since when."""
        self._next: Lane = "fresh"
        self._put_off: deque[tuple[Client, float]] = deque()
        """Until when."""
        self._refused: deque[tuple[Client, Refusal]] = deque()

    def add(self, client: Client, lane: Lane = "fresh") -> None:
        """At the end; where the lane is full it is refused."""
        if len(self._lanes[lane]) < self._max_waiting:
            self._lanes[lane].append((client, self._clock()))
        else:
            self.refuse(client, BUSY)

    def refuse(self, client: Client, refusal: Refusal) -> None:
        self._refused.append((client, refusal))

    def put_off(self, client: Client, seconds: float) -> None:
        """Let it wait so long (the same for all), and then be the next."""
        self._put_off.append((client, self._clock() + seconds))

    def leave(self, client: Client) -> None:
        """Whoever has gone no longer takes anybody's place."""
        lanes: list[deque[Any]] = [*self._lanes.values(), self._put_off, self._refused]
        for lane in lanes:
            others = [each for each in lane if each[0] is not client]
            lane.clear()
            lane.extend(others)

    def turn(self) -> list[tuple[Client, Refusal | None]]:
        """Who is answered next, before it is looked who else has come."""
        self._sort_out(self._clock())
        served: list[tuple[Client, Refusal | None]] = []
        served += self._taken("urgent")
        served += [self._refused.popleft() for _ in range(min(REFUSALS_A_TURN, len(self._refused)))]
        first, second = OTHERS if self._next == OTHERS[0] else OTHERS[::-1]
        self._next = second
        return served + (self._taken(first) or self._taken(second))

    def _taken(self, lane: Lane) -> list[tuple[Client, Refusal | None]]:
        return [(self._lanes[lane].popleft()[0], None)] if self._lanes[lane] else []

    def _sort_out(self, now: float) -> None:
        """Let those in who were put off until now, and refuse those who have waited too long."""
        while self._put_off and self._put_off[0][1] <= now:
            self._lanes["fresh"].appendleft((self._put_off.popleft()[0], now))
        for lane in self._lanes.values():
            while lane and lane[0][1] < now - MAX_WAIT_S:
                self.refuse(lane.popleft()[0], BUSY)

    def wait_s(self, most: float) -> float:
        """How long there is nothing to answer, unless somebody comes."""
        if self._refused or any(self._lanes.values()):
            return 0.0
        return min(most, max(0.0, self._put_off[0][1] - self._clock())) if self._put_off else most
