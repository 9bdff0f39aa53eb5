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


def test_a_bold_label_below_each_linked_title_leads_no_entry() -> None:
    text = (
        "# 刊\n\n## 推荐博文\n\n**绳结系列**，文章结合动画，讲怎么打结。\n\n"
        "[打结：平结](https://u.example)\n\n**摘要：** 讲平结。\n\n"
        "[打结：八字结](https://v.example)\n\n**摘要：** 讲八字结。\n"
    )
    assert found(text) == [("推荐博文", [("打结：平结", "https://u.example"), ("打结：八字结", "https://v.example")])]


def test_a_sub_heading_over_paragraphs_that_begin_with_links_is_a_section_where_others_lead_entries() -> None:
    news = "".join(f"### {title}\n\n说到{title}。\n\n" for title in ("木船下水了没有", "灯塔换灯之后", "渡口的新规矩"))
    linked = "[{0}](https://{1}.example) **状态：已接受**\n说到{0}。\n\n"
    accepted, reviewed = linked.format("平结", "u") + linked.format("八字结", "v"), linked.format("套结", "w") * 2
    text = f"# 刊\n\n## 新闻\n\n{news}## 提案\n\n### 通过的提案\n\n{accepted}### 正在审查的提案\n\n{reviewed}"
    assert [(title, len(entries)) for title, entries in found(text)] == [
        ("新闻", 3), ("通过的提案", 2), ("正在审查的提案", 2),
    ]  # fmt: skip


ONE = """## {number} {name}

**{name}能用一辈子**

一个老船厂出的东西。

### 核心亮点

- **省力**：一只手就行
- **好看**：漆得很匀

> **一句话总结**：好用。

**项目地址**：https://{host}.example

---

"""


@pytest.mark.parametrize("numbers", [("01", "02"), ("一、", "二、"), ("1.", "2."), ("13｜", "14｜"), ("🚀", "⚓")])
def test_sub_headings_that_come_again_below_each_entry_are_its_text(numbers: tuple[str, str]) -> None:
    first, second = (
        ONE.format(number=number, name=name, host=host)
        for number, name, host in zip(numbers, ("木桨架子", "缆绳绞盘"), "uv", strict=True)
    )
    text = f"# 两个值得一看的项目\n\n{first}{second}## 总结\n\n以上就是全部内容。\n"
    entries = read(text).entries()[:2]
    assert [(entry.title, entry.url) for entry in entries] == [
        ("木桨架子", "https://u.example"), ("缆绳绞盘", "https://v.example"),
    ]  # fmt: skip
    assert all("核心亮点" in entry.text for entry in entries)


def test_sub_headings_of_one_name_over_lists_of_links_are_sections() -> None:
    one = "## {0}\n\n### 文章\n\n- [{0}的桨](https://u.example/{0})\n- [{0}的帆](https://v.example/{0})\n\n"
    text = f"# 刊\n\n{one.format('北岸')}{one.format('南岸')}"
    assert [(title, len(entries)) for title, entries in found(text)] == [("文章", 2), ("文章", 2)]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("一、木船：关于恐惧", "木船：关于恐惧"),
        ("本周话题：关于恐惧", "关于恐惧"),
        ("【观点】关于恐惧", "关于恐惧"),
    ],
)
def test_only_the_name_of_a_section_is_left_out_of_the_title_of_its_text(heading: str, title: str) -> None:
    text = f"# 刊\n\n## {heading}\n\n说到恐惧。\n\n来源: [On Fear](https://u.example/fear)\n"
    assert [(entry.title, entry.url) for entry in read(text).entries()] == [(title, "https://u.example/fear")]


@pytest.mark.parametrize(
    "source",
    [
        "🔗 来源：[渡报](https://u.example)、[海报](https://v.example)",
        "来源：[渡报](https://u.example) | [海报](https://v.example)",
        "- 出处：[渡报](https://u.example)",
    ],
)
def test_where_a_text_is_from_is_its_address(source: str) -> None:
    text = f"# 刊\n\n## 新闻\n\n### 鱼价上涨\n\n涨了三成。\n\n{source}\n\n### 桨价下跌\n\n跌了。\n\n{source}\n"
    assert found(text) == [("新闻", [("鱼价上涨", "https://u.example"), ("桨价下跌", "https://u.example")])]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '!!! tip hint "温馨提示"\n\n    本期有**三张**海图。\n\n    - 第一张\n\n别处的话。',
            "温馨提示\n本期有三张海图。\n第一张\n别处的话。",
        ),
        ('??? note "折起来的话"\n    说到盐。\n', "折起来的话\n说到盐。"),
        ("!!! warning\n    退潮了。\n", "退潮了。"),
        ("!!! 小心，退潮了\n\n    let tide = 0;\n", "!!! 小心，退潮了\nlet tide = 0;"),  # no callout: it has no type
        ("+++primary 关于本刊\n每周日发。\n+++", "关于本刊\n每周日发。"),
        ("![](u.png){ loading=lazy }\n\n说到盐。[海图](v){.button}{#map}看。", "说到盐。海图看。"),
        ("函数 f(x){return=1} 返回一。", "函数 f(x){return=1} 返回一。"),
        ('<audio src="/a.flac" controls="controls">\n听不到。\n</audio>\n', "听不到。"),
        ("`!!! tip` 是提示。", "!!! tip 是提示。"),
    ],
)
def test_what_generators_add_to_a_text_is_not_shown(text: str, words: str) -> None:
    front = read(f"# 渡口周刊 第 3 期\n\n{text}\n\n## 工具\n\n- [量尺](u)\n- [海图](v)\n").front
    assert front is not None
    assert front.text == words


