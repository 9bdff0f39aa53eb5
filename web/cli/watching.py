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

Signature = list[tuple[str, int, int]]
"""Path, time of change and size of each file."""


def watch(roots: Callable[[], Iterable[Path]], again: Callable[[], object]) -> None:
    """Call `again` after each change below the `roots` or of the settings, until the process is told to end. What
    either raises is said, and the next change waited for."""
    with ended_at_once():
        watched = list(roots())
        seen = _signature(watched)
        while True:
            time.sleep(EVERY_S)
            now = _signature(watched)
            if now == seen:
                continue
            seen = now
            try:
                again()
                before, watched = watched, list(roots())
                if watched != before:
                    seen = _signature(watched)
            except (SearchError, click.ClickException) as error:  # settings that are half written are mended soon
                say(error.format_message() if isinstance(error, click.ClickException) else message_of(error))
            except Stopped:
                return


def _signature(roots: Iterable[Path]) -> Signature:
    found = []
    for file in (Path(FILE_NAME), *(file for root in roots for file in _files(root))):
        with suppress(OSError):  # it went a moment ago
            status = os.stat(file)
            found.append((str(file), status.st_mtime_ns, status.st_size))
    return found


def _files(root: Path) -> Iterator[Path]:
    folder = root if root.is_dir() else root.parent
    with suppress(OSError):
        yield from (folder / path for path in find_issues(root).issues)
