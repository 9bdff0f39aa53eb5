"""The query language: `docs/query-syntax.md`."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wangqi.search.document.filters import merge_filters, narrow_filters
from wangqi.search.query.parser import MAX_PARTS, parse
from wangqi.search.query.tree import And, Everything, Match, Not, Or, Phrase, Prefix, Query
from wangqi.search.request import MAX_QUERY_CHARS, Filters


@pytest.mark.parametrize(
    ("q", "query"),
    [
        ("", Everything()),
        (" \u3000 ", Everything()),
        ("编辑器", Match("编辑器")),
        ("编辑器 -vim", And((Match("编辑器"), Not(Match("vim"))))),
        ("开源　-软件", And((Match("开源"), Not(Match("软件"))))),  # a full-width blank
        ("-免费", Not(Match("免费"))),
        ("－免费", Not(Match("免费"))),  # a full-width minus
        ('"向量数据库"', Phrase("向量数据库")),
        ("“向量数据库”", Phrase("向量数据库")),
        ("「向量」 『数据库』 ＂索引＂", And((Phrase("向量"), Phrase("数据库"), Phrase("索引")))),
        ('"为什么要“慢”"', Phrase("为什么要 慢")),
        ('"向量” 图床 “数据库"', And((Phrase("向量"), Match("图床"), Phrase("数据库")))),
        ('“向量"', Phrase("向量")),  # an input method turned one of them
        ('-"向量 数据库"', Not(Phrase("向量 数据库"))),
        ("关于“低代码”的文章", And((Match("关于"), Phrase("低代码"), Match("的文章")))),
        ('"没有闭合', Match("没有闭合")),  # an open quote reads as text, with a warning
        ('""', Everything()),
        ('屏幕 5"', And((Match("屏幕"), Match('5"')))),  # no quotation inside a word
        ("kube*", Prefix("kube")),
        ("-kube*", Not(Prefix("kube"))),
        ("* **", Everything()),
        ("甲 OR 乙", Or((Match("甲"), Match("乙")))),
        ('甲 OR "乙 丙" OR d* 丁', And((Or((Match("甲"), Phrase("乙 丙"), Prefix("d"))), Match("丁")))),
        ("甲 or 乙", And((Match("甲"), Match("or"), Match("乙")))),
        ("OR", Match("OR")),
        ("甲 OR", And((Match("甲"), Match("OR")))),
        ("甲 OR -乙", And((Match("甲"), Match("OR"), Not(Match("乙"))))),
        ("C++", Match("C++")),
        ("C# .NET", And((Match("C#"), Match(".NET")))),
        ("-", Everything()),
        ("- 甲", Match("甲")),
        ("a-b", Match("a-b")),
        ("--help", Match("--help")),
        ("-.net", Not(Match(".net"))),
        ("(((", Everything()),
        ("https://a.example/b?c=d", Match("https://a.example/b?c=d")),
        ("owner/repo", Match("owner/repo")),
        ("foo:bar", Match("foo:bar")),
        ("kind:xyz", Match("kind:xyz")),
        ("本周话题：前端", Match("本周话题：前端")),
        ("kind:tool", Everything()),
        ("🎉", Match("🎉")),
    ],
)
def test_a_query_is_read_as(q: str, query: Query) -> None:
    assert parse(q).query == query


@pytest.mark.parametrize(
    ("q", "filters"),
    [
        ("kind:tool", Filters(kind=("tool",))),
        ("kind:工具,文章", Filters(kind=("tool", "article"))),
        ("类型：工具", Filters(kind=("tool",))),
        ("KIND：Tool", Filters(kind=("tool",))),
        ("kind:tool kind:book", Filters(kind=("tool", "book"))),
        ("-kind:quote", Filters(exclude=(Filters(kind=("quote",)),))),
        (
            "-kind:quote -year:2020",
            Filters(exclude=(Filters(kind=("quote",)), Filters(year=((2020, 2020),)))),
        ),
        ("section:资源", Filters(section=("资源",))),
        ('栏目:"精彩 文章"', Filters(section=("精彩 文章",))),
        ("section:工具,文章", Filters(section=("工具,文章", "工具", "文章"))),  # a name may hold a comma
        ('section:"工具,文章"', Filters(section=("工具,文章",))),
        ('section:"为什么要“慢”"', Filters(section=("为什么要“慢”",))),
        ('section:"慢”', Filters(section=("慢",))),  # people mix the styles
        ("投稿:“张三，李四”", Filters(by=("张三,李四",))),
        ('kind:"工具,文章"', Filters(kind=("tool", "article"))),  # no kind holds a comma
        ("issue:301", Filters(issue=((301, 301),))),
        ("issue:301..405", Filters(issue=((301, 405),))),
        ("期:第301期", Filters(issue=((301, 301),))),
        ("issue:#7,9-12", Filters(issue=((7, 7), (9, 12)))),
        ("year:..2020", Filters(year=((None, 2020),))),
        ("年份:２０２０..", Filters(year=((2020, None),))),
        ("date:2024-01..2024-06", Filters(date_from=date(2024, 1, 1), date_to=date(2024, 6, 30))),
        ("date:2024-02", Filters(date_from=date(2024, 2, 1), date_to=date(2024, 2, 29))),
        ("date:2024", Filters(date_from=date(2024, 1, 1), date_to=date(2024, 12, 31))),
        ("日期:2024/1/5..", Filters(date_from=date(2024, 1, 5))),
        ("date:..2020 date:2019..", Filters(date_from=date(2019, 1, 1), date_to=date(2020, 12, 31))),
        ("site:WWW.GitHub.com", Filters(site=("github.com",))),
        ("site:https://github.com/x", Filters(site=("github.com",))),
        ("site:GitHub.com:443", Filters(site=("github.com",))),
        ("issue:123456789", Filters(issue=((123456789, 123456789),))),
        ("by:@XiaoMing", Filters(by=("xiaoming",))),
        ("archive:qt", Filters(archive=("qt",))),
    ],
)
def test_a_field_is_read_as_a_filter(q: str, filters: Filters) -> None:
    parsed = parse(f"灯 {q}")
    assert (parsed.query, parsed.filters, parsed.notices) == (Match("灯"), filters, ())


@pytest.mark.parametrize(
    ("q", "typed"),
    [
        ("灯 kind:工具 泡", ["kind:工具"]),
        ("-类型：言论 灯", ["-类型：言论"]),
        ('灯 栏目:"精彩 文章"', ['栏目:"精彩 文章"']),
        ("kind:工具 NOT year:2020 kind:图书", ["kind:工具", "NOT year:2020", "kind:图书"]),
        ("kind:xyz 灯：泡", []),
    ],
)
def test_where_a_filter_was_typed_is_told(q: str, typed: list[str]) -> None:
    assert [q[each.start : each.end] for each in parse(q).typed] == typed


@pytest.mark.parametrize(
    ("q", "codes"),
    [
        ("灯 -泡", []),
        ('"灯', ["unbalanced-quote"]),
        ("“灯 「泡", ["unbalanced-quote"]),  # said once
        ("foo:bar", ["unknown-field"]),
        ("kind:xyz", ["bad-value"]),
        ("by:@", ["bad-value"]),
        ("by:张三,＠", ["bad-value"]),
        ("site:.", ["bad-value"]),
        ("site:www.", ["bad-value"]),
        ("site://", ["bad-value"]),
        ("tag:#", ["bad-value"]),
        ('section:"\u200b"', ["bad-value"]),
        ("archive:\u200b", ["bad-value"]),
        ("issue:abc", ["bad-value"]),
        ("issue:..", ["bad-value"]),
        ("issue:405..301", ["bad-value"]),
        ("year:2024-2020", ["bad-value"]),
        ("issue:1234567890", ["bad-value"]),
        ("date:2025..2024", ["bad-value"]),
        ("date:2024-00", ["bad-value"]),
        ("date:2024-13", ["bad-value"]),
        ("date:0000", ["bad-value"]),
        ("kind:", ["bad-value"]),
        ("灯" * 201, ["truncated"]),
        ("a " * 60, ["too-many-words"]),
        ("https://a.example 12:30 std::vector a:// 标题：副题", []),  # no fields at all
    ],
)
def test_what_is_not_understood_is_said(q: str, codes: list[str]) -> None:
    assert [notice.code for notice in parse(q).notices] == codes


def test_there_is_a_limit_to_the_number_of_parts() -> None:
    query = parse("a " * 99).query
    assert isinstance(query, And)
    assert len(query.parts) == MAX_PARTS


QUERY_TEXT = st.text(st.characters(), max_size=40) | st.lists(
    st.sampled_from([
        "灯", "C++", "OR", "-", "－", '"', "“", "”", "「", "」", "*", " ", "　", "kind:", "工具", "：", "issue", ":",
        "3..5",        "(", "a", "b-c", "..", "\n", "\ud800", "🎉", "http://", "'", "5", ".", ",",
    ]),
    max_size=25,
).map("".join)  # fmt: skip


@given(QUERY_TEXT)
@example('"y 5"x')
@example("OR OR OR OR")
@example('-"a')
@example('「a"b」*')
def test_any_text_is_a_query_that_reads_back(text: str) -> None:
    parsed = parse(text)
    assert parse(str(parsed.query)).query == parsed.query


@pytest.mark.parametrize("piece", ['"', "“", "(", "-", "*", "kind:", "OR ", "a:", "a* "])
def test_of_long_input_only_the_beginning_is_read(piece: str) -> None:
    long = piece * 100_000
    read, beginning = parse(long), parse(long[:MAX_QUERY_CHARS])
    assert (read.query, read.filters, read.notices[1:]) == (beginning.query, beginning.filters, beginning.notices)


def test_merged_filters_are_alternatives() -> None:
    merged = merge_filters(Filters(kind=("tool",), date_to=date(2020, 1, 1)), Filters(kind=("book", "tool")))
    assert merged == Filters(kind=("tool", "book"), date_to=date(2020, 1, 1))


@pytest.mark.parametrize(
    ("first", "second", "narrowed"),
    [
        (Filters(kind=("tool", "book")), Filters(kind=("book", "news")), Filters(kind=("book",))),
        (Filters(kind=("tool",)), Filters(section=("资源",)), Filters(kind=("tool",), section=("资源",))),
        (Filters(section=("甲,乙", "甲", "乙")), Filters(section=("乙",)), Filters(section=("乙",))),
        (Filters(issue=((1, 9),)), Filters(issue=((5, None), (2, 3))), Filters(issue=((5, 9), (2, 3)))),
        (Filters(date_from=date(2020, 1, 1)), Filters(date_from=date(2021, 1, 1)), Filters(date_from=date(2021, 1, 1))),
    ],
)
def test_narrowed_filters_must_both_be_met(first: Filters, second: Filters, narrowed: Filters) -> None:
    assert narrow_filters(first, second) == narrowed


@pytest.mark.parametrize(
    ("q", "understood"),
    [
        ("docker NOT k8s", "docker -k8s"),
        ("NOT docker", "-docker"),
        ('docker NOT "命令 行"', 'docker -"命令 行"'),
        ("docker AND k8s", "docker k8s"),
        ("AND", "AND"),  # with nothing on either side they are words
        ("docker AND", "docker AND"),
        ("docker NOT", "docker NOT"),
        ("docker not k8s", "docker not k8s"),
        ("a OR b AND c", "a OR b c"),
        ("rm -rf", "rm -rf"),  # options of commands are text
        ("npm i -g", "npm i -g"),
        ("编辑器 -c", "编辑器 -c"),
    ],
)
def test_operators_in_words_and_options(q: str, understood: str) -> None:
    assert str(parse(q).query) == understood


def test_an_option_is_no_word_to_leave_out() -> None:
    assert parse("rm -rf").query == And((Match("rm"), Match("-rf")))
    assert parse("编辑器 -c").query == And((Match("编辑器"), Not(Match("c"))))
    [notice] = parse("tar -xzf a.tgz").notices
    assert (notice.code, notice.q) == ("excluded", 'tar "-xzf" a.tgz')
    assert parse("编辑器 -vim").notices == parse("docker -k8s").notices == ()


@pytest.mark.parametrize("q", ["！！！", "...", "——", '""', "“”", "*", "?", "()", "%", "\u200b", "\ufffd\ufffd"])
def test_signs_alone_ask_for_nothing(q: str) -> None:
    parsed = parse(q)
    assert parsed.asks_nothing
    assert [notice.code for notice in parsed.notices][-1:] == ["nothing-asked"]


@pytest.mark.parametrize("q", ["", "  ", "a", "-灯泡", "kind:tool", "🎉", "© *"])
def test_everything_else_asks_for_something(q: str) -> None:
    assert not parse(q).asks_nothing


@pytest.mark.parametrize(
    ("q", "kind"),
    [
        ("類型：工具", "tool"),
        ("ｔｙｐｅ：ｔｏｏｌ", "tool"),
        ("類型:影片", "video"),
        ("kind:軟體", "tool"),
        ("type:Books", "book"),
    ],
)
def test_fields_and_kinds_are_understood_in_any_script(q: str, kind: str) -> None:
    assert parse(q).filters == Filters(kind=(kind,))
    assert parse(q).notices == ()


@pytest.mark.parametrize(
    ("q", "query"),
    [
        ("title:甲1", Phrase("甲1", in_title=True)),
        ("標題：镜像", Phrase("镜像", in_title=True)),
        ('title:"镜像 分发"', Phrase("镜像 分发", in_title=True)),
        ("-title:甲", Not(Phrase("甲", in_title=True))),
        ("title:甲 乙", And((Phrase("甲", in_title=True), Match("乙")))),
    ],
)
def test_what_must_stand_in_the_title(q: str, query: Query) -> None:
    assert parse(q).query == query
    assert parse(str(query)).query == query
    assert parse(q).notices == () or q.startswith("-")
