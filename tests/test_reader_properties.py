"""What holds for any text whatever: the reader has an answer, loses nothing, and stays within the file."""

import re
import time
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import helpers
from markdown_it.rules_core import inline

from wangqi.indexer.reader import read_issue
from wangqi.indexer.reader.blocks import read_lines
from wangqi.indexer.reader.decode import decode
from wangqi.indexer.reader.markup import bare_addresses
from wangqi.indexer.reader.parser import markdown_parser
from wangqi.search.errors import ReadError
from wangqi.search.model import Issue

FRAGMENTS = st.sampled_from(
    [
        *(
            "## 工具",
            "# 第 3 期",
            "### [甲](https://a.example)",
            "1、",
            "2. ",
            "（1）",
            "一、",
            "[乙](https://b.example)",
        ),
        *("（英文）", "-- 某人", "> ", "- ", "* ", "**", "***", "`", "```\n", "---", "+++", "title: x", "|"),
        *("https://c.example/d", "<b>", "</p>", "<!--", "-->", "![图](i.png)", "\n\n", "    ", "\t", "：", "「话」"),
        *("𠮷", "C++", "&amp;", "[", "](", ")", "\\", "~~", "<", "🐕 ", "\u3000", "\u200b", "返回目录"),
    ]
)
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(st.one_of(FRAGMENTS, st.text("甲乙 ab1、.\n", max_size=6)), max_size=60).map("".join),
    st.lists(FRAGMENTS, max_size=40).map("\n".join),
)


def letters(text: str) -> Counter[str]:
    """Letters and Chinese characters; digits and signs may be structure."""
    return Counter(re.findall(r"[^\W\d_]", text))


def kept(issue: Issue) -> str:
    parts = [issue.ref.title, *(section.title for section in issue.sections)]
    for one in issue.documents():
        parts += [one.title, one.text, one.attribution or "", one.url or "", *(link.url for link in one.links)]
    return "\n".join(parts)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_an_issue_or_a_read_error(data: bytes) -> None:
    reason, line = "", 1
    try:
        assert read_issue("样刊", "第1期.md", data).ref.number == 1
    except ReadError as error:
        reason, line = str(error), error.line
    assert 1 <= line <= data.count(b"\n") + 1
    assert bool(reason) == (b"\0" in data or not is_utf8(data))


@given(TEXTS)
@example('1、[甲](https://a.example)（英文）：[乙](b "题")')
@example("1、甲!![乙](b_c_d)!")
@example("[甲](b)https://c.example")
@example("[甲 : 乙](b'c') :/ d]\n\n> [甲](b)\n\n- [甲](b)  \n\n   \x0b[甲](b)")
@settings(max_examples=300, deadline=None)
def test_short_cuts_give_the_tokens_of_the_rules_that_they_pass_over(text: str) -> None:
    plain = markdown_parser()
    plain.block.ruler.disable("plain_paragraph")
    plain.core.ruler.at("inline", inline)
    plain.helpers = helpers
    assert markdown_parser().parse(text) == plain.parse(text)


def is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@given(TEXTS)
@example('1、https://a.example/b"https://a.example/b')
@settings(max_examples=400, deadline=None)
def test_every_visible_letter_is_kept(text: str) -> None:
    data = text.encode("utf-8", "ignore")
    if b"\0" in data:
        return
    clean = decode(data)
    if clean.lstrip().startswith(("---", "+++")) or re.match(r"\s*[A-Za-z_][\w-]*\s*:", clean):
        return  # settings are not shown
    lines = [line.text for line in read_lines(clean)]
    # The same address twice in an entry is one link.
    addresses = Counter(line[start:end] for line in lines for start, end in bare_addresses(line))
    visible = letters("\n".join(lines)) - letters("\n".join((addresses - Counter(set(addresses))).elements()))
    # A Chinese numeral may be the number of an entry.
    assert set(visible - letters(kept(read_issue("样刊", "x.md", data)))) <= set("一二三四五六七八九十百零两第NnOo")


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_ids_are_unique_and_lines_lie_within_the_file(text: str) -> None:
    data = text.replace("\0", "").encode("utf-8", "ignore")
    issue = read_issue("样刊", "x.md", data)
    ids = [one.id for one in issue.documents()]
    assert len(ids) == len(set(ids))
    last = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    places = [one.line for one in issue.documents()] + [one.line for one in issue.sections]
    places += [one.line for one in issue.problems]
    assert all(1 <= line <= last for line in places)
    assert [entry.line for entry in issue.entries()] == sorted(entry.line for entry in issue.entries())


@given(TEXTS)
@settings(max_examples=50, deadline=None)
def test_reading_twice_gives_the_same_issue(text: str) -> None:
    data = text.replace("\0", "").encode("utf-8", "ignore")
    assert read_issue("样刊", "x.md", data) == read_issue("样刊", "x.md", data)


@pytest.mark.parametrize(
    "data",
    [
        b">" * 10_000 + b" x",
        b"- " * 10_000 + b"x",
        b"\n".join(b" " * depth + b"- x" for depth in range(500)),
        b"[" * 50_000,
        (b"[" * 500 + b"\n\n") * 20,
        b"<a '" * 20_000,
        b"<div>" + b"<!--" * 20_000,
        b"**a " * 20_000,
        b"---\n" + b"a: [" * 3_000 + b"\n---\n",
        "1、[甲](u)\n\n".encode() * 4_000,
        ("甲" * 500_000).encode(),
    ],
    ids=["quotes", "lists", "stairs", "brackets", "groups", "tags", "comments", "bold", "yaml", "entries", "long"],
)
def test_a_hostile_file_takes_seconds_at_most(data: bytes) -> None:
    # Of the processor, in which all of them together take three; what is quadratic takes minutes.
    started = time.process_time()
    read_issue("样刊", "x.md", data)
    assert time.process_time() - started < 10


def test_text_below_thousands_of_quote_markers_is_kept() -> None:
    assert "深处" in kept(read_issue("样刊", "x.md", b"> " * 10_000 + "深处".encode()))
