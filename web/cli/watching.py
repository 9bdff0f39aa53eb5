"""`wangqi reindex --watch`: again whenever a file of the archives changes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import click

from wangqi.indexer.archive.files import find_issues
from wangqi.indexer.config.loading import FILE_NAME
from wangqi.search.errors import SearchError
from wangqi.search.errors.message import message_of
from wangqi.web.cli.shared import say
from wangqi.web.cli.stopping import Stopped, ended_at_once

EVERY_S: Final = 1.0
CLOCK_NS: Final = 20_000_000
"""A file system tells the time of a change by a clock that goes in steps."""

Signature = list[tuple[str, int, int]]
"""Path, time of change and size of each file."""


def watch(roots: Callable[[], Iterable[Path]], again: Callable[[], object], *, began_ns: int) -> None:
    """Call `again` after each change below the `roots` or of the settings, until the process is told to end. What
    either raises is said, and the next change waited for. What has changed since `began_ns`, when the run before this
    began (`time.time_ns`), may not have been seen by it."""
    with ended_at_once():
        watched: list[Path] = []
        seen: Signature | None = None
        while True:
            try:
                if seen is None:
                    watched = list(roots())
                    seen = _signature(watched, before_ns=began_ns)
                now = _signature(watched)
                if now != seen:
                    seen, began_ns = now, time.time_ns()
                    again()
                    if watched != list(roots()):
                        seen = None
                        continue
            except (SearchError, click.ClickException) as error:  # settings that are half written are mended soon
                say(error.format_message() if isinstance(error, click.ClickException) else message_of(error))
                seen = seen or _signature(watched)
            except Stopped:
                return
            time.sleep(EVERY_S)


def _signature(roots: Iterable[Path], *, before_ns: int | None = None) -> Signature:
    """Of the files and settings; of those alone that have not changed since `before_ns`."""
    found = []
    for file in (Path(FILE_NAME), *(file for root in roots for file in _files(root))):
        with suppress(OSError):  # it went a moment ago
            status = os.stat(file)
            if before_ns is None or status.st_mtime_ns < before_ns - CLOCK_NS:
                found.append((str(file), status.st_mtime_ns, status.st_size))
    return found


def _files(root: Path) -> Iterator[Path]:
    folder = root if root.is_dir() else root.parent
    with suppress(OSError):
        yield from (folder / path for path in find_issues(root).issues)
