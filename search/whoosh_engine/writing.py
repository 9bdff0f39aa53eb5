"""Issues → segments in a folder, a batch of issues each; by several processes when there is more than one batch.

Cutting words takes most of the time of building an index, and batches know nothing of each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from search.analysis import Analyzer
from search.model import Issue
from search.processes import available_processes, in_processes
from search.whoosh_engine.codec import ArraySegment
from search.whoosh_engine.listing import INDEX_NAME
from search.whoosh_engine.segments import SegmentBuilder

BATCH_CHARS: Final = 400_000
"""Characters of the entries of one batch: some seconds of work, and less than 200 MB of memory."""


def write_segments(folder: Path, issues: Iterable[Issue], analyzer: Analyzer) -> list[ArraySegment]:
    """Write `issues` to `folder` as segments, in their order; those without documents are left out."""
    batches = _batches(issues)
    first, second = next(batches, []), next(batches, [])
    processes = available_processes() if second else 1
    every = chain([first, second], batches)
    if processes == 1:
        written = [_write_batch(folder, batch, analyzer) for batch in every]
    else:
        write = partial(_write_in_process, folder)
        written = list(in_processes(write, every, processes=processes, start=_start, arguments=(analyzer,)))
    return [segment for segment in written if segment.doc_count_all()]


def _batches(issues: Iterable[Issue]) -> Iterator[list[Issue]]:
    batch: list[Issue] = []
    characters = 0
    for issue in issues:
        batch.append(issue)
        characters += sum(len(entry.title) + len(entry.text) for entry in issue.documents())
        if characters >= BATCH_CHARS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


_analyzer: Analyzer
"""Of a worker process: made once, since its dictionary takes a moment to load."""


def _start(analyzer: Analyzer) -> None:
    global _analyzer
    _analyzer = analyzer


def _write_in_process(folder: Path, batch: Sequence[Issue]) -> ArraySegment:
    return _write_batch(folder, batch, _analyzer)


def _write_batch(folder: Path, batch: Sequence[Issue], analyzer: Analyzer) -> ArraySegment:
    builder = SegmentBuilder(analyzer)
    for issue in batch:
        builder.add(issue)
    segment = ArraySegment(len(builder), INDEX_NAME)
    if len(builder):
        builder.write(*segment.paths(folder))
    return segment
