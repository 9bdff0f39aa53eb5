"""Words marked in the HTML of an issue: in its text alone, whatever tags stand in between."""

import re
from collections.abc import Sequence

import pytest

from wangqi.indexer.rendering import render_issue
from wangqi.indexer.rendering.marks import Ranges


def marking(*words: str) -> "FindIn":
    return FindIn(words)


class FindIn:
    """Finds plain words, and keeps the texts that it was asked about together."""

    def __init__(self, words: Sequence[str]) -> None:
        self.pattern = re.compile("|".join(map(re.escape, words)))
        self.asked: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> Sequence[Ranges]:
        self.asked.append(list(texts))
        return [[found.span() for found in self.pattern.finditer(text)] for text in texts]


@pytest.mark.parametrize(
    ("markdown", "word", "html"),
    [
        ("一盏夜灯", "夜灯", '<p>一盏<mark id="first-mark">夜灯</mark></p>\n'),
        ("夜灯，夜灯", "夜灯", '<p><mark id="first-mark">夜灯</mark>，<mark>夜灯</mark></p>\n'),
        (
            "[夜灯](https://a.example/夜灯)",
            "夜灯",
            '<p><a href="https://a.example/夜灯" rel="external"><mark id="first-mark">夜灯</mark></a></p>\n',
        ),
        # One word in two pieces is one mark to the reader, and two to HTML.
        ("夜**灯**", "夜灯", '<p><mark id="first-mark">夜</mark><strong><mark>灯</mark></strong></p>\n'),
        ("`a<b>`", "<b>", '<p><code>a<mark id="first-mark">&lt;b&gt;</mark></code></p>\n'),
        ("a &amp; b", "&", '<p>a <mark id="first-mark">&amp;</mark> b</p>\n'),
        ("𠮷祥", "祥", '<p>𠮷<mark id="first-mark">祥</mark></p>\n'),  # counted in code points
        ("![夜灯](https://a.example/x.png)", "夜灯", None),  # what is not text is not marked
        ("夜\n灯", "夜灯", None),
        ("没有", "夜灯", None),
    ],
)
def test_marks_stand_in_text_alone(markdown: str, word: str, html: str | None) -> None:
    plain = render_issue(markdown.encode(), anchors={})
    rendered = render_issue(markdown.encode(), anchors={}, find=marking(word))
    assert rendered.html == (plain.html if html is None else html)
    assert (rendered.marks > 0) == (html is not None)


def test_a_word_in_two_pieces_counts_once() -> None:
    assert render_issue("夜**灯**和夜灯".encode(), anchors={}, find=marking("夜灯")).marks == 2


def test_the_blocks_of_an_entry_are_looked_through_together() -> None:
    find = marking("x")
    markdown = "## 工具\n\n1、甲\n\n甲的说明\n\n2、乙\n\n乙的说明\n"
    render_issue(markdown.encode(), anchors={3: ["e-1"], 7: ["e-2"]}, find=find)
    assert find.asked == [["工具"], ["1、甲", "甲的说明"], ["2、乙", "乙的说明"]]
