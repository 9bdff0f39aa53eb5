"""The small rules of the reader, one table each: numbers, dates, titles, names of sections, settings, encodings."""

from datetime import date

import pytest

from wangqi.indexer.reader import issue_as_dict, read_issue
from wangqi.indexer.reader.frontmatter import split_front_matter
from wangqi.indexer.reader.kinds import name_type
from wangqi.indexer.reader.metadata import day_in, find_number
from wangqi.indexer.reader.parser import markdown_parser
from wangqi.indexer.reader.taming import tame
from wangqi.indexer.reader.title_labels import han_number, number_label
from wangqi.indexer.reindex.report import PRIVATE_CODES
from wangqi.search.errors import ReadError
from wangqi.search.model import Entry, Issue, Kind


def read(text: str, path: str = "x.md") -> Issue:
    return read_issue("样刊", path, text.encode())


def only_entry(text: str) -> Entry:
    (entry,) = read(f"# 刊\n\n## 工具\n\n{text}\n").entries()
    return entry


@pytest.mark.parametrize(
    ("text", "value", "style"),
    [
        ("1、标题", 1, "、"),
        ("12.[x]", 12, "."),
        ("３．全角", 3, "."),
        ("4) 括号", 4, ")"),
        ("（5）圆括号", 5, "()"),
        ("【6】方头", 6, "()"),
        ("⑦ 圆圈", 7, "①"),
        ("❽ 实心圆圈", 8, "①"),
        ("9️⃣ 键帽", 9, "①"),
        ("十一、汉字", 11, "一"),
        ("No.3、编号", 3, "、"),
        ("1：冒号", 1, ":"),
        ("13｜竖线", 13, ":"),
        ("01 木桨", 1, "0"),
        ("01 月刊", None, ""),
        ("7 个工具", None, ""),
        ("3、2024 年度报告", 3, "、"),
        ("1.2024 年总结", 1, "."),  # a year follows, no decimal
        ("1.5 版本发布", None, ""),
        ("3D 打印", None, ""),
        ("2024. 年", None, ""),
        ("1,000 颗星", None, ""),
        ("10:30 开会", None, ""),
        ("一个工具", None, ""),
        ("C、Go 与 Rust", None, ""),
    ],
)
def test_a_number_leads_a_line(text: str, value: int | None, style: str) -> None:
    label = number_label(text)
    assert (label.value if label else None, label.style if label else "") == (value, style)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("二十三", 23),
        ("廿三", 23),
        ("一百零三", 103),
        ("一千二百", 1200),
        ("二〇二四", 2024),
        ("１２", 12),
        ("几", None),
    ],
)
def test_chinese_numerals_are_numbers(text: str, value: int | None) -> None:
    assert han_number(text) == value


@pytest.mark.parametrize(
    ("settings", "title", "path", "number"),
    [
        ({"number": 7}, "第 8 期", "9.md", 7),
        ({"issue": "第 12 期"}, "", "x.md", 12),
        ({"vol": "#31"}, "", "x.md", 31),
        ({"date": 20240101}, "", "x.md", None),
        ({}, "科技周刊（第 101 期）：互联网", "x.md", 101),
        ({}, "知识分享第一期", "x.md", 1),
        ({}, "第一百零三期", "x.md", 103),
        ({}, "第１２期", "x.md", 12),
        ({}, "周报 #20 | 2018-05-21", "x.md", 20),
        ({}, "潮流周刊#51：绘图", "x.md", 51),
        ({}, "Weekly Vol.7", "x.md", 7),
        ({}, "Issue 12: search", "x.md", 12),
        ({}, "Lighthouse Weekly 6", "x.md", 6),
        ({}, "Harbour Digest - 14：灯", "x.md", 14),
        ({}, "木匠通讯 9 期", "x.md", 9),
        ({}, "Harbour Weekly 2024", "x.md", None),
        ({}, "2023 年终总结：10 个工具与 Vue 3", "x.md", None),  # never any other number of a title
        ({}, "C# 8 新特性", "x.md", None),
        ({}, "React Query、CSS 3D", "data/issue-0083.md", 83),
        ({}, "", "weekly/《前端周刊》第二十三期.md", 23),
        ({}, "", "Reports/#12-2018.03.25.md", 12),
        ({}, "", "md/#14-2020跨年.md", 14),
        ({}, "", "docs/2023-05-13-weekly1.md", 1),
        ({}, "", "knowledge-share-16.md", 16),
        ({}, "", "HelloGitHub05.md", 5),
        ({}, "", "vol-012/index.md", 12),
        ({}, "", "042.md", 42),
        ({}, "", "2016.07.25.md", None),  # only a date
        ({}, "", "2024-01-07-update.md", None),
        ({}, "", "2025/0331.md", None),
        ({}, "", "summary-2024.md", None),
    ],
)
def test_the_number_of_an_issue_comes_from_the_best_source(
    settings: dict[str, object], title: str, path: str, number: int | None
) -> None:
    assert find_number(settings, [title], path) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-5-8", date(2024, 5, 8)),
        ("2024/05/08 12:30", date(2024, 5, 8)),
        ("周报 2018.12.03", date(2018, 12, 3)),
        ("2024年5月8日", date(2024, 5, 8)),
        ("２０２４－０５－０８", date(2024, 5, 8)),
        ("backup-20240508", date(2024, 5, 8)),
        ("May 8th, 2024", date(2024, 5, 8)),
        ("8 May 2024", date(2024, 5, 8)),
        ("2023-13-45", None),
        ("版本 1.2.3", None),
        ("2024-05", None),
        ("订单 202405081234567", None),
    ],
)
def test_a_day_is_found_in_a_text(text: str, day: date | None) -> None:
    assert day_in(text) == day


