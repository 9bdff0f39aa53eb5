"""Other forms of a word: stems always, translations and parts when a search is relaxed."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import run_python
from samples import ANALYZER, ENGINES, make_issue, marked, open_memory

from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.answer.result import SearchResult
from wangqi.search.answer.service import search
from wangqi.search.engine import Searcher
from wangqi.search.plan.making import make_plan
from wangqi.search.plan.stopwords import is_grammar
from wangqi.search.plan.variants import Breadth, inflections, names_around, variants_in
from wangqi.search.query.parser import parse
from wangqi.search.query.tree import Most
from wangqi.search.request import SearchRequest

ISSUES = [
    make_issue(
        1,
        {"title": "Screenshot Studio", "text": "一款小工具。"},
        {"title": "Screenshots", "text": "许多图片。"},
        {"title": "拍屏", "text": "截图之后可以加上箭头。"},
        {"title": "网格背景", "text": "纯样式表画出来的。"},
        {"title": "天气", "text": "明天有雨。"},
        {"title": "一个编辑器的源码", "text": "可以看到它是怎么写的。"},
    )
]


@pytest.fixture(scope="module", params=ENGINES)
def searcher(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("index")
    engine = ENGINES[request.param](ANALYZER)
    engine.build(folder, ISSUES)
    return engine.open(folder)


def ask(searcher: Searcher, q: str, **options: object) -> SearchResult:
    return search(OpenIndex(searcher, ANALYZER), SearchRequest(q=q, **options))  # type: ignore[arg-type]


def titles(result: SearchResult) -> list[str]:
    return [hit.entry.title for hit in result.hits]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("screenshots", ["Screenshots", "Screenshot Studio", "拍屏"]),  # as typed, then by its stem, then translated
        ("screenshot", ["Screenshot Studio", "Screenshots", "拍屏"]),
        ("截图", ["拍屏", "Screenshots", "Screenshot Studio"]),  # the other way too
        ("网格线", ["网格背景"]),  # a part of the word
        ("source code 编辑器", ["一个编辑器的源码"]),  # a name of two words
        ('"screenshot"', ["Screenshot Studio"]),  # quoted is as typed
        ("screen*", ["Screenshots", "Screenshot Studio"]),
    ],
)
def test_what_was_typed_comes_first_then_its_forms(searcher: Searcher, q: str, found: list[str]) -> None:
    assert titles(ask(searcher, q)) == found


def test_exact_takes_words_as_they_were_typed(searcher: Searcher) -> None:
    assert titles(ask(searcher, "screenshot", match="exact")) == ["Screenshot Studio"]


def test_all_takes_stems_but_does_not_relax(searcher: Searcher) -> None:
    assert titles(ask(searcher, "screenshots", match="all")) == ["Screenshots", "Screenshot Studio"]


def test_what_is_excluded_is_excluded_as_typed(searcher: Searcher) -> None:
    assert titles(ask(searcher, "screenshots -screenshot")) == ["Screenshots", "拍屏"]


def test_the_form_that_was_found_is_marked(searcher: Searcher) -> None:
    by_title = {hit.entry.title: hit for hit in ask(searcher, "screenshot").hits}
    assert marked("Screenshots", by_title["Screenshots"].title_ranges) == ["Screenshots"]
    assert marked(by_title["拍屏"].entry.text, by_title["拍屏"].text_ranges) == ["截图"]


@pytest.mark.parametrize(
    ("word", "kinds"),
    [
        ("screenshots", ["stem", "translation"]),
        ("网格线", ["part"]),
        ("网格", ["english"]),
        ("灯", []),
        ("的", []),  # words of grammar have no forms
        ("css", ["alias", "stem"]),
        ("c++", ["alias"]),
        ("2024", []),
    ],
)
def test_a_word_has_variants_of_these_kinds(word: str, kinds: list[str]) -> None:
    [variants] = variants_in(word, ANALYZER.query(word), ANALYZER, Breadth.LOOSE)
    assert list(dict.fromkeys(variant.kind for variant in variants)) == kinds
    assert variants_in(word, ANALYZER.query(word), ANALYZER, Breadth.LITERAL) == [()]


@pytest.mark.parametrize(
    ("typed", "forms"),
    [
        ("檔案", {"文件"}),
        ("原始碼檔案", {"源代码", "文件"}),  # jieba sees three words: 原始, 码, 档案
        ("网路软体", {"网络", "软件"}),  # whatever the characters: these mean nothing else
        ("快取 列印 部落格", {"缓存", "打印", "博客"}),
        ("檔案 文件", {"文件", "文档"}),  # who writes one word so writes the other so
        ("軟體工程", {"软件"}),
        ("程式", set()),  # by itself written the same in both, where it is another word
        ("程序", set()),
        ("后", set()),
        ("看程序员", set()),  # holds 程序, and is no word of Taiwan
        ("物件导向", {"面向对象"}),  # and not its parts, 对象 and 导向
        ("代谢症候群", {"代谢综合征"}),
        ("坐标", set()),  # only in Taiwan it is 座標
        ("程式設計師的工具", {"程序员", "程序"}),
        ("英國 郵票", set()),  # other characters, not other words
        ("", set()),
    ],
)
def test_who_writes_traditional_characters_means_the_words_of_the_mainland_too(typed: str, forms: set[str]) -> None:
    variants = variants_in(typed, ANALYZER.query(typed), ANALYZER, Breadth.LOOSE)
    assert {
        text for each in variants for variant in each if variant.kind == "regional" for text in variant.texts
    } == forms


def test_words_of_taiwan_take_little_memory() -> None:
    program = (
        "from bench.memory import own_mb; from wangqi.search.analysis.regional import mainland_form;"
        "before = own_mb(); mainland_form('原始码'); mainland_form('檔案', traditional=True); print(own_mb() - before)"
    )
    assert float(run_python(program).stdout) < 10  # 5; with OpenCC's way from simplified to traditional it is 30


def texts_of(typed: str, kind: str) -> list[set[str]]:
    """For each word of `typed`, what it is also found by as that kind of variant."""
    found = variants_in(typed, ANALYZER.query(typed), ANALYZER, Breadth.LOOSE, ends=True)
    return [{text for each in variants if each.kind == kind for text in each.texts} for variants in found]


def test_what_is_another_word_in_simplified_characters_counts_less() -> None:
    assert texts_of("程序", "synonym") == [{"进程"}]
    assert texts_of("行程", "synonym") == [{"进程"}]


def test_what_people_say_in_two_ways_is_found_by_either() -> None:
    assert texts_of("闲置", "synonym") == [{"二手", "旧货", "跳蚤市场"}]
    assert all("在线会议" in texts for texts in texts_of("视频 会议", "synonym"))
    assert variants_in("闲置", ANALYZER.query("闲置"), ANALYZER, Breadth.INFLECTED) == [()]


def test_what_is_chinese_in_the_query_may_be_english_in_the_entry(tmp_path: Path) -> None:
    assert texts_of("历史", "english") == [{"history"}]
    assert all("source code" in texts for texts in texts_of("源 代码", "english"))
    entries = [{"title": "The Histories of Glass"}, {"title": "别的", "text": "玻璃的历史"}, {"title": "杯子"}]
    for name, engine in ENGINES.items():
        folder = tmp_path / name
        folder.mkdir()
        engine(ANALYZER).build(folder, [make_issue(1, *entries)])
        result = ask(engine(ANALYZER).open(folder), "历史 玻璃")
        assert [(hit.entry.title, hit.partial) for hit in result.hits] == [
            ("别的", False),
            ("The Histories of Glass", True),
        ]
        assert marked(result.hits[1].entry.title, result.hits[1].title_ranges) == ["Histories", "Glass"]


def test_a_word_tells_no_less_for_what_comes_near_to_it(tmp_path: Path) -> None:
    entries = [
        {"title": "设置", "text": "邮箱在这里。"},
        {"title": "工棚", "text": "临时的。"},
        {"title": "桥", "text": "临时的。"},
    ]
    entries += [{"title": f"第 {number} 封", "text": "邮件一封。"} for number in range(5)]
    entries += [{"title": f"第 {number} 天", "text": "天气晴。"} for number in range(60)]
    for name, engine in ENGINES.items():
        folder = tmp_path / name
        folder.mkdir()
        engine(ANALYZER).build(folder, [make_issue(1, *entries)])
        assert titles(ask(engine(ANALYZER).open(folder), "临时 邮箱"))[:3] == [
            "设置",
            "工棚",
            "桥",
        ]  # not after all 邮件


@pytest.mark.parametrize(("typed", "kinds"), [("dock", True), ("c dock", True), ("dock c", False), ("do", False)])
def test_the_last_word_may_be_half_typed(typed: str, kinds: bool) -> None:
    assert {"dock"} in texts_of(typed, "prefix") or not kinds
    assert any(texts_of(typed, "prefix")) == kinds


def test_half_a_word_is_found_below_what_holds_it(tmp_path: Path) -> None:
    entries = [{"title": "Docker"}, {"title": "Dock"}, {"title": "别的", "text": "docker 与 dockerfile"}]
    for name, engine in ENGINES.items():
        folder = tmp_path / name
        folder.mkdir()
        engine(ANALYZER).build(folder, [make_issue(1, *entries)])
        result = ask(engine(ANALYZER).open(folder), "dock")
        assert (titles(result), result.total, result.notices[0].code) == (["Dock", "Docker", "别的"], 1, "relaxed")
        assert [hit.partial for hit in result.hits] == [False, True, True]
        assert marked(result.hits[1].entry.title, result.hits[1].title_ranges) == ["Docker"]


@pytest.mark.parametrize(
    ("words", "grammar"),
    [
        (["docker", "podman", "比较"], False),  # a comparison is asked for
        (["比较", "好用"], True),
        (["比较"], True),
        (["下载", "下来"], True),
        (["这款"], True),
        (["编辑器"], False),
        (["相机", "怎么", "选"], True),  # advice is asked for: 选 stands in every other entry
        (["怎么", "看", "选"], False),
        (["怎么", "相机"], False),
        (["屏幕", "录制", "成", "gif"], True),  # a complement: what it leads to is what is looked for
        (["rust", "写", "的"], True),  # what is made, and not that it is
        (["像", "notion"], True),
        (["怎么", "使用"], True),  # as 用
    ],
)
def test_words_of_grammar_tell_little(words: list[str], grammar: bool) -> None:
    asked = ("比较", "下来", "这款", "编辑器", "选", "相机", "成", "写", "像", "使用")
    at = max(number for number, word in enumerate(words) if word in asked)
    assert is_grammar(words, at) == grammar


TYPED = (
    *("历史", "的", "k8s", "downloads", "檔案", "大模型", "open", "source", "dock", "AI工具"),
    *("OR", '"下载"', "dock*", "-文件"),
)


@settings(max_examples=200, deadline=None)
@given(q=st.lists(st.sampled_from(TYPED), max_size=5).map(" ".join))
def test_a_plan_that_may_be_relaxed_is_the_plan_that_may_not(q: str) -> None:
    query = parse(q).query
    plain, loose = make_plan(query, ANALYZER), make_plan(query, ANALYZER, may_relax=True)
    assert loose == plain
    most = Most(query, 0.4)
    assert make_plan(most, ANALYZER, whole=loose) == make_plan(most, ANALYZER, whole=plain)


def test_names_are_made_of_neighbours() -> None:
    assert names_around(ANALYZER.query("open source editor")) == [
        ("opensource",),
        ("opensource", "sourceeditor"),
        ("sourceeditor",),
    ]
    assert names_around([]) == []


def test_inflections_have_the_stem_of_the_word() -> None:
    assert {"downloads", "downloaded", "downloading"} <= set(inflections("download"))
    assert {"library", "libraries"} <= {"library", *inflections("library")}
    assert "category" not in inflections("cat")


def test_a_variant_tells_no_more_than_the_word(tmp_path: Path) -> None:
    # 截图 is rarer here than screenshot, and would be worth more by itself.
    entries = [{"text": "screenshot"}] * 4 + [{"text": "截图 screenshot"}, {"text": "截图"}, {"text": "别的"}]
    held = open_memory(tmp_path / "index", [make_issue(1, *entries)])
    scores = {hit.entry.text: hit.score for hit in ask(held, "screenshot").hits}
    assert scores["screenshot"] > scores["截图"]
