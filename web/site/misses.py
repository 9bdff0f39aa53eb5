"""Searches that found nothing, noted for the author: what readers looked for and no entry holds."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wangqi.search.answer.result import SearchResult
from wangqi.web.site.noting import TIME, append, read_noted, settled, words_of

log = logging.getLogger("wangqi")

FILE_NAME: Final = "misses.jsonl"

MAX_BYTES: Final = 1_000_000
"""Of the file: some ten thousand searches; then no more are noted until the author takes it away."""


class Misses:
    """Notes searches in the file of one index; safe to use by several processes."""

    def __init__(self, index_dir: Path) -> None:
        self._path = index_dir / FILE_NAME
        self._has_failed = False

    def note(self, result: SearchResult) -> None:
        """Note the search if no entry holds all its words. A file that cannot be written is told to the log, once."""
        words = "" if result.total else words_of(result.request)
        if not words:
            return
        try:
            append(self._path, words, limit=MAX_BYTES, full=lambda file: None)
        except OSError as error:
            if not self._has_failed:
                log.warning("searches that find nothing cannot be noted in %s: %s", self._path, error.strerror)
            self._has_failed = True


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
    noted = list(settled(list(read_noted(index_dir / FILE_NAME, MAX_BYTES))))
    times = Counter(each.key for each in noted)
    latest = {each.key: each for each in noted}
    misses = [Miss(each.q, times[key], f"{each.at:{TIME}}") for key, each in latest.items()]
    return sorted(misses, key=lambda miss: (miss.times, miss.last), reverse=True)
