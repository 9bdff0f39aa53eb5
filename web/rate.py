"""How much one address may ask: so many requests per second, after as many at once as were saved up.

It is a token bucket written as the generic cell rate algorithm (ITU-T I.371): all there is to remember of an address is
the time at which its bucket will be full again. Those times stand in a table of fixed size that all processes share, so
that the limit holds for the site whichever of them answers, and a flood of addresses takes no memory.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import blake2b
from math import ceil
from mmap import mmap
from time import monotonic
from typing import Final

from flask import Flask, request
from werkzeug.exceptions import TooManyRequests

from web.clients import counted_as

SAVED_S: Final = 10.0
"""How long an address can save up what it does not ask: a page with its files, or a sentence typed into the box."""

PLACES: Final = 1 << 16
"""In the table: 512 KB."""


class RateLimit:
    """Make it before processes are forked, which then count together."""

    def __init__(self, per_second: float, *, clock: Callable[[], float] = monotonic) -> None:
        """`clock` must tell all processes the same time."""
        self._every_s = 1 / per_second
        self._full_at = memoryview(mmap(-1, PLACES * 8)).cast("d")
        self._key = secrets.token_bytes(16)  # nobody can choose an address that shares its places with another
        self._clock = clock

    def wait_s(self, address: str) -> float:
        """Count a request of `address`: 0.0 when it may be answered, else how long until one may.

        An address has two places in the table and counts by the emptier one. So two that share a place do not hinder
        each other (a count-min sketch, updated conservatively).
        """
        now, places = self._clock(), self._places(counted_as(address))
        full_at = max(now, min(self._full_at[place] for place in places)) + self._every_s
        wait = round(full_at - now - max(SAVED_S, self._every_s), 6)  # sums of fractions are off by a little
        if wait > 0:
            return wait
        for place in places:
            self._full_at[place] = max(self._full_at[place], full_at)
        return 0.0

    def _places(self, address: str) -> tuple[int, int]:
        digest = blake2b(address.encode(errors="surrogatepass"), digest_size=8, key=self._key).digest()
        return int.from_bytes(digest[:4]) % PLACES, int.from_bytes(digest[4:]) % PLACES


def limit_rate(app: Flask, per_second: float) -> None:
    """Answer 429 to whoever asks more, whatever he asks for."""
    limit = RateLimit(per_second)

    @app.before_request
    def refuse_floods() -> None:
        if wait_s := limit.wait_s(request.remote_addr or ""):
            raise TooManyRequests("too many requests from this address", retry_after=ceil(wait_s))
