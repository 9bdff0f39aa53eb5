"""Invented issues for the tests of searching, made without the reader of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from search.analysis import Analyzer
from search.engine import Searcher
from search.memory import MemoryEngine
from search.model import Entry, Issue, IssueRef, Section, entry_id, issue_id

ANALYZER = Analyzer()

Fields = dict[str, Any]
"""Fields of an `Entry`; what is left out is empty."""


def make_issue(
    number: int | None, *entries: Fields, archive: str = "qt", day: date | None = None, title: str = "", path: str = ""
) -> Issue:
    """An issue whose entries all stand in one section."""
    path = path or f"issue-{number}.md"
    ref = IssueRef(id=issue_id(archive, path), archive=archive, path=path, number=number, title=title, date=day)
    made = tuple(_entry(ref, order, fields) for order, fields in enumerate(entries, start=1))
    return Issue(
        ref=ref, digest=f"{number}", front=None, sections=(Section(title="", kind="other", line=1, entries=made),)
    )


def _entry(ref: IssueRef, order: int, fields: Fields) -> Entry:
    empty: Fields = {"kind": "tool", "title": "", "text": "", "url": None, "section": "", "line": order}
    return Entry(id=entry_id(ref.id, order), issue=ref, **empty | fields)


def texts(*found: str) -> list[Fields]:
    """Entries with these texts and no title."""
    return [{"text": text} for text in found]


def open_memory(folder: Path, issues: Iterable[Issue], analyzer: Analyzer = ANALYZER) -> Searcher:
    """An open in-memory index of `issues`, in the new `folder`."""
    folder.mkdir(parents=True)
    engine = MemoryEngine(analyzer)
    engine.build(folder, issues)
    return engine.open(folder)


def marked(text: str, ranges: Sequence[tuple[int, int]]) -> list[str]:
    """The pieces of `text` that `ranges` cover."""
    return [text[start:end] for start, end in ranges]
