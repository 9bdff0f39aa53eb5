"""Several segments' streams → one, without the deleted documents; a bounded number of postings in memory at a time.

Terms are merged by name. For a range of merged terms each segment's postings are one slice; the kept ones are numbered
anew and laid one segment after the other, which keeps documents ascending, as segments follow each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.whoosh_engine.arrays import Arrays
from search.whoosh_engine.terms import TermTable, pack_terms, terms_of

CHUNK: Final = 1 << 21
"""Postings merged at a time: about 100 MB of memory."""

SLOTS: Final = {"docs": "starts", "positions": "position_starts"}
"""What is laid out term by term, and the array that says where each term's part begins."""

COLUMNS: Final = {"docs": ("docs", "weights", "titled"), "positions": ("positions",)}
"""The arrays that are laid out alike."""

Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the segments to be merged."""

    arrays: Arrays
    doc_map: NDArray[np.int32]
    """The new number of each document; -1 for a deleted one."""
    position_starts: NDArray[np.int64]
    """Where the positions of each document begin, and the end of the last."""
    position_shift: NDArray[np.int64]
    """What to add to the positions of each document."""


def merged_stream(parts: Sequence[Part], stream: str) -> tuple[Arrays, Iterator[tuple[str, int, Numbers]]]:
    """The small arrays of the merged stream (terms and starts), and its large ones in pieces: name, offset, values.

    Terms that only deleted documents held are left out.
    """
    tables = [list(_terms(terms_of(part.arrays, stream))) for part in parts]
    terms = sorted(set().union(*tables))
    number = {term: index for index, term in enumerate(terms)}
    maps = [np.fromiter((number[term] for term in table), np.int64, len(table)) for table in tables]
    slots = {name: starts for name, starts in SLOTS.items() if f"{stream}.{name}" in parts[0].arrays}
    counts = {name: np.zeros(len(terms), np.int64) for name in slots}
    for part, term_map in zip(parts, maps, strict=True):
        for name, starts in slots.items():
            counts[name][term_map] += _kept_counts(part, stream, name, starts)
    held = counts["docs"] > 0
    small = pack_terms([term for term, kept in zip(terms, held, strict=True) if kept])
    for name, starts in slots.items():
        small[starts] = np.r_[0, np.cumsum(counts[name][held])]
    return small, _pieces(parts, stream, maps, counts, slots)


def _terms(table: TermTable) -> Iterator[bytes]:
    return (table[index] for index in range(len(table)))


def _kept_counts(part: Part, stream: str, name: str, starts: str) -> Numbers:
    """How many postings (or positions) of each term remain."""
    begins = part.arrays[f"{stream}.{starts}"]
    kept = np.r_[0, np.cumsum(_doc_numbers(part, stream, name, slice(None)) >= 0)]
    counts: Numbers = kept[begins[1:]] - kept[begins[:-1]]
    return counts


def _doc_numbers(part: Part, stream: str, name: str, chosen: slice) -> Numbers:
    """The new number of the document of each posting (or position); -1 for deleted ones."""
    values = part.arrays[f"{stream}.{name}"][chosen]
    docs = values if name == "docs" else _docs_at(part, values)
    numbers: Numbers = part.doc_map[docs]
    return numbers


def _docs_at(part: Part, positions: Numbers) -> Numbers:
    return part.position_starts.searchsorted(positions, "right") - 1


def _pieces(
    parts: Sequence[Part], stream: str, maps: Sequence[Numbers], counts: dict[str, Numbers], slots: dict[str, str]
) -> Iterator[tuple[str, int, Numbers]]:
    for name, starts in slots.items():
        ends = np.cumsum(counts[name])
        first = 0
        while first < len(ends):
            done = int(ends[first - 1]) if first else 0
            last = max(first + 1, int(np.searchsorted(ends, done + CHUNK, "right")))
            yield from _piece(parts, stream, maps, name, starts, first, last, done)
            first = last


def _piece(
    parts: Sequence[Part],
    stream: str,
    maps: Sequence[Numbers],
    name: str,
    starts: str,
    first: int,
    last: int,
    done: int,
) -> Iterator[tuple[str, int, Numbers]]:
    """Postings (or positions) of the merged terms `first` to `last`, `done` of which lie before them."""
    terms, values = [], []
    names = COLUMNS[name]
    for part, term_map in zip(parts, maps, strict=True):
        low, high = np.searchsorted(term_map, (first, last))
        begins = part.arrays[f"{stream}.{starts}"][low : high + 1]
        chosen = slice(int(begins[0]), int(begins[-1]))
        new_docs = _doc_numbers(part, stream, name, chosen)
        keep = new_docs >= 0
        terms.append(np.repeat(term_map[low:high], np.diff(begins))[keep])
        columns = {each: part.arrays[f"{stream}.{each}"][chosen][keep] for each in names}
        if name == "docs":
            columns["docs"] = new_docs[keep]
        else:
            shift = part.position_shift[_docs_at(part, columns["positions"])]
            columns["positions"] = (columns["positions"] + shift).astype(np.uint32)
        values.append(columns)
    order = np.argsort(np.concatenate(terms), kind="stable")
    for each in names:
        yield each, done, np.concatenate([columns[each] for columns in values])[order]
