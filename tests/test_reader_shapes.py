"""What the entries of a section are, by its shape: headings, tables, quotations, paragraphs."""

import pytest

from wangqi.indexer.reader import read_issue
from wangqi.search.model import Issue


def read(text: str) -> Issue:
    return read_issue("样刊", "issue-1.md", text.encode())


def sections(text: str) -> list[tuple[str, list[str]]]:
    """The name of each section with the titles of its entries."""
    return [(section.title, [entry.title for entry in section.entries]) for section in read(text).sections]


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            ["[渡口](u)", "[纪录片 | 盐的路](v)", "[播客｜夜班车](w)", "[旧站台](x)"],
            [("听与看", ["渡口", "纪录片 | 盐的路", "播客｜夜班车", "旧站台"])],
        ),
        (["[纪录片：盐的路](u)", "[【播客】夜班车](v)"], [("听与看", ["纪录片：盐的路", "【播客】夜班车"])]),
        # Before the link it is the name of a section.
        (["本周话题：[盐](u)", "本周工具：[秤](v)"], [("本周话题：盐", ["盐"]), ("本周工具：秤", ["秤"])]),
    ],
)
def test_a_label_inside_the_link_of_a_heading_is_part_of_its_title(
    headings: list[str], expected: list[tuple[str, list[str]]]
) -> None:
    below = "".join(f"### {heading}\n\n说到盐。\n\n" for heading in headings)
    assert sections(f"# 刊\n\n## 听与看\n\n{below}") == expected


@pytest.mark.parametrize(
    ("rows", "titles"),
    [
        # The same text in each row, or a column whose head says that it holds links.
        ("书|作者|链接\n河口|林一|[书店](u)\n盐路|周二|[书店](v)", ["河口", "盐路"]),
        ("电影|年份|去哪看\n河口|2019|[放映厅](u)\n盐路|2020|[放映厅](v)", ["河口", "盐路"]),
        ("课程|学校|链接\n织布原理|甲校|[课程页](u)\n陶艺|乙校|[录像](v)", ["织布原理", "陶艺"]),
        ("课程|链接\n织布原理|[录像](u)", ["织布原理"]),
        ("日子|活动|报名\n5 月 3 日|河灯会|[表](u)\n6 月 1 日|茶会|[表](v)", ["河灯会", "茶会"]),
        ("#|书|链接\n1|河口|[书店](u)\n2|盐路|[书店](v)", ["河口", "盐路"]),
        # The links are what is talked of: longer than the names beside them, or each of another one.
        ("作者|链接\n林一|[河口的十年渡船](u)\n周二|[盐路上的驼队](v)", ["河口的十年渡船", "盐路上的驼队"]),
        ("类|链接\n地理与旅行|[河口](u)\n地理与旅行|[盐路](v)", ["河口", "盐路"]),
        ("说的人|说的事\n林一|[河口](u)\n周二|[盐路](v)", ["河口", "盐路"]),
    ],
)  # fmt: skip
def test_links_that_only_lead_to_what_a_row_names_are_not_its_title(rows: str, titles: list[str]) -> None:
    head, *others = rows.split("\n")
    rule = "|".join("-" for _ in head.split("|"))
    table = "\n".join(f"|{row}|" for row in (head, rule, *others))
    assert sections(f"# 刊\n\n## 图书\n\n{table}\n") == [("图书", titles)]


ZHU = ("缆绳要在退潮之前解开。", "朱老大")
QIU = ("雾里先听水声，再看岸。", "秋生")
DING = ("船头向着浪，人向着岸。", "丁船长《渡记》")


