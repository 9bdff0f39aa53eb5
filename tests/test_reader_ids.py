"""Ids of entries: the same after whatever an author changes elsewhere in the issue."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wangqi.indexer.reader import read_issue
from wangqi.search.model import Issue

FOLDER = Path(__file__).parent / "fixtures" / "issues"

HEAD = "# 青铜周刊（第 7 期）\n\n"
TOOLS = "## 工具\n\n1、[镜](https://mirror.example/)\n\n照人。\n\n2、[鼎](https://pot.example/)\n\n煮肉。\n\n"
SAYINGS = "## 言论\n\n1、\n\n青铜是时间的颜色。\n\n-- 匠人\n"


def read(text: str) -> Issue:
    return read_issue("样刊", "issue-7.md", text.encode())


def ids(text: str) -> dict[str, str]:
    """Title, or text, of each entry → its id."""
    return {entry.title or entry.text: entry.id for entry in read(text).entries()}


BEFORE = HEAD + TOOLS + SAYINGS


@pytest.mark.parametrize(
    "text",
    [
        HEAD + TOOLS.replace("1、", "1、[尊](https://cup.example/)\n\n盛酒。\n\n2、", 1) + SAYINGS,
        HEAD + SAYINGS + TOOLS,
        HEAD + "## 动态\n\n1、[爵](https://wine.example/)\n\n温酒。\n\n" + TOOLS + SAYINGS,
        HEAD + TOOLS.replace("煮肉。", "煮肉，也记事。") + SAYINGS,
        HEAD + TOOLS.replace("https://pot.example/", "http://www.pot.example?utm_source=weekly") + SAYINGS,
        HEAD + TOOLS.replace("## 工具", "## 好物") + SAYINGS,
        HEAD.replace("7", "8") + TOOLS + SAYINGS,
    ],
    ids=["one before", "sections exchanged", "a section before", "text", "link spelled otherwise", "section", "title"],
)
def test_an_entry_keeps_its_id(text: str) -> None:
    before, after = ids(BEFORE), ids(text)
    assert len(before) == 3
    assert {title: after.get(title) for title in before} == before


def test_an_entry_keeps_its_id_when_those_before_it_go() -> None:
    after = ids(BEFORE.replace("1、[镜](https://mirror.example/)\n\n照人。\n\n2、", "1、"))
    assert after == {title: found for title, found in ids(BEFORE).items() if title != "镜"}


def test_a_title_that_is_mended_is_the_same_entry() -> None:
    assert ids(BEFORE.replace("[鼎]", "[大鼎]"))["大鼎"] == ids(BEFORE)["鼎"]


def test_entries_about_one_page_are_told_apart() -> None:
    entries = read(HEAD + TOOLS + TOOLS.replace("工具", "文章").replace("[镜]", "[又一面镜]")).entries()
    first, _, second, _ = (entry.id for entry in entries)
    assert second == f"{first}_2"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_no_id_is_there_twice(path: Path) -> None:
    issue = read_issue("样刊", path.name, path.read_bytes())
    fronts = [section.front.id for section in issue.sections if section.front]
    found = [entry.id for entry in issue.entries()] + fronts + ([issue.front.id] if issue.front else [])
    assert len(set(found)) == len(found)
    assert {entry_id.rpartition("-")[0] for entry_id in found} <= {issue.ref.id}


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(["镜", "鼎", "尊", "爵", "瓶"]), min_size=1, max_size=12))
def test_an_id_depends_on_those_before_it_only_where_they_are_about_the_same(titles: list[str]) -> None:
    found = [entry.id for entry in read(listing(titles)).entries()]
    alone = {title: ids(listing([title]))[title] for title in titles}
    counts = [titles[: index + 1].count(title) for index, title in enumerate(titles)]
    wanted = [alone[title] + (f"_{count}" if count > 1 else "") for title, count in zip(titles, counts, strict=True)]
    assert found == wanted


def listing(titles: list[str]) -> str:
    lines = [f"{n}、[{title}](https://{ord(title)}.example/)\n\n说明。\n" for n, title in enumerate(titles, 1)]
    return HEAD + "## 工具\n\n" + "\n".join(lines)
