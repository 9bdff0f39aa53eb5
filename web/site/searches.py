"""What readers search for, noted for the author's report: words, time and how many entries hold them all.

The file of a busy site is begun anew when it is full; the one before is kept, so that there are always some ten
thousand searches to report on, and never more than `2 × MAX_BYTES` of them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from wangqi.indexer.store.locking import lock
from wangqi.search.answer.result import SearchResult
from wangqi.web.site.noting import TIME, Notes, by_query, read_noted, settled, words_of

FILE_NAME: Final = "searches.jsonl"
BEFORE: Final = "searches.before.jsonl"


class Searches(Notes):
    def __init__(self, index_dir: Path) -> None:
        super().__init__(index_dir / FILE_NAME, "searches")

    def note(self, result: SearchResult) -> None:
        if words := words_of(result.request):
            self._append(words, found=result.total)

    def _full(self, file: int) -> None:
        """Begin anew. Another process may do so at the same moment: it has the lock, or has given its place to a new
        file."""
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
    noted = settled([each for path in paths for each in read_noted(path)])
    queries = [
        Query(times[-1].q, len(times), f"{times[-1].at:{TIME}}", times[-1].found)
        for times in by_query(each for each in noted if each.at >= since)
    ]
    return Report(sum(query.times for query in queries), queries)
