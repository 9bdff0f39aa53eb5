"""Records that an index stores to show: issues as JSON values, entries as texts.

A record is UTF-8, with NUL between any two texts: those of the entry in a fixed order and, where it has links or
images, how many of each, the texts and addresses of the links, its images, and what is said of these.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Final

from wangqi.search.model import Entry, Issue, IssueInfo, IssueRef, Link

Record = dict[str, Any]

_BETWEEN: Final = "\0"


def info_of(issue: Issue) -> IssueInfo:
    return IssueInfo(ref=issue.ref, digest=issue.digest, entries=issue.entry_count)


def info_to_record(info: IssueInfo) -> Record:
    ref = asdict(info.ref) | {"date": info.ref.date.isoformat() if info.ref.date else None}
    return {"ref": ref, "digest": info.digest, "entries": info.entries}


def info_from_record(record: Record) -> IssueInfo:
    day = record["ref"]["date"]
    given = {"date": date.fromisoformat(day) if day else None, "tags": tuple(record["ref"]["tags"])}
    given["settings"] = tuple(tuple(pair) for pair in record["ref"]["settings"])
    ref = IssueRef(**record["ref"] | given)
    return IssueInfo(ref=ref, digest=record["digest"], entries=record["entries"])


def pack_entry(entry: Entry) -> bytes:
    """The record of `entry`, without its issue."""
    texts = [
        entry.id,
        entry.role,
        entry.kind,
        entry.title,
        entry.text,
        entry.url or "",
        entry.section,
        str(entry.line),
        entry.contributor or "",
        entry.attribution or "",
    ]
    if entry.links or entry.images or entry.image_texts:
        texts += (str(len(entry.links)), str(len(entry.images)))
        for link in entry.links:
            texts += (link.text, link.url)
        texts += (*entry.images, *entry.image_texts)
    record = _BETWEEN.join(texts)
    if record.count(_BETWEEN) >= len(texts):
        # What CommonMark puts in its place, too.
        record = _BETWEEN.join([text.replace(_BETWEEN, "\ufffd") for text in texts])
    return record.encode("utf-8", "surrogatepass")


def id_of(record: str) -> str:
    """The id of the entry of a decoded record."""
    return record.partition(_BETWEEN)[0]


def unpack_entry(record: str, issue: IssueRef) -> Entry:
    """The entry of a decoded record."""
    fields: list[Any] = record.split(_BETWEEN)
    entry_id, role, kind, title, text, url, section, line, contributor, attribution, *others = fields
    links, images, image_texts = _links_and_images(others) if others else ((), (), ())
    return Entry(
        id=entry_id,
        role=role,
        kind=kind,
        title=title,
        text=text,
        url=url or None,
        section=section,
        line=int(line),
        links=links,
        images=images,
        image_texts=image_texts,
        contributor=contributor or None,
        attribution=attribution or None,
        issue=issue,
    )


def line_of(record: str) -> int:
    """The line of the entry of a decoded record, without the rest."""
    return int(record.split(_BETWEEN, 8)[7])


def _links_and_images(texts: list[str]) -> tuple[tuple[Link, ...], tuple[str, ...], tuple[str, ...]]:
    images = 2 + 2 * int(texts[0])
    image_texts = images + int(texts[1])
    links = tuple(map(Link, texts[2:images:2], texts[3:images:2]))
    return links, tuple(texts[images:image_texts]), tuple(texts[image_texts:])
