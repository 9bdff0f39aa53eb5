"""What looks like an entry or a section and is none: tables of contents, recurring labels, headings in entries."""

import pytest

from wangqi.indexer.reader import read_issue
from wangqi.search.model import Issue

Found = list[tuple[str, list[tuple[str, str | None]]]]


def read(text: str) -> Issue:
    return read_issue("样刊", "issue-1.md", text.encode())


def found(text: str) -> Found:
    """The name of each section with the titles and addresses of its entries."""
    sections = read(text).sections
    return [(section.title, [(entry.title, entry.url) for entry in section.entries]) for section in sections]


NEWS = '## 新闻\n\n<a id="n-1"></a>\n### [木船下水](https://u.example)\n\n很稳。\n\n<a id="n-2"></a>\n### [灯塔换灯](https://v.example)\n\n更亮。\n'
READ_NEWS = ("新闻", [("木船下水", "https://u.example"), ("灯塔换灯", "https://v.example")])


@pytest.mark.parametrize(
    "contents",
    [
        "**新闻**\n1. [木船下水](#n-1) ⭐️ 8.0/10\n2. [灯塔换灯](#n-2)\n\n**博客**\n1. [缆绳](#b-1)\n",
        "- [木船下水](#n-1)\n- [灯塔换灯](#n-2)\n",
        "- [新闻](#新闻)\n  - [木船下水](#n-1)\n  - [灯塔换灯](#n-2)\n",
        "| 栏目 | 标题 |\n|---|---|\n| 新闻 | [木船下水](#n-1) |\n| 新闻 | [灯塔换灯](#n-2) |\n",
        "[木船下水](#n-1)\n\n[灯塔换灯](#n-2)\n",
        "1、[木船下水](#n-1)\n\n2、[灯塔换灯](#n-2)\n",
    ],
)
def test_a_table_of_contents_holds_no_entries(contents: str) -> None:
    for text in (
        f"# 渡口周刊 第 3 期\n\n{contents}\n---\n\n{NEWS}",
        f"# 渡口周刊 第 3 期\n\n{NEWS}\n---\n\n{contents}",
    ):
        issue = read(text)
        assert [(entry.title, entry.url) for entry in issue.entries()] == READ_NEWS[1]
        assert [problem.code for problem in issue.problems if problem.code == "links-not-read"] == []
    named = read(f"# 渡口周刊 第 3 期\n\n## 今日看点\n\n{contents}\n{NEWS}")
    assert [(entry.title, entry.url) for entry in named.entries()] == READ_NEWS[1]
    assert named.sections[0].front is not None
    assert [problem.code for problem in named.problems if problem.code == "empty-section"] == []


def test_a_section_that_links_to_places_of_other_pages_is_no_table_of_contents() -> None:
    text = "# 刊\n\n## 工具\n\n- [量尺](/tools#ruler)\n- [绳结](#)\n- [铅坠](https://u.example/#plumb)\n"
    assert [title for title, _ in found(text)[0][1]] == ["量尺", "绳结", "铅坠"]


LABEL = "**长按识别二维码查看原文**   \n\n"


@pytest.mark.parametrize("label", [LABEL, "**👇 阅读原文**\n\n", "__展开看看__\n\n"])
def test_a_bold_line_that_comes_again_and_again_leads_no_entry(label: str) -> None:
    text = (
        "# 渡口周刊 #11\n\n## 🔥 本周热门\n\n"
        f"**绳结大全** —— 一百种绳结，还讲 **断缆** 的故事。\n\n{label}https://u.example/knots\n\n林一\n\n"
        f"**🖼 量帆：量帆的尺寸** —— 小而完整。\n\n{label}https://v.example/sails\n\n周二\n\n"
        "## 🛠 代码与工具\n\n"
        f"**换桨的做法**\n\n{label}https://w.example/oars\n\n丁三\n"
    )
    assert found(text) == [
        ("🔥 本周热门", [("绳结大全", "https://u.example/knots"), ("量帆：量帆的尺寸", "https://v.example/sails")]),
        ("🛠 代码与工具", [("换桨的做法", "https://w.example/oars")]),
    ]
    assert label.strip(" \n*_👇") in read(text).entries()[0].text


