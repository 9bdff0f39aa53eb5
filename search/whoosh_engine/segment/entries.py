"""The entries of a segment: records in a file, one after the other, read one at a time.

A record is UTF-8, with NUL between any two texts: those of the entry in a fixed order and, where it has links or
images, how many of each, the texts and addresses of the links, its images, and what is said of these.

Small files are mapped, of large ones a record is read. The few that a page shows stand anywhere in the file, and a map
brings in 64 KB around each: over 500 000 entries that was a fifth of all memory.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.model import Entry, IssueRef, Link

_BETWEEN: Final = "\0"

MAPPED_BYTES: Final = 1 << 25
"""The size of the largest file that is mapped: reading takes half a microsecond more for each entry."""

COPIED_BYTES: Final = 1 << 20
"""At a time, from file to file."""


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


class StoredEntries:
    """The records of a segment."""

    def __init__(self, path: Path, starts: NDArray[np.int64]) -> None:
        """`starts` says where each record begins, and where the last ends."""
        self._path = path
        self._starts = starts
        self._offsets = starts.data
        """The same, from which single numbers are read in half the time."""
        with path.open("rb") as file:
            is_mapped = 0 < starts.item(-1) <= MAPPED_BYTES
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if is_mapped else _File(file.fileno())

    def read(self, doc: int) -> str:
        """The record of a document, decoded."""
        return self._bytes[self._offsets[doc] : self._offsets[doc + 1]].decode("utf-8", "surrogatepass")

    def pieces(self, alive: NDArray[np.bool_]) -> Iterator[bytes]:
        """The records of the documents that are `alive`, end to end."""
        borders = np.flatnonzero(np.diff(alive, prepend=False, append=False))
        with self._path.open("rb") as file:
            for start, end in self._starts[borders].reshape(-1, 2).tolist():
                file.seek(start)
                for at in range(start, end, COPIED_BYTES):
                    yield file.read(min(COPIED_BYTES, end - at))


class _File:
    """The bytes of an open file, read when they are asked for."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = os.dup(descriptor)

    def __getitem__(self, extent: slice) -> bytes:
        return os.pread(self._descriptor, extent.stop - extent.start, extent.start)

    def __del__(self) -> None:
        # Not when the index is closed: whoever leases it may read on. The last to let go closes the file.
        os.close(self._descriptor)
