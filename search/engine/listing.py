"""The issues of an index by page, by archive and by id, for engines that hold them in memory: a hundred bytes each."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
from itertools import islice
from typing import Final

from wangqi.search.engine.protocol import ArchiveInfo, Stock
from wangqi.search.model import IssueInfo


def stock_of(issues: Iterable[tuple[str, str]]) -> Stock:
    """The stock of an index that holds issues with these ids and digests, in whatever order."""
    lines = [f"{issue_id} {digest}\n" for issue_id, digest in sorted(issues)]
    return Stock(len(lines), hashlib.blake2b("".join(lines).encode("utf-8", "surrogatepass")).hexdigest())


class ListedIssues:
    """What a `Searcher` says of the issues of its index."""

    def __init__(self, newest_first: Iterable[IssueInfo]) -> None:
        self._issues: Final = tuple(newest_first)

    def issue(self, issue_id: str) -> IssueInfo | None:
        return self._by_id.get(issue_id)

    def issues(self, archives: Collection[str] = (), *, offset: int = 0, limit: int | None = None) -> list[IssueInfo]:
        end = None if limit is None else offset + limit
        wanted = (info for info in self._issues if info.ref.archive in archives) if archives else self._issues
        return list(islice(wanted, offset, end))

    def archives(self) -> list[ArchiveInfo]:
        return self._archives

    def stock(self) -> Stock:
        return stock_of((info.ref.id, info.digest) for info in self._issues)

    @cached_property
    def _by_id(self) -> dict[str, IssueInfo]:
        return {info.ref.id: info for info in self._issues}

    @cached_property
    def _archives(self) -> list[ArchiveInfo]:
        held: defaultdict[str, list[int]] = defaultdict(list)
        for info in self._issues:
            held[info.ref.archive].append(info.entries)
        return [ArchiveInfo(name, len(entries), sum(entries)) for name, entries in held.items()]
