"""What processes hold of the machine's memory, as Linux tells."""

from __future__ import annotations

import resource
from collections.abc import Iterable
from pathlib import Path


def pss_mb(processes: Iterable[int | str] = ("self",)) -> float:
    """Proportional set size of all together: pages that several share are counted once."""
    return sum(_rollup(process, "Pss") for process in processes) / 1024


def own_mb() -> float:
    """What this process holds that no file backs."""
    return _rollup("self", "Pss_Anon") / 1024


def peak_rss_mb() -> float:
    """The most that this process has held, mapped files included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _rollup(process: int | str, name: str) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