@pytest.mark.parametrize(
    ("text", "quotations"),
    [
        # Who said it on a line of its own, or on that of the words; quotes and bullets in one section.
        (
            f"> {ZHU[0]}\n>\n> —— {ZHU[1]}\n\n- {QIU[0]}——{QIU[1]}\n- {DING[0]}—— {DING[1]}",
            [ZHU, QIU, DING],
        ),
        (f"> {ZHU[0]}—— {ZHU[1]}\n\n> {QIU[0]} — {QIU[1]}\n\n- {DING[0]}——{DING[1]}", [ZHU, QIU, DING]),
        (f"> {ZHU[0]}\n\n- {DING[0]}——{DING[1]}", [(ZHU[0], None), DING]),
        (f"- {ZHU[0]}\n- {QIU[0]}\n- {DING[0]}——{DING[1]}", [(ZHU[0], None), (QIU[0], None), DING]),
        (f"> {ZHU[0]}\n>\n> —— {ZHU[1]}\n\n> {QIU[0]}\n\n> {DING[0]}", [ZHU, (QIU[0], None), (DING[0], None)]),
        (
            f'"Cast off early." — Zoe Pike\n\n“{QIU[0]}” ——{QIU[1]}',
            [('"Cast off early."', "Zoe Pike"), (f"“{QIU[0]}”", QIU[1])],
        ),
        (f"> {ZHU[0]}\n> {QIU[0]}——{QIU[1]}", [(f"{ZHU[0]}\n{QIU[0]}", QIU[1])]),
        (f"1、{ZHU[0]}——{ZHU[1]}\n\n2、{QIU[0]}\n\n-- {QIU[1]}", [ZHU, QIU]),
        # A dash inside a sentence, and a sentence after one, name nobody.
        ("> 他解开缆绳——雾还没散——就走了。\n\n> 她回头看。——岸已经远了。", [
            ("他解开缆绳——雾还没散——就走了。", None), ("她回头看。——岸已经远了。", None),
        ]),
        # Points of what one said.
        (f"> - 先看潮。\n> - 再看风。\n>\n> —— {ZHU[1]}", [("先看潮。\n再看风。", ZHU[1])]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["言论", "船上语录", "摘抄"])
def test_quotations_are_parted_by_who_said_them(name: str, text: str, quotations: list[tuple[str, str | None]]) -> None:
    (section,) = read(f"# 刊\n\n## {name}\n\n{text}\n").sections
    assert [(entry.text, entry.attribution) for entry in section.entries] == quotations
    assert section.kind == "quote"


def test_the_link_of_a_quotation_is_that_of_who_said_it() -> None:
    text = "# 刊\n\n## 言论\n\n> 见[海图](v)。缆绳要早解。——[朱老大](u)\n\n> 雾里先听[水声](w)。——秋生\n"
    entries = read(text).entries()
    assert [(entry.url, [link.url for link in entry.links]) for entry in entries] == [("u", ["v"]), (None, ["w"])]


@pytest.mark.parametrize(
    ("section", "titles"),
    [
        # A number in bold before a link is no part of the title; before anything else it is a word.
        (
            "## 新闻\n\n**01** [潮汐表出新版](u)\n改了三处。\n\n**02** [灯塔换灯](v)\n更亮。",
            ["潮汐表出新版", "灯塔换灯"],
        ),
        ("## 新闻\n\n- **3** 座[灯塔](u)换灯\n- [潮汐表](v)", ["3 座灯塔换灯", "潮汐表"]),
        # Works with a quote or a line of text below each.
        (
            "## 书单\n\n《潮间带》林一\n> 退潮以后什么都在。\n\n《渡记》丁二\n讲渡口。",
            ["《潮间带》林一", "《渡记》丁二"],
        ),
        # Names with their addresses, one on each line of a paragraph.
        (
            "## 工具\n\n量尺｜量海图 → https://u.example\n绳结：记绳结 https://v.example",
            ["量尺｜量海图", "绳结：记绳结"],
        ),
        ("## 工具\n\n文档：https://u.example\n源码：https://v.example", ["工具"]),
    ],
)
def test_the_entries_of_a_section_are_found(section: str, titles: list[str]) -> None:
    ((_, found),) = sections(f"# 刊\n\n{section}\n")
    assert found == titles


def test_a_picture_is_the_text_of_a_section_of_pictures() -> None:
    issue = read("# 刊\n\n## 图片\n\n![退潮后的码头](./images/pier.jpg)\n\n## 工具\n\n- [潮汐表](u)\n- [量尺](v)\n")
    assert [section.title for section in issue.sections if section.entries] == ["图片", "工具"]
    picture = issue.entries()[0]
    assert (picture.title, picture.kind) == ("图片", "image")
    assert (picture.images, picture.image_texts) == (("./images/pier.jpg",), ("退潮后的码头",))
    assert [problem.code for problem in issue.problems if problem.code == "empty-section"] == []


def test_a_section_of_nothing_but_a_picture_is_not_empty() -> None:
    issue = read("# 刊\n\n## 文章\n\n![退潮](./images/pier.jpg)\n\n## 工具\n\n- [潮汐表](u)\n- [量尺](v)\n")
    assert [problem.code for problem in issue.problems if problem.code == "empty-section"] == []


@pytest.mark.parametrize("above", ["", "**本周一图**\n\n河口的早晨。\n\n"])
def test_a_known_name_in_bold_is_a_section_beside_others_above_lists(above: str) -> None:
    text = (
        f"# 刊\n\n{above}**工具**\n\n1. [木桨](u) 划桨\n2. [竹篙](v) 撑船\n\n**值得一读**\n\n1. [盐路](w) 驼队\n\n"
        "**他们说**\n\n「桥是给走路的人修的。」——老木匠\n"
    )
    titles = sections(text)
    assert titles[-3:] == [("工具", ["木桨", "竹篙"]), ("值得一读", ["盐路"]), ("他们说", [""])]
    assert read(text).sections[-1].entries[0].attribution == "老木匠"


def test_bold_names_above_numbers_that_are_no_markdown_are_sections() -> None:
    text = (
        "# 刊\n\n**🔨 好用的工具**\n\n1）[木桨](u)——划桨\n\n   用了三年。\n\n2）[竹篙](v)——撑船\n\n"
        "**📖 值得一读**\n\n1）[盐路](w)（中文）\n\n> 驼队的故事。\n"
    )
    assert sections(text) == [("🔨 好用的工具", ["木桨", "竹篙"]), ("📖 值得一读", ["盐路"])]


@pytest.mark.parametrize(
    ("paragraph", "titles"),
    [
        (
            "[木桨](https://u.example) 划桨\n[竹篙](https://v.example) 撑船\n[缆绳](https://w.example)",
            ["木桨", "竹篙", "缆绳"],
        ),
        ("👉 [木桨](https://u.example) 划桨\n👉 [竹篙](https://v.example) 撑船", ["木桨", "竹篙"]),
        ("1.1 [木桨](https://u.example)\n1.2 [竹篙](https://v.example)", ["木桨", "竹篙"]),
        ("[木桨](https://u.example) 划桨，\n和[竹篙](https://v.example)一起用", ["木桨"]),  # one text over two lines
        ("[木桨](https://u.example) 划桨\n[官网](https://v.example) | [源码](https://w.example)", ["木桨"]),
    ],
)
def test_lines_of_a_paragraph_that_all_begin_with_a_link_are_entries(paragraph: str, titles: list[str]) -> None:
    assert sections(f"# 刊\n\n## 工具\n\n{paragraph}\n") == [("工具", titles)]


HTML = (
    "<h2>工具</h2>",
    "<ol>",
    '<li><b><a href="https://u.example">木桨</a></b><br>划桨</li>',
    '<li><b><a href="https://v.example">竹篙</a></b><br>撑船</li>',
    "</ol>",
    "<h2>文章</h2>",
    '<p><a href="https://w.example">盐路</a><br>驼队的故事。</p>',
    '<p><a href="https://x.example">河口</a><br>渡船的故事。</p>',
    "<h2>书</h2>",
    '<ul><li><a href="https://y.example">《潮间带》</a><ul><li>写礁石</li></ul></li>',
    '<li><a href="https://z.example">《灯》</a></ul>',
    "<h2>言论</h2>",
    "<blockquote>桥是给走路的人修的。<br>——老木匠</blockquote>",
    "<h2>资源</h2>",
    '<a href="https://m.example"><h3>潮汐表</h3><p>看潮水。</p></a>',
    '<a href="https://n.example"><h3>星图</h3><p>看星星。</p></a>',
)


@pytest.mark.parametrize("end", ["", "\n"])
def test_html_has_sections_items_and_paragraphs(end: str) -> None:
    issue = read("# 刊\n\n" + end.join(HTML) + "\n")
    assert [(section.title, [entry.title for entry in section.entries]) for section in issue.sections] == [
        ("工具", ["木桨", "竹篙"]), ("文章", ["盐路", "河口"]), ("书", ["《潮间带》", "《灯》"]), ("言论", [""]),
        ("资源", ["潮汐表", "星图"]),
    ]  # fmt: skip
    assert [entry.text for entry in issue.sections[0].entries] == ["划桨", "撑船"]
    assert issue.sections[-2].entries[0].attribution == "老木匠"
    assert [entry.url for entry in issue.sections[-1].entries] == ["https://m.example", "https://n.example"]


def test_a_list_before_the_first_heading_has_entries_whose_text_follows_a_blank() -> None:
    text = "# 灯塔 6\n\n- [木桨](https://a.example) 划桨\n- [竹篙](https://b.example) 撑船\n\n## 本周一图\n\n![](https://c.example/1.png)\n"
    assert sections(text)[0] == ("", ["木桨", "竹篙"])
