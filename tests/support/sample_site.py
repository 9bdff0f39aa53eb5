"""A site over a few invented issues, for the tests of `web`: real reader and analyzer, the engine in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from wangqi.indexer.config import Config
from wangqi.indexer.reader import read_issue
from wangqi.indexer.store.following import Health, Status
from wangqi.indexer.store.last_update import LastUpdate
from wangqi.indexer.store.opening import is_long_text
from wangqi.search.analysis import Analyzer
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.engine import Engine, Searcher
from wangqi.search.errors import NoIndexError
from wangqi.search.model import issue_id
from wangqi.search.reference.memory import MemoryEngine
from wangqi.web.api.hook import Hook
from wangqi.web.app import create_app
from wangqi.web.site.misses import Misses

ROOT = Path(__file__).resolve().parents[2]
ANALYZER = Analyzer()

Texts = Mapping[tuple[str, str], bytes]
"""Files by archive and path."""


def example_texts() -> Texts:
    """The bundled newsletter."""
    folder = ROOT / "examples" / "newsletter"
    return {("qingtong", path.name): path.read_bytes() for path in sorted(folder.glob("*.md"))}


@dataclass(frozen=True)
class FixedGeneration:
    name: str
    index: OpenIndex
    texts: Mapping[str, bytes]
    created: str = "2024-01-01T00:00:00+00:00"

    @property
    def searcher(self) -> Searcher:
        return self.index.searcher

    def text(self, issue_id: str) -> bytes | None:
        return self.texts.get(issue_id)

    def moved(self, issue_id: str) -> str | None:
        return None

    def is_long(self, issue_id: str) -> bool:
        return is_long_text(self.texts.get(issue_id, b""))


class FixedSource:
    """Always the same generation, or none; `problem` is for the tests to set."""

    def __init__(self, generation: FixedGeneration | None) -> None:
        self.generation = generation
        self.problem: str | None = None

    def last_update(self) -> LastUpdate:
        return LastUpdate(at="2024-01-01T00:00:00+00:00", failed=False, what="1 added")

    def health(self) -> Health:
        status: Status = "stale" if self.problem else "ok"
        return Health(status=status, reason="an older one" if self.problem else "", searched_s=0.0)

    @contextmanager
    def lease(self) -> Iterator[FixedGeneration]:
        if not self.generation:
            raise NoIndexError("/secret/folder: there is no index; run `wangqi reindex`")
        yield self.generation


def generation_of(texts: Texts, folder: Path, name: str = "000001", engine: Engine | None = None) -> FixedGeneration:
    """An index of `texts`, built in the empty `folder`; by the engine in memory, which is slow with long queries."""
    engine = engine or MemoryEngine(ANALYZER)
    engine.build(folder, [read_issue(archive, path, data) for (archive, path), data in texts.items()])
    by_id = {issue_id(archive, path): data for (archive, path), data in texts.items()}
    return FixedGeneration(name, OpenIndex(engine.open(folder), engine.analyzer), by_id)


def make_site(
    texts: Texts,
    folder: Path,
    engine: Engine | None = None,
    *,
    hook: Hook | None = None,
    misses: Misses | None = None,
    **settings: Any,
) -> Flask:
    source = FixedSource(generation_of(texts, folder, engine=engine))
    return create_app(source, Config(**settings), hook=hook, misses=misses)
