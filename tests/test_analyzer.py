"""The analyzer: which typed spellings find which texts, and offsets into the original."""

from __future__ import annotations

import gc
import pickle
import unicodedata
import weakref
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from samples import ANALYZER, find, make_issue, open_memory, texts

from wangqi.search.analysis import Analyzer, fold_key
from wangqi.search.analysis.analyzer import spellings_of, squeezed_units
from wangqi.search.analysis.folding import fold, fold_case
from wangqi.search.analysis.units import cut_units
from wangqi.search.query.parser import parse


def finds(text: str, q: str, folder: Path, analyzer: Analyzer = ANALYZER) -> bool:
    searcher = open_memory(folder, [make_issue(1, *texts(text))], analyzer)
    return find(searcher, parse(q).query, analyzer=analyzer).total == 1


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        (
            "用 OpenMessaging 发消息",
            ["OpenMessaging", "openmessaging", "open messaging", "open-messaging", "messaging"],
        ),
        ("an open messaging standard", ["OpenMessaging", "openmessaging", "Open Messaging"]),
        ("the openmessaging standard", ["OpenMessaging", "open messaging", "OPENMESSAGING"]),
        ("装上 ngx_http_dyups_module 模块", ["ngx_http_dyups_module", "ngx http dyups module", "dyups", "ngx-http"]),
        ("基于 Vue3 的组件", ["vue3", "vue 3", "Vue", "VUE 3"]),
        ("基于 Vue 3 的组件", ["vue3", "vue 3", "vue-3"]),
        ("用 Node.js 写的", ["node.js", "nodejs", "node js", "Node", "NodeJS"]),
        ("用 nodejs 写的", ["node.js", "nodejs", "node js"]),
        ("GPT-4 与 GPT-4o", ["gpt4", "gpt-4", "GPT 4", "gpt4o", "GPT-4o", "gpt"]),
        ("k8s 集群", ["k8s", "K8S"]),
        ("C++、C# 和 F#", ["c++", "C#", "f#"]),
        ("C++11 的新特性", ["c++", "c++11", "C++ 11"]),
        ("微软 .NET 平台", [".net", ".NET", "net"]),
        ("ASP.NET 教程", [".net", "asp.net", "aspnet", "asp net"]),
        ("C语言和R语言", ["C语言", "C 语言", "c", "R", "r 语言"]),
        ("用 C 语言写", ["C语言", "c 语言", '"C语言"']),
        ("3D 打印与 5G", ["3d", "3D打印", "5g"]),
        ("owner/repo 和 TCP/IP", ["owner/repo", "owner repo", "tcp/ip", "tcpip", "repo"]),
        ("TypeScript5.2 发布", ["typescript", "typescript5.2", "type script"]),  # what case parts, without its number
        ("OpenStreetMap-Tool", ["openstreetmap", "open streetmap", "openstreet map", "openstreetmap-tool"]),
        ("OAuth2.0 登录", ["oauth2", "oauth 2", "oauth 2.0", "OAuth"]),
        ("GPT4o 模型", ["gpt-4o", "gpt 4o", "GPT4"]),
        ("Web 2.0 时代", ["2.0", "web2.0", "Web 2.0"]),
        ("Wi-Fi 路由", ["wifi", "wi fi", "WiFi", "wi-fi"]),
        ("wifi 路由", ["Wi-Fi", "WIFI"]),
        ("发 e-mail", ["email", "E-mail", "e mail"]),
        ("发 email", ["e-mail"]),
        ("UTF-8 编码", ["utf8", "utf 8"]),
        ("H.264 编码", ["h264", "h.264"]),
        ("Python 3.11 发布", ["python3.11", "python3", "3.11"]),
        ("USB-C 接口", ["usbc", "usb c"]),
        ("x86_64 架构", ["x86", "x86-64", "x86 64"]),
        ("996.ICU", ["996", "996icu", "996 icu"]),
        ("AT&T 与 A/B 测试", ["at&t", "ab测试", "A/B 测试"]),
        ("DALL·E 2", ["dalle", "dall-e", "DALL·E"]),
        ("B站的T恤", ["b 站", "B站", "t 恤"]),
        ("C/C++ 项目", ["c", "c++", "C/C++"]),
        ("H₂O 与 E=mc²", ["h2o", "mc2"]),
        ("见 https://www.example.org/hyperhq/runV 项目", ["hyperhq", "runv", "hyperhq/runv", "example.org"]),
        ("导出 PDFs 文件", ["pdfs", "PDFs"]),
        ("版本 1.2.3 发布", ["1.2.3", "版本 1.2.3"]),
        ("一盏大灯", ["灯", "大灯", "盏大", "一盏大灯"]),
        ("容器镜像分发系统", ["镜像", "像分", "器镜像分", "容器镜像分发系统", "系统 容器"]),
        ("用Rust写的编辑器", ["rust", "用rust写", "编辑器", "rust 编辑器", '"Rust写的"']),
        ("顯示器與鍵盤", ["显示器", "顯示器", "键盘"]),
        ("显示器与键盘", ["顯示器", "鍵盤"]),
        ("ＡＢＣ１２３ ㎏", ["abc123", "ABC", "kg"]),
        ("Café Zoë", ["cafe", "café", "zoe"]),
        ("零\u200b宽\ufeff字符", ["零宽", "零宽字符"]),
        ("𠮷野家", ["𠮷", "𠮷野", "野家", "𠮷野家"]),
        ("ひらがな 한국어", ["ひら", "らがな", "한국", "어"]),
        ("Привет мир", ["привет", "МИР"]),
        ("周五快乐 🎉", ["🎉", "快乐🎉"]),
        ("易于学习，难以精通", ['"易于学习，难以精通"', '"易于学习难以精通"', "难以精通"]),
    ],
)
def test_a_text_is_found_in_every_spelling(text: str, queries: list[str], tmp_path: Path) -> None:
    assert [q for n, q in enumerate(queries) if not finds(text, q, tmp_path / str(n))] == []


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("用 C++ 写", "c"),
        ("用 C 写", "c++"),
        ("example.net", ".net"),
        ("OpenMessaging", "messenger"),
        ("messaging, then open", '"open messaging"'),
        ("大树下的路灯", "大灯"),
        ("灯。泡在水里", "灯泡"),  # punctuation parts words
        ("开放。源码", "放源"),
        ("镜像的分发", '"镜像分发"'),
        ("kubernetes", "kube"),  # the start of a word needs its star
    ],
)
def test_a_text_is_not_found_by_another_word(text: str, q: str, tmp_path: Path) -> None:
    assert not finds(text, q, tmp_path / "index")


