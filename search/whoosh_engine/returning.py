"""Links that return, with arrays: `search.returning` for sets of documents.

One link in a hundred returns, and most queries match no such document or only one of a link: seeing that is all that is
done for them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.returning import group_by_link
from search.whoosh_engine.sets import Docs, Scratch, Values, operations


class ReturningDocs:
    """The documents of an index whose link returns."""

    def __init__(
        self, hashes: NDArray[np.uint64], issues: NDArray[Any], alive: Docs, places: NDArray[np.int32]
    ) -> None:
        """For every document the hash of its link, 0 for none, its issue, and its place when the newest come first;
        `alive` are the documents that are not deleted."""
        groups = [sorted(group, key=lambda doc: int(places[doc])) for group in _groups(hashes, issues, alive)]
        self._groups = {doc: group for group in groups for doc in group}
        self._docs: Docs = np.array(sorted(self._groups), np.int32)
        self._links = np.array([self._groups[doc][0] for doc in self._docs.tolist()], np.int32)
        """What names the link of each of `_docs`: the newest document that has it."""
        self._places = places.take(self._docs)

    @property
    def docs(self) -> Collection[int]:
        """The documents that have others."""
        return self._groups.keys()

    @property
    def members(self) -> Docs:
        """The same, ascending."""
        return self._docs

    def distinct(self, members: Docs, codes: NDArray[Any]) -> Docs:
        """Some of `members`, one of each link and code; every document has one of `codes`."""
        links = self._links.take(self._docs.searchsorted(members))
        pairs = links.astype(np.int64) << 32 | codes.take(members)
        return members[np.sort(np.unique(pairs, return_index=True)[1])]

    def without(self, docs: Docs, listed: Docs, scratch: Scratch) -> Docs:
        """`docs` without those that share their link with one of `listed`."""
        taken = operations.intersect([self._docs, listed], scratch)
        if not len(taken):
            return docs
        links = np.isin(self._links, self._links.take(self._docs.searchsorted(taken)))
        return operations.subtract(docs, self._docs[links], scratch)

    def others(self, doc: int) -> Sequence[int]:
        """All other documents with the link of `doc`, which is one of `docs`, newest first."""
        return [other for other in self._groups[doc] if other != doc]

    def fold(self, docs: Docs, scores: Values, scratch: Scratch) -> tuple[Docs, Values]:
        """Of `docs` and their scores, those that stay: of each link the best, of equals the newest."""
        if len(docs) < 2 or not len(self._docs):
            return docs, scores
        found = operations.intersect([self._docs, docs], scratch)
        if len(found) < 2:
            return docs, scores
        at = self._docs.searchsorted(found)
        links = self._links.take(at)
        order = np.lexsort((self._places.take(at), -scores.take(docs.searchsorted(found)), links))
        links = links.take(order)
        worse = found.take(order[1:])[links[1:] == links[:-1]]
        if not len(worse):
            return docs, scores
        stays = np.ones(len(docs), bool)
        stays[docs.searchsorted(worse)] = False
        return docs[stays], scores[stays]


def _groups(hashes: NDArray[np.uint64], issues: NDArray[Any], alive: Docs) -> list[list[int]]:
    linked = alive[hashes.take(alive) != 0]
    _, inverse, counts = np.unique(hashes.take(linked), return_inverse=True, return_counts=True)
    shared = counts.take(inverse) > 1
    docs, links = linked[shared], inverse[shared]
    return group_by_link(zip(docs.tolist(), links.tolist(), issues.take(docs).tolist(), strict=True))
