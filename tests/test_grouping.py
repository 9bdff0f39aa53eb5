"""Hits by issue: one for each, whatever the engine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import ANALYZER, ENGINES, make_issue, texts

from wangqi.search.answer.grouping import by_issue
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.answer.result import SearchResult
from wangqi.search.answer.service import search
from wangqi.search.engine import ScoredEntry
from wangqi.search.request import SearchRequest

ISSUES = [
    make_issue(1, *texts("夜灯一", "夜灯二", "夜灯三", "夜灯四", "夜灯五", "风扇")),
    make_issue(2, {"title": "夜灯", "text": "夜灯和风扇"}, {"text": "有夜灯"}, {"text": "有风扇"}),
    make_issue(3, *texts("风扇", "台风")),
]


@pytest.fixture(scope="module", params=ENGINES)
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> OpenIndex:
    engine, folder = ENGINES[request.param](ANALYZER), tmp_path_factory.mktemp("index") / "1"
    folder.mkdir()
    engine.build(folder, ISSUES)
    return OpenIndex(engine.open(folder), ANALYZER)


def ask(index: OpenIndex, q: str, **options: object) -> SearchResult:
    return search(index, SearchRequest(q=q, group="issue", **options))  # type: ignore[arg-type]


def listed(result: SearchResult) -> list[tuple[int | None, int]]:
    """The issue of each hit, and how many others it stands for."""
    return [(hit.entry.issue.number, hit.others) for hit in result.hits]


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_each_issue_is_one_hit_its_best(index: OpenIndex, sort: str) -> None:
    result = ask(index, "夜灯", sort=sort)
    assert listed(result) == [(2, 1), (1, 4)]
    assert result.hits[0].entry.title == "夜灯"
    assert [entry.text for entry in result.hits[1].beside] == ["夜灯二", "夜灯三", "夜灯四"]
    assert (result.total, result.issues, result.pages) == (7, 2, 1)
    assert [(each.value, each.count) for each in result.facets["kind"]] == [("tool", 7)]  # entries


def test_pages_are_of_issues(index: OpenIndex) -> None:
    pages = [ask(index, "夜灯 OR 风扇 OR 台风", per_page=2, page=page) for page in (1, 2, 3)]
    assert [len(page.hits) for page in pages] == [2, 1, 0]
    assert {page.pages for page in pages} == {2}
    assert {number for page in pages for number, _ in listed(page)} == {1, 2, 3}


def test_an_issue_that_has_all_words_is_not_listed_again_below(index: OpenIndex) -> None:
    result = ask(index, "夜灯 风扇")
    assert (result.total, result.partial) == (1, 3)
    assert [(hit.entry.issue.number, hit.partial) for hit in result.hits] == [(2, False), (3, True), (1, True)]
    assert listed(result)[0] == (2, 0)  # "有风扇" is no such answer


def test_the_first_hits_of_a_page_are_explained(index: OpenIndex) -> None:
    result = ask(index, "夜灯", explain=True, per_page=1, page=2)
    assert result.hits[0].explanation


@given(hits=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), max_size=30))
def test_nothing_is_lost_or_listed_twice(hits: list[tuple[int, int]]) -> None:
    entries = {number: make_issue(number, {"text": "灯"}).sections[0].entries[0] for number in range(1, 5)}
    found = [ScoredEntry(entry=entries[number], score=score) for number, score in hits]
    groups = by_issue(found)
    numbers = [group.best.entry.issue.number for group in groups]
    assert numbers == list(dict.fromkeys(number for number, _ in hits))
    for number, group in zip(numbers, groups, strict=True):
        held = [each for each in found if each.entry.issue.number == number]
        assert group.best.score == max(each.score for each in held)
        assert [id(each) for each in group.others] == [id(each) for each in held if each is not group.best]
