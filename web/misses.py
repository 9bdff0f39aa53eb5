"""Searches that found nothing, noted for the author: what readers looked for and no entry holds.

    {"at":"2026-11-24T15:04:05Z","q":"量子打印机"}

One line for each in a file beside the index, which is never sent anywhere. Nothing is kept of who asked.
"""

from __future__ import annotations

import json
import logging
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Final

from search.request import Filters
from search.result import SearchResult

log = logging.getLogger("wangqi")

FILE_NAME: Final = "misses.jsonl"

MAX_BYTES: Final = 1_000_000
"""Of the file: some ten thousand searches; then no more are noted until the author takes it away."""

MAX_CHARS: Final = 100
"""Of a query that is noted: what is longer was pasted."""

WHILE_TYPING: Final = timedelta(seconds=30)
"""Results are shown while a reader types: within this time, a query that another one only continues is no search of its
own."""


class Misses:
    """Notes searches in the file of one index; safe to use by several processes."""

    def __init__(self, index_dir: Path) -> None:
        self._path = index_dir / FILE_NAME
        self._has_failed = False

    def note(self, result: SearchResult) -> None:
        """Note the search if no entry holds all its words. Pages after the first, and what filters beside the words
        left out, are no searches for something new. A file that cannot be written is told to the log, once."""
        asked = result.request
        words = " ".join(asked.q.split())
        if result.whole or asked.page > 1 or asked.filters != Filters() or not 0 < len(words) <= MAX_CHARS:
            return
        try:
            self._append(json.dumps({"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "q": words}, ensure_ascii=False))
        except OSError as error:
            if not self._has_failed:
                log.warning("searches that find nothing cannot be noted in %s: %s", self._path, error.strerror)
            self._has_failed = True

    def _append(self, line: str) -> None:
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(file).st_size < MAX_BYTES:
                os.write(file, f"{line}\n".encode(errors="replace"))  # at once: lines of processes never mix
        finally:
            os.close(file)


@dataclass(frozen=True, slots=True)
class Miss:
    """A query that found nothing."""

    q: str
    times: int
    last: str
    """When it was asked last: UTC, ISO 8601."""


def read_misses(index_dir: Path) -> list[Miss]:
    """The queries that were noted, the most frequent first, of equals the latest. Raises `OSError`, but not where none
    was noted."""
    noted = list(_settled(list(_noted(index_dir / FILE_NAME))))
    times = Counter(_key(q) for _, q in noted)
    latest = {_key(q): (at, q) for at, q in noted}
    misses = [Miss(q, times[key], f"{at:%Y-%m-%dT%H:%M:%SZ}") for key, (at, q) in latest.items()]
    return sorted(misses, key=lambda miss: (miss.times, miss.last), reverse=True)


def _noted(path: Path) -> Iterator[tuple[datetime, str]]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            noted = json.loads(line)
            yield datetime.fromisoformat(noted["at"]), str(noted["q"])
        except (ValueError, KeyError, TypeError):  # cut off where the disk was full
            continue


def _settled(noted: Sequence[tuple[datetime, str]]) -> Iterator[tuple[datetime, str]]:
    """Those that are more than a step to another one, typed on or taken back."""
    for number, (at, q) in enumerate(noted):
        if not any(_continues(other, q) for other in chain(_near(noted, number, -1), _near(noted, number, 1))):
            yield at, q


def _near(noted: Sequence[tuple[datetime, str]], number: int, step: int) -> Iterator[str]:
    """The queries noted shortly before (`step` -1) or after (1) one of them, the nearest first."""
    at = noted[number][0]
    for place in range(number + step, len(noted) if step > 0 else -1, step):
        if abs(noted[place][0] - at) > WHILE_TYPING:
            return
        yield noted[place][1]


def _continues(longer: str, q: str) -> bool:
    return len(longer) > len(q) and _key(longer).startswith(_key(q))


def _key(q: str) -> str:
    return q.casefold()
