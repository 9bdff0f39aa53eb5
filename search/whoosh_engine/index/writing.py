"""Issues → segments in a folder, a batch of issues each; by several processes when one would take long.

Cutting words takes most of the time of building an index, and batches know nothing of each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from operator import length_hint
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple

from wangqi.search.analysis import Analyzer
from wangqi.search.document.entry_records import pack_entry, unpack_entry
from wangqi.search.model import Entry, Issue, IssueRef
from wangqi.search.processes import available_processes, in_processes
from wangqi.search.whoosh_engine.index.codec import ArraySegment
from wangqi.search.whoosh_engine.index.listing import INDEX_NAME
from wangqi.search.whoosh_engine.segment.segment import SegmentBuilder

ALONE_S: Final = 1.0
"""Seconds that this process works by itself. Most runs are over by then, with one segment and nothing to merge."""

FORESEEN_S: Final = 0.3
"""Seconds after which what remains can be told, where the number of issues is known."""

WORTH_PROCESSES_S: Final = 2.0
"""What remains must take this process so long for others to be worth the half second that they take to start."""

BATCH_S: Final = 0.1
"""What the next batches would take this process, going by the first. Small ones take no longer altogether, and what a
batch takes of memory each process takes."""

EACH_CHARS: Final = 30
"""What a document costs beside its text, in characters."""

MAX_BATCH_CHARS: Final = 1_500_000
"""Of the largest: about 75 MB of memory in each process."""

PIECE_DOCUMENTS: Final = 1000
"""Of an issue that are taken together. Hardly an issue has more."""


def write_segments(folder: Path, issues: Iterable[Issue], analyzer: Analyzer) -> list[ArraySegment]:
    """Write `issues` to `folder` as segments, in their order; those without documents are left out."""
    source, started = _Source(issues), monotonic()
    here = partial(_write_batch, folder, analyzer)
    written = [here(_first_batch(source, length_hint(issues)))]
    batches = _batches(source, smallest=int(source.characters * BATCH_S / (monotonic() - started)))
    if following := next(batches, None):
        every, processes = chain([following], batches), available_processes()
        there = partial(_write_in_process, folder)
        written += (
            in_processes(there, every, processes=processes, start=_start, arguments=(analyzer,), here=here)
            if processes > 1
            else map(here, every)
        )
    return [segment for segment in written if segment.doc_count_all()]


class _Piece(NamedTuple):
    """Documents of one issue that follow each other."""

    ref: IssueRef
    documents: list[Entry]


class _Source:
    """Issues one after the other, in pieces: the largest may hold more documents than a batch."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self._pieces = self._cut(issues)
        self.issues = 0
        """How many were begun."""
        self.characters = 0
        """Of the pieces that were taken."""

    def __iter__(self) -> Iterator[_Piece]:
        return self._pieces

    def _cut(self, issues: Iterable[Issue]) -> Iterator[_Piece]:
        for issue in issues:
            self.issues += 1
            documents = issue.indexed()
            for start in range(0, len(documents), PIECE_DOCUMENTS):
                piece = _Piece(issue.ref, documents[start : start + PIECE_DOCUMENTS])
                # Also what documents take that say nothing, thousands of which would be a segment each.
                self.characters += sum(len(each.title) + len(each.text) + EACH_CHARS for each in piece.documents)
                yield piece


def _first_batch(source: _Source, issues: int) -> Iterator[Entry]:
    """The documents until it is time for other processes to help; of `issues` altogether, 0 when nobody knows."""
    started = monotonic()
    for piece in source:
        yield from piece.documents
        worked = monotonic() - started
        is_long = worked >= FORESEEN_S and worked / source.issues * (issues - source.issues) >= WORTH_PROCESSES_S
        if is_long or worked >= ALONE_S or source.characters >= MAX_BATCH_CHARS:
            return


def _batches(source: _Source, *, smallest: int) -> Iterator[_Batch]:
    """The following pieces in batches of at least so many characters, which grow with what came before: never
    hundreds to be merged."""
    batch: list[_Piece] = []
    before = source.characters
    for piece in source:
        batch.append(piece)
        if source.characters - before >= min(max(smallest, before // 48), MAX_BATCH_CHARS):
            yield _Batch(batch)
            before, batch = source.characters, []
    if batch:
        yield _Batch(batch)


class _Batch:
    """The documents of some pieces, in order. They go to another process as records, which are made in a third of the
    time that pickling entries takes."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[Entry]:
        return (entry for _, documents in self._pieces for entry in documents)

    def __getstate__(self) -> list[tuple[IssueRef, list[bytes]]]:
        return [(ref, [pack_entry(entry) for entry in documents]) for ref, documents in self._pieces]

    def __setstate__(self, packed: list[tuple[IssueRef, list[bytes]]]) -> None:
        self._pieces = [
            _Piece(ref, [unpack_entry(record.decode("utf-8", "surrogatepass"), ref) for record in records])
            for ref, records in packed
        ]


_analyzer: Analyzer
"""Of a worker process: made once, since its dictionary takes a moment to load."""


def _start(analyzer: Analyzer) -> None:
    global _analyzer
    _analyzer = analyzer


def _write_in_process(folder: Path, batch: _Batch) -> ArraySegment:
    return _write_batch(folder, _analyzer, batch)


def _write_batch(folder: Path, analyzer: Analyzer, documents: Iterable[Entry]) -> ArraySegment:
    builder = SegmentBuilder(analyzer)
    for entry in documents:
        builder.add(entry)
    segment = ArraySegment(len(builder), INDEX_NAME)
    if len(builder):
        builder.write(*segment.paths(folder))
    return segment
