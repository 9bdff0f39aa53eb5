"""The engine: Whoosh's list of segments, our arrays inside them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from search.analysis import Analyzer
from search.engine import Facet, IssueInfo, Match, Matches
from search.errors import DamagedIndexError, NoIndexError, SearchError
from search.model import Entry, Issue
from search.query.plan import make_plan
from search.query.tree import Query
from search.records import info_from_record, info_of, info_to_record, newest_first
from search.request import Filters, Sort
from search.titles import Titles
from search.whoosh_engine.codec import ArraySegment, make_schema
from search.whoosh_engine.documents import DocumentTable
from search.whoosh_engine.guard import TOC, EmptyIndexError, FileStorage
from search.whoosh_engine.matching import Matcher
from search.whoosh_engine.reading import IndexReader, SegmentReader
from search.whoosh_engine.scoring import score
from search.whoosh_engine.segments import OpenSegment, SegmentBuilder, merge_segments
from search.whoosh_engine.sets import Scratch

FORMAT: Final = "whoosh-arrays-1"
"""Raised whenever files of before could be read wrongly."""

INDEX_NAME: Final = "wangqi"
ISSUES: Final = "issues.json"

MERGE_FACTOR: Final = 4
"""A segment is merged into the new one when it holds no more than this many times the documents gathered so far: few
segments, and a small change never rewrites a large index."""

MAX_DELETED: Final = 0.2
"""Share of deleted documents above which a segment is merged, whatever its size."""


class WhooshEngine:
    """Builds and opens indexes of Whoosh segments that hold flat arrays.

    Opening one unpickles Whoosh's list of segments: check the hashes of its files before.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer

    @property
    def fingerprint(self) -> str:
        return f"{FORMAT}/{self._analyzer.fingerprint}"

    def build(
        self, folder: Path, issues: Iterable[Issue], *, base: Path | None = None, removed: Collection[str] = ()
    ) -> None:
        held = {info.ref.id: info for info in _read_issues(base)} if base else {}
        added, written = self._write_new(folder, issues)
        gone = set(removed) | added.keys()
        kept = _link_segments(base, folder, gone) if base else []
        segments = _merge(folder, kept, written)
        _write_issues(folder, [info for key, info in held.items() if key not in gone] + list(added.values()))
        TOC(make_schema(), segments, 1).write(FileStorage(str(folder)), INDEX_NAME)
        _drop_unused(folder, segments)

    def _write_new(self, folder: Path, issues: Iterable[Issue]) -> tuple[dict[str, IssueInfo], list[ArraySegment]]:
        """Segments with `issues`, and what is known of each."""
        added: dict[str, IssueInfo] = {}
        written: list[ArraySegment] = []
        builder = SegmentBuilder(self._analyzer)
        for issue in issues:
            added[issue.ref.id] = info_of(issue)
            builder.add(issue)
            if builder.full:
                written.append(_write_segment(folder, builder))
                builder = SegmentBuilder(self._analyzer)
        if len(builder):
            written.append(_write_segment(folder, builder))
        return added, written

    def open(self, folder: Path) -> WhooshSearcher:
        segments = _segments(folder)
        try:
            opened = [segment.open(folder) for segment in segments]
            return WhooshSearcher(self._analyzer, opened, _read_issues(folder))
        except SearchError:
            raise
        except Exception as exc:  # damaged bytes raise almost anything
            raise DamagedIndexError(f"{folder}: cannot be opened ({exc}); run `wangqi reindex --full`") from exc


def _write_segment(folder: Path, builder: SegmentBuilder) -> ArraySegment:
    segment = ArraySegment(len(builder), INDEX_NAME)
    builder.write(*segment.paths(folder))
    return segment


def _segments(folder: Path) -> list[ArraySegment]:
    try:
        segments: list[ArraySegment] = TOC.read(FileStorage(str(folder)), INDEX_NAME, schema=make_schema()).segments
    except EmptyIndexError as exc:
        raise NoIndexError(f"{folder}: there is no index; run `wangqi reindex`") from exc
    except Exception as exc:  # unpickling damaged bytes raises almost anything
        raise DamagedIndexError(f"{folder}: cannot be opened ({exc}); run `wangqi reindex --full`") from exc
    return segments


def _link_segments(base: Path, folder: Path, gone: Collection[str]) -> list[ArraySegment]:
    """The segments of `base`, their files linked into `folder`, with the documents of the issues `gone` deleted."""
    segments = _segments(base)
    for segment in segments:
        for old, new in zip(segment.paths(base), segment.paths(folder), strict=True):
            _link(old, new)
        for doc in segment.open(folder).documents_of(gone):
            segment.delete_document(doc)
    return segments


