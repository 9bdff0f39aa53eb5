"""How much processor time one answer may take: a deadline that is looked at wherever work is done.

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
from time import thread_time
from typing import Final

from search.errors import OverBudgetError

OFFERS_S: Final = 0.05
"""An answer that has taken longer leaves out what is only offered beside it."""


@dataclass(frozen=True, slots=True)
class _Budget:
    started: float
    seconds: float


_running: ContextVar[_Budget | None] = ContextVar("budget", default=None)


@contextmanager
def limited_to(seconds: float) -> Iterator[None]:
    """Limit what is done inside to so much of the processor's time."""
    token = _running.set(_Budget(thread_time(), seconds))
    try:
        yield
    finally:
        _running.reset(token)


def check() -> None:
    """Raise `OverBudgetError` when the answer has taken too long. Takes less than a microsecond: call it for each word,
    list of postings and document."""
    budget = _running.get()
    if budget and thread_time() - budget.started > budget.seconds:
        raise OverBudgetError(f"this would take more than {budget.seconds:g} s of the processor; ask for less")


def allows_offers() -> bool:
    """Whether there is time for what is only offered beside an answer."""
    budget = _running.get()
    return not budget or thread_time() - budget.started < OFFERS_S