def test_aliases_count_both_ways(tmp_path: Path) -> None:
    analyzer = Analyzer(
        aliases={"k8s": "Kubernetes", "js": ["JavaScript", "ECMAScript"], "机器学习": "machine learning"}
    )
    cases = [
        ("a kubernetes cluster", "K8s"),
        ("a k8s cluster", "kubernetes"),
        ("ECMAScript 规范", "js"),
        ("ECMAScript 规范", "javascript"),
        ("关于 machine learning", "机器学习"),
        ("机器学习入门", "machine learning"),
    ]
    assert [case for n, case in enumerate(cases) if not finds(*case, tmp_path / str(n), analyzer)] == []


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("a kubernetes cluster", ["k8s", "K8S"]),
        ("用 .NET 写的", ["dotnet", "dot net", ".net"]),
        ("a dotnet tool", [".NET", "dot net"]),
        ("C++ 与 C#", ["cpp", "csharp"]),
        ("用 Go 写的", ["golang"]),
        ("谷歌的大模型", ["google", "Google LLM", "large language model", "大语言模型"]),
        ("在 Windows 11 上", ["win11"]),
        ("VS Code 插件", ["vscode", "visual studio code"]),
        ("open-source 软件", ["开源软件", "开源"]),
    ],
)
def test_well_known_names_have_aliases(text: str, queries: list[str], tmp_path: Path) -> None:
    assert [q for n, q in enumerate(queries) if not finds(text, q, tmp_path / str(n))] == []


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("the net", ".net"),  # the dot of a name counts in its aliases as well
        ("the net", "dotnet"),
        ("苹果变成橙子", "apple"),
        ("the open door, a source", "开源"),  # an alias of two words stands together
    ],
)
def test_aliases_find_nothing_else(text: str, q: str, tmp_path: Path) -> None:
    assert not finds(text, q, tmp_path / "index")


