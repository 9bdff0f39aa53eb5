"""Ours: the product's engine, fed tokens instead of texts, asked plans instead of query trees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any, Final

from bench.corpus import Document
from bench.engines.base import TOP, Answer, Mode
from bench.queries import Query
from wangqi.search.analysis.analyzer import FieldTokens, Join, QueryWord
from wangqi.search.engine import Page
from wangqi.search.model import Entry, Issue, IssueRef, Section
from wangqi.search.plan.plan import AllOf, AnyOf, Found, Plan
from wangqi.search.request import NO_FILTERS
from wangqi.search.whoosh_engine import WhooshEngine
from wangqi.search.whoosh_engine.index import building
from wangqi.search.whoosh_engine.query import searching

ISSUE_SIZE: Final = 40
"""Documents of one made-up issue."""


class GivenTokens:
    """Stands in for the analyzer: texts are tokens with a blank between them. One stream, with positions."""

    fingerprint = "given"

    def index(self, text: str) -> FieldTokens:
        tokens = text.split(" ")
        return FieldTokens([], tokens, range(len(tokens)), len(tokens))

    def knows(self, word: str) -> bool:
        return True

    def joining(self, join: Join) -> GivenTokens:
        """Nothing is cut, so that there is nothing to join."""
        return self

    def squeezed(self, text: str) -> str:
        """No titles to compare."""
        return ""


class Ours:
    label = "Wangqi"
    folder = "ours"

    modules = (building, searching)
    """What the engine loads on first use: peers are loaded before they are timed, too."""

    def __init__(self) -> None:
        analyzer: Any = GivenTokens()
        self._engine = WhooshEngine(analyzer)

    def build(self, folder: Path, documents: Iterable[Document]) -> None:
        self._engine.build(folder, _issues(documents))

    def open(self, folder: Path) -> _Index:
        return _Index(self._engine.open(folder))


class _Index:
    def __init__(self, searcher: Any) -> None:
        self._searcher = searcher

    def search(self, query: Query, mode: Mode) -> Answer:
        found = self._searcher.find(make_plan(query, mode), NO_FILTERS, Page(limit=TOP, facets=("kind", "year")))
        return Answer(found.total, [(hit.entry.title, hit.entry.text) for hit in found.hits])


def make_plan(query: Query, mode: Mode) -> Plan:
    """The plan of the given terms."""
    words = tuple(Found(QueryWord(term, 0, 0, (((term, 0),),), (("grams", term),), 1)) for term in query)
    condition = words[0] if len(words) == 1 else AllOf(words) if mode == "and" else AnyOf(words)
    return Plan(condition, words, "")


def _issues(documents: Iterable[Document]) -> Iterator[Issue]:
    remaining = iter(documents)
    for number in count(1):
        batch = list(islice(remaining, ISSUE_SIZE))
        if not batch:
            return
        ref = IssueRef(
            id=f"i{number}", archive="bench", path=f"{number}.md", number=number, title="", date=batch[0].day
        )
        entries = tuple(_entry(order, document, ref) for order, document in enumerate(batch, 1))
        section = Section(title="", kind="other", line=1, entries=entries)
        yield Issue(ref=ref, digest="", front=None, sections=(section,))


def _entry(order: int, document: Document, ref: IssueRef) -> Entry:
    return Entry(
        id=f"{ref.id}-{order}", kind=document.kind, title=document.title, text=document.text, url=None, section="",
        line=order, issue=ref,
    )  # fmt: skip