def test_titles_that_come_twice_lead_entries() -> None:
    text = "# 刊\n\n## 工具\n\n**无题**\n\n说到盐。\n\nhttps://u.example\n\n**无题**\n\n说到风。\n\nhttps://v.example\n"
    assert found(text) == [("工具", [("无题", "https://u.example"), ("无题", "https://v.example")])]


def test_headings_above_labelled_lines_lead_entries_with_credits_below_a_rule() -> None:
    one = "### {}\n\n**地址**：https://{}.example\n\n**软件状态**：免费\n\n**软件介绍**：\n\n{}。\n\n***\n整理编辑：[渡星](https://e.example)\n\n"
    text = f"# 周报\n\n## 好物\n\n{one.format('摸鱼绳结', 'u', '打绳结')}{one.format('绳图', 'v', '画绳图')}"
    assert found(text) == [("好物", [("摸鱼绳结", "https://u.example"), ("绳图", "https://v.example")])]


@pytest.mark.parametrize(
    "section",
    [
        "1、 [绳图](https://u.example)\n\n### 概要\n\n画绳图的库。\n\n主要思想\n- 先画结\n- 再画绳\n\n2、[量尺](https://v.example)\n\n量海图。",
        "1、 [绳图](https://u.example)\n\n### 概要\n\n画绳图的库。\n\n### 用法\n\n照着画。\n\n2、[量尺](https://v.example)\n\n量海图。",
        "- [绳图](https://u.example)\n\n### 概要\n\n画绳图的库。\n\n- [量尺](https://v.example)：量海图",
    ],
)
def test_a_heading_below_a_linked_title_is_part_of_its_text(section: str) -> None:
    text = f"# 渡口周刊 第 3 期\n\n## 开源项目\n\n{section}\n"
    assert found(text) == [("开源项目", [("绳图", "https://u.example"), ("量尺", "https://v.example")])]
    assert "概要" in read(text).entries()[0].text


def test_a_text_above_the_first_sub_section_stays_in_its_section() -> None:
    text = (
        "# 渡口周刊 第 3 期\n\n## 个人动态\n\n五一去了渡口。\n\n船很慢，雾很大。\n\n回来以后修了三天的桨。\n\n"
        "### 项目\n\n- [绳图](https://u.example)\n- [量尺](https://v.example)\n\n## 文章\n\n- [盐路](https://w.example)\n"
    )
    assert [title for title, _ in found(text)] == ["个人动态", "项目", "文章"]
    assert "修了三天的桨" in read(text).sections[0].entries[0].text


def test_the_first_of_several_topmost_headings_is_the_title_if_it_alone_names_a_day() -> None:
    text = (
        "# 渡口动态周报 2026-09-12\n\n> 共 30 条\n\n---\n\n# 渡口周报\n\n## 1. 本周要点\n\n说到盐。\n\n"
        "## 2. 工具\n\n- [绳图](https://u.example)\n- [量尺](https://v.example)\n"
    )
    issue = read(text)
    assert (issue.ref.title, str(issue.ref.date)) == ("渡口动态周报 2026-09-12", "2026-09-12")
    assert [entry.title for entry in issue.entries()] == ["本周要点", "绳图", "量尺"]


def test_who_sent_an_entry_in_does_not_hide_its_only_address() -> None:
    text = (
        "# 刊\n\n## 本周功能\n\n"
        "- **缆绳插件支持降级**  \n  **相关 PR**：https://u.example/pull/1  \n"
        "  **贡献者**：[渡工](https://git.example/du)\n\n"
        "- **日志支持压缩**  \n  **相关 PR**：https://u.example/pull/2  \n"
        "  **贡献者**：[船工](https://git.example/chuan)\n"
    )
    ((_, entries),) = found(text)
    assert entries == [("缆绳插件支持降级", "https://u.example/pull/1"), ("日志支持压缩", "https://u.example/pull/2")]
