"""How long calls take: all contestants take turns, round after round, so that what else the machine does hits all."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Final, TypeVar

ROUNDS: Final = 5

Input = TypeVar("Input")


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds."""

    p50: float
    p95: float
    max: float


def quantiles(milliseconds: Sequence[float]) -> Times:
    """Of one round, which has at least one value."""
    ordered = sorted(milliseconds)
    return Times(ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)], ordered[-1])


def median_of(rounds: Sequence[Times]) -> Times:
    """Median of each figure over the rounds."""
    return Times(*(median(getattr(each, name) for each in rounds) for name in Times.__slots__))


def take_turns(
    contestants: Mapping[str, Callable[[Input], object]], inputs: Sequence[Input], rounds: int = ROUNDS
) -> dict[str, Times]:
    """Each contestant over all `inputs` in every round, after one round that does not count."""
    found: dict[str, list[Times]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, call in contestants.items():
            times = quantiles(_one_round(call, inputs))
            if number:
                found[name].append(times)
    return {name: median_of(times) for name, times in found.items()}


def _one_round(call: Callable[[Input], object], inputs: Sequence[Input]) -> list[float]:
    gc.collect()
    times = []
    for each in inputs:
        started = perf_counter()
        call(each)
        times.append((perf_counter() - started) * 1000)
    return times
