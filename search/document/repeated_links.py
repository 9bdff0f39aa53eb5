"""Links that return: entries of several issues that recommend one page are one result, the one that answers best.

    one link in issues 7, 33 and 326  ─►  one hit, with the other two beside it ("also in")

Here in plain Python, which is what "right" means; `search.whoosh_engine.query.repeated_links` does it with arrays.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from wangqi.search.document.links import canonical_link, web_address
from wangqi.search.model import Entry, Kind

Item = TypeVar("Item")
Link = TypeVar("Link", bound=Hashable)

CITED: Final = frozenset[Kind]({"quote", "excerpt"})
"""Here the link names the source: two sayings from one page are two things to find. Every sixth link that returns in
three newsletters was one of these."""


def main_link(entry: Entry) -> str:
    """The page that an entry is about, as `canonical_link` names it; "" when it is about none."""
    return canonical_link(entry.url or "") if entry.role == "entry" and web_address(entry.url) else ""


def returning_link(entry: Entry) -> str:
    """The link by which entries are the same recommendation; "" for an entry that is never folded."""
    return "" if entry.kind in CITED else main_link(entry)


def group_by_link(items: Iterable[tuple[Item, Link, Hashable]]) -> list[list[Item]]:
    """The items that share a link, in their order; they come with their link and their issue.

    A link that stands twice in one issue is passed over: several entries that name one page (the projects of a list,
    the talks of a conference) are several things, and not one that returns.
    """
    groups: dict[Link, list[tuple[Item, Hashable]]] = {}
    for item, link, issue in items:
        groups.setdefault(link, []).append((item, issue))
    return [
        [item for item, _ in group]
        for group in groups.values()
        if len(group) > 1 and len({issue for _, issue in group}) == len(group)
    ]


class ReturningEntries:
    """The entries of an index whose link returns."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """`entries` come newest first."""
        items = [(entry, link, entry.issue.id) for entry in entries if (link := returning_link(entry))]
        self._groups: Mapping[str, list[Entry]] = {entry.id: group for group in group_by_link(items) for entry in group}

    def others(self, entry: Entry) -> list[Entry]:
        """All other entries with the link of `entry`, newest first."""
        return [other for other in self._groups.get(entry.id, ()) if other.id != entry.id]

    def group(self, entry: Entry) -> Sequence[Entry]:
        """All entries with its link, itself included; () when there is no other."""
        return self._groups.get(entry.id, ())

    def fold(self, scored: Sequence[tuple[Entry, float]]) -> set[str]:
        """The ids of those that stay: the best of each link; of equals the first. Without links all do."""
        best: dict[str, tuple[str, float]] = {}
        for entry, score in scored:
            name = self._groups[entry.id][0].id if entry.id in self._groups else entry.id
            if name not in best or score > best[name][1]:
                best[name] = (entry.id, score)
        return {entry_id for entry_id, _ in best.values()}
