"""Building the folder of an index. Files are written once: a later index links to them and adds its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Final

from search.analysis import Analyzer
from search.engine import IssueInfo
from search.model import Issue
from search.records import info_to_record
from search.whoosh_engine.guard import FileIndex, FileStorage, SegmentReader, SegmentWriter
from search.whoosh_engine.schema import entry_document, issue_document, make_schema

MAX_SEGMENTS: Final = 8
"""With more, all but the largest are merged: each costs every search a little."""

_KEPT: Final = (".seg", ".toc")


def write_index(
    folder: Path, issues: Iterable[Issue], analyzer: Analyzer, *, base: Path | None, removed: Collection[str]
) -> None:
    """Fill the empty `folder` as `Engine.build` says."""
    storage = FileStorage(str(folder))
    if base:
        _link_files(base, folder)
        index = FileIndex(storage, schema=make_schema())
    else:
        index = FileIndex.create(storage, make_schema())
    writer = index.writer(limitmb=128)
    try:
        _write(writer, issues, analyzer, removed if base else None)
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=_merge_small)
    index.close()
    _remove_leftovers(folder)


def _write(writer: Any, issues: Iterable[Issue], analyzer: Analyzer, removed: Collection[str] | None) -> None:
    """`removed` is None when there is nothing to remove from."""
    with writer.searcher() as held:
        for issue_id in removed or ():
            writer.delete_by_term("issue", issue_id, searcher=held)
        for issue in issues:
            if removed is not None:
                writer.delete_by_term("issue", issue.ref.id, searcher=held)
            _write_issue(writer, issue, analyzer)


def _write_issue(writer: Any, issue: Issue, analyzer: Analyzer) -> None:
    info = IssueInfo(ref=issue.ref, digest=issue.digest, entries=len(issue.entries()))
    writer.add_document(**issue_document(issue.ref.id, info_to_record(info)))
    for order, entry in enumerate(issue.documents()):
        writer.add_document(**entry_document(entry, order, analyzer))


def _merge_small(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Whoosh's merge policy: takes the segments there are, returns those that stay as they are."""
    live = [segment for segment in segments if segment.doc_count_all() > segment.deleted_count()]
    if len(live) < MAX_SEGMENTS:
        return live
    largest = max(live, key=lambda segment: segment.doc_count_all())
    for segment in live:
        if segment is not largest:
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return [largest]


def _link_files(base: Path, folder: Path) -> None:
    for source in base.iterdir():
        if source.suffix in _KEPT:
            try:
                os.link(source, folder / source.name)
            except OSError:  # another file system, or one without hard links
                shutil.copy2(source, folder / source.name)


def _remove_leftovers(folder: Path) -> None:
    """Whoosh leaves its lock file, and the folder of its temporary files."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.suffix not in _KEPT:
            path.unlink()