@pytest.mark.parametrize(
    ("text", "path", "day"),
    [
        ("---\ndate: 2024-05-08 20:00:00 +0800\n---\n# 第 1 期 2020-01-01", "2019-01-01.md", date(2024, 5, 8)),
        ('---\npubDate: "2023/1/6"\n---\n', "x.md", date(2023, 1, 6)),
        ("---\npublishedAt: 2023-1-6\n---\n", "x.md", date(2023, 1, 6)),
        ("# 周报 2020-01-01", "2019-01-01.md", date(2020, 1, 1)),
        ("# 周报", "2019/2019-01-01-x.md", date(2019, 1, 1)),
        ("# 周报", "2025/0331.md", date(2025, 3, 31)),
        ("# 周报", "2025/03/31/index.md", date(2025, 3, 31)),
        ("---\ndate: 明天\n---\n# 周报", "x.md", date(2021, 2, 3)),
        ("# 周报\n\n发表于 2018-01-01", "x.md", date(2021, 2, 3)),  # the text says nothing about the issue
    ],
)
def test_the_date_of_an_issue_comes_from_the_best_source(text: str, path: str, day: date) -> None:
    assert read_issue("样刊", path, text.encode(), entered=date(2021, 2, 3)).ref.date == day


def test_an_issue_without_any_date_has_none() -> None:
    assert read("# 周报\n").ref.date is None


@pytest.mark.parametrize(
    ("line", "title", "url", "text"),
    [
        ("1、[Foo](https://u.example)", "Foo", "https://u.example", ""),
        ("[1、Foo](https://u.example)", "Foo", "https://u.example", ""),
        ("**1. [Foo](https://u.example)**", "Foo", "https://u.example", ""),
        ("1、**[Foo](https://u.example)**", "Foo", "https://u.example", ""),
        ("1、[Foo](https://u.example)（英文）", "Foo", "https://u.example", "（英文）"),
        ("1、[Foo](https://u.example)，by 小林", "Foo", "https://u.example", "，by 小林"),
        ("1、[免费电子书] [Foo](https://u.example)", "Foo", "https://u.example", "[免费电子书]"),
        ("1、工具：[Foo](https://u.example)", "Foo", "https://u.example", "工具："),
        ("1、《[Foo](https://u.example)》", "Foo", "https://u.example", ""),
        ("1、[《Foo》](https://u.example)", "《Foo》", "https://u.example", ""),
        ("1、🚧 [Foo](https://u.example)", "Foo", "https://u.example", "🚧"),
        ("1、[Foo](https://u.example)：一个工具", "Foo", "https://u.example", "一个工具"),
        ("1、[Foo](https://u.example) - 一个工具", "Foo", "https://u.example", "一个工具"),
        ("1、某公司的[新机](https://u.example)发布了", "某公司的新机发布了", "https://u.example", ""),
        ("1、[某公司](https://u.example)发布了新机", "某公司发布了新机", "https://u.example", ""),
        ("1、Foo https://u.example/a_(b)", "Foo", "https://u.example/a_(b)", ""),
        ("1、Foo <https://u.example>", "Foo", "https://u.example", ""),
        ("1、给 fzf() 的别名 <https://u.example>", "给 fzf() 的别名", "https://u.example", ""),
        ("1、Foo＜https://u.example＞", "Foo", "https://u.example", ""),
        ("1、Foo <https://u.example/ />", "Foo", "https://u.example/", ""),
        ("- [ 木工的工具墙 ]<https://u.example>", "木工的工具墙", "https://u.example", ""),
        ("- [ 木工的工具墙：]<https://u.example>", "木工的工具墙", "https://u.example", ""),
        ("- 【 木工的工具墙 ] <https://u.example>", "木工的工具墙", "https://u.example", ""),
        ("1、Foo\n\n见[乙](v)。\n\n- 木友的仓库: https://u.example", "Foo", "https://u.example", "见乙。\n木友的仓库: https://u.example"),
        ("1、Foo（https://u.example https://v.example）", "Foo", "https://u.example", ""),
        ("1、Foo\n\nhttps://u.example/_foo_/bar", "Foo", "https://u.example/_foo_/bar", ""),
        ("- [⋅ Foo](https://u.example)", "Foo", "https://u.example", ""),
        ("1、[木友](mailto:a@u.example)", "木友", None, ""),
        ("1、https://u.example/only", "https://u.example/only", "https://u.example/only", ""),
        ("- [ 210510 ] <https://u.cn> [ from 小林 ]", "https://u.cn", "https://u.cn", "[ 210510 ] [ from 小林 ]"),
        ("1、搬家：[上](https://u.example/1)，[下](https://u.example/2)", "搬家", "https://u.example/1", ""),
        # Over a click counter, what is shown is what a reader remembers.
        ("1、[https://u.example/a](https://count.example/7)", "https://u.example/a", "https://count.example/7", ""),
        ("1、[https://u.example/a](https://count.example/7)：一个工具", "一个工具", "https://count.example/7", "https://u.example/a"),
        ("1、Foo：[https://u.example/a](https://count.example/7)，好用", "Foo", "https://count.example/7", "好用\nhttps://u.example/a"),
        ("1、https://u.example/a：一个工具", "一个工具", "https://u.example/a", ""),
        ("1、[Foo])(https://u.example)", "Foo", "https://u.example", ""),
        ("1、[Foo]（https://u.example）", "Foo", "https://u.example", ""),
        ("1、[Foo]\n(https://u.example)", "Foo", "https://u.example", ""),
        ("1、[Foo\nBar](https://u.example)", "Foo Bar", "https://u.example", ""),
        ("1、[Foo](https://u.example/软件 \"说明\")", "Foo", "https://u.example/软件", ""),
        ("1、[404](https://u.example)", "404", "https://u.example", ""),
        ("1、只有名字", "只有名字", None, ""),
        ("1、Foo\n\n一个工具。\n\n地址：https://u.example", "Foo", "https://u.example", "一个工具。\n地址：https://u.example"),
        ("1、Foo\n\n地址：https://u.example  2.1k⭐", "Foo", "https://u.example", "地址：https://u.example  2.1k⭐"),
        ("### Foo\n\n见[乙](v)。\n\n#### 网站: https://u.example", "Foo", "https://u.example", "见乙。\n网站: https://u.example"),
        ("1、Foo\n\n<https://u.example>\n\n一个工具。", "Foo", "https://u.example", "一个工具。"),
    ],
)  # fmt: skip
def test_a_title_line_is_taken_apart(line: str, title: str, url: str | None, text: str) -> None:
    entry = only_entry(line)
    assert (entry.title, entry.url, entry.text) == (title, url, text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("（@[linnan](https://i.example/7) 投稿）", "linnan"),
        ("（@linnan 推荐）", "linnan"),
        ("来自 [@两双筷子](https://i.example/5) 的分享", "两双筷子"),
        ("感谢 @coder-x 的推荐", "coder-x"),
        ("投稿：小林", "小林"),
        ("欢迎大家投稿，也欢迎推荐。", None),
        ("作者 @linnan 是老朋友。", None),
        ("作者@linnan 分享的经验。", None),  # wrote it
    ],
)
def test_who_sent_an_entry_in_is_its_contributor(text: str, name: str | None) -> None:
    assert only_entry(f"1、[Foo](https://u.example)\n\n一个工具。{text}").contributor == name


