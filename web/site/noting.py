"""What is noted of searches, for the author: lines of JSON in a file beside the index, which is never sent anywhere.

    {"at":"2026-11-24T15:04:05Z","q":"量子打印机"}

Nothing is kept of who asked.
"""

from __future__ import annotations

import json
import logging
import os
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from wangqi.indexer.archive.real_paths import read_regular
from wangqi.indexer.store.durable import open_own
from wangqi.search.query.parser import parse
from wangqi.search.request import NO_FILTERS, SearchRequest

log = logging.getLogger("wangqi")

MAX_BYTES: Final = 1_000_000
"""Of a file: some ten thousand searches."""

MAX_CHARS: Final = 100
"""Of a query that is noted: what is longer was pasted."""

WHILE_TYPING: Final = timedelta(seconds=30)
"""Results are shown while a reader types: within this time, a query that another one only continues is no search of its
own."""

TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Noted:
    at: datetime
    """UTC."""
    q: str
    found: int = 0
    """Entries that hold all the words."""

    @property
    def key(self) -> str:
        """Equal for what is one query."""
        return self.q.casefold()


def words_of(asked: SearchRequest) -> str:
    """The words of a search that is worth noting, "" of another one: pages after the first, and what filters beside the
    words leave out, are no searches for something new."""
    words = " ".join(asked.q.split())
    is_filtered = asked.filters != NO_FILTERS or parse(asked.q).filters != NO_FILTERS
    return words if asked.page == 1 and len(words) <= MAX_CHARS and not is_filtered else ""


class Notes:
    """Notes searches in a file of one index; safe to use by several processes."""

    def __init__(self, path: Path, what: str) -> None:
        """`what` is noted there, as the log says it."""
        self._path = path
        self._what = what
        self._has_failed = False

    def _append(self, q: str, found: int | None = None) -> None:
        """Note a search. A file that cannot be written is told to the log, once."""
        line = {"at": f"{datetime.now(UTC):{TIME}}", "q": q} | ({} if found is None else {"found": found})
        try:
            file = open_own(self._path, os.O_WRONLY | os.O_APPEND, 0o600)
            try:
                if os.fstat(file).st_size >= MAX_BYTES:
                    self._full(file)
                else:  # at once: lines of processes never mix
                    os.write(file, f"{json.dumps(line, ensure_ascii=False)}\n".encode(errors="replace"))
            finally:
                os.close(file)
        except OSError as error:
            if not self._has_failed:
                log.warning("%s cannot be noted in %s: %s", self._what, self._path, error.strerror)
            self._has_failed = True

    def _full(self, file: int) -> None:
        """Called with the open file in place of what would make it longer than `MAX_BYTES`."""


def read_noted(path: Path) -> Iterator[Noted]:
    """What was noted, in order. Raises `OSError`, but not where nothing was noted."""
    try:
        # A line that was begun below the limit of each of several processes ends above it.
        lines = read_regular(path, 2 * MAX_BYTES).decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            noted = json.loads(line)
            yield Noted(datetime.strptime(noted["at"], TIME), str(noted["q"]), int(noted.get("found", 0)))
        except (ValueError, KeyError, TypeError, AttributeError):  # cut off where the disk was full
            continue


def by_query(noted: Iterable[Noted]) -> list[list[Noted]]:
    """The searches for each query, in order; the most frequent query first, of equals the latest."""
    asked: dict[str, list[Noted]] = {}
    for each in noted:
        asked.setdefault(each.key, []).append(each)
    return sorted(asked.values(), key=lambda times: (len(times), times[-1].at), reverse=True)


def settled(noted: Sequence[Noted]) -> Iterator[Noted]:
    """Yield the searches that are more than a step of typing to another one."""
    continued = _times_continued(noted)
    for each in noted:
        times = continued[each.key]
        first = bisect_left(times, each.at - WHILE_TYPING)
        if first == len(times) or times[first] > each.at + WHILE_TYPING:
            yield each


def _times_continued(noted: Sequence[Noted]) -> dict[str, list[datetime]]:
    """For each query, by its key, when others were noted that begin with it, in order."""
    times: dict[str, list[datetime]] = {each.key: [] for each in noted}
    for each in sorted(noted, key=lambda one: (one.at, one.q)):
        for size in range(1, len(each.key)):
            if each.key[:size] in times:
                times[each.key[:size]].append(each.at)
    return times