def test_a_name_of_two_words_that_has_aliases_stays_two_words() -> None:
    assert [word.text for word in ANALYZER.query("量子计算机")] == ["量子", "计算机"]
    assert ["quantum computer" in word.aliases for word in ANALYZER.query("量子计算机")] == [True, True]


def test_aliases_of_the_site_stand_in_place_of_the_shipped_ones(tmp_path: Path) -> None:
    analyzer = Analyzer(aliases={"js": "青铜脚本", "k8s": []})
    assert finds("青铜脚本入门", "js", tmp_path / "own", analyzer)
    assert not finds("JavaScript 入门", "js", tmp_path / "shipped", analyzer)
    assert finds("ECMAScript 入门", "javascript", tmp_path / "the others", analyzer)
    assert not finds("kubernetes 集群", "k8s", tmp_path / "none", analyzer)


def test_synonyms_of_the_site_stand_in_place_of_the_shipped_ones() -> None:
    analyzer = Analyzer(synonyms={"露营": ["野营", "帐篷"], "二手": []})
    assert set(analyzer.synonyms("帐篷")) == {"露营", "野营"}
    assert analyzer.synonyms("二手") == ()
    assert "二手" not in analyzer.synonyms("闲置")
    assert "跳蚤市场" in analyzer.synonyms("闲置")
    assert pickle.loads(pickle.dumps(analyzer)).synonyms("露营") == analyzer.synonyms("露营")


def test_words_of_the_site_are_kept_whole() -> None:
    assert "青铜周刊" not in ANALYZER.index("订阅青铜周刊吧").words
    assert "青铜周刊" in Analyzer(words=["青铜周刊"]).index("订阅青铜周刊吧").words


def test_an_analyzer_that_nobody_uses_any_more_is_let_go() -> None:
    """Without a search for garbage: a server makes one after each change of its words, and searches seldom."""
    gc.disable()
    try:
        analyzer = Analyzer(["量子"], {"zeta": "图床"})
        bound = analyzer.joining(lambda words, *, is_all: [(word,) for word in words])
        bound.query("量子 zeta")
        held = [weakref.ref(each) for each in (bound, analyzer)]
        del analyzer, bound
        assert [each() for each in held] == [None, None]
    finally:
        gc.enable()


def test_the_fingerprint_tells_dictionaries_and_aliases_apart() -> None:
    analyzers = [Analyzer(), Analyzer(words=["甲乙"]), Analyzer(aliases={"甲": "乙"}), Analyzer(aliases={"甲": "丙"})]
    analyzers += [Analyzer(synonyms={"甲": "乙"}), Analyzer(synonyms={"甲": "丙"})]
    assert len({analyzer.fingerprint for analyzer in analyzers}) == len(analyzers)
    assert Analyzer(words=["甲乙", "丙丁"]).fingerprint == Analyzer(words=["丙丁", "甲乙"]).fingerprint


def test_no_stop_word_is_lost() -> None:
    assert [word.text for word in ANALYZER.query("怎么 的 the")] == ["怎么", "的", "the"]


@pytest.mark.parametrize("q", ["的", "C", "+1", "#1", "1", "🎉", "α", "→", "@", "ⅷ", "の", "C++ +", "~", "~download"])
def test_a_query_of_any_letter_digit_or_symbol_asks_for_something(q: str) -> None:
    assert bool(ANALYZER.query(q)) == any(char.isalnum() or char in "🎉→" for char in q)


