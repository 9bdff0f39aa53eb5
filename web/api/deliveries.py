"""Deliveries of a git host that were heard lately, in all processes that answer: one that comes again is no news.

They stand in a table of fixed size in shared memory. A delivery has one place in it, and may be forgotten for another
that has the same: then it is heard once more, which does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b
from mmap import mmap
from time import monotonic
from typing import Final

REMEMBERED_S: Final = 300.0
PLACES: Final = 1024
DIGEST_BYTES: Final = 8


class Deliveries:
    """Make it before processes are forked, which then remember together."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        """`clock` must tell all processes the same time."""
        memory = memoryview(mmap(-1, PLACES * 2 * DIGEST_BYTES))
        self._names = memory[: PLACES * DIGEST_BYTES].cast("Q")
        self._times = memory[PLACES * DIGEST_BYTES :].cast("d")
        self._clock = clock

    def is_repeated(self, names: Iterable[str]) -> bool:
        """Whether a delivery was heard lately under one of its `names`; it is known by all of them from now on."""
        heard = [self._was_heard(name) for name in names]
        return any(heard)

    def _was_heard(self, name: str) -> bool:
        digest = int.from_bytes(blake2b(name.encode(errors="surrogatepass"), digest_size=DIGEST_BYTES).digest())
        place, now = digest % PLACES, self._clock()
        if self._names[place] == digest and now - self._times[place] < REMEMBERED_S:
            return True
        self._times[place], self._names[place] = now, digest
        return False
