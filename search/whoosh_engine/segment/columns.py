"""The columns of a segment: values of each document to filter, count and sort by.

Values that repeat (kind, section, site …) are numbers into a list of names. Dates are days since 0001-01-01 (0: none).
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import count, repeat
from operator import attrgetter, getitem
from typing import Final

import numpy as np

from wangqi.search.document.filtering import Attributes
from wangqi.search.document.filters import NAME_FILTERS
from wangqi.search.document.repeated_links import main_link
from wangqi.search.model import Entry
from wangqi.search.whoosh_engine.segment.arrays import Arrays

NAMED: Final = (*NAME_FILTERS, "role", "issue_id")
NUMBERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(NAMED, "<i4"),
    "issue": "<i4",
    "date": "<i4",
    "title_units": "<i4",
    "units": "<i8",
    "title_hash": "<u8",
    "name_hash": "<u8",
    "link_hash": "<u8",
}
"""Columns of one number per document. `units`: positions that the document takes, the gaps between fields included."""

NO_NUMBER: Final = -1

_NAMES_OF: Final = attrgetter(*NAME_FILTERS)


def key_hash(key: str) -> int:
    """64 bits that stand for a title key or a link; equal keys, equal hashes. 0 for the empty key, which is none."""
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()) if key else 0


class ColumnBuilder:
    """Collects documents, issue after issue."""

    def __init__(self) -> None:
        self._names = [defaultdict[str, int](count().__next__) for _ in NAMED]
        """For each named column its names, numbered as they are first met."""
        self._rows: list[tuple[int, ...]] = []
        """Values in the order of `NUMBERS`."""

    def __len__(self) -> int:
        return len(self._rows)

    def add(
        self, entry: Entry, attributes: Attributes, *, title_key: str, name_key: str, title_units: int, units: int
    ) -> None:
        """The next document."""
        named = (*_NAMES_OF(attributes), entry.role, entry.issue.id)
        self._rows.append(
            (
                *map(getitem, self._names, named),
                NO_NUMBER if attributes.issue is None else min(attributes.issue, 2**31 - 1),
                attributes.date.toordinal() if attributes.date else 0,
                title_units,
                units,
                key_hash(title_key),
                key_hash(name_key),
                key_hash(main_link(entry)),
            )
        )

    def arrays(self) -> Arrays:
        values = zip(*self._rows, strict=True) if self._rows else repeat(())
        columns = {
            name: np.array(column, dtype) for (name, dtype), column in zip(NUMBERS.items(), values, strict=False)
        }
        names = {name: list(codes) for name, codes in zip(NAMED, self._names, strict=True)}
        return columns | pack_names(names)


def pack_names(names: Mapping[str, Sequence[str]]) -> Arrays:
    """The names that columns refer to, as one array of JSON."""
    text = json.dumps(names, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return {"names": np.frombuffer(text, np.uint8)}


def unpack_names(columns: Arrays) -> dict[str, list[str]]:
    names: dict[str, list[str]] = json.loads(columns["names"].tobytes().decode("utf-8", "surrogatepass"))
    return names