@pytest.mark.parametrize(
    ("heading", "kind", "role"),
    [
        ("🔧 本周工具", "tool", "entries"),
        ("一、资源", "resource", "entries"),
        ("精彩文章", "article", "entries"),
        ("言论与数字", "quote", "entries"),
        ("🦄文章&教程", "article", "entries"),
        ("好书推荐", "book", "entries"),
        ("C++ 项目", "resource", "entries"),
        ("Featured Articles", "article", "entries"),
        ("封面图", "image", "cover"),
        ("本周话题", "essay", "essay"),
        ("往年回顾", "other", "boilerplate"),
        ("欢迎订阅", "other", "boilerplate"),
        ("贡献者（GitHub ID）", "other", "boilerplate"),
        ("内容", "other", "container"),
        ("公众账号推荐", "other", "entries"),  # accounts, not "follow our account"
        (":wrench: 本周推荐工具", "tool", "entries"),
        ("佳文推介", "article", "entries"),
        ("本期精选目录", "other", "boilerplate"),
        ("关于本栏目", "other", "boilerplate"),
        ("📮About Me", "other", "boilerplate"),
        ("木工技术交流群", "other", "boilerplate"),
        ("ライブラリ、リポジトリ、ツールなど", "resource", "entries"),
        ("アーティクル、スライドなど", "article", "entries"),
        ("文章、幻灯片等", "article", "entries"),
        ("🛠 工具类库", "resource", "entries"),
        ("GitHub 精选", "resource", "entries"),
        ("表情包", "image", "entries"),
        ("🔥 本周置顶", "other", "entries"),
        ("End", "other", "boilerplate"),
    ],
)
def test_the_name_of_a_section_tells_its_kind_and_role(heading: str, kind: str, role: str) -> None:
    found = name_type(heading)
    assert found is not None
    assert (found.kind, found.role) == (kind, role)


@pytest.mark.parametrize("heading", ["", "Big Sur", "我们为什么还要继续做一个开源的小工具", "recode", "泡泡"])
def test_other_names_tell_nothing(heading: str) -> None:
    assert name_type(heading) is None


