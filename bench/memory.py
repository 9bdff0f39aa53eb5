"""What processes hold of the machine's memory, as Linux tells."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Final, Self

LOOK_EVERY_S: Final = 0.1


def pss_mb(processes: Iterable[int | str] = ("self",)) -> float:
    """Proportional set size of all together: pages that several share are counted once."""
    return sum(_rollup(process, "Pss") for process in processes) / 1024


def own_mb() -> float:
    """What this process holds that no file backs."""
    return _rollup("self", "Pss_Anon") / 1024


class Peak:
    """The most that this process and those it started hold together while the block lasts; pages that several share
    are counted once. Looked at ten times a second. Without this process itself if it is not `included`; with
    `anonymous`, only what no file backs, which the system cannot reclaim."""

    def __init__(self, *, included: bool = True, anonymous: bool = False) -> None:
        self.mb = 0.0
        self._counted = "Pss_Anon" if anonymous else "Pss"
        self._first = 0 if included else 1
        self._over = Event()
        self._watcher = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            with suppress(OSError, StopIteration):  # a process that has just ended
                held = [_rollup(process, self._counted) for process in family(os.getpid())[self._first :]]
                self.mb = max(self.mb, sum(held) / 1024)


def family(parent: int) -> list[int]:
    """The process and all that descend from it."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [parent, *(each for child in children for each in family(int(child)))]


def _rollup(process: int | str, name: str) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
