"""A limit to the memory of a process (`ulimit -v`) under which a command cannot end well.

OpenBLAS, and the cutting of words, end the process themselves when they get none, with lines that do not name the
cause. So it is said before they are loaded.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from wangqi.search.errors import StoreError

REINDEX_MB: Final = 320
SERVE_MB: Final = 400
"""Of addresses, most of them libraries: what a small archive takes on two cores, and some more."""

_MEGABYTE: Final = 1 << 20


def check_memory(least_mb: int) -> None:
    """Raise `StoreError` when this process may not have as much."""
    try:
        resource = import_module("resource")
    except ImportError:  # Windows has no such limit
        return
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < least_mb * _MEGABYTE:
        raise StoreError(
            "not enough memory: this process may have {limit} MB (`ulimit -v`), and needs {least} "
            "MB; nothing was changed",
            limit=limit // _MEGABYTE,
            least=least_mb,
        )
