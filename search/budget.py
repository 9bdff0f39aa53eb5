"""A limit of the processor time of one answer: a deadline that is looked at wherever work is done.

    with limited_to(1.0):
        service.search(…)           # raises OverBudgetError once it has taken that long

What counts is the processor's time, spent by this thread: an answer is no dearer because others are being made. Outside
of `limited_to` (on the command line, while indexing) nothing is limited.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic, thread_time
from typing import Final

from wangqi.search.errors import OverBudgetError

OFFERS_S: Final = 0.05
"""An answer that has taken longer leaves out what is only offered beside it."""


@dataclass(frozen=True, slots=True)
class _Budget:
    seconds: float
    earliest_end: float
    """By the clock, which is forty times as quick to ask as the processor's time, and never behind it."""
    started: float
    began: float
    """By `time.monotonic`."""

    @property
    def is_over(self) -> bool:
        return monotonic() >= self.earliest_end and self.spent_s > self.seconds

    @property
    def spent_s(self) -> float:
        return thread_time() - self.started


_running: ContextVar[_Budget | None] = ContextVar("budget", default=None)


@contextmanager
def limited_to(seconds: float) -> Iterator[None]:
    """Limit what is done inside to so much of the processor's time."""
    token = _running.set(_Budget(seconds, (now := monotonic()) + seconds, thread_time(), now))
    try:
        yield
    finally:
        _running.reset(token)


def check() -> None:
    """Raise `OverBudgetError` when the answer has taken too long. Takes a tenth of a microsecond: call it for each
    word, list of postings and document."""
    budget = _running.get()
    if budget and budget.is_over:
        raise OverBudgetError(
            "this would take more than {seconds:g} s of the processor; ask for less", seconds=budget.seconds
        )


def began() -> float | None:
    """When the answer that is being made was begun, by `time.monotonic`; None where nothing is limited."""
    budget = _running.get()
    return budget.began if budget else None


def allows_offers() -> bool:
    """Whether there is time for what is only offered beside an answer."""
    budget = _running.get()
    return not budget or budget.spent_s < OFFERS_S
