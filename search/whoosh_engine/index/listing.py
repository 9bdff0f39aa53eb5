"""The files that list an index: Whoosh's segments with their deletions (its TOC), and the issues."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from wangqi.search.document.entry_records import info_from_record, info_to_record
from wangqi.search.document.issue_order import IssueOrder
from wangqi.search.errors import DamagedIndexError, NoIndexError
from wangqi.search.model import IssueInfo
from wangqi.search.whoosh_engine.index.codec import ArraySegment, make_schema
from wangqi.search.whoosh_engine.index.quiet_whoosh import TOC, FileStorage
from wangqi.search.whoosh_engine.index.unpickling import ListStorage

INDEX_NAME: Final = "wangqi"
ISSUES: Final = "issues.json"

GENERATION: Final = 1
"""As Whoosh counts within a folder; ours is written once."""


def read_segments(folder: Path) -> list[ArraySegment]:
    """The segments of the index in `folder`. Raises `NoIndexError` and `DamagedIndexError`."""
    try:
        # Whoosh would look for the newest list itself, and take a folder that it cannot read for an empty one.
        toc = TOC.read(ListStorage(str(folder)), INDEX_NAME, gen=GENERATION, schema=make_schema())
    except FileNotFoundError as exc:
        raise NoIndexError("{path}: there is no index; run `wangqi reindex`", path=folder) from exc
    except Exception as exc:  # unpickling damaged bytes raises almost anything
        raise DamagedIndexError(
            "{folder}: cannot be opened ({reason}); run `wangqi reindex --full`", folder=folder, reason=exc
        ) from exc
    segments: list[ArraySegment] = toc.segments
    return segments


def list_segments(folder: Path, segments: Sequence[ArraySegment]) -> None:
    """Write the list of the segments, which are in `folder`."""
    TOC(make_schema(), segments, GENERATION).write(FileStorage(str(folder)), INDEX_NAME)


def write_issues(folder: Path, infos: Sequence[IssueInfo]) -> None:
    order = IssueOrder(info.ref for info in infos)
    records = [info_to_record(info) for info in sorted(infos, key=lambda info: order.newest_first(info.ref))]
    (folder / ISSUES).write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")


def read_issues(folder: Path) -> list[IssueInfo]:
    """All issues, newest first."""
    records: list[dict[str, Any]] = json.loads((folder / ISSUES).read_text(encoding="utf-8"))
    return [info_from_record(record) for record in records]
