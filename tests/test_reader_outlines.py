"""Where headings say how deep they are, or stand over lists: sections, entries, and parts of their texts."""

import pytest

from wangqi.indexer.reader import read_issue
from wangqi.indexer.reader.blocks import read_lines
from wangqi.indexer.reader.outline_numbers import without_outline_numbers
from wangqi.search.model import Issue

Found = list[tuple[str, list[tuple[str, str | None]]]]


def read(text: str) -> Issue:
    return read_issue("样刊", "issue-1.md", text.encode())


def found(text: str) -> Found:
    """The name of each section with the titles and addresses of its entries."""
    sections = read(text).sections
    return [(section.title, [(entry.title, entry.url) for entry in section.entries]) for section in sections]


def thing(number: str, title: str, address: str) -> str:
    parts = f"#### {number}.1 核心功能\n1. **看水**：看得清。\n\n#### {number}.2 应用场景\n1. 渡口。\n"
    return f"### {number} {title}\n\n一件东西。\n\n{parts}\n* 项目官网：{address}\n\n"


def test_numbers_that_place_headings_are_no_numbers_of_entries() -> None:
    text = (
        "---\ntitle: 河图前沿速览\n---\n\n# 河图前沿速览\n\n## 本期主线\n\n两大趋势。\n\n"
        "# 1. 每周大新闻\n\n## 1.1 模型与前沿研究\n\n"
        + thing("1.1.1", "桨三点七 – 主力模型", "https://u.example")
        + thing("1.1.2", "橹四点六 – 旗舰", "https://v.example")
        + "## 1.2 产品发布\n\n"
        + thing("1.2.1", "望江 – 平台", "https://w.example")
        + thing("1.2.2", "缆绳 – 框架", "https://x.example")
    )
    assert found(text) == [
        ("模型与前沿研究", [("桨三点七 – 主力模型", "https://u.example"), ("橹四点六 – 旗舰", "https://v.example")]),
        ("产品发布", [("望江 – 平台", "https://w.example"), ("缆绳 – 框架", "https://x.example")]),
    ]
    assert "核心功能\n看水：看得清。\n应用场景" in read(text).sections[0].entries[0].text


def test_bare_numbers_of_sections_are_no_part_of_their_names() -> None:
    links = "+ [罗盘](https://u.example)\n+ [船舵](https://v.example)\n"
    text = f"# 1 一周见闻\n\n## 1.1 技术文章\n\n{links}\n# 2 技术总结\n\n没有。\n"
    sections = read(text).sections
    assert [(section.title, section.kind) for section in sections] == [("技术文章", "article"), ("2 技术总结", "essay")]


def test_versions_stay_in_titles() -> None:
    text = (
        "# 刊\n\n## 发布\n\n### 1.80 发布\n\n快了。见 https://u.example\n\n### 2.0 发布\n\n更快。见 https://v.example\n"
    )
    assert [title for title, _ in found(text)[0][1]] == ["1.80 发布", "2.0 发布"]


def test_days_below_months_stay_in_titles() -> None:
    text = "# 刊\n\n## 1 月\n\n### 1.5 周五夜渡\n\n见 https://u.example\n\n### 1.6 周六早渡\n\n见 https://v.example\n"
    assert without_outline_numbers(read_lines(text)) == read_lines(text)


def test_what_is_named_like_a_section_over_a_list_of_links_is_one_inside_another_too() -> None:
    text = (
        "# 小渡船教程\n\n## 社区精选文章\n- [组件知多少](https://u.example)\n- [框架测评](https://v.example)\n\n更多在站上。\n\n"
        "## 最新踩坑\n1. 授权的取消方法。\n\n2. 性能的问题。\n\n## 结束语\n没人看也坚持。\n"
    )
    issue = read_issue("样刊", "issue-1.md", f"---\ntitle: 小渡船月刊第四期（20190415）\n---\n\n{text}".encode())
    assert [section.title for section in issue.sections] == ["社区精选文章", "最新踩坑", "结束语"]
    assert [entry.title for entry in issue.sections[0].entries] == ["组件知多少", "框架测评"]
    assert (issue.ref.number, str(issue.ref.date)) == (4, "2019-04-15")


@pytest.mark.parametrize("bullet", ["*", "-"])
def test_a_list_of_labelled_addresses_closes_a_text(bullet: str) -> None:
    addresses = ["GitHub仓库：https://u.example", "模型库：https://v.example", "一图看懂：https://w.example"]
    closing = "".join(f"{bullet} {address}\n" for address in addresses)
    text = f"# 刊\n\n## 工具\n\n### 造船 实测\n\n一键生成船模。\n\n{closing}\n### 望江 平台\n\n看江。\n\n{closing}"
    assert found(text) == [("工具", [("造船 实测", "https://u.example"), ("望江 平台", "https://u.example")])]


def test_the_parts_below_the_name_of_an_article_are_its_text() -> None:
    text = "# 早读课第33期\n\n## 文章推荐\n## 《一道面试题》\n### 背景\n多列布局。\n\n### 概要\n* 定义\n\n阅读地址：https://u.example\n"
    assert found(text)[-1] == ("《一道面试题》", [("《一道面试题》", "https://u.example")])


def test_what_says_that_a_question_follows_is_no_title() -> None:
    resources = "## 资源推荐\n#### [木头](https://u.example)\n> 镜像\n\n#### [竹子](https://v.example)\n> 工具\n\n"
    questions = "## 群内问答\n#### **Q:** 如何系缆？\n**阿渡:** 打结。\n\n#### **Q:** 船怎么停\n**阿桨:** 抛锚。\n"
    text = f"# 刊\n\n{resources}{resources.replace('资源推荐', '本期专题')}{questions}"
    assert [title for title, _ in found(text)[2][1]] == ["Q: 如何系缆？", "Q: 船怎么停"]
