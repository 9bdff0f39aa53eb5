"""Building the folder of an index, from nothing or on top of another, whose files are copied or linked, not changed."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import length_hint
from pathlib import Path
from typing import Final

from wangqi.search.analysis import Analyzer
from wangqi.search.document.entry_records import info_of
from wangqi.search.model import Issue, IssueInfo
from wangqi.search.whoosh_engine.index.codec import SUFFIXES, ArraySegment
from wangqi.search.whoosh_engine.index.listing import (
    INDEX_NAME,
    list_segments,
    read_issues,
    read_segments,
    write_issues,
)
from wangqi.search.whoosh_engine.index.writing import write_segments
from wangqi.search.whoosh_engine.segment.segment import merge_segments

MERGE_FACTOR: Final = 4
"""A segment is merged into the new one when it holds no more than this many times the documents gathered so far: few
segments, and a small change never rewrites a large index."""

MAX_DELETED: Final = 0.2
"""Share of deleted documents above which a segment is merged, whatever its size."""

SHARED_BYTES: Final = 1 << 28
"""Files below are copied: a quarter of a second for the largest."""


def build_index(
    folder: Path, issues: Iterable[Issue], analyzer: Analyzer, *, base: Path | None, removed: Collection[str]
) -> None:
    """Fill the empty `folder` as `Engine.build` says."""
    held = {info.ref.id: info for info in read_issues(base)} if base else {}
    added: dict[str, IssueInfo] = {}
    written = write_segments(folder, _Noted(issues, added), analyzer)
    gone = set(removed) | added.keys()
    stay, gathered = _divide(_kept_segments(base, gone) if base else [], written)
    if base:
        _link_segments(base, folder, stay)
    places = [(base or folder, segment) for segment in gathered] + [(folder, segment) for segment in written]
    segments = stay + _merge(folder, places)
    write_issues(folder, [info for key, info in held.items() if key not in gone] + list(added.values()))
    list_segments(folder, segments)
    _drop_unused(folder, segments)


class _Noted:
    """`issues` as they come, what is known of each put into `infos`."""

    def __init__(self, issues: Iterable[Issue], infos: dict[str, IssueInfo]) -> None:
        self._issues, self._infos = issues, infos

    def __iter__(self) -> Iterator[Issue]:
        for issue in self._issues:
            self._infos[issue.ref.id] = info_of(issue)
            yield issue

    def __length_hint__(self) -> int:
        return length_hint(self._issues)


def _kept_segments(base: Path, gone: Collection[str]) -> list[ArraySegment]:
    """The segments of `base`, with the documents of the issues `gone` deleted."""
    segments = read_segments(base)
    for segment in segments:
        for doc in segment.open(base).documents_of(gone):
            segment.delete_document(doc)
    return segments


def _link_segments(base: Path, folder: Path, segments: Sequence[ArraySegment]) -> None:
    for segment in segments:
        for old, new in zip(segment.paths(base), segment.paths(folder), strict=True):
            _link(old, new)


def _link(old: Path, new: Path) -> None:
    """The file under a second name where copying it would take long, else a copy: what damages one must not damage all.

    Never a third name: so one of three indexes that were built on top of each other always has a file of its own.
    """
    status = old.stat()
    if status.st_size < SHARED_BYTES or status.st_nlink > 1:
        shutil.copyfile(old, new)
        return
    try:
        new.hardlink_to(old)
    except OSError:  # another file system, or one without links
        shutil.copyfile(old, new)


def _divide(
    kept: Sequence[ArraySegment], written: Sequence[ArraySegment]
) -> tuple[list[ArraySegment], list[ArraySegment]]:
    """Divide `kept` into the segments that stay as they are and those worth merging with `written`, the largest
    first."""
    stay: list[ArraySegment] = []
    gathered: list[ArraySegment] = []
    size = sum(segment.doc_count_all() for segment in written)
    for segment in sorted(kept, key=_live_documents):
        live, total = _live_documents(segment), segment.doc_count_all()
        if live <= MERGE_FACTOR * size or live < (1 - MAX_DELETED) * total:
            gathered.insert(0, segment)
            size += live
        else:
            stay.append(segment)
    return stay, gathered


def _merge(folder: Path, gathered: Sequence[tuple[Path, ArraySegment]]) -> list[ArraySegment]:
    """The segments, each of which lies in the folder beside it, as one in `folder`; none when there is no document."""
    if len(gathered) == 1 and not gathered[0][1].has_deletions():
        return [gathered[0][1]]
    merged = ArraySegment(0, INDEX_NAME)
    if gathered:
        merged.set_doc_count(merge_segments([each.open(place) for place, each in gathered], *merged.paths(folder)))
    return [merged] if merged.doc_count_all() else []


def _live_documents(segment: ArraySegment) -> int:
    return int(segment.doc_count_all() - segment.deleted_count())


def _drop_unused(folder: Path, segments: Sequence[ArraySegment]) -> None:
    used = {path.name for segment in segments for path in segment.paths(folder)}
    for path in folder.iterdir():
        if path.suffix in SUFFIXES and path.name not in used:
            path.unlink()
