"""What is said about a draft before it is published: each mistake by its line, and nothing that was meant."""

from pathlib import Path

import pytest

from wangqi.indexer.check import DraftFile, check_draft
from wangqi.indexer.check.draft import without_code
from wangqi.indexer.reader import read_closely
from wangqi.search.model import Entry, Issue, Problem


def read(text: str, path: str = "9.md", *, folder: Path | None = None) -> DraftFile:
    reading = read_closely("weekly", path, text.encode())
    lines = reading.draft.text.lines if reading.draft else []
    return DraftFile(issue=reading.issue, lines=lines, source=text.splitlines(), folder=folder, root=folder)


def issue(number: int | None, *links: str, path: str = "") -> DraftFile:
    """An issue of one section with an entry for each link."""
    title = f"# 第 {number} 期" if number is not None else "# 特刊"
    entries = "\n".join(f"{order}、[条目{order}]({link})\n\n说明。\n" for order, link in enumerate(links, 1))
    return read(f"{title}\n\n## 工具\n\n{entries}", path or f"issue-{number}.md")


def text_issue(heading: str, front: str = "") -> DraftFile:
    return read(f"{front}# 第 9 期\n\n{heading}\n\n1、[新](https://new.example)\n")


BEFORE = [issue(7, "https://a.example/", "https://b.example/x"), issue(8, "https://c.example/")]


def problems(draft: DraftFile, before: list[DraftFile]) -> list[Problem]:
    entries: list[Entry] = [entry for one in before for entry in one.issue.documents()]
    return check_draft(draft, entries, [one.issue.ref for one in before])


def codes(draft: DraftFile) -> list[tuple[int, str]]:
    return [(found.line, found.code) for found in problems(draft, BEFORE)]


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        (issue(9, "https://new.example/"), []),
        (issue(9, "http://www.a.example?utm_source=w"), [(5, "link-ran")]),  # in another spelling
        (issue(9, "https://new.example/", "https://new.example"), [(9, "link-twice")]),
        (issue(8, "https://new.example/", path="draft.md"), [(1, "number-taken")]),
        (issue(11, "https://new.example/"), [(1, "number-skipped")]),
        (issue(None, "https://new.example/", path="draft.md"), [(1, "no-number")]),
        (issue(8, "https://c.example/"), []),  # issue 8 itself, published already
        (text_issue("## 古怪的栏目"), [(3, "unknown-section")]),
        (text_issue("## 工具", "---\ndraft: true\n---\n"), []),  # the author knows
    ],
)
def test_draft_is_compared_with_itself_and_with_what_ran(draft: DraftFile, expected: list[tuple[int, str]]) -> None:
    assert codes(draft) == expected


TOOLS = "".join(f"- [{name}](https://{name}.example)：说明{name}。\n" for name in ("jia", "yi", "bing", "ding"))


def section(name: str, first: int = 1) -> str:
    """A section of two entries."""
    entries = "".join(f"- [第{first}{n}](https://s{first}{n}.example)：说明。\n" for n in (1, 2))
    return f"\n\n## {name}\n\n{entries}"


ONE = "- [一](https://one.example)：说明。"
"""The line of a draft that a mistake stands in is line 5, unless it says otherwise."""


