"""Links that return, with arrays: `search.document.repeated_links` for sets of documents.

One link in a hundred returns, and most queries match no such document or only one of a link: seeing that is all that is
done for them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wangqi.search.document.repeated_links import group_by_link
from wangqi.search.whoosh_engine.sets import NO_DOCS, Docs, Scratch, Values, operations


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
        self._places = places

    @property
    def docs(self) -> Collection[int]:
        """The documents that have others."""
        return self._groups.keys()

    def among(self, docs: Docs, scratch: Scratch) -> Docs:
        """Select the documents of `docs` that share their link with others."""
        return operations.intersect([self._docs, docs], scratch) if len(self._docs) else NO_DOCS

    def links(self, members: Docs) -> NDArray[np.int32]:
        """For each of `members`, which share their link with others, the newest document that has that link."""
        return self._links.take(self._docs.searchsorted(members))

    def without(self, docs: Docs, listed: Docs, scratch: Scratch) -> Docs:
        """`docs` without those that share their link with one of `listed`."""
        taken = self.among(listed, scratch)
        if not len(taken):
            return docs
        links = np.isin(self._links, self.links(taken))
        return operations.subtract(docs, self._docs[links], scratch)

    def others(self, doc: int) -> Sequence[int]:
        """All other documents with the link of `doc`, which is one of `docs`, newest first."""
        return [other for other in self._groups[doc] if other != doc]

    def fold(self, docs: Docs, scores: Values, linked: Docs) -> tuple[Docs, Values]:
        """Keep of `docs` and their scores one for each link: the best, of equals the newest. `linked` are the documents
        `among` them that share their link."""
        if len(linked) < 2:
            return docs, scores
        links = self.links(linked)
        order = np.lexsort((self._places.take(linked), -scores.take(docs.searchsorted(linked)), links))
        links = links.take(order)
        worse = linked.take(order[1:])[links[1:] == links[:-1]]
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
