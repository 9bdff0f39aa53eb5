"""An engine for which each question is a round trip hears before what a search is about to ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sample_site import ANALYZER, example_texts

from wangqi.indexer.reader import read_issue
from wangqi.search.analysis.analyzer import Spelling
from wangqi.search.answer import service
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.engine import Matches, Page, Question
from wangqi.search.plan.plan import Plan
from wangqi.search.reference.memory import MemoryEngine, MemorySearcher
from wangqi.search.request import Filters, SearchRequest

QUERIES = (
    "图床", "大模型部署", "不想做前端了，转后端会不会容易", "容器 镜像分发", "维·霍夫曼的", "mongobd 许可证",
    "kubrenetes 备份", "rengong zhineng", "人工只能", "容器 没有的词", "工具 kind:article", "k8s", "“镜像分发”", "a*",
)  # fmt: skip


class Remote:
    """Answers as the engine in memory does, and notes what it was told and asked."""

    is_remote = True

    def __init__(self, searcher: MemorySearcher) -> None:
        self._searcher = searcher
        self.told: set[Spelling] = set()
        self.plans: list[Plan] = []
        self.surprising: list[Spelling] = []
        self.relaxed: list[Plan] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._searcher, name)

    def expect(self, *, spellings: Sequence[Spelling] = (), searches: Sequence[Question] = ()) -> None:
        self.told.update(spellings)
        self.plans += [plan for plan, _ in searches]

    def document_frequencies(self, spellings: Sequence[Spelling]) -> list[int]:
        self.surprising += [spelling for spelling in spellings if spelling not in self.told]
        return self._searcher.document_frequencies(spellings)

    def find(self, plan: Plan, filters: Filters, page: Page) -> Matches:
        if plan.whole:
            self.relaxed.append(plan)
        return self._searcher.find(plan, filters, page)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> MemorySearcher:
    engine, folder = MemoryEngine(ANALYZER), tmp_path_factory.mktemp("index")
    engine.build(folder, [read_issue(archive, path, data) for (archive, path), data in example_texts().items()])
    return engine.open(folder)


@pytest.mark.parametrize("q", QUERIES)
def test_words_and_relaxed_plans_are_told_before_they_are_asked_for(searcher: MemorySearcher, q: str) -> None:
    remote = Remote(searcher)
    service.search(OpenIndex(remote, ANALYZER), SearchRequest(q=q))
    assert remote.surprising == []
    assert [plan for plan in remote.relaxed if plan.condition not in [each.condition for each in remote.plans]] == []


@pytest.mark.parametrize("q", QUERIES)
def test_what_is_told_changes_no_answer(searcher: MemorySearcher, q: str) -> None:
    asked = SearchRequest(q=q, facets=("kind", "year"))
    here = service.search(OpenIndex(searcher, ANALYZER), asked)
    there = service.search(OpenIndex(Remote(searcher), ANALYZER), asked)
    assert (there.hits, there.total, there.partial, there.facets, there.notices) == (
        here.hits, here.total, here.partial, here.facets, here.notices,
    )  # fmt: skip