def _link(old: Path, new: Path) -> None:
    try:
        new.hardlink_to(old)
    except OSError:  # another file system, or one without links
        shutil.copyfile(old, new)


def _merge(folder: Path, kept: Sequence[ArraySegment], written: Sequence[ArraySegment]) -> list[ArraySegment]:
    """The segments to list: `written` and what of `kept` is worth it merged into one, behind the others of `kept`."""
    gathered = list(written)
    size = sum(segment.doc_count_all() for segment in written)
    stay = []
    for segment in sorted(kept, key=_live_documents):
        live, total = _live_documents(segment), segment.doc_count_all()
        if live <= MERGE_FACTOR * size or live < (1 - MAX_DELETED) * total:
            gathered.insert(0, segment)
            size += live
        else:
            stay.append(segment)
    if len(gathered) > 1 or any(segment.has_deletions() for segment in gathered):
        merged = ArraySegment(0, INDEX_NAME)
        merged.set_doc_count(merge_segments([each.open(folder) for each in gathered], *merged.paths(folder)))
        gathered = [merged]
    return stay + [segment for segment in gathered if segment.doc_count_all()]


def _live_documents(segment: ArraySegment) -> int:
    return int(segment.doc_count_all() - segment.deleted_count())


def _drop_unused(folder: Path, segments: Sequence[ArraySegment]) -> None:
    used = {path.name for segment in segments for path in segment.paths(folder)}
    for path in folder.iterdir():
        if path.suffix in (".postings", ".columns") and path.name not in used:
            path.unlink()


def _write_issues(folder: Path, infos: Iterable[IssueInfo]) -> None:
    records = [info_to_record(info) for info in sorted(infos, key=newest_first)]
    (folder / ISSUES).write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")


def _read_issues(folder: Path) -> list[IssueInfo]:
    """All issues, newest first."""
    records: list[dict[str, Any]] = json.loads((folder / ISSUES).read_text(encoding="utf-8"))
    return [info_from_record(record) for record in records]


class WhooshSearcher:
    """An open index. Nothing in it changes, and scratch space is per thread: threads share it freely."""

    def __init__(self, analyzer: Analyzer, segments: Sequence[OpenSegment], issues: Sequence[IssueInfo]) -> None:
        self._analyzer = analyzer
        readers: list[SegmentReader] = []
        for segment in segments:
            readers.append(SegmentReader(segment, base=sum(reader.size for reader in readers)))
        self._reader = IndexReader(readers)
        self._scratch = Scratch(self._reader.size)
        self._issues = list(issues)
        self._documents = DocumentTable(self._reader, issues)

    def find(
        self, query: Query, filters: Filters, *, sort: Sort, offset: int, limit: int, facets: Collection[Facet] = ()
    ) -> Matches:
        plan = make_plan(query, self._analyzer)
        matcher = Matcher(self._reader, self._scratch)
        docs = matcher.matching(plan, self._documents.allowed(filters))
        scores = score(plan, docs, matcher, self._documents)
        page = self._documents.order(docs, scores, sort, offset=offset, limit=limit)
        hits = [Match(entry=self._documents.entry(int(docs[at])), score=float(scores[at])) for at in page]
        return Matches(total=len(docs), hits=hits, facets=self._documents.counts(facets, docs))

    @cached_property
    def _titles(self) -> Titles:
        # On first use: reading every entry takes a moment.
        newest = self._documents.order(self._reader.all_docs(), None, "newest", offset=0, limit=self._reader.size)
        entries = (self._documents.entry(int(doc)) for doc in self._reader.all_docs()[newest])
        return Titles(entry.title for entry in entries if entry.role == "entry")

    def suggest(self, prefix: str, *, limit: int = 8) -> list[str]:
        return self._titles.complete(prefix, limit)

    def entry(self, entry_id: str) -> Entry | None:
        issue_id = entry_id.rpartition("-")[0]
        return next((entry for entry in self.documents(issue_id) if entry.id == entry_id), None)

    def documents(self, issue_id: str) -> list[Entry]:
        return [self._documents.entry(int(doc)) for doc in self._documents.of_issue(issue_id)]

    def issues(self) -> list[IssueInfo]:
        return list(self._issues)

    def close(self) -> None:
        """Nothing to give back: the files are unmapped with the last array that views them."""
