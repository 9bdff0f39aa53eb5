"""Segments on disk: building one from issues, and merging several into one.

    <segment>.postings   streams `words` and `grams`: terms, postings, positions
    <segment>.columns    what is kept of each document
    <segment>.entries    the entries, as they are shown

The first two are files of `search.whoosh_engine.segment.arrays`. A segment never changes; Whoosh's list of segments
keeps the deletions.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.analyzer import squeezed_units
from wangqi.search.document.entry_records import pack_entry
from wangqi.search.document.fields import FIELDS, TITLE, field_texts, name_of_title
from wangqi.search.document.filtering import attributes_of
from wangqi.search.model import Entry
from wangqi.search.plan import ranking
from wangqi.search.whoosh_engine.segment import arrays
from wangqi.search.whoosh_engine.segment.arrays import Arrays
from wangqi.search.whoosh_engine.segment.columns import (
    NAMED,
    NUMBERS,
    ColumnBuilder,
    pack_names,
    unpack_names,
)
from wangqi.search.whoosh_engine.segment.merging import COLUMNS, SLOTS, MergedPart, merged_stream
from wangqi.search.whoosh_engine.segment.postings import Runs, StreamBuilder
from wangqi.search.whoosh_engine.segment.stored_entries import StoredEntries

STREAMS: Final = ("words", "grams")

_SHARED_FIELDS: Final = frozenset(map(FIELDS.index, ("section",)))
"""Whose texts the entries of a section share."""

_SHARED_REMEMBERED: Final = 16

_SHARED_CHARS: Final = 1000
"""Longer ones are not remembered: their tokens might take gigabytes."""

FIELD_GAP: Final = 64
"""Positions between the fields of a document: more than the grams of a phrase are apart."""


class SegmentBuilder:
    """Collects documents; writes them as one segment."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._shared_tokens = lru_cache(_SHARED_REMEMBERED)(analyzer.index)
        self._columns = ColumnBuilder()
        self._entries = bytearray()
        self._entry_starts = array("q", [0])
        self._runs = Runs()
        self._words, self._grams = StreamBuilder(self._runs), StreamBuilder(self._runs)
        self._position = 0

    def __len__(self) -> int:
        """Documents so far."""
        return len(self._columns)

    def add(self, entry: Entry) -> None:
        """The next document; those of an issue follow each other."""
        doc, begin, title_units = len(self._columns), self._position, 0
        for number, text in enumerate(field_texts(entry)):
            if not text:
                continue
            is_shared = number in _SHARED_FIELDS and len(text) <= _SHARED_CHARS
            tokens = self._shared_tokens(text) if is_shared else self._analyzer.index(text)
            is_title = number == TITLE
            title_units = tokens.length if is_title else title_units
            norm = ranking.length_norm(tokens.length, ranking.MEAN_LENGTHS[number], ranking.FIELD_B[number])
            self._runs.add(doc, ranking.FIELD_BOOSTS[number] / norm, title=is_title, base=self._position)
            self._words.add(tokens.words)
            self._grams.add(tokens.grams, tokens.positions)
            self._position += tokens.length + FIELD_GAP
        self._columns.add(
            entry,
            attributes_of(entry),
            title_key=squeezed_units(entry.title),
            name_key=squeezed_units(name_of_title(entry.title)),
            title_units=title_units,
            units=self._position - begin,
        )
        self._entries += pack_entry(entry)
        self._entry_starts.append(len(self._entries))

    def write(self, postings: Path, columns: Path, entries: Path) -> None:
        streams = {"words": self._words.arrays(), "grams": self._grams.arrays()}
        arrays.save(
            postings, {f"{name}.{key}": values for name, each in streams.items() for key, values in each.items()}
        )
        arrays.save(columns, self._columns.arrays() | {"entry_starts": np.frombuffer(self._entry_starts, np.int64)})
        entries.write_bytes(self._entries)


@dataclass(frozen=True, slots=True)
class OpenSegment:
    """The mapped arrays of a segment, and the numbers of its deleted documents."""

    postings: Arrays
    columns: Arrays
    entries: StoredEntries
    deleted: Collection[int] = ()

    @property
    def alive(self) -> NDArray[np.bool_]:
        alive = np.ones(len(self.columns["units"]), bool)
        alive[list(self.deleted)] = False
        return alive

    def documents_of(self, issues: Collection[str]) -> list[int]:
        """The documents of those issues, deleted ones included."""
        codes = [code for code, name in enumerate(unpack_names(self.columns)["issue_id"]) if name in issues]
        found: list[int] = np.flatnonzero(np.isin(self.columns["issue_id"], codes)).tolist()
        return found


def merge_segments(segments: Sequence[OpenSegment], postings: Path, columns: Path, entries: Path) -> int:
    """Write one segment that holds the documents of `segments` in their order, the deleted ones left out; how many."""
    parts = _parts(segments)
    small: Arrays = {}
    large: dict[str, tuple[str, int]] = {}
    pieces = []
    for stream in STREAMS:
        terms, stream_pieces = merged_stream(parts, stream)
        small |= {f"{stream}.{name}": values for name, values in terms.items()}
        large |= {
            f"{stream}.{name}": (segments[0].postings[f"{stream}.{name}"].dtype.str, int(terms[starts][-1]))
            for slot, starts in SLOTS.items()
            if starts in terms
            for name in COLUMNS[slot]
        }
        pieces.append((stream, stream_pieces))
    target = arrays.create(postings, large | arrays.layout_of(small))
    for name, values in small.items():
        target[name][:] = values
    for stream, stream_pieces in pieces:
        for name, offset, values in stream_pieces:
            target[f"{stream}.{name}"][offset : offset + len(values)] = values
            for each in (target, *(segment.postings for segment in segments)):
                arrays.release(each)
    arrays.save(columns, _merged_columns(segments))
    with entries.open("wb") as file:
        for segment in segments:
            file.writelines(segment.entries.pieces(segment.alive))
            arrays.release(segment.columns)
    return sum(int(np.count_nonzero(segment.alive)) for segment in segments)


def _parts(segments: Sequence[OpenSegment]) -> list[MergedPart]:
    parts = []
    docs = position = 0
    for segment in segments:
        alive, units = segment.alive, segment.columns["units"]
        doc_map = np.where(alive, docs + np.cumsum(alive) - 1, -1).astype(np.int32)
        old_starts = np.r_[0, np.cumsum(units)]
        kept_before = np.cumsum(np.where(alive, units, 0)) - np.where(alive, units, 0)
        parts.append(MergedPart(segment.postings, doc_map, old_starts, position + kept_before - old_starts[:-1]))
        docs += int(alive.sum())
        position += int(units[alive].sum())
    return parts


def _merged_columns(segments: Sequence[OpenSegment]) -> Arrays:
    names: dict[str, dict[str, int]] = {name: {} for name in NAMED}
    numbers: dict[str, list[NDArray[Any]]] = {name: [] for name in NUMBERS}
    lengths = []
    for segment in segments:
        alive, old_names = segment.alive, unpack_names(segment.columns)
        for name, parts in numbers.items():
            values = segment.columns[name][alive]
            if name in names:
                codes = names[name]
                renumbered = [codes.setdefault(each, len(codes)) for each in old_names[name]]
                values = np.array(renumbered, np.int32)[values]
            parts.append(values)
        lengths.append(np.diff(segment.columns["entry_starts"])[alive])
    columns = {name: np.concatenate(parts) for name, parts in numbers.items()}
    columns["entry_starts"] = np.cumsum(np.concatenate(([0], *lengths)))
    return columns | pack_names({name: list(codes) for name, codes in names.items()})
