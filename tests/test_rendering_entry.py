"""One entry of an issue by itself: what its lines say, without what its own page says already."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wangqi.indexer.reader import read_issue
from wangqi.indexer.rendering import render_entry


def shown(markdown: str, title: str = "夜灯", lines: range | None = None) -> str:
    """The HTML of the entry on `lines` (all, if they are not given), without the line ends between blocks."""
    html = render_entry(markdown.encode(), lines or range(1, markdown.count("\n") + 2), title)
    assert html is not None
    return re.sub(r"\n(?=<|$)", "", html)


LINK = "[夜灯](https://lamp.example/)"


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        (f"1、{LINK}\n\n自己亮。", "<p>自己亮。</p>"),
        (f"### {LINK}\n\n自己亮。", "<p>自己亮。</p>"),
        (f"（3） {LINK}\n\n自己亮。", "<p>自己亮。</p>"),
        # A title in the middle of a sentence is a part of it.
        (f"- {LINK}：自己亮。", '<p><a href="https://lamp.example/" rel="external">夜灯</a>：自己亮。</p>'),
        (f"1. {LINK}：自己亮。", '<p><a href="https://lamp.example/" rel="external">夜灯</a>：自己亮。</p>'),
        (f"- {LINK}\n\n  自己亮。", "<p>自己亮。</p>"),
        # In a list of a list; by themselves these lines would be code.
        (f"    - {LINK}\n\n      自己亮。", "<p>自己亮。</p>"),
        # Two items are a list of what the entry says.
        ("夜灯\n\n- 甲\n- 乙", "<ul><li>甲</li><li>乙</li></ul>"),
        ("> 夜灯\n>\n> 自己亮。", "<blockquote><p>夜灯</p><p>自己亮。</p></blockquote>"),
        # What comes after the entry up to the next one: the next section's heading, a line.
        ("夜灯\n\n自己亮。\n\n---\n\n## 文章\n\n### 精选", "<p>自己亮。</p>"),
        ("夜灯\n\n### 用法\n\n插上。", '<h2 id="h-1">用法</h2><p>插上。</p>'),
        # Nothing else is there to be shown.
        (f"1、{LINK}", '<p>1、<a href="https://lamp.example/" rel="external">夜灯</a></p>'),
    ],
)  # fmt: skip
def test_an_entry_is_shown_without_what_its_heading_says(markdown: str, html: str) -> None:
    assert shown(markdown) == html


def test_links_are_defined_where_the_issue_defines_them() -> None:
    markdown = (
        "1、[夜灯][a]\n\n见[说明书][B]。\n\n2、别的\n\n[a]: https://lamp.example/\n[b]: https://manual.example/\n"
    )
    assert shown(markdown, lines=range(1, 5)) == (
        '<p>见<a href="https://manual.example/" rel="external">说明书</a>。</p>'
    )


def test_lines_are_counted_from_the_top_of_the_file() -> None:
    assert shown("---\ntitle: 第 1 期\n---\n夜灯\n\n自己亮。\n", lines=range(4, 7)) == "<p>自己亮。</p>"


def test_a_picture_in_place_of_a_title_stays() -> None:
    assert 'alt="夜灯"' in shown("![夜灯](https://img.example/a.png)", "")


def test_the_number_of_an_entry_without_a_title_is_left_out() -> None:
    assert shown("1、\n\n写下来的，才算想过。", "") == "<p>写下来的，才算想过。</p>"


@pytest.mark.parametrize(
    "markdown",
    [
        f"| {LINK} | 自己亮 |",  # a row without its table
        "另一条的话",  # not what the entry is about
        "夜灯\n\n" + "亮" * 20_000,  # a page of its own would be no page of one entry
    ],
)
def test_what_cannot_stand_by_itself_is_left_to_plain_text(markdown: str) -> None:
    assert render_entry(markdown.encode(), range(1, 10), "夜灯") is None


def test_nothing_of_another_entry_is_shown_and_raw_html_never() -> None:
    html = shown("1、夜灯\n\n<script>alert(1)</script>自己亮\n\n2、键盘\n", lines=range(1, 5))
    assert "键盘" not in html
    assert "<script" not in html


SHAPES = st.sampled_from(
    ["1、[甲](https://a.example/)", "- [乙](https://b.example/)：说", "    - 丙", "> 丁", "| 戊 | 己 |", "|---|---|",
     "", "```", "# 题", "## 栏", "---", "[x]: https://x.example/", "![图](a.png)", "<b>粗</b>", "1. 庚\n   辛", "\t壬"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(SHAPES, max_size=14), st.integers(1, 14), st.integers(0, 9))
def test_any_lines_of_any_issue_give_whole_html_or_none(lines: list[str], first: int, count: int) -> None:
    data = "\n".join(lines).encode()
    titles = {entry.title for entry in read_issue("甲", "1.md", data).entries()} | {""}
    for title in titles:
        html = render_entry(data, range(first, first + count), title)
        if html is not None:
            opened = re.findall(r"<(\w+)[^>]*>", re.sub(r"<(?:img|br|hr)\b[^>]*>", "", html))
            assert sorted(opened) == sorted(re.findall(r"</(\w+)>", html))
