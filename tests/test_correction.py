"""What was probably meant: misspelled words, pinyin and wrong characters, against the words of an index."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from samples import ANALYZER, make_issue, open_memory

from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.correction.candidate import MAX_CANDIDATES, WORDS_PER_DOCUMENT, Candidate, Certainty, least_documents
from wangqi.search.correction.choosing import SURE, Option, Slot, choose_apart, first_counted
from wangqi.search.correction.correct import Correction, Corrector
from wangqi.search.correction.pinyin import PinyinTable
from wangqi.search.correction.pinyin_words import read_pinyin
from wangqi.search.correction.sorted_lines import SortedLines
from wangqi.search.correction.title_initials import TitleInitials
from wangqi.search.correction.typos import LatinWords
from wangqi.search.engine import Searcher
from wangqi.search.query.parser import parse
from wangqi.search.query.tree import Match, Query

WORDS = ("mongodb", "kubernetes", "multiprocessing", "handbook", "python", "react", "linux", "flutter", "tango", "tag")

ENTRIES = [
    {"title": "MongoDB 换了许可证", "text": "云厂商与开源公司的争论。"},
    {"title": "Kubernetes 手册", "text": "容器编排的 handbook，也讲 Linux。"},
    {"title": "Python 与 multiprocessing", "text": "多进程的入门。"},
    {"title": "pydub", "text": "用 Python 剪辑声音：音频、编辑与混音。"},
    {"title": "饮品店", "text": "一家只卖饮品的小店。"},
    {"title": "人工智能简介", "text": "人工智能的历史，从下棋开始。"},
    {"title": "人工授粉", "text": "只能用手工的果园。"},
    {"title": "量子力学", "text": "量子物理很难，两次都没有学会。"},
    {"title": "风力发电墙", "text": "挪威海上的风力发电。"},
    {"title": "图形验证码", "text": "登录时的验证码。"},
    {"title": "短视频", "text": "剪映的推荐，剪映的评论，都在剪映。", "url": "https://www.jianying.example/help"},
    {"title": "剪映下载", "text": "把剪映存下来。"},
    {"title": "剪映音乐", "text": "剪映里听到的歌。"},
    {"title": "剪映直播", "text": "剪映里看到的店。"},
    {"title": "剪映电脑版", "text": "在电脑上看剪映。"},
    {"title": "剪映助手", "text": "定时发剪映。"},
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return open_memory(tmp_path_factory.mktemp("index") / "1", [make_issue(1, *ENTRIES)])


def corrector(searcher: Searcher, q: str) -> Corrector:
    return Corrector(parse(q).query, OpenIndex(searcher, ANALYZER))


def correct(searcher: Searcher, q: str) -> str | None:
    found = corrector(searcher, q).correct()
    return str(found.query) if found else None


def certainty(searcher: Searcher, q: str) -> Certainty | None:
    found = corrector(searcher, q).correct()
    return found.certainty if found else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mongobd", "mongodb"),  # two letters in the wrong order are one edit
        ("handbok", "handbook"),
        ("lunux", "linux"),
        ("mutliprocesing", "multiprocessing"),  # two edits, from eight letters on
        ("recat", "react"),
        ("tagn", "tag"),  # not tango, which is two edits away
    ],
)
def test_a_misspelled_word_is_found(typed: str, meant: str) -> None:
    assert LatinWords([(word, 3) for word in WORDS]).near(typed)[0].word == meant


@pytest.mark.parametrize("typed", ["lnx", "pyhtonn", "qqqq", ""])
def test_a_word_too_short_or_too_far_is_no_misspelling(typed: str) -> None:
    assert LatinWords([(word, 3) for word in WORDS]).near(typed) == ()


def test_likelier_words_come_first() -> None:
    words = LatinWords([("reach", 30), ("roact", 5), ("react", 30), ("eact", 30), ("oeact", 200)])
    # As many edits: the one with the right first letter, then the more frequent one.
    assert [each.word for each in words.near("raact")] == ["react", "roact"]
    assert [each.word for each in words.near("ieact")] == ["oeact", "eact", "react"]


def test_beginnings_of_words_are_counted() -> None:
    words = LatinWords([("react", 30), ("reactive", 5), ("reach", 2), ("zz", 1)])
    assert [words.starting(typed) for typed in ("reac", "reacti", "z", "x", "zzz")] == [37, 5, 1, 0, 0]


@given(word=st.sampled_from([word for word in WORDS if len(word) >= 6]), data=st.data())
def test_one_edit_of_a_known_long_word_is_found_again(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 2))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    edits = (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :])
    typed = data.draw(st.sampled_from([*edits, word[:at] + word[at + 1] + word[at] + word[at + 2 :]]))
    found = LatinWords([(word, 3) for word in WORDS]).near(typed)
    assert typed == word or found[0].word == word


@given(words=st.sets(st.text("abcz", min_size=2, max_size=11), max_size=30), typed=st.text("abcz", min_size=4))
def test_no_word_within_the_edits_is_passed_over(words: set[str], typed: str) -> None:
    edits = 2 if len(typed) >= 8 else 1
    near = {word for word in words if 0 < OSA.distance(typed, word) <= edits}
    found = {each.word for each in LatinWords([(word, 3) for word in words]).near(typed)}
    assert found <= near
    assert len(found) == min(len(near), MAX_CANDIDATES)


TABLE = PinyinTable(
    [
        *[
            ("音频", 90),
            ("饮品", 2),
            ("应聘", 40),
            ("编辑", 400),
            ("量子", 20),
            ("两次", 100),
            ("西安", 20),
            ("先", 170),
        ],
        *[
            ("人工", 300),
            ("智能", 600),
            ("人工智能", 300),
            ("只能", 400),
            ("绿色", 70),
            ("银行", 60),
            ("秀", 5),
            ("恩爱", 1),
        ],
        *[("验证码", 30), ("𠮷野", 3), ("ひらがな", 3)],
    ]
)


@given(lines=st.lists(st.binary(max_size=4).map(lambda line: line.replace(b"\n", b""))), start=st.binary(max_size=2))
def test_sorted_lines_are_found_by_how_they_start(lines: list[bytes], start: bytes) -> None:
    table = SortedLines(b"".join(line + b"\n" for line in lines))
    assert list(table.starting(start)) == sorted(line for line in lines if line.startswith(start))


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ("yinpin", ["音频", "饮品", "应聘"]),  # ying for yin: last, though in twenty times as many documents
        ("liangzi", ["量子", "两次"]),  # 次 may be read zi as well, but seldom is
        ("nianzi", ["两次", "量子"]),  # l and n, n and ng
        ("zineng", ["智能", "只能"]),  # z and zh
        ("lvse", ["绿色"]),
        ("yinhang", ["银行"]),  # the second reading of 行
        ("xian", ["先", "西安"]),
        ("rengongzhineng", ["人工智能"]),
        ("weizhi", []),
        ("", []),
    ],
)
def test_words_are_found_by_their_sound(letters: str, words: list[str]) -> None:
    assert [each.word for each in TABLE.words(letters)] == words


def test_words_are_found_by_their_initials() -> None:
    assert [each.word for each in TABLE.initials("rgzn")] == ["人工智能"]
    assert [each.word for each in TABLE.initials("yzm")] == ["验证码"]
    assert TABLE.initials("zn") == ()  # two letters could be anything


@pytest.mark.parametrize(
    ("letters", "pieces"),
    [
        ("ssjqr", ["手术机器人"]),  # two words, a piece of a title
        ("xqgy", ["小区公约"]),  # a whole title
        ("dqgy", ["地球公园"]),  # all between other signs
        ("jqrd", []),  # four letters inside a longer title could be anything
        ("ssj", []),
        ("", []),
    ],
)
def test_titles_are_found_by_their_initials(letters: str, pieces: list[str]) -> None:
    titles = TitleInitials(["手术机器人的未来", "小区公约", "2021 地球公园!", "一只蜗牛在游戏里"])
    assert [each.word for each in titles.find(letters)] == pieces


def test_the_piece_that_more_titles_hold_comes_first() -> None:
    titles = TitleInitials(["机器人学习手册", "机器人学习入门", "几千人学习乐器"])
    assert [(each.word, each.documents) for each in titles.find("jqrxx")] == [("机器人学习", 2), ("几千人学习", 1)]


def test_homophones_have_the_same_length_and_are_others() -> None:
    assert [each.word for each in TABLE.homophones("只能")] == ["智能"]
    assert [each.word for each in TABLE.homophones("验正码")] == ["验证码"]
    assert TABLE.homophones("a") == TABLE.homophones("") == ()


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (["rengong", "zhineng"], ["人工", "智能"]),
        (["ren", "gong", "zhi", "neng"], ["人工智能"]),
        (["yinpinbianji"], ["音频", "编辑"]),
        (["yin", "pin", "bianji"], ["音频", "编辑"]),
        (["xiu", "enai"], ["秀", "恩爱"]),
        (["python", "yinpin"], ["音频"]),  # what is no pinyin is stepped over
        (["xi", "an"], ["西安"]),
        (["xiu"], []),  # one syllable alone could be anything
        (["python"], []),
        ([], []),
    ],
)
def test_letters_are_read_as_words(tokens: list[str], words: Sequence[str]) -> None:
    read = [reading.words[0].word for reading in read_pinyin(tokens, TABLE)]
    assert read == words or "".join(read) == "".join(words)


@pytest.mark.parametrize(
    ("q", "meant"),
    [
        ("mongobd 许可证", "mongodb 许可证"),
        ("用Pyhton混音", "用 python 混音"),
        ("Kubern", None),  # half a word is no misspelled one
        ("量词", None),  # and a word of the dictionary
        ("rengong zhineng", "人工智能"),
        ("rengongzhineng", "人工智能"),
        ("ren gong zhi neng", "人工智能"),
        ("rgzn", None),  # too rare in these few entries for its initials
        ("flfdq", "风力发电墙"),  # the initials of a title
        ("python yinpin bianji", "python 音频 编辑"),
        ("yinpin xiaodian", "饮品 小店"),
        ("yinpin 小店", "饮品 小店"),  # what stands together decides, not what is frequent
        ("yinpin 混音", "音频 混音"),
        ("yinpin", "音频 OR 饮品"),  # as likely either
        ("liangzi wuli", "量子 物理"),
        ("人工只能", "人工智能"),
        ("图形验正码", "图形验证码"),
        ("挪威 风力法电", "挪威 风力发电"),
        ("jianying 电脑", "jianying OR 剪映 电脑"),  # a word the index knows is searched for as well
        ("mongobd -公司", None),  # nothing is left
        ("mongobd 手册", None),  # mongodb never stands with it
        ("mongodb 许可证", None),
        ('"mongobd" 许可证', None),
        ("mongob*", None),
        ("-mongobd", None),
        ("mongobd OR 量子", None),
        ("github.com/mongobd/x", None),
        ("https://mongobd.example/", None),
        ("12345 2024", None),
        ("", None),
    ],
)
def test_a_query_that_finds_nothing_is_corrected(searcher: Searcher, q: str, meant: str | None) -> None:
    assert correct(searcher, q) == meant


@pytest.mark.parametrize(
    ("q", "certain"),
    [
        ("mongobd", Certainty.SURE),
        ("kubrnetes", Certainty.SURE),
        ("pythno", Certainty.SURE),  # two letters in the wrong order, also at the end
        ("rengong zhineng", Certainty.SURE),
        ("人工只能", Certainty.SURE),
        ("图形验正码", Certainty.SURE),
        ("yinpin", Certainty.SHOWN),  # 音频 or 饮品
        ("pythan", Certainty.SURE),
        ("pythons", None),  # another form of a word that is held
        ("cythondev", None),
        ("cython", Certainty.OFFERED),  # a name of the list, though python is near
        ("cython 混音", Certainty.OFFERED),
        ("pythonx", Certainty.OFFERED),  # names are made at the ends of words
        ("ypython", Certainty.OFFERED),
        ("lunux", Certainty.SHOWN),  # five letters, one of them another
        ("handbooq", Certainty.OFFERED),
        ("mutliprocesing", Certainty.SHOWN),  # two edits
        ("兼应", None),  # two characters that nobody knows may be a name
        ("兼映 推荐", Certainty.SHOWN),
        ("只瑛", None),
    ],
)
def test_only_what_is_sure_takes_the_place_of_what_was_typed(
    searcher: Searcher, q: str, certain: Certainty | None
) -> None:
    assert certainty(searcher, q) == certain


@pytest.mark.parametrize("q", ["全文检索", "台湾人", "服务台", "农奴制"])
def test_a_word_of_the_dictionary_means_itself(tmp_path: Path, q: str) -> None:
    texts = ("全文件索引", "一台万人的机器", "衣服舞台", "农录制")
    held = open_memory(tmp_path / "index", [make_issue(1, *({"title": text} for text in texts * 5))])
    asked = corrector(held, q)
    for found in (asked.correct(), asked.correct_characters()):
        assert found is None or found.certainty is Certainty.OFFERED


def test_where_there_are_many_words_some_are_like_any_by_chance() -> None:
    assert [least_documents(words) for words in (0, WORDS_PER_DOCUMENT - 1, WORDS_PER_DOCUMENT, 55_000)] == [1, 1, 2, 3]
    many = [(f"x{letters}", 1) for letters in map("".join, product("abcdefghij", repeat=5))]
    words = LatinWords([("mongodb", 2), ("react", 9), *many[:50_000]])
    assert [words.near(typed)[0].certainty for typed in ("mongobd", "recat")] == [Certainty.SHOWN, Certainty.SURE]


@given(word=st.sampled_from([word for word in WORDS if len(word) >= 5]), data=st.data())
def test_another_first_letter_or_ending_is_never_sure(word: str, data: st.DataObject) -> None:
    letters = data.draw(st.text("jqvwz", min_size=1, max_size=1))  # none that a word begins or ends with
    for typed in (letters + word, word + letters, letters + word[1:]):
        near: tuple[Candidate, ...] = LatinWords([(word, 9)]).near(typed)
        assert all(each.certainty is Certainty.OFFERED for each in near)


def test_wrong_characters_are_replaced_though_their_pieces_stand_apart(searcher: Searcher) -> None:
    found = corrector(searcher, "人工只能").correct_characters()
    assert found
    assert str(found.query) == "人工智能"
    assert corrector(searcher, "手工果园").correct_characters() is None
    assert corrector(searcher, "人工智能").correct_characters() is None


def test_the_box_is_filled_for_both_ways() -> None:
    changes = (("rengong", "人工智能"), ("zhineng", ""), ("mongobd", "mongodb"))
    found = Correction(parse("人工智能 mongodb").query, "人工智能 mongodb", changes)
    q = "rengong  zhineng kind:tool -mongobd mongobd“手册”"
    assert found.apply(q) == "人工智能  kind:tool -mongobd mongodb“手册”"
    assert found.make_exact(q) == '"rengong"  "zhineng" kind:tool -mongobd "mongobd"“手册”'


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    q=st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from(["ren", "mongobd", "人工只能", "jianying", "-", '"', "OR", "x*"])).map(" ".join),
        st.text('abcdeghiluz 人工只能-"*', max_size=40),
    )
)
def test_correcting_never_fails(searcher: Searcher, q: str) -> None:
    asked = corrector(searcher, q)
    for found in (asked.correct(), asked.correct_characters(), asked.suggest(1)):
        assert found is None or (found.changes and parse(str(found.query)).query == found.query)


@pytest.mark.parametrize(("score", "chosen"), [(SURE, "mongodb"), (SURE - 0.1, "mongobd")])
def test_what_stands_with_nothing_is_replaced_only_by_a_frequent_word(score: float, chosen: str) -> None:
    slots = [
        Slot(0, (Option(Match("mongodb"), score),), Match("mongobd")),
        Slot(1, (Option(Match("灯塔"), 0.0),), is_replaced=False),
    ]
    found = choose_apart(slots, lambda queries: [0] * len(queries))
    assert [option.query for option in found] == [Match(chosen), Match("灯塔")]


def test_what_is_counted_first_where_nothing_fits_is_told_ahead() -> None:
    """On a cluster each count that was not is a call more."""
    words = ("容器", "网络", "镜像")
    slots = [
        Slot(0, (Option(Match(words[0]), 0.0),), is_replaced=False),
        Slot(1, tuple(Option(Match(word), 1.0) for word in words[1:]), Match("wangluo")),
    ]
    asked: list[list[Query]] = []

    def count(queries: Sequence[Query]) -> list[int]:
        asked.append(list(queries))
        return [0] * len(queries)

    choose_apart(slots, count)
    assert asked
    assert set(asked[0]) <= set(first_counted(slots))
