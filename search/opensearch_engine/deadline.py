"""When an answer is of no use any more.

A search is several calls, each of which may have to go to a second node. Each with a limit of its own adds up: with 5 s
a call and a frozen node searches took up to 21 s. So all calls of a search share one `Deadline`.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Final, Self

EACH_S: Final = 1.0
"""A second node can be asked within the two and a half seconds that a search may take."""

UNHURRIED_S: Final = 24.0
"""Where no visitor waits: in a reindex, whose first searches come before the cluster has compiled its scripts, and
where a server looks after itself, which it must have done again within half a minute (`indexer.store.following`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The time for a whole piece of work, and for one request to one node within it."""

    ends: float
    """By `time.monotonic`."""
    seconds: float
    """How long there was from the start."""
    each_s: float = EACH_S
    """After which the next node is asked."""

    @classmethod
    def after(cls, seconds: float, *, each_s: float = EACH_S, began: float | None = None) -> Self:
        """`began`, by `time.monotonic`, is when the work began; now if it is not given."""
        start = monotonic() if began is None else began
        return cls(ends=start + seconds, seconds=seconds, each_s=each_s)

    @classmethod
    def unhurried(cls) -> Self:
        return cls.after(UNHURRIED_S, each_s=UNHURRIED_S / 3)

    @property
    def left_s(self) -> float:
        return max(self.ends - monotonic(), 0.0)

    @property
    def next_call_s(self) -> float:
        """The time for a request that is sent now; 0.0 when it is too late."""
        return min(self.each_s, self.left_s)
