"""Issues → segments in a folder, a batch of issues each; by several processes when there is more than one batch.

Cutting words takes most of the time of building an index, and batches know nothing of each other.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from search.analysis import Analyzer
from search.model import Issue
from search.whoosh_engine.codec import ArraySegment
from search.whoosh_engine.listing import INDEX_NAME
from search.whoosh_engine.segments import SegmentBuilder

BATCH_CHARS: Final = 400_000
"""Characters of the entries of one batch: some seconds of work, and less than 200 MB of memory."""

MAX_PROCESSES: Final = 4


def write_segments(folder: Path, issues: Iterable[Issue], analyzer: Analyzer) -> list[ArraySegment]:
    """Write `issues` to `folder` as segments, in their order; those without documents are left out."""
    batches = _batches(issues)
    first, second = next(batches, []), next(batches, [])
    processes = min(os.cpu_count() or 1, MAX_PROCESSES)
    if second and processes > 1:
        written = list(_in_processes(folder, chain([first, second], batches), analyzer, processes))
    else:
        written = [_write_batch(folder, batch, analyzer) for batch in chain([first, second], batches)]
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


def _in_processes(
    folder: Path, batches: Iterator[Sequence[Issue]], analyzer: Analyzer, processes: int
) -> Iterator[ArraySegment]:
    # Not forked: this process may have threads, and theirs is not the state to begin with.
    with ProcessPoolExecutor(processes, get_context("spawn"), _start, (analyzer,)) as pool:
        waiting: deque[Future[ArraySegment]] = deque()
        for batch in batches:
            waiting.append(pool.submit(_write_in_process, folder, batch))
            if len(waiting) > processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


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
