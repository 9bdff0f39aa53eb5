"""Where the program starts, before anything is loaded that takes time."""

from __future__ import annotations

import signal
import sys


def wangqi() -> None:
    """The command line."""
    _run(sys.argv[1:])


def reindex() -> None:
    """`reindex …` is `wangqi reindex …`: what the author types after an issue."""
    _run(["reindex", *sys.argv[1:]])


def _run(arguments: list[str]) -> None:
    # Python's own handler would raise in the middle of an import, and print where. What has something to tidy up when
    # it is told to end has a handler of its own (`stopping`).
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from wangqi.web.cli.program import main

    main(arguments, prog_name="wangqi")