def test_positions_count_units() -> None:
    tokens = ANALYZER.index("C语言 OpenMessaging")
    grams = dict(zip(tokens.grams, tokens.positions, strict=True))
    assert {gram: grams[gram] for gram in ("c", "语", "语言", "open", "messaging", "openmessaging")} == {
        "c": 0, "语": 1, "语言": 1, "open": 3, "messaging": 4, "openmessaging": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("㎏", "kg"),
        ("１２ＡＢ", "12AB"),
        ("后來", "后来"),
        ("a\u200bb\x00c", "abc"),
        ("\ud800x", "x"),  # a lone surrogate
        ("ﬁne", "fine"),
        ("é", "e"),
        ("e\u0301", "e"),
        ("が", "が"),
        ("か\u3099イト\u3099", "がイド"),  # as macOS writes them
        ("ﾌﾟﾛｸﾞﾗﾑ", "プログラム"),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국"),
        ("Đà Nẵng", "Da Nang"),
        ("Œuvre søster Łódź", "OEuvre soster Lodz"),
    ],
)
def test_what_looks_or_means_the_same_is_folded(text: str, folded: str) -> None:
    assert fold(text).text == folded


def test_what_was_met_before_changes_no_folding() -> None:
    text = "".join(map(chr, range(0x20, 0x3000)))  # enough for the table to learn what it can pass over
    first, second = fold(text), fold(text)
    assert first == second
    assert first.text == "".join(fold(char).text for char in text)


@pytest.mark.parametrize(
    ("text", "folded", "origins"),
    [
        ("灯 ABC", "灯 abc", None),
        ("ﬁｘA", "fixa", (0, 0, 1, 2)),
        ("aßB", "assb", (0, 1, 1, 2)),  # grows by case alone
        ("㎏ẞ", "kgss", (0, 0, 1, 1)),
    ],
)
def test_folding_case_tells_where_each_character_comes_from(
    text: str, folded: str, origins: tuple[int, ...] | None
) -> None:
    assert fold_case(text)[:2] == (folded, origins)


@pytest.mark.parametrize("text", ["\u1112\u1161\u11ab국", "カ\u3099イト\u3099", "ﾌﾟﾛｸﾞ", "a\u1112\u1161b"])
def test_what_is_written_in_several_characters_is_marked_whole(text: str) -> None:
    units = cut_units(text)
    assert "".join(text[unit.start : unit.end] for unit in units) == text
    assert [unit.text for unit in units] == list(normalize("NFKC", text))


def test_names_are_compared_folded() -> None:
    assert fold_key(" 精彩　文章 Ａ ") == fold_key("精彩 文章 a")


ANY_TEXT = st.text(st.characters(), max_size=60) | st.text(
    "语言 aB1-.㎏ﬁ𠮷\u200b繁體éøか\u3099ﾌﾟ\u1112\u1161\u11ab，\n", max_size=60
)


@given(ANY_TEXT)
def test_offsets_point_into_the_original(text: str) -> None:
    last = 0
    for unit in cut_units(text):
        assert last <= unit.start < unit.end <= len(text)
        assert unit.text in fold(text[unit.start : unit.end]).text.casefold()
        last = unit.start


@given(ANY_TEXT)
@example("\u3131\u314f")  # two letters of Hangul, which fold to the parts of one syllable
@example("\uffa1\uffc2")
@example("\u1100\u314f")
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=30), st.data())
def test_any_han_substring_is_among_the_grams(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 1, len(text)))
    tokens = ANALYZER.index(text)
    grams = set(zip(tokens.grams, tokens.positions, strict=True))
    for spelling in spellings_of(text[start:end]):
        assert {(gram, start + offset) for gram, offset in spelling} <= grams


@given(ANY_TEXT | st.text("aBC1+#.-_ é", max_size=12))
def test_what_the_index_keeps_agrees_with_the_units(text: str) -> None:
    units, tokens = cut_units(text), ANALYZER.index(text)
    assert tokens.length == len(units)
    assert squeezed_units(text) == "".join(unit.text for unit in units)
    grams = set(zip(tokens.grams, tokens.positions, strict=True))
    assert {(unit.text, position) for position, unit in enumerate(units)} <= grams


def test_every_letter_and_digit_of_plain_unicode_is_a_unit() -> None:
    letters = [chr(code) for code in range(0x3000) if unicodedata.category(chr(code))[0] in "LN"]
    lost = [char for char in letters if fold(char).text.strip() and not cut_units(char)]
    assert lost == []