def test_the_mark_that_ends_a_linked_sentence_is_no_text() -> None:
    issue = read("# 刊\n\n## 新闻\n\n- [木船下水](u)。新增两只桨。\n- [灯塔换灯](v)。\n")
    assert [entry.text for entry in issue.entries()] == ["新增两只桨。", ""]


@pytest.mark.parametrize(
    ("news", "tools"), [("🔥 本周热门", "🛠 代码与工具"), ("一、本周热点", "二、工具"), ("▍新闻", "▍工具")]
)
def test_short_paragraphs_after_a_mark_name_the_sections_of_an_issue_without_headings(news: str, tools: str) -> None:
    entry = "**{}** —— 说到{}。\n\nhttps://{}.example\n\n"
    text = (
        f"# 渡口周刊 #149\n\n> 编辑：林一\n\n{news}\n\n{entry.format('木船下水', '水', 'u')}"
        f"{entry.format('灯塔换灯', '灯', 'v')}💡 想多知道一点的，岸边有人讲。\n\n"
        f"{tools}\n\n{entry.format('绳图', '绳', 'w')}{entry.format('量尺', '海', 'x')}"
    )
    assert [(title, [entry for entry, _ in entries]) for title, entries in found(text)] == [
        (news, ["木船下水", "灯塔换灯"]),
        (tools, ["绳图", "量尺"]),
    ]


def test_short_paragraphs_that_name_no_sections_lead_entries() -> None:
    text = "# 刊\n\n一、木船下水\n\n说到水。\n\n二、灯塔换灯\n\n说到灯。\n\n三、绳图\n\n说到绳。\n"
    assert [entry.title for entry in read(text).entries()] == ["木船下水", "灯塔换灯", "绳图"]


def test_a_heading_over_a_list_of_links_after_entries_is_a_section() -> None:
    one = "## {0}\nhttps://{1}.example\n\n说到{0}，说了很久。\n\n"
    text = (
        f"# 渡口周刊第 62 期\n\n{one.format('造船的架子', 'u')}{one.format('木船 3', 'v')}{one.format('缆绳 2', 'w')}"
        "## 周刊一锅端\n\n- [**早起的船**](https://a.example)：早起\n- [**船食堂**](https://b.example)：吃饭\n"
        "- [**渡工们**](https://c.example)：作者\n\n## 小结\n\n下期见！\n"
    )
    assert [(title, len(entries)) for title, entries in found(text)] == [("", 3), ("周刊一锅端", 3), ("小结", 1)]


def test_a_label_inside_the_link_of_a_record_is_part_of_its_title() -> None:
    one = "-  [{}](https://{}.example)\n-  文章讲得很细\n\n----\n\n"
    text = f"# 刊\n\n## 文章\n\n{one.format('提案：保护码头', 'u')}{one.format('缆绳', 'v')}{one.format('灯塔', 'w')}"
    assert [title for title, _ in found(text)[0][1]] == ["提案：保护码头", "缆绳", "灯塔"]


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("推荐来源：[阿砚](https://people.example)\n\n下载地址：https://stone.example", "https://stone.example"),
        ("- 推荐来源：[阿砚](https://people.example)\n- 地址：<https://stone.example>", "https://stone.example"),
        ("图片来源：[阿砚](https://people.example)\n\n官网：[石匣](https://stone.example)", "https://stone.example"),
        ("新闻来源：[石报](https://stone.example)", "https://stone.example"),
    ],
)
def test_who_named_a_thing_is_not_its_address(source: str, address: str) -> None:
    text = f"# 刊\n\n## 工具\n\n### 石匣\n\n{source}\n\n给磨石编号。\n\n### 油壶\n\n地址：https://oil.example\n\n提醒上油。\n"
    assert found(text) == [("工具", [("石匣", address), ("油壶", "https://oil.example")])]


LISTED = (
    "### 炉火\n\n- [慢火的三种控制法](https://u.example)：从柴灶讲起。\n- [蓝焰为何更热](https://v.example)：一张图。\n\n"
    "### 锅具\n\n- [铸铁锅手册](https://w.example)：新锅七步。\n- [轻锅的代价](https://x.example)：薄底糊底。\n\n"
)