def test_a_site_can_name_its_own_sections() -> None:
    text = "# 刊\n\n## 捡到宝\n\n1、[甲](https://a.example)\n"
    (section,) = read_issue("样刊", "x.md", text.encode(), aliases={"捡到宝": "tool"}).sections
    assert (section.kind, read(text).sections[0].kind) == ("tool", "other")


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("🧰 小明的百宝箱（第二弹）", True),
        ("百宝箱", True),
        ("百宝", False),
        ("开箱：甲", True),  # the second pattern, in which the mark stands at the end
        ("甲开箱", False),
        ("甲之乙之丙", True),
        ("甲之丙", False),  # each 之 of its own
        ("甲之乙", False),
    ],
)
def test_a_site_names_sections_by_patterns(heading: str, found: bool) -> None:
    aliases: dict[str, Kind] = {"*百宝箱*": "tool", "开箱*": "tool", "甲之*之丙": "tool"}
    kind = name_type(heading, aliases)
    assert (kind is not None and kind.kind == "tool") == found


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("---\ntitle: 甲\n---\n正文", {"title": "甲"}),
        ("\n---\ntitle: 甲\n...\n正文", {"title": "甲"}),
        ("title: 甲\ntags:\n\nauthor:\n---\n正文", {"title": "甲", "tags": None, "author": None}),
        ("Title: 甲\nDate: 乙\n\n正文", {"title": "甲", "date": "乙"}),
        ('+++\ntitle = "甲"\n+++\n正文', {"title": "甲"}),
        ("---\ntitle: 甲: 乙\n---\n正文", {"title": "甲: 乙"}),  # no YAML, read line by line
        ('---\ntitle: "\\ud83d\\ude00 \\ud800"\n---\n正文', {"title": "😀 \ufffd"}),  # halves of characters
        ("---\ntitle: 甲\n\n正文", {"title": "甲"}),  # the closing line is missing
        ("Title: 甲\nDate: 乙\n## 正文", {"title": "甲", "date": "乙"}),  # a heading, no remark
        ("Title: 甲\nDate: 乙\n# 题\n正文", {"title": "甲", "date": "乙"}),
        ("Title: 甲\n# 记得改\nDate: 乙\n\n正文", {"title": "甲", "date": "乙"}),
        ("---\n\n正文", {}),
        ("---\n只是一条线\n---\n正文", {}),
        ("作者：小林\n\n正文", {}),
        ("note: 这是一句话\n\n正文", {}),
    ],
)
def test_settings_are_read_from_the_top_of_an_issue(text: str, settings: dict[str, object]) -> None:
    matter, body = split_front_matter(text)
    assert matter.settings == settings
    assert body.endswith("正文")
    assert body.count("\n") == text.count("\n")
    assert ("题" in body, "##" in body) == ("题" in text, "##" in text)


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("---\ntitle: 甲\ndraft: true\n---\n", 3, "draft"),
        ("---\nDRAFT: Yes\n---\n", 2, "draft"),
        ("---\n'draft': on   # 还没写完\n---\n", 2, "draft"),
        ('---\ntitle: 甲\ndraft: "true"\n---\n', 3, "draft"),
        ("---\ntitle: 甲\ndraft: 1\n---\n", 3, "draft"),
        ("---\ntitle: 甲\ndraft: ture\n---\n", 3, "draft"),  # neither yes nor no: rather held back
        ("---\ntitle: 甲\ndraft：true\n---\n", 3, "draft"),  # typed by an input method
        ("---\ntitle: 甲\ndraft: ｔｒｕｅ\n---\n", 3, "draft"),
        ("---\ntitle: 甲\ndraft: “true”\n---\n", 3, "draft"),
        ("---\ntitle: 甲\ndraft: 是\n---\n", 3, "draft"),
        ("---\ntitle: 甲\n草稿: 是\n---\n", 3, "draft"),
        ("---\ndraft:\n  true\ntitle: 甲\n---\n", 2, "draft"),
        ("---\ndraft: true\ntitle: 甲\ndraft: false\n---\n", 2, "draft"),  # YAML takes the last
        ("---\ntitle: 甲: 乙\ndraft: true\n---\n", 3, "draft"),  # no YAML
        ("---\n  title: 甲\n  draft: true\n---\n", 3, "draft"),  # indented as a whole
        ("---\ntitle: 甲\npassword: 123456\n---\n", 3, "private"),
        ("---\npassword: '1'\n\n", 2, "private"),  # the closing line is missing
        ("---\ntitle: 甲\npublish: false\n---\n", 3, "draft"),
        ("---\ntitle: 甲\nPublished: No\n---\n", 3, "draft"),
        ("---\ntitle: 甲\n发布: 否\n---\n", 3, "draft"),
        ("---\ntitle: 甲\nprivate: true\n---\n", 3, "private"),
        ("---\ntitle: 甲\nprivate: members\n---\n", 3, "private"),
        ("---\ntitle: 甲\nhidden: true\n---\n", 3, "private"),
        ("---\ntitle: 甲\nunlisted: TRUE\n---\n", 3, "private"),
        ("---\ntitle: 甲\nsearch: off\n---\n", 3, "private"),
        ("---\ntitle: 甲\nsearch:\n  exclude: true\n---\n", 3, "private"),  # Material for MkDocs
        ("---\ntitle: 甲\nstatus: unpublished\n---\n", 3, "private"),
        ("---\ntitle: 甲\nstatus: Draft\n---\n", 3, "draft"),
        ("---\ntitle: 甲\nstatus: private\n---\n", 3, "private"),
        ("---\ntitle: 甲\n状态: 草稿\n---\n", 3, "draft"),
        ("---\ntitle: 甲\nvisibility: Unlisted\n---\n", 3, "private"),
        ("Title: 甲\nDate: 2024-01-01\nStatus: draft\n\n", 3, "draft"),  # Pelican
        ("Status: hidden\n\n", 1, "private"),
        ('+++\ntitle = "甲"\ndraft = true\n+++\n', 3, "draft"),
        ('{\n  "title": "甲",\n  "draft": true\n}\n', 3, "draft"),  # Hugo's JSON
        ("\n---\n" + "tags: 甲\n" * 300 + "draft: true\n---\n", 303, "draft"),
        ("---\n草稿: true\n---\n", 2, "draft"),  # nothing in Latin letters
        ("---yaml\ntitle: 甲\ndraft: true\n---\n", 3, "draft"),
        ("---  # 设置\ntitle: 甲\ndraft: true\n---\n", 3, "draft"),
        (';;;\n"title": "甲",\n"draft": true\n;;;\n', 3, "draft"),  # JSON of Hexo's
        ('{ "title": "甲", "draft": true }\n', 1, "draft"),
        ("<!--\n.. title: 甲\n.. status: draft\n-->\n", 3, "draft"),  # Nikola
        ("<!-- 检查器：关 -->\n---\ntitle: 甲\ndraft: true\n---\n", 4, "draft"),
        ("---\ntitle: 甲\n" + "tags: 甲\n" * 10_000 + "draft: true\n---\n", 10_003, "draft"),
        ("---\n" + "标签：甲\n" * 10_000 + "草稿：是\n---\n", 10_002, "draft"),
        ("---\ntitle: 甲\nstatus: [draft]\n---\n", 3, "draft"),
        ("---\ntitle: 甲\nstatus:\n  - private\n---\n", 3, "private"),
        ("---\ntitle: 甲\nstatus: scheduled\n---\n", 3, "private"),
        ("---\ntitle: 甲\nvisibility: members-only\n---\n", 3, "private"),
        ("---\ntitle: 甲\naccess: private\n---\n", 3, "private"),
        ("---\ntitle: 甲\nrobots: noindex, nofollow\n---\n", 3, "private"),
        ("---\ntitle: 甲\nisPublished: false\n---\n", 3, "draft"),
        ("---\ntitle: 甲\npublish: later\n---\n", 3, "draft"),
        ("---\ntitle: 甲\ndg-publish: false\n---\n", 3, "draft"),  # Obsidian's digital garden
        ("---\ntitle: 甲\nin_search_index: false\n---\n", 3, "private"),  # Zola
        ("---\ntitle: 甲\nhide: true\n---\n", 3, "private"),  # Hexo
        ("---\ntitle: 甲\nsearch_exclude: true\n---\n", 3, "private"),  # Just the Docs
        ("---\ntitle: 甲\neleventyExcludeFromCollections: true\n---\n", 3, "private"),
        ("---\ntitle: 甲\npermalink: false\n---\n", 3, "draft"),  # Eleventy writes no page
        ("---\ntitle: 甲\nbuild:\n  render: never\n---\n", 3, "draft"),  # Hugo
        ('+++\ntitle = "甲"\n[params]\nprivate = true\n+++\n', 4, "private"),
        ('+++\ntitle = "甲"\nparams.private = true\n+++\n', 3, "private"),
        ("---\ntitle: 甲\nextra:\n  draft: true\n---\n", 4, "draft"),
        ("---\nusual: &usual\n  draft: true\ntitle: 甲\n<<: *usual\n---\n", 3, "draft"),
        ("---\nyes: &yes true\ntitle: 甲\ndraft: *yes\n---\n", 4, "draft"),
        ("---\n{title: 甲, draft: true}\n---\n", 2, "draft"),
        ("---\n{\n  title: 甲,\n  password: 1234,\n}\n---\n", 4, "private"),
        ("---\ntitle: 甲\n---\ndraft: true\n---\n", 4, "draft"),  # a second document
        ("---\ntitle: 甲\n...\n\n---\nlayout: post\nprivate: true\n---\n", 7, "private"),
        ("---\ntitle: 甲\ntags: draft\n---\n", 3, "draft"),
        ("---\ntitle: 甲\ntags: [周刊, 草稿]\n---\n", 3, "draft"),
        ("---\ntitle: 甲\ncategories:\n  - 周刊\n  - Private\n---\n", 3, "private"),
        ("---\ntitle: 甲\ndraft: false\n---\n", 0, ""),
        ("---\ntitle: 甲\nsitemap:\n  priority: 0.5\nbuild:\n  render: always\nstatus: [done]\n---\n", 0, ""),
        ("---\n我把密码：123456 都写在纸上，\n这是一句话\n---\n", 0, ""),  # between two lines
        ("---\ntitle: 甲\ndraft:\npassword: ''\nprivate: 否\nhidden: off\n---\n", 0, ""),
        ("---\ntitle: 甲\npublished: 2024-01-01\nsearch: true\nstatus: done\n---\n", 0, ""),
        ("---\ntitle: 甲\nauthor:\n  private: true\nhide:\n  - toc\n---\n", 0, ""),  # of the author, of the page
        ("---\ntitle: draft\ndescription: 'status: draft'\n---\n", 0, ""),
        ("# 甲\n\ndraft: true\n", 0, ""),  # text
        ("---\ntitle: 甲\n---\n\n密码：1234\n\n---\n", 0, ""),  # text above a line
        ("---\ntitle: 甲\n---\nwhat: draft\n\nhidden: 彩蛋\n---\n", 0, ""),
        ("---\ntitle: 甲\ntags: [drafting, private equity, 隐藏]\n---\n", 0, ""),  # of what it is about
        ("---\ncover: &cover\n  hidden: true\ntitle: 甲\nimage: *cover\n---\n", 0, ""),
        ("---\n{title: 甲, cover: {hidden: true}}\n---\n", 0, ""),
    ],
)
def test_what_is_not_for_everybody_says_so(text: str, line: int, code: str) -> None:
    told = [(each.line, each.code) for each in read(text + "\n1、[甲](u)\n").problems]
    assert [each for each in told if each[1] in PRIVATE_CODES] == ([(line, code)] if code else [])


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ("tags: [工具, WIP]", "tags (wip)"),
        ("categories:\n  - 私密\n  - 前端", "categories (私密)"),
        ("password: 1234", "password"),
    ],
)
def test_a_mark_names_the_setting_and_of_labels_the_one(settings: str, key: str) -> None:
    [problem] = [one for one in read(f"---\n{settings}\n---\n").problems if one.code in PRIVATE_CODES]
    assert problem.message == f"not published, since its settings say so: {key}"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("中文的周刊，第一期".encode("gbk"), "GBK"),
        ("周刊".encode("utf-16"), "UTF-16"),
        ("# weekly issue one".encode("utf-16-le"), "UTF-16"),
        (b"ab\0cd", "NUL"),
        (b"\xff\xfa\x80", "UTF-8"),
        (b"x" * 5_000_001, "too large"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes, words: str) -> None:
    with pytest.raises(ReadError, match=words):
        read_issue("样刊", "x.md", data)


