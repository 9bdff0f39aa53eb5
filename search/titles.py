"""Completions of titles: one string of all titles, searched from end to end, which takes less than a millisecond."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from search.analysis import fold_key
from search.analysis.units import CJK

MAX_CANDIDATES: Final = 500
"""Matches looked at: more than that share a prefix too short to complete."""

_CJK_CHAR = re.compile(f"[{CJK}]")


class Titles:
    """The titles of an index, in order of preference."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._titles = list(dict.fromkeys(title for title in titles if title))
        self._keys = "\n" + "\n".join(map(fold_key, self._titles)) + "\n"

    def complete(self, prefix: str, limit: int) -> list[str]:
        """Titles that start with `prefix`, then titles with a word that does; shorter before longer."""
        key = fold_key(prefix)
        if not key:
            return []
        ranked: dict[int, tuple[bool, int, int]] = {}
        number, counted_to = 0, 1
        for at in self._starts(key):
            number += self._keys.count("\n", counted_to, at)
            counted_to = at
            inside = self._keys[at - 1] != "\n"
            rank = (inside, len(self._titles[number]), number)
            ranked[number] = min(rank, ranked.get(number, rank))
            if len(ranked) == MAX_CANDIDATES:
                break
        return [self._titles[number] for _, _, number in sorted(ranked.values())[:limit]]

    def _starts(self, key: str) -> Iterator[int]:
        at = self._keys.find(key)
        while at >= 0:
            before = self._keys[at - 1]
            if not before.isalnum() or _CJK_CHAR.match(before) or _CJK_CHAR.match(key):
                yield at
            at = self._keys.find(key, at + 1)
