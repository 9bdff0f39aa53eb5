"""Invented issues for the tests of searching, made without the reader of Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from wangqi.search.analysis import Analyzer
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.engine import Engine, Matches, Page, Searcher
from wangqi.search.model import KINDS, Entry, Issue, IssueRef, Section, entry_id, issue_id
from wangqi.search.query.tree import Query
from wangqi.search.reference.memory import MemoryEngine
from wangqi.search.request import NO_FILTERS, Filters
from wangqi.search.whoosh_engine import WhooshEngine

ANALYZER = Analyzer()

ENGINES: dict[str, Callable[[Analyzer], Engine]] = {"memory": MemoryEngine, "whoosh": WhooshEngine}
"""What one promises, all promise."""

Fields = dict[str, Any]
"""Fields of an `Entry`; what is left out is empty."""


def make_issue(
    number: int | None,
    *entries: Fields,
    archive: str = "qt",
    day: date | None = None,
    title: str = "",
    path: str = "",
    tags: tuple[str, ...] = (),
) -> Issue:
    """An issue whose entries all stand in one section."""
    path = path or f"issue-{number}.md"
    identity = issue_id(archive, path)
    ref = IssueRef(id=identity, archive=archive, path=path, number=number, title=title, date=day, tags=tags)
    made = tuple(_entry(ref, order, fields) for order, fields in enumerate(entries, start=1))
    return Issue(
        ref=ref, digest=f"{number}", front=None, sections=(Section(title="", kind="other", line=1, entries=made),)
    )


def make_varied_issue(number: int, texts: Sequence[tuple[str, str]], *, day: date | None = None) -> Issue:
    """An issue of entries with these titles and texts, which differ in all that is searched, filtered or ranked by."""
    ref = IssueRef(
        id=issue_id("甲", f"{number}.md"),
        archive="甲",
        path=f"{number}.md",
        number=number,
        title=f"第 {number} 期",
        date=day,
        tags=[(), ("前端",), ("前端", "AI"), ("ai", "工具")][number % 4],
    )
    entries = tuple(
        Entry(
            id=entry_id(ref.id, order),
            kind=KINDS[(number + order) % len(KINDS)],
            role="boilerplate" if order % 5 == 4 else "entry",
            title=title,
            text=text,
            # The third entries of all issues share their link.
            url=f"https://example.com/{number if order != 3 else 0}/{order}" if order % 2 else None,
            section="资源" if order % 3 else "文章",
            line=order * 2,
            issue=ref,
        )
        for order, (title, text) in enumerate(texts, 1)
    )
    section = Section(title="资源", kind="resource", line=1, entries=entries)
    return Issue(ref=ref, digest=str(hash(tuple(texts))), front=None, sections=(section,))


def _entry(ref: IssueRef, order: int, fields: Fields) -> Entry:
    empty: Fields = {"kind": "tool", "title": "", "text": "", "url": None, "section": "", "line": order}
    return Entry(id=entry_id(ref.id, order), issue=ref, **empty | fields)


def texts(*found: str) -> list[Fields]:
    """Entries with these texts and no title."""
    return [{"text": text} for text in found]


def find(
    searcher: Searcher, query: Query, filters: Filters = NO_FILTERS, analyzer: Analyzer = ANALYZER, **page: Any
) -> Matches:
    """What is found for a query that is planned as a search does; `page` as in `Page`, by default a hundred hits."""
    return OpenIndex(searcher, analyzer).find(query, filters, Page(**{"limit": 100} | page))


def open_memory(folder: Path, issues: Iterable[Issue], analyzer: Analyzer = ANALYZER) -> Searcher:
    """An open in-memory index of `issues`, in the new `folder`."""
    folder.mkdir(parents=True)
    engine = MemoryEngine(analyzer)
    engine.build(folder, issues)
    return engine.open(folder)


def marked(text: str, ranges: Sequence[tuple[int, int]]) -> list[str]:
    """The pieces of `text` that `ranges` cover."""
    return [text[start:end] for start, end in ranges]