def test_what_calls_itself_contents_and_lists_titles_that_lead_away_is_the_issue() -> None:
    sections = found(f"# 刊\n\n## 本期精选目录\n\n{LISTED}## 关于我们\n\n欢迎来信。\n")
    assert [(name, len(entries)) for name, entries in sections] == [("炉火", 2), ("锅具", 2), ("关于我们", 0)]


@pytest.mark.parametrize("name", ["往期目录", "历史目录", "往期回顾", "关于我们"])
def test_a_list_of_earlier_issues_is_not_the_issue(name: str) -> None:
    sections = found(
        f"# 刊\n\n## 工具\n\n- [尺](https://y.example)\n- [绳](https://z.example)\n\n## {name}\n\n{LISTED}"
    )
    assert [(name, len(entries)) for name, entries in sections] == [("工具", 2), (name, 0)]


@pytest.mark.parametrize("name", ["摘要", "前言", "本周话题"])
def test_a_text_above_numbered_headings_of_its_own_level_does_not_hold_them(name: str) -> None:
    boats = "## 1. 双针罗盘\n\n针对磁偏角。（[论文](https://u.example)）\n\n## 2. 潮汐表\n\n靠岸。（[论文](https://v.example)）\n"
    sections = found(f"# 渔船简报\n\n## {name}\n\n截至早间，最新公开批次已更新。\n\n{boats}\n## 结语\n\n完了。\n")
    entries = [entry for _, entries in sections for entry in entries]
    assert [name for name, _ in sections] == [name, "", "结语"]
    assert [entry for entry in entries if entry[1]] == [
        ("双针罗盘", "https://u.example"),
        ("潮汐表", "https://v.example"),
    ]


def test_a_paragraph_that_begins_with_a_link_to_a_note_is_text_among_links_that_lead_away() -> None:
    text = (
        "# 刊\n\n## 文章\n\n[绳子全年庆祝](https://u.example)\n\n[[绳社]] 表示出明确的倾向。\n\n---\n\n"
        "[夜船](https://v.example)\n\n> 夜船改变了江。\n\n---\n\n[桨](https://w.example)\n\n和 [[桨社]] 一样。\n"
    )
    assert [title for title, _ in found(text)[0][1]] == ["绳子全年庆祝", "夜船", "桨"]
    assert read(text).sections[0].entries[0].text == "绳社 表示出明确的倾向。"


def test_the_work_that_a_paragraph_is_about_is_its_title() -> None:
    text = (
        "# 刊\n\n## 书影播客\n\n《夜渡：摆渡人》：一部关于渡口的电影。有[合集](https://u.example)，喜欢。\n\n"
        "《两个船工-EP10 阿渡》，这是老柯的播客。\n\n《潮间带》 - 礁石乐队\n\n"
        "《春》，《夏》和《秋》。\n"
    )
    assert found(text) == [
        (
            "书影播客",
            [
                ("《夜渡：摆渡人》", "https://u.example"),
                ("《两个船工-EP10 阿渡》", None),
                ("《潮间带》 - 礁石乐队", None),
                ("《春》，《夏》和《秋》。", None),
            ],
        )
    ]


@pytest.mark.parametrize(
    "footer",
    [
        "*日报由小桶 🤖 自动生成 | 数据来源: 渔报 / 海报*",
        "*本报告由渔网助手自动生成*",
        "_Generated by Daily Net Report v3.0_",
        "数据来源：渔报、海报",
        "*生成时间：2026-06-04 09:15*",
    ],
)
def test_who_generated_an_issue_is_no_part_of_its_last_text(footer: str) -> None:
    news = "# 渔具日报\n\n## 新闻\n\n- [网](https://u.example)：新网。\n\n---\n\n"
    issue = read(f"{news}## 趋势总结\n\n网眼会变大。\n\n---\n\n{footer}\n")
    assert [entry.text for entry in issue.entries()] == ["新网。", "网眼会变大。"]


def test_lines_that_each_begin_with_a_label_stay_lines() -> None:
    issue = read(
        "# 渔具日报\n\n> 覆盖领域：渔网与渔船以及渔港\n> 数据来源：渔报与海报\n\n## 新闻\n\n- [网](https://u.example)：新网。\n"
    )
    assert issue.front is not None
    assert issue.front.text == "覆盖领域：渔网与渔船以及渔港\n数据来源：渔报与海报"


def test_a_reference_defined_elsewhere_shows_its_text_alone() -> None:
    text = (
        "# 刊\n\n## 新闻\n\n- **双环结：** 阿渡[发布][adu knot]了设计，与[单环结][topic knot]结合，[文章][英文]。\n\n"
        "{% include references.md %}\n[adu knot]: https://u.example\n"
    )
    (entry,) = read(text).entries()
    assert (entry.title, entry.text) == ("双环结", "阿渡发布了设计，与单环结结合，[文章][英文]。")