def test_the_line_of_a_wrong_byte_is_told() -> None:
    with pytest.raises(ReadError) as caught:
        read_issue("样刊", "x.md", b"ok\nok\n\xff\n")
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", [(1, "empty-file")]),
        ("# 刊\n\n随便写写。", [(1, "no-entries")]),
        ("# 刊\n\n" + "随便写写。" * 20_001, [(1, "no-entries"), (3, "long-text")]),
        ("---\ndraft: true\n---\n## 工具\n\n1、[甲](u)", [(2, "draft")]),
        ("---\na: [\n---\n## 工具\n\n1、[甲](u)", [(1, "front-matter")]),
        ("---\ndate: 改天\n---\n## 工具\n\n1、[甲](u)", [(1, "doubtful-date")]),
        ("---\ndate: 2024-02-30\ntags: [甲]\n---\n## 工具\n\n1、[甲](u)", [(1, "doubtful-date")]),  # still YAML
        ("---\npublished: true\n---\n## 工具\n\n1、[甲](u)", []),  # a switch, not a day
        ("---\na: [\npublished: True\n---\n## 工具\n\n1、[甲](u)", [(1, "front-matter")]),
        ("## 泡泡\n\n1、[甲](u)\n\n2、[乙](u)", [(1, "unknown-section")]),
        ("## 泡泡\n\n随便写写。", []),  # a text is titled, not named
        ("## 工具\n\n1、[甲](u)\n\n3、[乙](u)", [(5, "number-gap")]),
        ("## 工具\n\n1、[甲](u)\n\n1、[乙](u)", [(5, "number-repeat")]),
        ("## 工具\n\n1、[甲](u)\n\n2、乙\n\n3、[丙](u)", [(5, "no-link")]),
        ("## 工具\n\n## 文章\n\n1、[甲](u)", [(1, "empty-section")]),
    ],
)
def test_what_was_not_understood_is_reported(text: str, problems: list[tuple[int, str]]) -> None:
    assert [(problem.line, problem.code) for problem in read(text).problems] == problems


