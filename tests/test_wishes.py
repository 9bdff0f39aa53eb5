"""Words that say from when it should be: understood as a wish, which lifts what fits and hides nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from samples import ANALYZER, ENGINES, make_issue, open_memory

from wangqi.search.answer import service
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.answer.result import SearchResult
from wangqi.search.engine import Engine, Page, Searcher
from wangqi.search.query.parser import parse
from wangqi.search.query.wishes import Wish, split_wishes
from wangqi.search.request import NO_FILTERS, Filters, SearchRequest

TODAY = date(2024, 5, 20)
ISSUES = [
    make_issue(1, {"title": "灯 1", "text": "挂在树上。"}, day=date(2019, 5, 1)),
    make_issue(2, {"title": "灯 2", "text": "去年挂在树上。"}, day=date(2023, 5, 1)),
    make_issue(3, {"title": "灯 3", "text": "说的是2019年。"}, day=date(2024, 5, 1)),
    make_issue(4, {"title": "灯 4", "text": "去年挂在墙上。"}, day=date(2022, 5, 1)),
    make_issue(5, {"title": "2022年总结", "text": "灯都挂好了。"}, day=date(2023, 1, 1)),
]


@pytest.mark.parametrize(
    ("q", "filters", "rest"),
    [
        ("2019年 图床", Filters(year=((2019, 2019),)), "图床"),
        ("2019年的图床", Filters(year=((2019, 2019),)), "图床"),
        ("图床 ２０１９年的", Filters(year=((2019, 2019),)), "图床"),  # full width
        ("今年 图床", Filters(year=((2024, 2024),)), "图床"),
        ("去年的 图床", Filters(year=((2023, 2023),)), "图床"),
        ("前年 图床", Filters(year=((2022, 2022),)), "图床"),
        ("上个月 图床", Filters(date_from=date(2024, 4, 1), date_to=date(2024, 4, 30)), "图床"),
        ("上個月 圖床", Filters(date_from=date(2024, 4, 1), date_to=date(2024, 4, 30)), "圖床"),
        ("最近 图床", Filters(date_from=date(2024, 2, 20), date_to=TODAY), "图床"),
        ("第300期以后 图床", Filters(issue=((300, None),)), "图床"),
        ("300期之前 图床", Filters(issue=((None, 300),)), "图床"),
        ("去年", Filters(year=((2023, 2023),)), ""),
    ],
)
def test_words_that_say_from_when_are_a_wish(q: str, filters: Filters, rest: str) -> None:
    (wish,), query = split_wishes(parse(q).query, TODAY)
    assert (wish.filters, str(query)) == (filters, rest)
    assert wish.taken_from(q) == rest


@pytest.mark.parametrize(
    "q",
    [
        "第300期",
        "2019",
        '"2019年" 图床',
        "-去年 图床",
        "今年最佳",
        "去年 OR 图床",
        "3019年 图床",
        "最近邻",
        "title:2019年",
    ],
)
def test_other_words_are_no_wish(q: str) -> None:
    assert split_wishes(parse(q).query, TODAY) == ((), parse(q).query)


def test_the_month_before_january_is_december() -> None:
    (wish,), _ = split_wishes(parse("上个月 灯").query, date(2024, 1, 31))
    assert (wish.filters.date_from, wish.filters.date_to) == (date(2023, 12, 1), date(2023, 12, 31))


def scores(searcher: Searcher, q: str, *, wished: bool = True) -> dict[str, float]:
    wishes, query = split_wishes(parse(q).query, TODAY)
    given: tuple[Wish, ...] = wishes if wished else ()
    found = searcher.find(OpenIndex(searcher, ANALYZER).plan(query, given), NO_FILTERS, Page(limit=100))
    return {hit.entry.title: hit.score for hit in found.hits}


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(
    ("q", "lifted"),
    [
        ("2019年 灯", {"灯 1", "灯 3"}),  # of that year, or saying so
        ("去年的灯", {"灯 2", "2022年总结"}),  # what an entry of 2022 calls so was 2021
        ("第2期以后 灯", {"灯 2", "灯 3", "灯 4", "2022年总结"}),
        ("第2期之前的 灯", {"灯 1", "灯 2"}),
        ("最近 灯", {"灯 3"}),
        ("上个月 前年 灯", {"灯 4"}),
        ("2019年", {"灯 1", "灯 3"}),
    ],
)
def test_a_wish_lifts_what_fits_and_hides_nothing(name: str, q: str, lifted: set[str], tmp_path: Path) -> None:
    engine: Engine = ENGINES[name](ANALYZER)
    (tmp_path / "index").mkdir()
    engine.build(tmp_path / "index", ISSUES)
    searcher = engine.open(tmp_path / "index")
    found, before = scores(searcher, q), scores(searcher, q, wished=False)
    assert found.keys() == before.keys()
    assert {title for title, score in found.items() if score > 1.4 * before[title]} == lifted
    assert {title for title, score in found.items() if score == pytest.approx(before[title])} == before.keys() - lifted
    assert found == pytest.approx(scores(open_memory(tmp_path / "plain", ISSUES), q), rel=1e-5)


@pytest.fixture
def searcher(tmp_path: Path) -> Searcher:
    return open_memory(tmp_path / "index", ISSUES)


def search(searcher: Searcher, q: str, **options: str | bool) -> SearchResult:
    request = SearchRequest(q=q, **options)  # type: ignore[arg-type]
    return service.search(OpenIndex(searcher, ANALYZER), request, today=TODAY)


def test_the_result_tells_the_wish_and_the_query_without_it(searcher: Searcher) -> None:
    result = search(searcher, "2019年的灯 -墙上")
    assert [(wish.typed, wish.taken_from("2019年的灯 -墙上")) for wish in result.wishes] == [("2019年", "灯 -墙上")]
    assert {hit.entry.title for hit in result.hits[:2]} == {"灯 1", "灯 3"}
    assert result.terms == ("灯",)


def test_a_wish_alone_brings_what_fits_first(searcher: Searcher) -> None:
    assert {hit.entry.title for hit in search(searcher, "2019年").hits[:2]} == {"灯 1", "灯 3"}
    assert search(searcher, "2019年").total == len(ISSUES)


def test_what_a_title_holds_in_a_row_is_no_wish(searcher: Searcher) -> None:
    result = search(searcher, "2022年 总结")
    assert result.wishes == ()
    assert result.hits[0].entry.title == "2022年总结"


def test_as_typed_means_no_wish(searcher: Searcher) -> None:
    result = search(searcher, "2019年 灯", match="exact")
    assert result.wishes == ()
    assert [hit.entry.title for hit in result.hits] == ["灯 3"]


def test_the_reasons_still_add_up(searcher: Searcher) -> None:
    for hit in search(searcher, "2019年 灯", explain=True).hits:
        score = sum(line.plus or 0 for line in hit.explanation)
        for line in hit.explanation:
            score *= line.times or 1
        assert score == pytest.approx(hit.score, rel=1e-3)
