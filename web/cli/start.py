"""Where the program starts, before anything is loaded that takes time."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import Final

SELDOM: Final = (100_000, 50, 100)
"""Thresholds of the search for garbage, where Python has 700, 10 and 10. `serve`, which stays, goes back to those."""


def wangqi() -> None:
    _run(sys.argv[1:])


def reindex() -> None:
    """`reindex …` is `wangqi reindex …`: what the author types after an issue."""
    _run(["reindex", *sys.argv[1:]])


def _run(arguments: list[str]) -> None:
    # Python's own handler would raise in the middle of an import, and print where. What has something to tidy up when
    # it is told to end has a handler of its own (`stopping`).
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if os.name == "nt" and not sys.stdout.isatty():
        for stream in (sys.stdout, sys.stderr):  # what is read by programs, and holds Chinese in any locale
            stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    # Modules are full of cycles that stay: looking for garbage among them took a twentieth of a short command.
    gc.set_threshold(*SELDOM)
    from wangqi.web.cli.program import main

    main(arguments, prog_name="wangqi")
