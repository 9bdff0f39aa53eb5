"""Limits for one address: requests per second and processor time, after as much at once as was saved up.

Both are a token bucket written as the generic cell rate algorithm (ITU-T I.371): all there is to remember of an address
is the time at which its bucket will be full again. Those times stand in a table of fixed size that all processes share,
so that the limit holds for the site whichever of them answers, and a flood of addresses takes no memory.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import blake2b
from math import ceil
from mmap import mmap
from time import monotonic, thread_time
from typing import Final

from flask import Flask, g, request
from werkzeug.exceptions import TooManyRequests

from wangqi.web.http.clients import counted_as

SAVED_S: Final = 10.0
"""How long an address can save up what it does not ask: a page with its files, or a sentence typed into the box."""

PLACES: Final = 1 << 16
"""In a table: 512 KB."""

CPU: Final = 0.25
"""Seconds of the processor's time for an address in each second, on a site that limits how much one may ask: forty
searches and more. After a rest, ten times as much at once."""


class _FullAt:
    """A table of addresses with the time at which the bucket of each will be full again.

    An address has two places in the table and counts by the emptier one. So two that share a place do not hinder each
    other (a count-min sketch, updated conservatively).
    """

    def __init__(self) -> None:
        self._times = memoryview(mmap(-1, PLACES * 8)).cast("d")
        self._key = secrets.token_bytes(16)  # nobody can choose an address that shares its places with another

    def of(self, address: str) -> float:
        return min(self._times[place] for place in self._places(address))

    def set(self, address: str, full_at: float) -> None:
        """Note a later time than the one that was known."""
        for place in self._places(address):
            self._times[place] = max(self._times[place], full_at)

    def _places(self, address: str) -> tuple[int, int]:
        counted = counted_as(address).encode(errors="surrogatepass")
        digest = blake2b(counted, digest_size=8, key=self._key).digest()
        return int.from_bytes(digest[:4]) % PLACES, int.from_bytes(digest[4:]) % PLACES


class RateLimit:
    """Make it before processes are forked, which then count together."""

    def __init__(self, per_second: float, *, clock: Callable[[], float] = monotonic) -> None:
        """`clock` must tell all processes the same time."""
        self._every_s = 1 / per_second
        self._full_at = _FullAt()
        self._clock = clock

    def wait_s(self, address: str) -> float:
        """Count a request of `address`: 0.0 when it may be answered, else how long until one may."""
        now = self._clock()
        full_at = max(now, self._full_at.of(address)) + self._every_s
        wait = round(full_at - now - max(SAVED_S, self._every_s), 6)  # sums of fractions are off by a little
        if wait > 0:
            return wait
        self._full_at.set(address, full_at)
        return 0.0


class CostLimit:
    """A limit of the processor time that answers take, known once they are made: an address that took more waits."""

    def __init__(self, share: float, *, clock: Callable[[], float] = monotonic) -> None:
        """`share` of one processor is what each address may take."""
        self._share = share
        self._full_at = _FullAt()
        self._clock = clock

    def wait_s(self, address: str) -> float:
        """0.0 when `address` may be answered, else how long until it may."""
        return max(0.0, self._full_at.of(address) - self._clock() - SAVED_S)

    def charge(self, address: str, cpu_s: float) -> None:
        """Count an answer that took so much of the processor's time."""
        self._full_at.set(address, max(self._clock(), self._full_at.of(address)) + cpu_s / self._share)


def limit_rate(app: Flask, per_second: float) -> None:
    """Answer 429 to whoever asks more, whatever he asks for."""
    limit = RateLimit(per_second)

    @app.before_request
    def refuse_floods() -> None:
        if wait_s := limit.wait_s(request.remote_addr or ""):
            raise TooManyRequests("too many requests from this address", retry_after=ceil(wait_s))


def limit_cost(app: Flask, share: float) -> None:
    """Answer 429 to whoever takes more of the processor's time."""
    limit = CostLimit(share)

    @app.before_request
    def refuse_the_dear() -> None:
        g.started = thread_time()
        if wait_s := limit.wait_s(request.remote_addr or ""):
            raise TooManyRequests("answers to this address have taken too much time", retry_after=ceil(wait_s))

    @app.teardown_request
    def charge(error: BaseException | None) -> None:
        if "started" in g:
            limit.charge(request.remote_addr or "", thread_time() - g.started)
