"""Why a hit ranks where it does: in words that a reader understands, in numbers that make its score."""

from __future__ import annotations

from datetime import date
from math import prod
from pathlib import Path

import pytest
from samples import ANALYZER, ENGINES, find, make_issue

from wangqi.search.answer.explaining import MAX_LINES, ScoreReason, explain
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.answer.result import Hit, SearchResult
from wangqi.search.answer.service import search
from wangqi.search.engine import Searcher
from wangqi.search.plan.plan import Found, Plan
from wangqi.search.plan.variants import Spelled, Variant
from wangqi.search.query.parser import parse
from wangqi.search.request import SearchRequest
from wangqi.web.words.reasons import reason_text, weights_text

ISSUES = [
    make_issue(
        1,
        {"title": "蜻蜓", "text": "基于 P2P 的容器镜像分发系统，镜像再多也不怕。", "section": "工具"},
        {"title": "OpenMessaging", "text": "分布式消息的标准。", "url": "https://github.com/om/spec"},
        {"title": "容器入门", "text": "镜像与分层。", "kind": "article", "section": "文章"},
        {"title": "订阅容器周刊", "text": "容器", "role": "boilerplate"},
        day=date(2021, 3, 5),
        title="第 1 期：容器",
    ),
    make_issue(
        2,
        {"title": "容器镜像", "text": "一层一层地看。"},
        {"title": "开放的消息", "text": "open source messaging，消息不丢。"},
        {"title": "灯", "text": "系统地照亮容器。"},
        day=date(2023, 7, 1),
    ),
    make_issue(3, {"title": "没有日期", "text": "容器的容器。"}, {"text": "灯下读书。"}),
]


@pytest.fixture(params=ENGINES)
def searcher(request: pytest.FixtureRequest, tmp_path: Path) -> Searcher:
    engine = ENGINES[request.param](ANALYZER)
    engine.build(tmp_path, ISSUES)
    return engine.open(tmp_path)


def ask(searcher: Searcher, q: str, **options: object) -> SearchResult:
    return search(OpenIndex(searcher, ANALYZER), SearchRequest(q=q, explain=True, **options))  # type: ignore[arg-type]


def lines(hit: Hit) -> list[str]:
    """The texts, without their numbers."""
    return [line.text for line in hit.explanation]


def total(explanation: tuple[ScoreReason, ...]) -> float:
    plus = sum(line.plus or 0 for line in explanation)
    return plus * prod(line.times for line in explanation if line.times is not None)


@pytest.mark.parametrize(
    "q",
    [
        "",
        "容器",
        "容器镜像",
        "容器 镜像 系统 消息 灯 P2P 分发 量子",
        "open messaging",
        "开放 OR 灯",
        'open* "镜像分发"',
        "容器 -入门",
        "怎么 看 容器",
        "kind:tool",
        "的",
        "github.com/om/spec",
    ],
)
@pytest.mark.parametrize("sort", ["relevance", "oldest"])
def test_the_lines_make_the_score(searcher: Searcher, q: str, sort: str) -> None:
    for hit in ask(searcher, q, sort=sort).hits:
        assert 0 < len(hit.explanation) <= MAX_LINES
        assert total(hit.explanation) == pytest.approx(hit.score, rel=1e-4), lines(hit)


def test_a_hit_says_where_its_words_stand_and_what_it_lacks(searcher: Searcher) -> None:
    hits = {hit.entry.title: hit for hit in ask(searcher, "容器 镜像 分发").hits}
    assert lines(hits["容器入门"]) == [
        "“镜像” 在正文",
        "“容器” 在标题",
        "标题含 1/3 个词",
        "缺“分发”",
    ]
    assert set(lines(hits["蜻蜓"])) == {"“镜像” 在正文", "“分发” 在正文", "“容器” 在正文", "含全部词"}
    assert lines(hits["容器镜像"])[-1] == "按时间加分"
    assert "每期都有的栏目" in lines(ask(searcher, "订阅").hits[0])


def test_what_adds_most_comes_first_and_small_parts_are_one_line(searcher: Searcher) -> None:
    words = "容器 镜像 系统 分发 P2P 不怕 再多"
    (hit,) = [hit for hit in ask(searcher, words).hits if hit.entry.title == "蜻蜓"]
    gains = [line.plus for line in hit.explanation[:-2] if line.plus is not None]
    assert gains == sorted(gains, reverse=True)
    assert lines(hit)[-2:] == ["其余 4 个词", "含全部词"]


def test_the_title_that_was_typed_says_so(searcher: Searcher) -> None:
    hit = ask(searcher, "容器 镜像").hits[0]
    assert [reason_text(line) for line in hit.explanation if "标题就是" in line.text] == ["标题就是所查的词：+100.0"]


def test_a_variant_is_told_from_the_word(searcher: Searcher) -> None:
    typed, other = ANALYZER.query("系统 灯")
    form = Variant("translation", Spelled(other.spellings), units=other.units, texts=("灯",))
    word = Found(typed, variants=(form,))
    query = parse("灯下").query
    matches = find(searcher, query, limit=1).hits
    explained = explain(OpenIndex(searcher, ANALYZER), Plan(word, (word,), ""), matches)
    assert [line.text for line in explained.hits[0]] == ["“系统”（写作“灯”）在正文", "有的词是近似的"]
    assert explained.words[0].variants == (("灯", 0.9),)
    assert weights_text(explained.words).endswith("（或 “灯” ×0.9）")


def test_the_query_says_how_it_was_cut(searcher: Searcher) -> None:
    words = ask(searcher, "怎么 容器看 open*").words
    assert words is not None
    assert [word.text for word in words] == ["怎么", "容器", "看", "open*"]
    worths = {word.text: word.worth for word in words}
    assert 0 < worths["怎么"] < worths["容器"] < worths["看"]  # grammar; more entries hold 容器 than 看
    assert weights_text(words[1:]).startswith("分成的词（越少见的越重要）：“容器” ")


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        ("容器 灯 容器 灯 容器", ["容器", "灯"]),
        ("的 灯 的 容器 的", ["的", "灯", "容器"]),
        ("的" * 200, ["的", "的"]),  # the last has no character after it
        ("open* 灯 open*", ["open*", "灯"]),
    ],
)
def test_a_word_that_is_typed_again_is_held_once(searcher: Searcher, typed: str, held: list[str]) -> None:
    words = ask(searcher, typed).words
    assert words is not None
    assert [word.text for word in words] == held


def test_what_is_relaxed_is_explained_as_it_was_searched_for(searcher: Searcher) -> None:
    result = ask(searcher, "容器 系统 量子")
    assert (result.match, result.total) == ("relaxed", 0)
    assert all("缺“量子”" in lines(hit) for hit in result.hits)


def test_nothing_is_explained_unasked(searcher: Searcher) -> None:
    result = search(OpenIndex(searcher, ANALYZER), SearchRequest(q="容器"))
    assert result.words is None
    assert {hit.explanation for hit in result.hits} == {()}
