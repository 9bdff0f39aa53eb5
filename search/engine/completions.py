"""Completions of titles: one string of all titles, searched from end to end, which takes less than a millisecond.

>>> Titles([("夜行灯", 1), ("灯泡的历史", 2)]).complete("灯", 8)
[2, 1]
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from typing import Final, Generic, TypeVar

from wangqi.search.analysis import fold_key
from wangqi.search.analysis.units import CJK

Item = TypeVar("Item")

MAX_CANDIDATES: Final = 500
"""Matches looked at: more than that share a prefix too short to complete."""

_STARTS_IN_CJK: Final = f"[{CJK}]"
_INSIDE_A_WORD: Final = f"(?<![^\\W_{CJK}]%s)"
"""Not where a letter stands before: words end at blanks and signs, and each Han character is one."""


class Titles(Generic[Item]):
    """The titles of an index, in order of preference, and what each of them names."""

    def __init__(self, titles: Iterable[tuple[str, Item]]) -> None:
        """Take pairs of title and item; of items with the same title the first is kept."""
        kept: dict[str, Item] = {}
        for title, item in titles:
            if title:
                kept.setdefault(title, item)
        self._items = list(kept.values())
        self._lengths = array("I", map(len, kept))
        keys = list(map(fold_key, kept))
        self._text = "\n" + "\n".join(keys)
        self._starts = array("I", accumulate((len(key) + 1 for key in keys), initial=1))

    @property
    def keys(self) -> list[str]:
        """The titles, folded."""
        return self._text[1:].split("\n") if self._items else []

    def complete(self, prefix: str, limit: int) -> list[Item]:
        """Items whose title starts with `prefix`, then those with a word in it that does; short titles before long."""
        key = re.escape(fold_key(prefix))
        if not key:
            return []
        found = dict.fromkeys(self._shortest_first(f"\n{key}"))
        if len(found) < limit:
            inside = key if re.match(_STARTS_IN_CJK, key) else key + _INSIDE_A_WORD % key
            found |= dict.fromkeys(self._shortest_first(inside))
        return [self._items[number] for number in islice(found, limit)]

    def _shortest_first(self, pattern: str) -> list[int]:
        """The numbers of the first titles in which `pattern` is found."""
        numbers = dict.fromkeys(islice(self._found(pattern), MAX_CANDIDATES))
        return sorted(numbers, key=lambda number: self._lengths[number])

    def _found(self, pattern: str) -> Iterator[int]:
        for match in re.finditer(pattern, self._text):
            yield bisect_right(self._starts, match.end() - 1) - 1
