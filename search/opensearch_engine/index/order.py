"""The order of issues as keys that sort as texts: an index on several machines knows no ranks.

Only an issue without a date moves when others come: it stands beside that of its number
(`search.document.issue_order`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from wangqi.search.document.issue_order import IssueOrder
from wangqi.search.model import IssueRef

_MIDDLE: Final = 10**12
"""Makes a number above zero, of thirteen digits, of any number of an issue and of any day, descending ones included."""

Keys = tuple[str, str]
"""That by which the newest issue comes first, and that by which the oldest does."""


def order_keys(issues: Iterable[IssueRef]) -> Mapping[str, Keys]:
    """The keys of each of `issues`, which are all that an index holds, by id."""
    held = list(issues)
    order = IssueOrder(held)
    return {issue.id: (_key(order.newest_first(issue)), _key(order.oldest_first(issue))) for issue in held}


def _key(parts: tuple[bool, bool, int, bool, int, str, str]) -> str:
    *numbers, archive, path = parts
    key = "".join(str(int(part)) if isinstance(part, bool) else f"{_number(part):013}" for part in numbers)
    # An archive ends before its path does: NUL is the smallest of all characters.
    return f"{key}{archive}\0{path}".encode("utf-8", "replace").decode()[:8000]


def _number(value: object) -> int:
    return min(max(_MIDDLE + int(str(value)), 0), 2 * _MIDDLE)