@pytest.mark.parametrize(
    ("text", "line", "code", "what_to_do"),
    [
        # addresses
        ("- [锤](www.hammer.example)：说明。", 5, "link-scheme", "write https://www.hammer.example"),
        ("- [锤](hammer.com/a)：说明。", 5, "link-scheme", "write https://hammer.com/a"),
        ("- [锤](htps://hammer.example)：说明。", 5, "link-scheme", "does not begin with https://"),
        ("- [锤](ttps://hammer.example)：说明。", 5, "link-scheme", "does not begin with https://"),
        ("- [锤](https//hammer.example)：说明。", 5, "link-scheme", "does not begin with https://"),
        ("- [锤](https:/hammer.example)：说明。", 5, "link-scheme", "does not begin with https://"),
        ("- [锤](https://https://hammer.example)：说明。", 5, "link-scheme", "begins twice"),
        ("- [锤](//hammer.example/a)：说明。", 5, "link-scheme", "write https://hammer.example/a"),
        ("- [锤](git@github.com:a/hammer.git)：说明。", 5, "link-scheme", "needs https://"),
        ("- [锤](./hammer.md)：说明。", 5, "link-relative", "no such file"),
        ("- [锤](hammer-2)：说明。", 5, "link-relative", "no such file"),
        ("- [锤](http://localhost:3000/a)：说明。", 5, "link-local", "own network"),
        ("- [锤](http://192.168.1.7/a)：说明。", 5, "link-local", "own network"),
        ("- [锤](https://hammer.example/a b)：说明。", 5, "link-blank", "%20"),
        ("- [锤]()：说明。", 5, "link-empty", "no address"),
        ("- [](https://hammer.example/a)：说明。", 5, "link-empty", "[title](address)"),
        ("- [锤](https://hammer.example/a：说明。", 5, "link-unclosed", "write [锤](https://hammer.example/a"),
        ("- [锤]（https://hammer.example/a）：说明。", 5, "link-unclosed", "write [锤](https://hammer.example/a)"),
        ("- [锤(https://hammer.example/a)：说明。", 5, "link-unclosed", "write [锤](https://hammer.example/a)"),
        # links that were there before
        (f"{ONE}\n- [二](https://one.example/?utm_source=x)：说明。", 6, "link-twice", "line 5"),
        ("- [甲](https://b.example/x#top)：说明。", 5, "link-ran", "weekly/issue-7.md:9"),
        (f"{ONE}见[乙](https://b.example/x)。", 5, "link-ran", "weekly/issue-7.md:9"),
        # titles, texts, sources
        ("- [一把好锤](https://a1.example)：一。\n- [一把好锤](https://a2.example)：二。", 6, "title-twice", "line 5"),
        (f"{TOOLS}- [锤](https://hammer.example)\n", 9, "no-text", "no text"),
        (f"{ONE}\n\n## 言论\n\n1、话说得好。\n\n—— 老李\n\n2、话说得不好。", 13, "no-source", "—— 某人"),
        (f"{ONE}\n\nTODO: 补一段", 7, "to-do", "TODO"),
        (f"{ONE}\n\nTODO 写说明", 7, "to-do", "TODO"),
        (f"{ONE}（待补充）", 5, "to-do", "待补充"),
        (f"{ONE}TODO：补一句", 5, "to-do", "TODO"),
        (f"{ONE} 待补充。", 5, "to-do", "待补充"),
        ("1、[甲](https://a1.example)：TODO", 5, "to-do", "TODO"),
        ("1、[甲](https://a1.example) —— TODO: 写说明", 5, "to-do", "TODO"),
        ("**[甲](https://a1.example)**：待补充", 5, "to-do", "待补充"),
        ("1、[TODO](https://a1.example)：说明。", 5, "to-do", "TODO"),
        ("- [待补充](https://a1.example)：说明。", 5, "to-do", "待补充"),
        # sections
        (f"{ONE}{section('文章')}{section('工具', 2)}", 13, "section-twice", "line 3"),
        (f"{ONE}{section('文张')}", 7, "section-name", "'文章'"),
        (f"{ONE}{section('老张的地盘')}", 7, "unknown-section", "[sections]"),
        # numbers
        ("1. [一](https://one.example)：一。\n3. [三](https://three.example)：三。", 6, "number-gap", "2 was expected"),
        # markup
        (f"{ONE}\n\n**这里要粗。", 7, "unclosed-bold", "stars"),
        (f"{ONE}\n\n##\u00a0文章\n\n- [二](https://two.example)：说明。", 7, "heading-blank", "type a blank"),
        (f"{ONE}\n\n<!-- 没写完", 7, "unclosed-comment", ""),
        (f"{ONE}\n\n```\nls", 7, "unclosed-fence", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_what_to_do(
    tmp_path: Path, text: str, line: int, code: str, what_to_do: str
) -> None:
    draft = read(f"# 第 9 期\n\n## 工具\n\n{text}\n", folder=tmp_path)
    [problem] = problems(draft, BEFORE)
    assert (problem.line, problem.code) == (line, code)
    assert what_to_do in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "- [锤](https://hammer.example/a_(b))：说明。",
        "- [锤](mailto:a@hammer.example)：说明。",
        "- [锤](old.md)：本地的文件。",
        "- [锤](https://hammer.example)：装好后打开 http://localhost:3000 就行，或 `[a](b`。",
        "- [锤](https://hammer.example)：`**kwargs` 与 2**10，匹配 src/**/*.md。",
        "- [TODO 清单](https://todo.example)：把 TODO 变成日程。",
        "- [甲](https://todo.example)：一个 TODO 应用。TODO 应用很多，**最好的** TODO",
        "- [TodoMVC](https://todo.example)：Todo：同一个应用写了很多遍，也有 Microsoft To Do。",
        "- [注释](https://todo.example)：TODO、FIXME 和 XXX 三种标记，“TODO：”最多。",
        "- [博物馆](https://todo.example)：待补充的展品很多。",
        "- [锤](https://hammer.example)：**粗体**和 **另一个**。",
        "- [图](https://hammer.example)：[![](https://img.example/a.png)](https://hammer.example/b)",
        "- 《一本书》：没有链接。\n- 《另一本书》：没有链接。\n- [锤](https://hammer.example)：有。",
        "- [锤](https://hammer.example/very/long)\n- [钳](https://pliers.example)",
        "- [锤](https://hammer.example)：见[锯 [图]](https://saw.example/a)（https://saw.example/b）。",
        "- [锤](https://web.archive.org/web/2020/https://hammer.example/)：存档。",
        "- [锤](#锤)：往下看。\n- [钳](https://pliers.example)：说明。",
        "```\n##\u00a0不是标题 [a](htps://a.example) TODO: x\n```\n\n- [锤](https://hammer.example)：说明。",
    ],
)
def test_what_was_meant_is_no_mistake(tmp_path: Path, text: str) -> None:
    (tmp_path / "old.md").touch()
    draft = read(f"# 第 9 期\n\n## 工具\n\n{text}\n", folder=tmp_path)
    assert problems(draft, BEFORE) == []


@pytest.mark.parametrize(
    ("ran", "drafted"),
    [
        ("https://github.com/a/b", "https://github.com/A/b/?tab=readme-ov-file#usage"),
        ("https://github.com/a/b", "https://github.com/a/b/tree/main"),
        ("https://github.com/a/b", "https://github.com/a/b/blob/master/README.md"),
        ("https://www.youtube.com/watch?v=abcdefghijk", "https://youtu.be/abcdefghijk?si=x"),
        ("https://twitter.com/a/status/1", "https://x.com/a/status/1?s=20"),
        ("https://arxiv.org/abs/2401.00001", "https://arxiv.org/pdf/2401.00001v2"),
        ("https://www.bilibili.com/video/BV1xx411c7mD", "https://www.bilibili.com/video/BV1xx411c7mD/?spm_id_from=1&vd_source=2"),
        ("https://shop.example/item?id=1", "https://shop.example/item?id=1&spm=a.b"),
    ],
)  # fmt: skip
def test_a_link_that_ran_is_known_in_every_spelling(ran: str, drafted: str) -> None:
    [problem] = problems(issue(2, drafted), [issue(1, ran)])
    assert problem.code == "link-ran"


def test_a_link_that_stood_in_a_text_before_is_told() -> None:
    before = read("# 第 1 期\n\n## 工具\n\n- [锤](https://a.example)：也见[锯](https://saw.example/x)。\n", "1.md")
    [problem] = problems(issue(2, "https://saw.example/x"), [before])
    assert (problem.code, "weekly/1.md:5" in problem.message) == ("link-mentioned", True)


def test_many_links_that_ran_are_told_at_once() -> None:
    links = [f"https://many.example/{number}" for number in range(20)]
    [problem] = problems(issue(2, *links), [issue(1, *links)])
    assert (problem.line, problem.code, problem.message[:19]) == (5, "link-ran", "20 links ran before")


def test_the_number_in_the_title_and_in_the_name_of_the_file_agree(tmp_path: Path) -> None:
    draft = read("# 第 9 期\n\n## 工具\n\n- [锤](https://a1.example)：说明。\n", "issue-10.md", folder=tmp_path)
    assert [problem.code for problem in problems(draft, BEFORE)] == ["number-name"]


def test_a_name_that_the_newsletter_uses_is_known_and_the_nearest_of_its_own_is_offered() -> None:
    own = [read(f"# 第 {n} 期{section('木工园地', 10 + n)}", f"{n}.md") for n in range(1, 6)]
    draft = "# 第 6 期\n\n## {}\n\n- [丙](https://c.example)：一。\n- [丁](https://d.example)：二。\n"
    assert problems(read(draft.format("木工园地")), own) == []
    [problem] = problems(read(draft.format("木工院地")), own)
    assert (problem.line, problem.code, "'木工园地'" in problem.message) == (3, "section-name", True)


def test_a_name_is_no_new_one_where_nothing_is_known_of_the_newsletter() -> None:
    draft = "# 第 6 期\n\n## {}\n\n- [丙](https://c.example)：一。\n- [丁](https://d.example)：二。\n"
    assert problems(read(draft.format("木工园地")), []) == []
    [problem] = problems(read(draft.format("文张")), [])
    assert problem.code == "section-name"


def test_a_quotation_without_source_is_told_where_the_newsletter_names_them() -> None:
    sayings = "# 第 {0} 期\n\n## 言论\n\n1、话{0}一。\n\n—— 老李\n\n2、话{0}二。\n\n—— 老张\n"
    own = [read(sayings.format(n), f"{n}.md") for n in (1, 2)]
    alone = "# 第 3 期\n\n## 言论\n\n1、没说是谁。\n"
    assert [problem.code for problem in problems(read(alone), own)] == ["no-source"]
    assert problems(read(alone), []) == []


def test_an_entry_without_address_is_told_where_nearly_all_have_one() -> None:
    draft = f"# 第 9 期\n\n## 工具\n\n{TOOLS}- 忘了链接的锤子：说明。\n"
    assert [(problem.line, problem.code) for problem in problems(read(draft), BEFORE)] == [(9, "no-link")]
    books = "## 图书\n\n- 《一》：好。\n- 《二》：好。\n"
    assert problems(read(f"{draft}\n{books}"), BEFORE) == []  # here some have none on purpose


def test_problem_says_where_the_link_ran() -> None:
    [problem] = problems(issue(9, "https://b.example/x/"), BEFORE)
    assert problem.message == "条目1: ran before in weekly/issue-7.md:9: https://b.example/x/"


def test_first_issue_of_a_newsletter_may_have_any_number() -> None:
    assert problems(issue(100, "https://new.example/"), []) == []


def test_a_newsletter_that_leaves_numbers_out_may_do_so_again() -> None:
    before = [issue(number, f"https://a{number}.example") for number in (1, 3, 7)]
    assert problems(issue(12, "https://new.example/"), before) == []


def test_what_ran_on_another_site_is_told(tmp_path: Path) -> None:
    draft: Issue = issue(9, "https://new.example/").issue
    [problem] = check_draft(
        DraftFile(issue=draft, lines=[], source=[]), [], [], ran={"new.example": ["weekly/issue-3.md:7"]}
    )
    assert problem.message == "条目1: ran before in weekly/issue-3.md:7: https://new.example/"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("`a` 乙 ``b`c`` 丁", " 乙  丁"),
        ("一个 ` 没有关", "一个 ` 没有关"),
        ("`` a ` b", "`` a ` b"),
        ("`` a ` b ` c", "`` a  c"),
        ("`" * 31, "`" * 31),
        ("", ""),
    ],
)
def test_code_is_left_out_as_commonmark_has_it(text: str, left: str) -> None:
    assert without_code(text) == left
