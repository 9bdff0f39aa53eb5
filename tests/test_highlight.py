"""Marks and snippets: the whole typed word, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from samples import ANALYZER, marked

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.units import cut_units
from wangqi.search.answer.haystack import Haystack
from wangqi.search.answer.highlighting import Highlighter, Mark, merged
from wangqi.search.answer.needles import Needle
from wangqi.search.answer.result import Range
from wangqi.search.answer.snippets import SNIPPET_CHARS, make_snippet
from wangqi.search.query.parser import parse


def marks_of(q: str, text: str, analyzer: Analyzer = ANALYZER) -> list[Mark]:
    return Highlighter(parse(q).query, analyzer).find([text])[0]


@pytest.mark.parametrize(
    ("q", "text", "pieces"),
    [
        (
            "镜像分发系统",
            "一个镜像分发系统，不是操作系统",
            ["镜像分发系统"],
        ),  # whole, so its words are not marked elsewhere
        ("镜像分发系统", "镜像的系统", ["镜像", "系统"]),  # nowhere whole: the words it consists of
        ("灯", "大灯和灯泡", ["灯", "灯"]),
        ("镜像 分发", "镜像分发", ["镜像分发"]),  # touching marks are one
        ("docker", "Docker 与 dockerfile", ["Docker"]),  # not a part of a longer word
        ("git", "GitHub 和 git", ["Git", "git"]),  # but a part that case shows
        ("openmessaging", "用 Open Messaging 与 OpenMessaging", ["Open Messaging", "OpenMessaging"]),
        ("open messaging", "OpenMessaging", ["OpenMessaging"]),
        ("open messaging", "用 openmessaging 发", ["openmessaging"]),
        ("node.js", "Node.js、NodeJS、nodejs", ["Node.js", "NodeJS", "nodejs"]),
        ("nodejs", "node   js，node, js", ["node   js"]),  # any number of blanks, but no comma
        ("aa", "xA a A", ["A a A"]),
        ("n", "open n，nN，n1，N·n", ["n", "nN", "n", "N", "n"]),
        ("C++", "C 与 C++", ["C++"]),
        ("C", "C++、C#、c、ABC", ["c"]),
        ("strasse", "Straße", ["Straße"]),  # longer when its case is folded
        ("ＧＰＴ4", "GPT-4 与 gpt４", ["GPT-4", "gpt４"]),
        (".net", "微软 .NET 与 example.net", [".NET"]),
        ("kube*", "kubectl 与 Kubernetes", ["kubectl", "Kubernetes"]),
        ("“易于学习，难以精通”", "说“易于学习，难以精通”。", ["易于学习，难以精通"]),
        ("顯示器", "顯示器与显示器", ["顯示器", "显示器"]),
        ("㎏", "5 ㎏ 和 5kg", ["㎏", "kg"]),
        ("𠮷野", "去𠮷野家", ["𠮷野"]),
        ("灯 -泡", "灯泡", ["灯"]),
        ("灯 OR 泡", "灯与泡", ["灯", "泡"]),
        ("怎么把网页转成 PDF", "把网页变成 pdf 的工具", ["网页", "pdf"]),  # no single characters, no words of grammar
        ("怎么", "怎么办", ["怎么"]),  # unless nothing else was typed
        ("https://lamp.example/a", "见 lamp.example/a", ["lamp.example/a"]),
        ("没有", "另一段文字", []),
        ("", "文字", []),
        ("机器 学习", "机器\n学习", ["机器", "学习"]),
    ],
)
def test_marks_cover_what_was_typed_and_nothing_else(q: str, text: str, pieces: list[str]) -> None:
    assert marked(text, merged(marks_of(q, text))) == pieces


def test_a_word_that_is_whole_in_the_title_is_not_marked_in_parts_in_the_text() -> None:
    title, text = Highlighter(parse("镜像分发").query, ANALYZER).find(["镜像分发", "一个镜像"])
    assert (len(title), len(text)) == (1, 0)


def test_word_that_is_typed_again_is_looked_for_once() -> None:
    marks = marks_of("kube* 灯 kube* 灯 kube*", "kubectl 与灯")
    assert [(mark.start, mark.end) for mark in marks] == [(0, 7), (9, 10)]


def test_other_names_of_a_word_are_marked() -> None:
    text = "kubernetes 与 k8s"
    assert marked(text, merged(marks_of("k8s", text, Analyzer(aliases={"k8s": "kubernetes"})))) == ["kubernetes", "k8s"]


TEXT = st.text("灯泡大的ab C+-.。\n𠮷", max_size=300)


@given(TEXT, st.text("灯泡大ab C", max_size=8))
def test_marks_lie_inside_the_text_and_apart(text: str, q: str) -> None:
    ranges = merged(marks_of(q, text))
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert all(before[1] < after[0] for before, after in pairwise(ranges))


@example("ABA㎏", "ab")
@example("ABA\u200bb", "ab")
@given(st.text("abABs12 -./+#,\n灯ßｂ㎏\u200b", max_size=40), st.text("abs1", min_size=1, max_size=3))
def test_marks_of_a_latin_word_are_whole_units(text: str, q: str) -> None:
    expected: list[Range] = []
    offset = 0
    for line in text.split("\n"):
        expected += [(offset + start, offset + end) for start, end in spelled_by_units(line, q)]
        offset += len(line) + 1
    # Not by a query, whose words of three letters are also found at the start of longer ones.
    assert set(Haystack(text.split("\n")).find([Needle(q)])) == set(expected)


def spelled_by_units(line: str, q: str) -> Iterator[Range]:
    """What marking means: neighbouring units that together are what was typed."""
    units = cut_units(line)
    for first, last in combinations(range(len(units) + 1), 2):
        parts = units[first:last]
        if "".join(unit.text for unit in parts) == q and all(unit.gap != "|" for unit in parts[1:]):
            yield parts[0].start, parts[-1].end


@given(TEXT, st.text("灯泡大ab C", max_size=8))
def test_a_snippet_is_a_window_of_the_text(text: str, q: str) -> None:
    marks = marks_of(q, text)
    snippet = make_snippet(text, marks)
    inner = snippet.text.removeprefix("…").removesuffix("…")
    assert inner in text.replace("\n", " ")
    assert len(inner) <= SNIPPET_CHARS
    assert bool(snippet.ranges) == bool(marks)
    words = {text[start:end].replace("\n", " ") for start, end in merged(marks)}
    assert all(any(piece in word for word in words) for piece in marked(snippet.text, snippet.ranges))


def test_a_short_text_is_its_own_snippet() -> None:
    snippet = make_snippet("一盏\n大灯", marks_of("灯", "一盏\n大灯"))
    assert (snippet.text, marked(snippet.text, snippet.ranges)) == ("一盏 大灯", ["灯"])


def test_a_long_text_without_marks_gives_its_start() -> None:
    snippet = make_snippet("长" * 300, [])
    assert (snippet.text, snippet.ranges) == ("长" * SNIPPET_CHARS + "…", ())


def test_the_window_holds_the_most_different_words() -> None:
    text = "灯。" + "灯" * 3 + "无关的话，" * 60 + "这里有灯也有手电。" + "无关的话，" * 60
    snippet = make_snippet(text, marks_of("灯 手电", text))
    assert "手电" in marked(snippet.text, snippet.ranges)
    assert snippet.text.startswith("…")
    assert snippet.text.endswith("…")


def test_a_snippet_starts_with_its_sentence() -> None:
    text = "很长的一段开头，没有停顿" * 20 + "。然后说到灯泡。" + "后面的话。" * 60
    assert make_snippet(text, marks_of("灯泡", text)).text.startswith("…然后说到灯泡。")
