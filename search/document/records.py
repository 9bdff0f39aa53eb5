"""Issues and entries as JSON values, for engines that keep them whole.

{"ref": {…}, "digest": "…", "entries": 12, "documents": [{"id": "…", "title": "…", …}, …]}
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from operator import attrgetter
from typing import Any, Final

from search.model import Entry, Issue, IssueInfo, IssueRef, Link

Record = dict[str, Any]

_KEPT: Final = tuple(name for name in Entry.__dataclass_fields__ if name not in {"issue", "links"})
_KEPT_OF: Final = attrgetter(*_KEPT)


def issue_to_record(issue: Issue) -> Record:
    """Everything of `issue` that an engine keeps; its sections are those that its documents name."""
    return {
        **info_to_record(info_of(issue)),
        "documents": [entry_to_record(entry) for entry in issue.indexed()],
    }


def info_of(issue: Issue) -> IssueInfo:
    return IssueInfo(ref=issue.ref, digest=issue.digest, entries=issue.entry_count)


def info_to_record(info: IssueInfo) -> Record:
    ref = asdict(info.ref) | {"date": info.ref.date.isoformat() if info.ref.date else None}
    return {"ref": ref, "digest": info.digest, "entries": info.entries}


def info_from_record(record: Record) -> IssueInfo:
    day = record["ref"]["date"]
    given = {"date": date.fromisoformat(day) if day else None, "tags": tuple(record["ref"]["tags"])}
    ref = IssueRef(**record["ref"] | given)
    return IssueInfo(ref=ref, digest=record["digest"], entries=record["entries"])


def entry_to_record(entry: Entry) -> Record:
    """All of the entry but its issue; what is empty is left out."""
    # All values are texts, numbers or sequences, and no line is 0.
    kept = {name: value for name, value in zip(_KEPT, _KEPT_OF(entry), strict=True) if value}
    return kept | {"links": [[link.text, link.url] for link in entry.links]} if entry.links else kept


def entry_from_record(record: Record, ref: IssueRef) -> Entry:
    # Argument by argument: merging the record with defaults takes as long again, for each hit.
    get = record.get
    return Entry(
        id=record["id"],
        role=record["role"],
        kind=record["kind"],
        title=get("title", ""),
        text=get("text", ""),
        url=get("url"),
        section=get("section", ""),
        line=record["line"],
        links=tuple([Link(text, url) for text, url in get("links", ())]),
        images=tuple(get("images", ())),
        image_texts=tuple(get("image_texts", ())),
        contributor=get("contributor"),
        attribution=get("attribution"),
        issue=ref,
    )
