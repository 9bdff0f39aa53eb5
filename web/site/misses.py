"""Searches that found nothing, noted for the author: what readers looked for and no entry holds.

    {"at":"2026-11-24T15:04:05Z","q":"量子打印机"}

One line for each in a file beside the index, which is never sent anywhere. Nothing is kept of who asked.
"""

from __future__ import annotations

import json
import logging
import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from indexer.archive.real_paths import read_regular
from indexer.store.durable import open_own
from search.answer.result import SearchResult
from search.query.parser import parse
from search.request import NO_FILTERS, SearchRequest

log = logging.getLogger("wangqi")

FILE_NAME: Final = "misses.jsonl"

MAX_BYTES: Final = 1_000_000
"""Of the file: some ten thousand searches; then no more are noted until the author takes it away."""

MAX_READ_BYTES: Final = 2 * MAX_BYTES
"""A line that was begun below the limit of each of several processes ends above it."""

MAX_CHARS: Final = 100
"""Of a query that is noted: what is longer was pasted."""

WHILE_TYPING: Final = timedelta(seconds=30)
"""Results are shown while a reader types: within this time, a query that another one only continues is no search of its
own."""

TIME: Final = "%Y-%m-%dT%H:%M:%SZ"

Noted = tuple[datetime, str]
"""When it was asked (UTC), and the query."""


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
        if result.total or asked.page > 1 or not 0 < len(words) <= MAX_CHARS or _is_filtered(asked):
            return
        try:
            self._append(json.dumps({"at": f"{datetime.now(UTC):{TIME}}", "q": words}, ensure_ascii=False))
        except OSError as error:
            if not self._has_failed:
                log.warning("searches that find nothing cannot be noted in %s: %s", self._path, error.strerror)
            self._has_failed = True

    def _append(self, line: str) -> None:
        file = open_own(self._path, os.O_WRONLY | os.O_APPEND, 0o600)
        try:
            if os.fstat(file).st_size < MAX_BYTES:
                os.write(file, f"{line}\n".encode(errors="replace"))  # at once: lines of processes never mix
        finally:
            os.close(file)


def _is_filtered(asked: SearchRequest) -> bool:
    """Whether a search has filters, as parameters or typed: `kind:book`."""
    return asked.filters != NO_FILTERS or parse(asked.q).filters != NO_FILTERS


@dataclass(frozen=True, slots=True)
class Miss:
    """A query that found nothing."""

    q: str
    times: int
    last: str
    """When it was asked last: UTC, ISO 8601."""


def is_full(index_dir: Path) -> bool:
    """Whether no more is noted. Raises `OSError`."""
    path = index_dir / FILE_NAME
    return path.exists() and path.stat().st_size >= MAX_BYTES


def read_misses(index_dir: Path) -> list[Miss]:
    """The queries that were noted, the most frequent first, of equals the latest. Raises `OSError`, but not where none
    was noted."""
    noted = list(_settled(list(_noted(index_dir / FILE_NAME))))
    times = Counter(_key(q) for _, q in noted)
    latest = {_key(q): (at, q) for at, q in noted}
    misses = [Miss(q, times[key], f"{at:{TIME}}") for key, (at, q) in latest.items()]
    return sorted(misses, key=lambda miss: (miss.times, miss.last), reverse=True)


def _noted(path: Path) -> Iterator[Noted]:
    try:
        lines = read_regular(path, MAX_READ_BYTES).decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            noted = json.loads(line)
            yield datetime.strptime(noted["at"], TIME), str(noted["q"])
        except (ValueError, KeyError, TypeError):  # cut off where the disk was full
            continue


def _settled(noted: Sequence[Noted]) -> Iterator[Noted]:
    """Yield the searches that are more than a step of typing to another one."""
    continued = _times_continued(noted)
    for at, q in noted:
        times = continued[_key(q)]
        first = bisect_left(times, at - WHILE_TYPING)
        if first == len(times) or times[first] > at + WHILE_TYPING:
            yield at, q


def _times_continued(noted: Sequence[Noted]) -> dict[str, list[datetime]]:
    """For each query, by its key, when others were noted that begin with it, in order."""
    times: dict[str, list[datetime]] = {_key(q): [] for _, q in noted}
    for at, q in sorted(noted):
        key = _key(q)
        for size in range(1, len(key)):
            if key[:size] in times:
                times[key[:size]].append(at)
    return times


def _key(q: str) -> str:
    return q.casefold()
