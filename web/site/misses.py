"""Searches that found nothing, noted for the author: what readers looked for and no entry holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wangqi.search.answer.result import SearchResult
from wangqi.web.site.noting import MAX_BYTES, TIME, Notes, by_query, read_noted, settled, words_of

FILE_NAME: Final = "misses.jsonl"
"""When it is full, no more are noted until the author takes it away."""


class Misses(Notes):
    def __init__(self, index_dir: Path) -> None:
        super().__init__(index_dir / FILE_NAME, "searches that find nothing")

    def note(self, result: SearchResult) -> None:
        """Note the search if no entry holds all its words."""
        if not result.total and (words := words_of(result.request)):
            self._append(words)


@dataclass(frozen=True, slots=True)
class Miss:
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
    noted = settled(list(read_noted(index_dir / FILE_NAME)))
    return [Miss(times[-1].q, len(times), f"{times[-1].at:{TIME}}") for times in by_query(noted)]
