"""The line of requests that wait for their answer: bounded in length and in age.

urgent    at most one between two ordinary ones, however many there are
refused   what gets a short no instead of an answer: a few at a time
ordinary  in the order in which they came
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Final, Generic, TypeVar

from web.environ import BUSY, Refusal

MAX_WAITING: Final = 512
"""In all processes together: more than are answered in a second."""
MAX_WAIT_S: Final = 5.0
"""Who has waited longer has mostly gone, or asks again."""
REFUSALS_A_TURN: Final = 8
"""Each takes a millisecond, and somebody waits for an answer meanwhile."""

Client = TypeVar("Client")


class Line(Generic[Client]):
    def __init__(self, max_waiting: int = MAX_WAITING, *, clock: Callable[[], float] = monotonic) -> None:
        self._max_waiting = max_waiting
        self._clock = clock
        self._urgent: deque[Client] = deque()
        self._ordinary: deque[tuple[float, Client]] = deque()
        self._put_off: deque[tuple[float, Client]] = deque()
        self._refused: deque[tuple[Client, Refusal]] = deque()

    def __len__(self) -> int:
        """How many wait for more than a refusal."""
        return len(self._urgent) + len(self._ordinary) + len(self._put_off)

    def add(self, client: Client, *, is_urgent: bool = False) -> None:
        """At the end; where the line is full it is refused."""
        if len(self) >= self._max_waiting:
            self.refuse(client, BUSY)
        elif is_urgent:
            self._urgent.append(client)
        else:
            self._ordinary.append((self._clock(), client))

    def refuse(self, client: Client, refusal: Refusal) -> None:
        self._refused.append((client, refusal))

    def put_off(self, client: Client, seconds: float) -> None:
        """Let it wait so long (the same for all), and then be the next."""
        self._put_off.append((self._clock() + seconds, client))

    def leave(self, client: Client) -> None:
        """Whoever has gone no longer takes anybody's place."""
        self._urgent = deque(each for each in self._urgent if each is not client)
        self._ordinary = deque(each for each in self._ordinary if each[1] is not client)
        self._put_off = deque(each for each in self._put_off if each[1] is not client)
        self._refused = deque(each for each in self._refused if each[0] is not client)

    def turn(self) -> list[tuple[Client, Refusal | None]]:
        """Who is answered next, before it is looked who else has come."""
        now = self._clock()
        while self._put_off and self._put_off[0][0] <= now:
            self._ordinary.appendleft((now, self._put_off.popleft()[1]))
        while self._ordinary and self._ordinary[0][0] < now - MAX_WAIT_S:
            self._refused.append((self._ordinary.popleft()[1], BUSY))
        served: list[tuple[Client, Refusal | None]] = [(self._urgent.popleft(), None)] if self._urgent else []
        served += [self._refused.popleft() for _ in range(min(REFUSALS_A_TURN, len(self._refused)))]
        return served + ([(self._ordinary.popleft()[1], None)] if self._ordinary else [])

    def wait_s(self, most: float) -> float:
        """How long there is nothing to answer, unless somebody comes."""
        if self._urgent or self._ordinary or self._refused:
            return 0.0
        return min(most, max(0.0, self._put_off[0][0] - self._clock())) if self._put_off else most
