"""Generations in the cluster: their files as documents beside the entries, the pointer an alias.

A file lies in the index by its hash, in parts, so that a clone has those of its base and only what changed is sent. The
index carries the seal of its generation in `_meta`; the manifest itself is one of the files, since each node holds all
that is in `_meta` in its memory.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from itertools import groupby, pairwise
from pathlib import Path
from time import time
from typing import Any, Final

from wangqi.search.engine.shelf import Sealed
from wangqi.search.errors import DamagedIndexError, EngineAwayError, EngineMissingError, EngineRefusedError, LockedError
from wangqi.search.opensearch_engine.bulk import send_bulk
from wangqi.search.opensearch_engine.client import lines_of
from wangqi.search.opensearch_engine.deadline import Deadline
from wangqi.search.opensearch_engine.held import HeldIndex, HeldIndexes
from wangqi.search.opensearch_engine.index.folder import read_name

PART_BYTES: Final = 512 << 10
"""Of a file in one document."""
PARTS_AT_ONCE: Final = 32
NAMES_AT_ONCE: Final = 1000
IN_ORDER: Final = {"docvalue_fields": ["file"], "sort": [{"file": "asc"}, {"part": "asc"}]}

LEFT_ALONE_S: Final = 600.0
"""How long what was replaced stays at least. A host takes up what is new within seconds, and no answer takes longer
than some: but none of them can say from here what it still serves."""

POINTED_S: Final = 3.0
"""For what serving processes ask every other second."""


class OpenSearchShelf:
    """As `wangqi.search.engine.shelf.Shelf`; a key is the name of an index."""

    def __init__(self, indexes: HeldIndexes) -> None:
        self._indexes = indexes
        self._client = indexes.client

    def key_of(self, index_folder: Path) -> str:
        return read_name(index_folder)

    def pointed(self) -> tuple[str, ...]:
        deadline = Deadline.after(POINTED_S)
        try:
            return tuple(self._client.call("GET", f"/_alias/{self._indexes.alias}", deadline=deadline))
        except EngineMissingError:
            return ()

    def sealed(self, key: str) -> Sealed:
        held = self._indexes.get(key)
        if held is None or "generation" not in held.meta:
            raise DamagedIndexError(
                "the alias {alias} of the cluster names {index}, which is no generation of an index: "
                "run `wangqi reindex`, and it names one again",
                alias=self._indexes.alias,
                index=key,
            )
        return Sealed(held.meta["generation"], held.meta["manifest"])

    def highest(self) -> int:
        return max(map(_number, self._published()), default=0)

    def put(self, key: str, sealed: Sealed, files: Mapping[str, Path]) -> None:
        indexes, held = self._indexes, self._indexes.get(key)
        assert held
        indexes.open_for_writing(key)
        indexes.refresh(key)
        there = dict(self._parts(key))
        doomed = [part for part, digest in there.items() if digest not in files]
        send_bulk(self._client, (lines_of([{"delete": {"_index": key, "_id": part}}]) for part in doomed))
        send_bulk(self._client, self._items(key, files, there.keys()))
        indexes.note(key, {**held.meta, **sealed._asdict(), "generation": sealed.name, "put_at": round(time())})
        indexes.seal(key)

    def _items(self, key: str, files: Mapping[str, Path], there: Collection[str]) -> Iterator[bytes]:
        for digest, path in files.items():
            for number, data in enumerate(_parts_of(path)):
                part = f"file-{digest}-{number}"
                if part not in there:
                    content = b64encode(zlib.compress(data)).decode()
                    document = {"file": digest, "part": number, "content": content}
                    yield lines_of([{"index": {"_index": key, "_id": part}}, document])

    def _parts(self, key: str) -> Iterator[tuple[str, str]]:
        """The id of each part of a file that the index holds, and the hash of its file."""
        body = {"query": {"exists": {"field": "file"}}, "_source": False, **IN_ORDER}
        for hit in self._client.hits(key, body, at_once=NAMES_AT_ONCE):
            yield hit["_id"], _digest(hit)

    def read(self, key: str, digests: Collection[str]) -> Iterator[tuple[str, bytes]]:
        wanted = sorted(digests)
        for start in range(0, len(wanted), NAMES_AT_ONCE):
            some = {"query": {"terms": {"file": wanted[start : start + NAMES_AT_ONCE]}}, **IN_ORDER}
            parts = self._client.hits(key, some, at_once=PARTS_AT_ONCE)
            for digest, hits in groupby(parts, key=_digest):
                yield digest, b"".join(map(_content, hits))

    def point(self, key: str, *, instead_of: Collection[str]) -> None:
        alias, published = self._indexes.alias, self._indexes.published
        before = [index for index in instead_of if index != key]
        # One call does all or nothing, and an alias has one index to write to at most: who comes second is refused,
        # whether there was an index before or not.
        removed = [{"remove": {"index": index, "alias": alias, "must_exist": True}} for index in before]
        added = [{"index": key, "alias": alias, "is_write_index": True}, {"index": key, "alias": published}]
        try:
            self._indexes.call("POST", "/_aliases", {"actions": [*removed, *({"add": each} for each in added)]})
        except (EngineRefusedError, EngineAwayError) as error:
            now = self.pointed()  # a node may have done it before it fell silent
            if now == (key,):
                return
            if set(now) == set(instead_of):
                raise
            raise LockedError(
                "another host has published meanwhile: the alias {alias} of the cluster names {indexes} now; "
                "run `wangqi reindex` again",
                alias=alias,
                indexes=now,
            ) from error

    def forget_old(self, keep: int, kept: Collection[str]) -> None:
        newest = sorted(self._published(), key=_number, reverse=True)
        pointed = self.pointed()
        for rank, (newer, old) in enumerate(pairwise(newest), start=1):
            is_needed = rank < keep or old.name in kept or old.name in pointed
            if not is_needed and time() - newer.meta["put_at"] > LEFT_ALONE_S:
                self._indexes.delete(old.name)

    def _published(self) -> list[HeldIndex]:
        published = self._indexes.published
        return [held for held in self._indexes.all() if published in held.aliases and "put_at" in held.meta]


def _number(held: HeldIndex) -> int:
    return int(held.meta["generation"])


def _parts_of(path: Path) -> Iterator[bytes]:
    """One at least."""
    with path.open("rb") as file:
        yield file.read(PART_BYTES)
        yield from iter(partial(file.read, PART_BYTES), b"")


def _digest(hit: Mapping[str, Any]) -> str:
    return str(hit["fields"]["file"][0])


def _content(hit: Mapping[str, Any]) -> bytes:
    return zlib.decompress(b64decode(hit["_source"]["content"]))
