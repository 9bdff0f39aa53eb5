"""A hit as Markdown: pasted anywhere, it says what the entry says, whatever marks of Markdown stand in it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from wangqi.search.answer.result import Hit, Snippet
from wangqi.search.model import Entry, IssueRef
from wangqi.web.words.as_markdown import hit_as_markdown

RENDER = MarkdownIt("gfm-like", {"linkify": False})
ISSUE = IssueRef(id="w-1", archive="weekly", path="1.md", number=1, title="青铜周刊（第 1 期）", date=None)

MARKS = [
    "> 引用", ">引用", "# 标题", "## 标题 ##", "- 一项", "+ 一项", "* 一项", "1. 第一", "2024) 年", "---", "***",
    "===", "```sh", "~~~", "    缩进", "\t缩进", "| 表 | 格 |", "[链接](https://evil.example/)", "![图](x.png)",
    "<b>粗</b>", "<!-- 注 -->", "<https://evil.example/>", "**粗**", "__粗__", "*斜*", "_斜_", "~~删~~", "`代码`",
    r"\*斜\*", r"末尾\\", "]( <b>", "[^1]", "[^1]: 注", "[x]: https://evil.example/", "[ ] 待办", "a\nb", "a  \nb",
    "甲\r\n\r\n# 乙", "&lt;b&gt;", "&amp;", "&#42;粗&#42;", "&nbsp;", "A & B", "~ 约", "!",
    "C#", "C++", "a > b", "5 * 3 * 2", "snake_case_name",
]  # fmt: skip


def hit(title: str, text: str, url: str | None) -> Hit:
    entry = Entry(
        id="w-1-1", role="entry", kind="tool", title=title, text=text, url=url, section="工具", line=1, issue=ISSUE
    )
    return Hit(entry=entry, score=1.0, title_ranges=(), text_ranges=(), snippet=Snippet(text=text, ranges=()))


def rendered(markdown: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<body>{RENDER.render(markdown)}</body>")


def outline(element: ElementTree.Element) -> list[str]:
    return [each.tag for each in element.iter()]


@pytest.mark.parametrize("text", MARKS, ids=repr)
def test_marks_in_title_and_text_mean_themselves(text: str) -> None:
    plain = " ".join(text.split())
    for url, place in (("https://a.example/", None), (None, "/issues/1"), (None, None)):
        page = rendered(hit_as_markdown(hit(text, text, url), place))
        assert outline(page) == (["body", "p", "a"] if url or place else ["body", "p"])
        assert "".join(page.itertext()).strip() == f"{plain}：{plain}（第 1 期）"
    listed = rendered(f"- {hit_as_markdown(hit(text, '', None))}")
    assert outline(listed) == ["body", "ul", "li"]
    assert "".join(listed.itertext()).strip() == f"{plain}（第 1 期）"


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://a.example/(a)_[b]*", "https://a.example/(a)_%5Bb%5D*"),
        ("https://a.example/a>b<c", "https://a.example/a%3Eb%3Cc"),
        ("https://a.example/a\\*b", "https://a.example/a%5C*b"),
        ("https://a.example/?a=1&copy;=2&b=3", "https://a.example/?a=1&copy;=2&b=3"),
        ("https://a.example/?q=&#42;", "https://a.example/?q=&#42;"),
    ],
)
def test_address_leads_where_it_led(url: str, href: str) -> None:
    page = rendered(hit_as_markdown(hit("灯", "照亮", url)))
    assert outline(page) == ["body", "p", "a"]
    assert [link.get("href") for link in page.iter("a")] == [href]
