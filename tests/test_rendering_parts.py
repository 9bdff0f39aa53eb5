"""Long issues in parts: nothing is lost, and each part shows what the whole would have shown there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangqi.indexer.rendering import parts as rendering_parts
from wangqi.indexer.rendering import render_issue, render_markdown
from wangqi.indexer.rendering.parts import LongIssue

SMALL: Final = 60
"""Characters of a part here, and as many lines as are short."""


@pytest.fixture(autouse=True, scope="module")
def small_parts() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(rendering_parts, "MAX_CHARS", SMALL)
    yield
    patch.undo()


def parts_of(text: str) -> list[str]:
    long = LongIssue(text.encode())
    return [long.part(number).markdown for number in range(1, len(long) + 1)]


def shown(markdown: str) -> str:
    return render_markdown(markdown, anchors={}).html


BLOCK: Final = "一段文字，说明了一件事情。\n\n"


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        (BLOCK * 6, ["一段文字", "一段文字"]),
        ("# 题目\n\n" + BLOCK * 3 + "## 甲\n\n" + BLOCK * 2, ["# 题", "## 甲"]),
        ("- 甲的说明文字\n" * 12, ["- 甲", "- 甲"]),  # a list without a blank line: at the end of a line
        ("- 甲\n\n  " + "它的第二段很长。" * 4 + "\n\n- 乙\n\n  " + "也很长。" * 8, ["- 甲", "- 乙"]),
        ("一句话。" * 40, ["一句话。", "一句话。"]),  # one line, after a sentence
        ("```\n\n" + "code()\n\n" * 12 + "```\n\n" + BLOCK, ["```\n", "```\n"]),  # more code than a part holds
        (BLOCK * 3 + "```\n\n" + "code()\n\n" * 3 + "```\n\n" + BLOCK, ["一段", "```\n\ncode"]),
    ],
)
def test_a_part_begins_where_a_block_does(text: str, starts: list[str]) -> None:
    parts = parts_of(text)
    assert len(parts) > 1
    assert [part[: len(start)] for part, start in zip(parts, starts, strict=False)] == starts


def test_no_part_begins_in_a_comment_which_nobody_shall_see() -> None:
    for comment in (
        "<!--\n\n# 内部\n\n{}-->",
        "%%内部\n\n{}%%",
        "{{% comment %}}\n\n内部\n\n{}{{% endcomment %}}",
    ):
        text = BLOCK * 2 + comment.format("不可见的说明\n\n" * 20) + "\n\n" + BLOCK
        parts = parts_of(text)
        assert len(parts) > 1
        assert not any("不可见" in shown(part) or "内部" in shown(part) for part in parts)


def test_links_are_defined_in_every_part_that_uses_them() -> None:
    text = (
        "见[甲][a]和[B]。\n\n"
        + BLOCK * 6
        + "再见[甲][A]。\n\n"
        + BLOCK * 6
        + "[a]: https://a.example/\n[b]: https://b.example/ '题'\n"
    )
    pages = [shown(part) for part in parts_of(text)]
    assert [page.count("https://a.example/") for page in pages if "见" in page] == [1, 1]
    assert "https://b.example/" in pages[0]
    assert not any("]:" in page for page in pages)


@given(st.text(alphabet="甲a \n#-`>|*[](){}%!<", max_size=400))
def test_the_parts_are_the_text_and_every_line_begins_in_one(text: str) -> None:
    long = LongIssue(text.encode())
    numbers = range(1, len(long) + 1)
    assert "".join(long._text[long._cuts[n - 1] : long._cuts[n]] for n in numbers) == long._text
    lines = [line for number in numbers for line in long.lines(number)]
    assert lines == list(range(1, long._text.count("\n") + 2))
    for number in numbers:
        assert all(long.part_with(line) == number for line in long.lines(number))


LINES: Final = ("甲乙丙丁戊己庚辛", "", "", "## 题", "- 甲", "```", "> 引", "[x]: https://a.example/", "[x]", "<!-- 注")


@given(st.lists(st.sampled_from(LINES).map("{}\n".format), max_size=40))
def test_an_anchor_stands_in_the_part_at_its_line(lines: list[str]) -> None:
    data = "".join(lines).encode()
    whole = render_issue(data, anchors={line: [f"e-{line}"] for line in range(1, len(lines) + 1)})
    long = LongIssue(data)
    found = []
    for number in range(1, len(long) + 1):
        part = long.part(number)
        anchors = {line - part.offset: [f"e-{line}"] for line in long.lines(number) if line <= len(lines)}
        found += re.findall(r'id="(e-\d+)"', render_markdown(part.markdown, anchors=anchors).html)
    assert sorted(found) == sorted(re.findall(r'id="(e-\d+)"', whole.html))