def test_a_section_of_a_level_too_deep_is_still_one() -> None:
    text = "# 刊\n\n## 封面图\n\n一座桥。\n\n### 本周话题：慢\n\n慢一点好。\n\n## 工具\n\n1、[甲](u)\n"
    assert [(section.title, len(section.entries)) for section in read(text).sections] == [
        ("封面图", 0),
        ("本周话题：慢", 1),
        ("工具", 1),
    ]


def test_tags_above_a_heading_do_not_swallow_it() -> None:
    text = '# 刊\n\n### 工具\n\n甲。\n\n<br />\n<a name="x1"></a>\n### 文章 {#read}\n\n乙。\n'
    assert [(section.title, section.line) for section in read(text).sections] == [("工具", 3), ("文章", 9)]


def test_a_footnote_is_kept() -> None:
    assert only_entry("1、[甲](https://a.example)[^1]\n\n[^1]: 见注释").text == "[^1]: 见注释\n[^1]"


def test_a_tool_may_be_called_tools() -> None:
    entry = only_entry("### [Tools](https://a.example)\n\n一个工具。")
    assert (entry.title, entry.section) == ("Tools", "工具")


def test_a_section_may_begin_with_a_far_number() -> None:
    assert only_entry("9、[甲](https://a.example)：一个工具。").title == "甲"


def test_numbers_may_run_through_the_issue() -> None:
    text = "## 文章\n\n1、[甲](u)\n\n2、[乙](u)\n\n## 工具\n\n3、[丙](u)\n\n4、[丁](u)\n"
    assert read(text).problems == ()


def test_the_digest_changes_with_everything_the_reading_depends_on() -> None:
    data = b"## x\n"
    digests = {
        read_issue("样刊", "x.md", data).digest,
        read_issue("样刊", "x.md", data + b"\n").digest,
        read_issue("样刊", "x.md", data, aliases={"x": "tool"}).digest,
        read_issue("样刊", "x.md", data, entered=date(2024, 5, 8)).digest,
    }
    assert len(digests) == 4
    assert read_issue("样刊", "x.md", data).digest in digests


def test_the_dict_has_the_keys_of_the_contract() -> None:
    shown = issue_as_dict(read("# 第 3 期\n\n## 工具\n\n1、[甲](https://a.example)\n"))
    assert list(shown) == ["archive", "path", "number", "title", "date", "tags", "text", "sections", "problems"]
    section = shown["sections"][0]  # type: ignore[index]
    assert list(section) == ["title", "kind", "line", "boilerplate", "text", "entries"]
    assert list(section["entries"][0])[:6] == ["id", "title", "url", "kind", "text", "line"]


def test_a_setting_on_the_opening_line_is_read_and_told() -> None:
    matter, body = split_front_matter('---title: "园艺周刊 #20"\ndate: 2025-08-17\n---\n## 观点\n')
    assert matter.settings["title"] == "园艺周刊 #20"
    assert matter.problem == "the first setting stands on the line of the opening ---"
    assert body == "\n\n\n## 观点\n"


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**阿尔法：**说明", "<strong>阿尔法：</strong>说明"),
        ("**“贝塔”**说明", "<strong>“贝塔”</strong>说明"),
        ("前**「甲」**后**乙。**丙", "前<strong>「甲」</strong>后<strong>乙。</strong>丙"),
        ("*斜。*后", "<em>斜。</em>后"),
        # Without Chinese beside the stars CommonMark's rule holds.
        ("foo*bar*", "foo<em>bar</em>"),
        ('a**"x"**b', "a**&quot;x&quot;**b"),
        ("2 ** 3 ** 4", "2 ** 3 ** 4"),
        ("snake_case_名", "snake_case_名"),
        # A blank before the closing stars, and stars that an editor left over.
        ("**名字 ** 说明", "<strong>名字</strong>  说明"),
        ("****标题****", "<strong><strong>标题</strong></strong>"),
        ("****标题**说明", "<strong>标题</strong>说明"),
        ("**<!--1-->****标题：**说明", "<strong>标题：</strong>说明"),
    ],
)
def test_bold_is_what_chinese_authors_mean_by_it(markdown: str, html: str) -> None:
    assert markdown_parser().renderInline(tame(markdown)) == html


