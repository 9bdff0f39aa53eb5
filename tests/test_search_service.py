"""One search as a front end asks for it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from samples import ANALYZER, Fields, make_issue, marked, open_memory

from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.answer.result import SearchResult
from wangqi.search.answer.service import search
from wangqi.search.engine import Searcher
from wangqi.search.model import Link
from wangqi.search.plan.ranking import RANKING
from wangqi.search.request import Filters, SearchRequest

ISSUES = [
    make_issue(
        1,
        {"title": "蜻蜓", "text": "基于 P2P 的容器镜像分发系统。", "kind": "tool"},
        {"title": "网页存档", "text": "把网页保存成 PDF 文件。", "kind": "tool"},
        {"title": "灯泡的历史", "text": "从碳丝到照明系统。", "kind": "article"},
        {"title": "容器入门", "text": "什么是容器。", "kind": "article"},
        day=date(2021, 1, 1),
    )
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return open_memory(tmp_path_factory.mktemp("index") / "1", ISSUES)


def ask(searcher: Searcher, q: str, **options: object) -> SearchResult:
    return search(OpenIndex(searcher, ANALYZER), SearchRequest(q=q, **options))  # type: ignore[arg-type]


def titles(result: SearchResult) -> list[str]:
    return [hit.entry.title for hit in result.hits]


def test_a_hit_shows_where_the_words_stand(searcher: Searcher) -> None:
    hit = ask(searcher, "容器镜像").hits[0]
    assert marked(hit.entry.text, hit.text_ranges) == ["容器镜像"]
    assert marked(hit.snippet.text, hit.snippet.ranges) == ["容器镜像"]
    assert hit.title_ranges == ()


def test_what_was_searched_for_is_told(searcher: Searcher) -> None:
    result = ask(searcher, '容器 "镜像分发" -灯泡 -"说明" kind:tool')
    assert (result.terms, result.excluded, result.match) == (("容器", "镜像分发"), ("灯泡", "说明"), "all")


def test_all_words_come_first_and_the_notice_says_that_others_follow(searcher: Searcher) -> None:
    result = ask(searcher, "容器 系统")
    assert titles(result) == ["蜻蜓", "容器入门", "灯泡的历史"]
    assert (result.match, result.total, result.partial) == ("relaxed", 1, 2)
    assert [hit.partial for hit in result.hits] == [False, True, True]
    assert [notice.code for notice in result.notices] == ["relaxed"]
    assert "1 条" in result.notices[0].message


@pytest.mark.parametrize(
    ("q", "first", "left_out"),
    [
        ("蜻蜓 量子", "蜻蜓", "“量子”"),
        ("怎么把网页转成PDF", "网页存档", "“转”"),
        ("镜像分发 quantum", "蜻蜓", "“quantum”"),
    ],
)
def test_too_many_words_are_relaxed_and_the_notice_names_them(
    searcher: Searcher, q: str, first: str, left_out: str
) -> None:
    result = ask(searcher, q)
    assert titles(result)[0] == first
    assert result.match == "relaxed"
    assert left_out in result.notices[0].message


def test_a_filter_gives_the_entries_that_its_count_promised(tmp_path: Path) -> None:
    both = [{"title": "容器编排", "text": "系统。", "kind": "tool"}] * (RANKING.enough - 1)
    one = [{"title": "容器", "text": "盒子。", "kind": kind} for kind in ("article", "book")]
    others = [{"text": "别的。", "kind": "news"}] * 60
    entries = [*both, {"title": "容器与系统", "kind": "article"}, *one, *others]
    searcher = open_memory(tmp_path / "1", [make_issue(1, *entries)])
    counts = {each.value: each.count for each in ask(searcher, "容器 系统", facets=("kind",)).facets["kind"]}
    assert counts == {"tool": RANKING.enough - 1, "article": 1}  # enough hold both words: nothing is relaxed
    for kind, count in counts.items():
        assert ask(searcher, "容器 系统", filters=Filters(kind=(kind,))).total == count
        assert ask(searcher, f"容器 系统 kind:{kind}").total == count
    # Where none holds all words, what holds most of them is better than nothing.
    assert titles(ask(searcher, "容器 系统", filters=Filters(kind=("book",)))) == ["容器"]


def test_words_of_grammar_are_not_missed(searcher: Searcher) -> None:
    result = ask(searcher, "怎么 蜻蜓")
    assert (titles(result), result.total, result.match, result.notices) == (["蜻蜓"], 1, "all", ())


def test_where_too_little_is_left_nothing_is_shown_and_the_missing_words_are_named(tmp_path: Path) -> None:
    entries = [{"text": "一个工具"}] * 20 + [{"text": "别的"}] * 20
    searcher = open_memory(tmp_path / "1", [make_issue(1, *entries)])
    result = ask(searcher, "xyzabcq 工具 的")
    assert (result.total, result.partial, result.hits, result.pages) == (0, 0, [], 0)
    assert [(notice.code, notice.message) for notice in result.notices] == [("missing", "没有条目含有“xyzabcq”。")]


@pytest.mark.parametrize("q", ["www.lamp.example", "WWW.Lamp.Example:443"])
def test_a_host_shows_what_lies_below_it(q: str, tmp_path: Path) -> None:
    entries: list[Fields] = [{"title": "夜灯", "url": "https://lamp.example/night"}, {"title": "吊灯"}]
    result = ask(open_memory(tmp_path / "1", [make_issue(1, *entries)]), q)
    assert (titles(result), result.notices) == (["夜灯"], ())


@pytest.mark.parametrize("q", ["www.", "www.js", "node.js", "day.example", "www.3.11", "www"])
def test_what_may_be_no_address_is_searched_as_words(q: str, searcher: Searcher) -> None:
    assert "never-recommended" not in [notice.code for notice in ask(searcher, q).notices]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("https://lamp.example/night?utm_source=x", ["夜灯", "提到它"]),
        ("github.com/octo/lamp", ["八爪灯"]),
        ("octo/lamp", ["八爪灯"]),
        ("github.com/octo", ["八爪灯"]),  # what lies below it
        ("https://lamp.example/day", []),
        ("www.day.example", []),
        ("WWW.Day.Example:8080", []),
        ("http://day.example", []),
        ("octo/cat", []),
        ("https://lamp.example/night kind:book", []),
    ],
)
def test_an_address_shows_the_entries_of_its_page_and_nothing_else(q: str, found: list[str], tmp_path: Path) -> None:
    night = "https://lamp.example/night"
    entries: list[Fields] = [
        {"title": "夜灯", "url": night},
        {"title": "提到它", "url": "https://a.example", "links": (Link("夜灯", night),)},
        {"title": "八爪灯", "url": "https://github.com/octo/lamp"},
        {"title": "lamp example night day octo cat"},
    ]
    result = ask(open_memory(tmp_path / "1", [make_issue(1, *entries)]), q)
    assert (sorted(titles(result)), result.total, result.partial) == (sorted(found), len(found), 0)
    never = [] if found or "kind" in q else ["never-recommended"]
    assert [notice.code for notice in result.notices] == never


def test_what_a_text_says_is_no_repository(tmp_path: Path) -> None:
    issue = make_issue(1, {"text": "TCP/IP 与 input/output"})
    searcher = open_memory(tmp_path / "1", [issue])
    assert [ask(searcher, q).total for q in ("TCP/IP", "input/output")] == [1, 1]
    assert [notice.code for notice in ask(searcher, "CI/CD").notices] == ["missing"]


def test_relaxing_can_be_switched_off(searcher: Searcher) -> None:
    for match in ("all", "exact"):
        result = ask(searcher, "蜻蜓 量子", match=match)
        assert (result.total, result.match, result.notices) == (0, match, ())


def test_a_word_that_nothing_holds_finds_nothing(searcher: Searcher) -> None:
    result = ask(searcher, "量子")
    assert (result.total, result.hits, result.notices) == (0, [], ())


def test_filters_of_the_request_and_of_the_query_must_both_be_met(searcher: Searcher) -> None:
    assert titles(ask(searcher, "容器 kind:tool")) == ["蜻蜓"]
    assert titles(ask(searcher, "容器 kind:tool", filters=Filters(kind=("article",)))) == []
    assert titles(ask(searcher, "容器 issue:1", filters=Filters(kind=("article",)))) == ["容器入门"]


def test_pages_of_a_relaxed_search_fit_together(searcher: Searcher) -> None:
    pages = [ask(searcher, "容器 系统", page=page, per_page=2) for page in (1, 2, 3)]
    assert [titles(page) for page in pages] == [["蜻蜓", "容器入门"], ["灯泡的历史"], []]
    assert {(page.total, page.partial, page.pages) for page in pages} == {(1, 2, 2)}
    assert {page.notices for page in pages} == {pages[0].notices}


def test_sorting_finds_the_same_entries(searcher: Searcher) -> None:
    by_sort = [set(titles(ask(searcher, "容器 系统", sort=sort))) for sort in ("relevance", "newest", "oldest")]
    assert by_sort[0] == by_sort[1] == by_sort[2]


def test_facets_are_those_asked_for(searcher: Searcher) -> None:
    facets = ask(searcher, "容器", facets=("kind",)).facets
    assert {name: [(count.value, count.count) for count in counts] for name, counts in facets.items()} == {
        "kind": [("article", 1), ("tool", 1)]
    }


def notices(result: SearchResult) -> list[tuple[str, str | None]]:
    return [(notice.code, notice.q) for notice in result.notices]


@pytest.mark.parametrize(
    ("q", "titles_found", "exact"),
    [
        ("rongqi jingxiang", ["蜻蜓"], '"rongqi" "jingxiang"'),
        ("容器净像", ["蜻蜓"], '"容器净像"'),
        ("wangye kind:tool", ["网页存档"], '"wangye" kind:tool'),
    ],
)
def test_words_that_nothing_holds_are_corrected_and_the_first_notice_says_so(
    searcher: Searcher, q: str, titles_found: list[str], exact: str
) -> None:
    result = ask(searcher, q)
    assert titles(result) == titles_found
    assert notices(result)[0] == ("corrected", exact)
    assert result.notices[0].message.startswith("已为您显示“")
    assert [notice.code for notice in ask(searcher, exact).notices] == []
    assert ask(searcher, exact).total == 0


def test_corrected_words_are_marked_and_told(searcher: Searcher) -> None:
    result = ask(searcher, "rongqi rumen")
    assert result.terms == ("容器", "入门")
    assert marked(result.hits[0].entry.title, result.hits[0].title_ranges) == ["容器入门"]


def test_nothing_is_corrected_in_an_exact_search(searcher: Searcher) -> None:
    result = ask(searcher, "rongqi", match="exact")
    assert (result.total, result.notices) == (0, ())


def test_a_correction_needs_no_relaxing_where_that_is_switched_off(searcher: Searcher) -> None:
    assert titles(ask(searcher, "rongqi jingxiang", match="all")) == ["蜻蜓"]
    result = ask(searcher, "rongqi 蜻蜓 历史", match="all")
    assert (result.total, result.notices) == (0, ())


def test_pages_and_orders_of_a_correction_fit_together(searcher: Searcher) -> None:
    asked = [ask(searcher, "rongqi", page=page, per_page=1, sort="newest") for page in (1, 2, 3)]
    assert {(page.total, page.notices) for page in asked} == {(2, asked[0].notices)}
    assert [len(page.hits) for page in asked] == [1, 1, 0]


def test_what_finds_something_is_not_displaced_but_a_suggestion_is_made(tmp_path: Path) -> None:
    texts = [{"title": f"剪映 {number}"} for number in range(9)]
    issue = make_issue(1, {"title": "Jianying"}, {"title": "Pyhton"}, *texts, *({"title": "Python"} for _ in range(80)))
    searcher = open_memory(tmp_path / "index", [issue])
    result = ask(searcher, "jianying")
    assert (titles(result), notices(result)) == (["Jianying"], [("did-you-mean", "剪映")])
    assert notices(ask(searcher, "pyhton")) == [("did-you-mean", "python")]
    assert notices(ask(searcher, "python")) == notices(ask(searcher, "剪映")) == []


@pytest.mark.parametrize(
    "q", ["", "-", "？！", "-灯泡", "kind:tool", '"', "OR", "a* b*", "(" * 5000, "\x00\ud800", "🎉"]
)
def test_no_query_is_an_error(searcher: Searcher, q: str) -> None:
    result = ask(searcher, q)
    assert result.total == len(result.hits)


def test_what_neither_title_nor_text_holds_is_shown_where_it_stands(tmp_path: Path) -> None:
    entries = [
        {
            "title": "夜灯",
            "text": "骑车用。",
            "section": "骑行工具",
            "contributor": "小明",
            "url": "https://lamp.example/docker",
        },
        {"title": "容器", "text": "docker 里的。"},
        {"title": "指南", "text": "怎么开始。", "url": "https://guide.example/%E9%A6%96%E9%A1%B5"},
    ]
    issue = make_issue(300, *entries, title="周刊")
    searcher = open_memory(tmp_path / "1", [issue])

    def places(q: str) -> list[tuple[str, str, list[str]]]:
        places = ask(searcher, q).hits[0].places
        return [(place.field, place.text, marked(place.text, place.ranges)) for place in places]

    assert places("夜灯 工具") == [("section", "骑行工具", ["工具"])]
    assert places("夜灯 docker") == [("link", "https://lamp.example/docker", ["docker"])]
    assert places("首页") == [("link", "https://guide.example/首页", ["首页"])]  # as people read it
    assert places("小明") == [("contributor", "小明", ["小明"])]
    assert places("容器 docker") == []
    assert places("#300") == [("number", "第 300 期", ["300"])]
    assert places("https://lamp.example/docker") == [
        ("link", "https://lamp.example/docker", ["https://lamp.example/docker"])
    ]
