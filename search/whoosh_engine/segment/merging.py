"""Several segments' streams → one, without the deleted documents; a bounded number of postings in memory at a time.

Terms are merged by name. For a range of merged terms each segment's postings are one slice; the kept ones are numbered
anew and laid one segment after the other, which keeps documents ascending, as segments follow each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wangqi.search.whoosh_engine.segment.arrays import Arrays, offsets
from wangqi.search.whoosh_engine.segment.term_numbers import Numbering

CHUNK: Final = 1 << 19
"""Postings merged at a time: about 25 MB of memory."""

SLOTS: Final = {"docs": "starts", "positions": "position_starts"}
"""What is laid out term by term, and the array that says where each term's part begins."""

COLUMNS: Final = {"docs": ("docs", "weights", "titled"), "positions": ("positions",)}
"""The arrays that are laid out alike."""

Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class MergedPart:
    """A segment to be merged, with the new numbers of its documents."""

    arrays: Arrays
    doc_map: NDArray[np.int32]
    """The new number of each document; -1 for a deleted one."""
    position_starts: NDArray[np.int64]
    """Where the positions of each document begin, and the end of the last."""
    position_shift: NDArray[np.int64]
    """What to add to the positions of each document."""

    @property
    def whole(self) -> bool:
        """Whether no document is deleted."""
        return not len(self.doc_map) or int(self.doc_map.min()) >= 0


def merged_stream(parts: Sequence[MergedPart], stream: str) -> tuple[Arrays, Iterator[tuple[str, int, Numbers]]]:
    """The small arrays of the merged stream (terms and starts), and its large ones in pieces: name, offset, values.

    Terms that only deleted documents held are left out.
    """
    numbering = Numbering([part.arrays for part in parts], stream)
    maps = numbering.maps
    slots = {name: starts for name, starts in SLOTS.items() if f"{stream}.{name}" in parts[0].arrays}
    # How many postings (or positions) each part has of each of its terms, and of the merged terms all together.
    counts = {name: [_kept_counts(part, stream, name, starts) for part in parts] for name, starts in slots.items()}
    totals = {name: _totals(maps, counts[name], len(numbering)) for name in slots}
    held = totals["docs"] > 0
    small = numbering.pack(held)
    for name, starts in slots.items():
        small[starts] = offsets(np.r_[0, np.cumsum(totals[name][held])])
    return small, _pieces(parts, stream, maps, counts, totals)


def _totals(maps: Sequence[Numbers], counts: Sequence[Numbers], terms: int) -> Numbers:
    totals = np.zeros(terms, np.int64)
    for term_map, each in zip(maps, counts, strict=True):
        totals[term_map] += each
    return totals


def _kept_counts(part: MergedPart, stream: str, name: str, starts: str) -> Numbers:
    """The number of postings (or positions) of each term that remain."""
    begins = part.arrays[f"{stream}.{starts}"].astype(np.int64)
    if part.whole:
        return np.diff(begins).astype(np.int32)
    kept = np.r_[0, np.cumsum(_doc_numbers(part, stream, name, slice(None)) >= 0)]
    counts: Numbers = (kept[begins[1:]] - kept[begins[:-1]]).astype(np.int32)
    return counts


def _doc_numbers(part: MergedPart, stream: str, name: str, chosen: slice) -> Numbers:
    """The new number of the document of each posting (or position); -1 for deleted ones."""
    values = part.arrays[f"{stream}.{name}"][chosen]
    docs = values if name == "docs" else _docs_at(part, values)
    numbers: Numbers = part.doc_map[docs]
    return numbers


def _docs_at(part: MergedPart, positions: Numbers) -> Numbers:
    return part.position_starts.searchsorted(positions, "right") - 1


def _pieces(
    parts: Sequence[MergedPart],
    stream: str,
    maps: Sequence[Numbers],
    counts: Mapping[str, Sequence[Numbers]],
    totals: Mapping[str, Numbers],
) -> Iterator[tuple[str, int, Numbers]]:
    for name in totals:
        ends = np.cumsum(totals[name])
        first = 0
        while first < len(ends):
            done = int(ends[first - 1]) if first else 0
            last = max(first + 1, int(np.searchsorted(ends, done + CHUNK, "right")))
            begins = ends[first:last] - totals[name][first:last] - done
            for each, values in _piece(
                parts, stream, name, maps, counts[name], first, begins, int(ends[last - 1]) - done
            ):
                yield each, done, values
            first = last


def _piece(
    parts: Sequence[MergedPart],
    stream: str,
    name: str,
    maps: Sequence[Numbers],
    counts: Sequence[Numbers],
    first: int,
    begins: Numbers,
    size: int,
) -> Iterable[tuple[str, Numbers]]:
    """The `size` postings (or positions) of the merged terms from `first` on; those of each term begin at `begins`."""
    values = {each: np.empty(size, parts[0].arrays[f"{stream}.{each}"].dtype) for each in COLUMNS[name]}
    free = begins.copy()
    for part, term_map, kept in zip(parts, maps, counts, strict=True):
        low, high = np.searchsorted(term_map, (first, first + len(begins)))
        terms, sizes = term_map[low:high] - first, kept[low:high]
        target = np.repeat(free[terms] - (np.cumsum(sizes) - sizes), sizes) + np.arange(sizes.sum())
        free[terms] += sizes
        borders = part.arrays[f"{stream}.{SLOTS[name]}"][[low, high]]
        for each, column in _kept_values(part, stream, name, slice(*borders.tolist())).items():
            values[each][target] = column
    return values.items()


def _kept_values(part: MergedPart, stream: str, name: str, chosen: slice) -> Arrays:
    """The values of the postings (or positions) `chosen`, numbered anew."""
    columns = {each: part.arrays[f"{stream}.{each}"][chosen] for each in COLUMNS[name]}
    if name == "docs":
        columns["docs"] = part.doc_map[columns["docs"]]
        keep = columns["docs"] >= 0
    elif part.whole:
        # All documents stay, so all move by as much.
        columns["positions"] = (columns["positions"] + part.position_shift[:1]).astype(np.uint32)
    else:
        docs = _docs_at(part, columns["positions"])
        columns["positions"] = (columns["positions"] + part.position_shift[docs]).astype(np.uint32)
        keep = part.doc_map[docs] >= 0
    return columns if part.whole else {each: values[keep] for each, values in columns.items()}