@pytest.mark.parametrize(
    ("markdown", "titles", "text"),
    [
        # Habits of generators and of editors; what stands in code stays.
        ("1. {% link 甲, https://a.example/ %} 说明甲\n2. [乙](u)", ["甲", "乙"], "说明甲"),
        ("- [[笔记甲]]：说明甲\n- [[笔记/乙|乙的别名]]：说明乙", ["笔记甲", "乙的别名"], "说明甲"),
        ("- [甲](u)：%%烛龙%% 说明 {# 烛龙 #}\n- [乙](u)", ["甲", "乙"], "说明"),
        ("- [甲](u)：`%%留着%%` {{/* 烛龙 */}}\n- [乙](u)", ["甲", "乙"], "%%留着%%"),
        ("- [ ] [甲](u)：待办\n- [x] [乙](u)：已办", ["甲", "乙"], "待办"),
        ("- [-] [甲](u)：不办了\n- [/] [乙](u)：在办", ["甲", "乙"], "不办了"),
        ("- [甲](u){.out rel='x'}：{/* 烛龙 */}说明\n- [乙](u){#b}", ["甲", "乙"], "说明"),
        ('- [甲](u)\n\n  <Tabs>\n  <TabItem value="a">说明</TabItem>\n  </Tabs>\n\n- [乙](u)', ["甲", "乙"], "说明"),
        ("- [甲](u)：`Vec<T>` 和 Map<Name, Text>\n- [乙](u)", ["甲", "乙"], "Vec<T> 和 Map<Name, Text>"),
        ('[甲](u)\n\n!!! note "提示"\n    说明\n\n    又一段\n\n[乙](u)', ["甲", "乙"], "提示\n说明\n又一段"),
        ('[甲](u)\n\n=== "一"\n    说明\n=== "二"\n    又\n\n[乙](u)', ["甲", "乙"], "一\n说明\n二\n又"),
        ("-[甲](u)：说明\n-[乙](u)", ["甲", "乙"], "说明"),
        ("-\u3000[甲](u)：说明\n-\u00a0[乙](u)", ["甲", "乙"], "说明"),
        ("· [甲](u)：说明\n· [乙](u)", ["甲", "乙"], "说明"),
        ('[甲](u)\n: 说明\n\n[乙](u){:target="_blank"}', ["甲", "乙"], "说明"),
        ("- [甲](u)：<ruby>饕<rt>tāo</rt>餮<rt>tiè</rt></ruby>\n- [乙](u)", ["甲", "乙"], "饕餮"),
        ('- [甲](u)：<span style="display:none">海蜇</span>说明\n- [乙](u)', ["甲", "乙"], "说明"),
        (
            "- [甲](u)：==高亮==的 https://a.example/?q=YQ==&b== x\n- [乙](u)",
            ["甲", "乙"],
            "高亮的 https://a.example/?q=YQ==&b== x",
        ),
        (
            "- [甲](u)：这一句写到了一行的末尾断\n  开成两行写的\n- [乙](u)",
            ["甲", "乙"],
            "这一句写到了一行的末尾断开成两行写的",
        ),
        # A blank in an address, no scheme, names before links that only say what they are.
        ("- [甲](https://a.example/my file.pdf)：说明\n- [乙](u)", ["甲", "乙"], "说明"),
        ("1. 甲 www.a.example/x\n2. 乙：https://b.example，说明乙", ["甲", "乙"], ""),
        ("- 甲 [官网](u) [GitHub](v)：说明\n- 乙 [官网](u)", ["甲", "乙"], "说明"),
        (
            "| 名称 | 说明 | 链接 |\n|-|-|-|\n| 甲 | 说明 | [官网](u) |\n| 乙 | 又 | [官网](v) |",
            ["甲", "乙"],
            "说明 官网",
        ),
        ("| 日期 | 标题 |\n|-|-|\n| 5 月 | [甲](u) |\n| 6 月 | [乙](v) |", ["甲", "乙"], "5 月"),
    ],
)
def test_what_commonmark_does_not_know_is_read_as_it_was_meant(markdown: str, titles: list[str], text: str) -> None:
    entries = read_issue("样刊", "issue-1.md", f"## 工具\n\n{markdown}\n".encode()).entries()
    assert ([entry.title for entry in entries], entries[0].text) == (titles, text)


@pytest.mark.parametrize(
    ("markdown", "problems"),
    [
        ("## 工具\n\n- [甲](u)\n\n<!-- 待补充\n\n- [乙](u)", [(5, "unclosed-comment")]),
        ("## 工具\n\n- [甲](u)\n- [乙](u)\n\n```sh\nls", [(6, "unclosed-fence")]),
        ("## 工具\n\n- [甲](u)\n- [乙](u)：`<!--` 开始注释\n\n```\n<!--\n```", []),
    ],
)
def test_a_comment_or_fence_without_an_end_is_told(markdown: str, problems: list[tuple[int, str]]) -> None:
    issue = read_issue("样刊", "issue-1.md", f"# 样刊第 1 期\n{markdown}".encode())
    assert [(problem.line - 1, problem.code) for problem in issue.problems] == problems
    assert "乙" in "".join(entry.title for entry in issue.entries())


@pytest.mark.parametrize(
    "settings",
    [
        "---\ntitle：周报 12\ndate：2024-01-01\n---",
        "---\n标题: 周报 12\n日期: 2024-01-01\n---",
        "  ---\n  title: 周报 12\n  date: 2024-01-01\n  ---",
        "－－－\n标题：周报 12\n日期：2024-01-01\n－－－",
    ],
)
def test_settings_by_a_chinese_keyboard_are_settings(settings: str) -> None:
    issue = read_issue("样刊", "x.md", f"{settings}\n\n## 工具\n\n- [甲](u)\n- [乙](u)\n".encode())
    assert (issue.ref.title, issue.ref.number, str(issue.ref.date)) == ("周报 12", 12, "2024-01-01")


def test_a_paragraph_between_rules_is_no_settings() -> None:
    text = "---\n说明：这里是正文\n\n提示：还是正文。\n---\n\n## 工具\n\n- [甲](u)\n- [乙](u)\n"
    issue = read_issue("样刊", "x.md", text.encode())
    assert issue.front is not None
    assert issue.front.text == "说明：这里是正文\n提示：还是正文。"


def problems_of(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in read(text).problems]


UNREAD = "- [{0}](https://{0}.example)：不像别的行。\n"


def test_lines_with_links_that_are_no_entries_are_told_once_with_the_first() -> None:
    links = "".join(UNREAD.format(name) for name in ("a", "b", "c", "d"))
    text = f"# 第 3 期\n\n## 编者的话\n\n先说几句话。\n\n{links}\n## 工具\n\n- [锤](https://e.example)\n"
    (problem,) = [problem for problem in read(text).problems if problem.code == "links-not-read"]
    assert (problem.line, problem.message.split(",")[0].split(" were")[0]) == (7, "4 lines that begin with a link")


