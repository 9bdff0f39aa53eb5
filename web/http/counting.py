"""How many requests were answered, and in which time, counted by all processes together: numbers for `/metrics`.

What is counted is known by the route and the class of the status alone, never by an address or a query.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from mmap import mmap
from time import monotonic
from typing import Final

from flask import Flask, Response, g, request

from wangqi.web.site.routes import METRICS

ROWS: Final = 1024
"""Processes, each of which counts in a row of its own: none waits for another, and what one that died has counted
stays. Beyond so many two share a row, and may lose a count when they write at the same moment."""

CLASSES: Final = ("2xx", "3xx", "4xx", "5xx")
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper ends of the buckets of the histogram; beyond is one more."""
NO_ROUTE: Final = "other"
"""Of what is at no address of the site."""


class Counters:
    """Sums, by number. Make them before processes are forked."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._rows = memoryview(mmap(-1, ROWS * count * 8)).cast("d")
        self._row = 0
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(before=self._next_row)

    def _next_row(self) -> None:
        """The next process that is forked has one that this one has not: it counts nothing itself."""
        self._row = (self._row + 1) % ROWS

    def add(self, number: int, value: float = 1.0) -> None:
        self._rows[self._row * self._count + number] += value

    def total(self, number: int) -> float:
        return sum(self._rows[number :: self._count])


@dataclass(frozen=True, slots=True)
class Histogram:
    """Of the time that answers took."""

    buckets: Sequence[tuple[float, float]]
    """Upper end in seconds, and how many took no longer."""
    count: float
    seconds: float
    """All of them together."""


class Requests:
    """Counts the requests of a site with these `routes`, as Flask writes them."""

    def __init__(self, routes: Sequence[str]) -> None:
        self._routes = (*routes, NO_ROUTE)
        self._number = {route: number for number, route in enumerate(self._routes)}
        self._first_bucket = len(self._routes) * len(CLASSES)
        self._seconds = self._first_bucket + len(SECONDS) + 1
        self._counters = Counters(self._seconds + 1)

    def note(self, route: str | None, status: int, seconds: float) -> None:
        number = self._number.get(route or NO_ROUTE, self._number[NO_ROUTE])
        of_class = min(max(status // 100 - 2, 0), len(CLASSES) - 1)
        self._counters.add(number * len(CLASSES) + of_class)
        self._counters.add(self._first_bucket + bisect_left(SECONDS, seconds))
        self._counters.add(self._seconds, seconds)

    def answered(self) -> Iterator[tuple[str, str, float]]:
        """Route, class of the status, and how often; what never was is left out."""
        for number, route in enumerate(self._routes):
            for at, of_class in enumerate(CLASSES):
                if count := self._counters.total(number * len(CLASSES) + at):
                    yield route, of_class, count

    def took(self) -> Histogram:
        counts = [self._counters.total(self._first_bucket + at) for at in range(len(SECONDS) + 1)]
        upper = [(end, sum(counts[: at + 1])) for at, end in enumerate(SECONDS)]
        return Histogram(upper, sum(counts), self._counters.total(self._seconds))


def count_requests(app: Flask) -> Requests:
    """Count what `app`, which has all its routes but that of the metrics, answers from now on."""
    counted = Requests(sorted({METRICS, *(rule.rule for rule in app.url_map.iter_rules())}))

    @app.before_request
    def begin() -> None:
        g.began = monotonic()

    @app.after_request
    def note(response: Response) -> Response:
        seconds = monotonic() - g.began if "began" in g else 0.0
        counted.note(request.url_rule.rule if request.url_rule else None, response.status_code, seconds)
        return response

    return counted
