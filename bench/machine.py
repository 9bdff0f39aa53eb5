"""Where figures were taken: without it they say nothing."""

from __future__ import annotations

import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

_PACKAGES: Final = ("numpy", "jieba", "rjieba", "flask", "gunicorn", "whoosh", "tantivy")


def describe() -> dict[str, str]:
    """Processor, memory, versions, day, and how busy the machine is now."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return {
        "day": date.today().isoformat(),
        "processor": f"{_first_value('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores",
        "memory": f"{int(_first_value('/proc/meminfo', 'MemTotal').split()[0]) / 2**20:.0f} GB",
        "load at the start": load,
        "python": platform.python_version(),
        **{name: found for name in _PACKAGES if (found := _version(name))},
    }


def _first_value(file: str, key: str) -> str:
    lines = Path(file).read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "unknown")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
