"""What an issue's page shows and what the index holds of it agree: the same addresses, the same text."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wangqi.indexer.archive.files import find_issues
from wangqi.indexer.reader import read_issue
from wangqi.indexer.rendering import render_issue
from wangqi.search.document.links import web_address


class Shown(HTMLParser):
    """The text and the addresses of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: set[str] = set()
        self._texts: list[str] = []
        self.feed(page)
        self.close()

    @property
    def text(self) -> str:
        return "".join("".join(self._texts).split())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.addresses |= {value for name, value in attributes if name in ("href", "src") and value}

    def handle_data(self, data: str) -> None:
        self._texts.append(data)


def shown(markdown: str | bytes) -> Shown:
    data = markdown.encode() if isinstance(markdown, str) else markdown
    return Shown(render_issue(data, anchors={}, resolve=lambda address: address).html)


def held(markdown: str) -> tuple[str, set[str]]:
    """The texts of all documents, squeezed, and the addresses of all of them."""
    documents = list(read_issue("demo", "issue-1.md", markdown.encode()).documents())
    text = "\n".join(f"{each.section}\n{each.title}\n{each.text}" for each in documents)
    links = [each.url for each in documents] + [link.url for each in documents for link in each.links]
    return "".join(text.split()), {address for link in links if link and (address := web_address(link))}


@pytest.mark.parametrize(
    ("markdown", "address"),
    [
        ("https://u.example/wiki/Foo_(bar)", "https://u.example/wiki/Foo_(bar)"),
        ("见 https://u.example/wiki/Foo_(bar)。", "https://u.example/wiki/Foo_(bar)"),
        ("（https://u.example/a）", "https://u.example/a"),
        ("https://u.example/a,b;c?d=e.", "https://u.example/a,b;c?d=e"),
        ("www.u.example/x!", "http://www.u.example/x"),
        ("https://u.example/**加粗**", "https://u.example/"),
        ("**https://u.example/粗**", "https://u.example/"),
        ("https://u.example/_a_ 与 https://u.example/_a_", "https://u.example/_a_"),
        (r"https://u.example/a\_b\_c", "https://u.example/a_b_c"),
        ("https://u.example/?a=1&amp;b=2", "https://u.example/?a=1&b=2"),
        ('<a title="a>b" href="https://u.example/q">名字</a>', "https://u.example/q"),
        ("<a href = 'https://u.example/q'>名字</a>", "https://u.example/q"),
        ('<a data-href="https://no.example" href="https://u.example/q">名字</a>', "https://u.example/q"),
        ("<a href=https://u.example/q>名字</a>", "https://u.example/q"),
        ('<a href="https://u.example/q">https://elsewhere.example/</a>', "https://u.example/q"),
        ('<img title="宽>高" src="https://u.example/p.png">', "https://u.example/p.png"),
        ("`https://u.example/code`", "https://u.example/code"),  # many write addresses so
    ],
)
def test_the_page_links_the_address_that_the_entry_has(markdown: str, address: str) -> None:
    text = f"## 工具\n\n1、**甲**\n\n{markdown}\n\n2、**乙**\n\n别的。\n"
    assert shown(text).addresses == {address}
    documents = read_issue("demo", "issue-1.md", text.encode()).documents()
    found = {
        link for each in documents for link in (each.url, *each.images, *(link.url for link in each.links)) if link
    }
    assert found == {address}


@pytest.mark.parametrize(
    ("markdown", "text", "is_text"),
    [
        ("介绍 <dialog> 元素", "dialog", True),
        ("`<dialog>` 元素", "dialog", True),
        ("<MyPanel title='x'> 组件", "MyPanel", True),
        ("泛型 Map<String, List<Integer>> 的用法", "Integer", True),
        ("用 <b>粗体</b> 写", "粗体", True),
        ("用 <b>粗体</b> 写", "<b>", False),
        ("<span data-x='量子'>字</span>", "量子", False),
        ("字<!-- 量子 -->字", "量子", False),
        ("<!-- 量子 -->", "量子", False),
        ("a < 量子 > b", "量子", True),
        ("<details><summary>量子</summary>里面</details>", "量子", True),
        ("<script>量子()</script>", "量子", False),
        ("<style>\n.量子 {}\n</style>", "量子", False),
        ("说说 <script> 标签的量子", "<script>", True),
        ("<div align=center>\n量子\n</div>", "量子", True),
        ("<section id='量子'>字</section>", "量子", False),
        ("&lt;量子&gt;", "<量子>", True),
        ("x <量子> y", "量子", True),  # no tag has such a name
    ],
)
def test_what_is_text_on_the_page_is_text_in_the_index(markdown: str, text: str, is_text: bool) -> None:
    issue = f"## 工具\n\n1、**甲**\n\n{markdown}\n\n2、**乙**\n\n别的。\n"
    assert (text in shown(issue).text) is is_text
    assert (text in held(issue)[0]) is is_text


words = st.integers(0, 999).map("字w{:03}x".format)  # no part of an address before it
addresses = st.builds(
    "https://h{}.example/{}{}".format,
    st.integers(0, 999),
    st.text("ab_().,;:!?'*[]#=&%~-/", max_size=6).map("p".__add__),
    st.sampled_from(" ，）】\n`"),
)
tags = st.builds(
    "<{} {}={}>{}</{}>".format,
    st.sampled_from(["b", "a", "dialog", "my-tag", "div", "span", "T", "details", "script", "section"]),
    st.sampled_from(["href", "title", "src", "data-href"]),
    st.builds("{0}{1}{0}".format, st.sampled_from(["'", '"', ""]), st.one_of(words, addresses, st.just("a>b"))),
    words,
    st.sampled_from(["b", "a", "dialog", "my-tag", "div", "span", "T", "details", "script", "section"]),
)
pieces = st.one_of(
    words,
    addresses,
    tags,
    st.sampled_from(["<", ">", "<!--", "-->", "`", " ", "，", "\n", "（", ")", "**", "<br>", "&lt;", "中文"]),
)
# A line that begins with a tag may be a block of HTML, which ends elsewhere than a paragraph.
lines = st.lists(pieces, max_size=12).map(lambda drawn: "".join(["字", *drawn]).replace("\n", "\n字"))


@settings(max_examples=300, deadline=None)
@given(before=lines, after=lines)
def test_page_and_index_agree_on_whatever_is_written(before: str, after: str) -> None:
    issue = f"## 工具\n\n1、**甲**\n\n{before}\n\n2、**乙**\n\n{after}\n"
    page, (text, found) = shown(issue), held(issue)
    assert found <= page.addresses
    assert set(re.findall(r"w\d{3}x", page.text)) == set(re.findall(r"w\d{3}x", text))


@pytest.mark.shared
@pytest.mark.parametrize("name", ["ruanyf", "kuring", "openbiox"])
def test_every_address_of_an_entry_is_a_link_of_its_page(name: str, shared: Path, ruanyf: Path) -> None:
    missing = list(_not_linked(ruanyf / "docs" if name == "ruanyf" else shared / "corpora" / name))
    assert not missing, missing[:10]


def _not_linked(archive: Path) -> Iterator[tuple[str, str]]:
    for path in find_issues(archive).issues:
        data = (archive / path).read_bytes()
        page = shown(data)
        for entry in read_issue("demo", path, data).documents():
            for link in (entry.url, *(link.url for link in entry.links)):
                if link and (address := web_address(link)) and address not in page.addresses:
                    yield path, link
