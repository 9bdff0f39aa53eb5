"""What readers search for, noted for the author's report: words, time and how many entries hold them all.

The file of a busy site is begun anew when it is full; the one before is kept, so that there are always some ten
thousand searches to report on, and never more than `2 × MAX_BYTES` of them.
"""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from wangqi.indexer.store.locking import lock
from wangqi.search.answer.result import SearchResult
from wangqi.web.site.noting import TIME, Noted, append, read_noted, settled, words_of

log = logging.getLogger("wangqi")

FILE_NAME: Final = "searches.jsonl"
BEFORE: Final = "searches.before.jsonl"
MAX_BYTES: Final = 1_000_000
"""Of each of the two."""


class Searches:
    """Notes searches in the files of one index; safe to use by several processes."""

    def __init__(self, index_dir: Path) -> None:
        self._path = index_dir / FILE_NAME
        self._has_failed = False

    def note(self, result: SearchResult) -> None:
        """A file that cannot be written is told to the log, once."""
        words = words_of(result.request)
        if not words:
            return
        try:
            append(self._path, words, found=result.total, limit=MAX_BYTES, full=self._begin_anew)
        except OSError as error:
            if not self._has_failed:
                log.warning("searches cannot be noted in %s: %s", self._path, error.strerror)
            self._has_failed = True

    def _begin_anew(self, file: int) -> None:
        """Another process may do so at the same moment: it has the lock, or has given its place to a new file."""
        with suppress(BlockingIOError, FileNotFoundError):
            lock(file)
            if os.path.samestat(os.fstat(file), os.stat(self._path)):
                os.replace(self._path, self._path.with_name(BEFORE))


@dataclass(frozen=True, slots=True)
class Query:
    """What was searched for, once or several times."""

    q: str
    times: int
    last: str
    """When: UTC, ISO 8601."""
    found: int
    """Entries that held all the words the last time."""


@dataclass(frozen=True, slots=True)
class Report:
    searches: int
    queries: Sequence[Query]
    """The most frequent first, of equals the latest."""

    @property
    def missed(self) -> Sequence[Query]:
        return [query for query in self.queries if not query.found]


def read_report(index_dir: Path, since: datetime) -> Report:
    """Of the searches noted `since` (UTC). Raises `OSError`, but not where none was noted."""
    paths = (index_dir / BEFORE, index_dir / FILE_NAME)
    noted = [each for path in paths for each in read_noted(path, MAX_BYTES)]
    asked: dict[str, list[Noted]] = defaultdict(list)
    for each in settled(noted):
        if each.at >= since:
            asked[each.key].append(each)
    queries = [
        Query(all_of_it[-1].q, len(all_of_it), f"{all_of_it[-1].at:{TIME}}", all_of_it[-1].found)
        for all_of_it in asked.values()
    ]
    ordered = sorted(queries, key=lambda query: (query.times, query.last), reverse=True)
    return Report(sum(query.times for query in queries), ordered)
