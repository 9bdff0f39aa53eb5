"""An entry by its id: as it stands today, by an id of before, or that it is gone; and any entry."""

from __future__ import annotations

import random

from wangqi.search.engine import Searcher
from wangqi.search.model import Entry, IssueInfo, IssueRef
from wangqi.search.model import entry_id as new_id
from wangqi.web.site.leases import Generation


class IssueGoneError(Exception):
    """The issue of that address or id was there once."""

    def __init__(self) -> None:
        super().__init__("this issue is no longer there")


class EntryGoneError(Exception):
    """The issue of that id is there, and the entry is not."""

    def __init__(self, issue: IssueRef) -> None:
        super().__init__(f"no entry of {issue.path} has this id any more")
        self.issue = issue


def find_issue(generation: Generation, issue_id: str) -> IssueInfo | None:
    """The issue of that id, or the one that it became; None for what never was one of this site.

    Raises `IssueGoneError`.
    """
    if info := generation.searcher.issue(issue_id):
        return info
    moved = generation.moved(issue_id)
    if moved == "":
        raise IssueGoneError
    return generation.searcher.issue(moved) if moved else None


def find_entry(generation: Generation, entry_id: str) -> Entry | None:
    """None for what never was an id of this site. Raises `EntryGoneError` and `IssueGoneError`.

    An entry of an issue whose file was renamed is the one with the same link or title there. Ids of version 0.1 counted
    the entries of an issue: they lead to the one at that place.
    """
    searcher = generation.searcher
    if found := searcher.entry(entry_id):
        return found
    issue_id, _, key = entry_id.rpartition("-")
    info = find_issue(generation, issue_id) if issue_id else None
    if info is None:
        return None
    issue_id = info.ref.id
    if found := searcher.entry(new_id(issue_id, key)):
        return found
    if key.isdecimal():
        entries = [entry for entry in searcher.documents(issue_id) if entry.role == "entry"]
        if 0 < int(key[:9]) <= len(entries):
            return entries[int(key) - 1]
    raise EntryGoneError(info.ref)


def random_entry(searcher: Searcher) -> Entry | None:
    """Some entry, each as likely as the others; None when there is none."""
    held = [info for info in searcher.issues() if info.entries]
    if not held:
        return None
    (info,) = random.choices(held, weights=[info.entries for info in held])
    documents = searcher.documents(info.ref.id)
    return random.choice([each for each in documents if each.role == "entry"] or documents)