@pytest.mark.parametrize(
    "text",
    [
        "## 编者的话\n\n先说几句，见[甲](https://a.example)和[乙](https://b.example)。\n",
        "## 编者的话\n\n- [甲](https://a.example)\n- [乙](https://b.example)\n",  # two
        "## 工具\n\n- [锤](https://e.example)\n" + "  - [柄](https://a.example)\n" * 3,
        "## 订阅\n\n- [a](https://a.example)\n- [b](https://b.example)\n- [c](https://c.example)\n",
    ],
)
def test_usual_links_of_a_text_are_no_problem(text: str) -> None:
    assert "links-not-read" not in {code for _, code in problems_of(text)}


def test_an_entry_has_no_link_only_when_it_holds_none() -> None:
    several = "斧，见[甲](https://c.example)或[乙](https://d.example)"
    text = f"## 工具\n\n1. [锤](https://a.example)\n2. 钳\n3. [锯](https://b.example)\n4. {several}\n"
    assert problems_of(text) == [(4, "no-link")]


def test_settings_without_fences_hold_any_text() -> None:
    issue = read("Title: 第 29 期: 追忆\nDate: 2012-08-31\nTags: 甲,乙\n\n## 工具\n\n- [锤](https://a.example)\n")
    assert (issue.ref.title, issue.problems) == ("第 29 期: 追忆", ())


def test_numbers_may_begin_with_0_in_each_section() -> None:
    lists = "".join(f"{number}. [{name}](https://{name}.example)\n" for number, name in enumerate("abc"))
    assert problems_of(f"## 工具\n\n{lists}\n## 文章\n\n{lists}") == []


def test_where_an_issue_was_first_published_and_how_to_mend_it_are_no_entries() -> None:
    closing = "- 首发: [木工周刊](https://saw.example/3)\n- 改进: [issue-3.md](https://git.example/blob/issue-3.md)\n"
    issue = read(
        f"# 第 3 期\n\n## 活动\n\n- [锯木大会](https://a.example)\n- [刨木大会](https://b.example)\n\n---\n\n{closing}"
    )
    assert [entry.title for entry in issue.entries()] == ["锯木大会", "刨木大会"]


@pytest.mark.parametrize("address", ["https://saw.example/{}", "[原文](https://saw.example/{})"])
def test_a_section_of_headings_over_one_address_each_is_no_entry(address: str) -> None:
    sections = [
        f"## {name}\n\n" + "\n\n".join(f"### 锯子的第 {n} 种用法\n\n{address.format(n)}" for n in range(at, at + 3))
        for at, name in ((1, "木工园地"), (4, "铁匠园地"))
    ]
    issue = read_issue("周刊", "1.md", "\n\n".join(["这一周只有标题。", *sections]).encode())
    assert [(section.title, len(section.entries)) for section in issue.sections] == [("木工园地", 3), ("铁匠园地", 3)]
    assert [entry.url for entry in issue.entries()] == [f"https://saw.example/{n}" for n in range(1, 7)]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("<https://a.example/tool>", ""),
        ("[https://a.example/tool](https://a.example/tool)", ""),
        ("[a.example](https://a.example/tool)", "a.example"),
        # What is shown is another address than that of the link: who remembers it looks for it.
        ("[https://a.example/tool](https://count.example/a.example/tool)", "https://a.example/tool"),
        ("[https://a.example/tool](https://count.example/?to=42)", "https://a.example/tool"),
    ],
)
def test_an_address_below_a_title_is_kept_as_text_where_the_link_leads_elsewhere(line: str, text: str) -> None:
    assert only_entry(f"- 一个工具\n\n  {line}").text == text


@pytest.mark.parametrize(
    ("below", "text"),
    [
        ("终端里的文件管理器。\n\n", "终端里的文件管理器。"),
        ("", ""),  # nothing but the list
    ],
)
def test_a_section_that_its_heading_links_is_found_by_the_link(below: str, text: str) -> None:
    front = (
        read(
            "# 第 9 期\n\n## 工具\n\n### [青舟](https://qingzhou.example/)\n\n"
            f"{below}- [木桨](https://mujiang.example/) 划桨\n- [竹篙](https://zhugao.example/) 撑船\n\n"
            "## 文章\n\n- [船歌](https://song.example/)\n"
        )
        .sections[0]
        .front
    )
    assert front is not None
    assert (front.title, front.url, front.text, front.links) == ("青舟", "https://qingzhou.example/", text, ())


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", 12),
        ("012", 12),  # 10 in YAML 1.1, where a zero begins a number to the base of 8
        ("010", 10),
        ('"009"', 9),
        ("0x1F", None),
        ("12:30", None),  # 750 in YAML 1.1
        ("12.5", None),
        ("-3", None),
    ],
)
def test_numbers_of_settings_are_decimal(written: str, number: int | None) -> None:
    assert read(f"---\ntitle: 青桐\nnumber: {written}\n---\n# 甲\n").ref.number == number


@pytest.mark.parametrize(
    ("settings", "slug"),
    [
        ("slug: lantern", "lantern"),
        ("\n".join(f"k{number}: v" for number in range(20)) + "\nslug: lantern", "lantern"),  # after many others
        ("slug: 2024-04-01", "2024-04-01"),  # YAML's day
        ("slug: 007", "007"),  # a number to the base of 8 in YAML
        ("slug: 1_0", "1_0"),
        ("slug: yes", ""),  # a switch of YAML: better no address than that of another page
        (f"slug: {'x' * 101}", ""),
        ("title: 甲", None),
    ],
)
def test_addresses_may_be_made_of_the_slug(settings: str, slug: str | None) -> None:
    assert dict(read(f"---\n{settings}\n---\n# 甲\n").ref.settings).get("slug") == slug
