"""What is said about a draft before it is published."""

import pytest

from indexer.check import check_draft
from indexer.reader import read_issue
from search.model import Issue


def issue(number: int | None, *links: str, path: str = "") -> Issue:
    """An issue of one section with an entry for each link."""
    title = f"# 第 {number} 期" if number is not None else "# 特刊"
    entries = "\n".join(f"{order}、[条目{order}]({link})\n\n说明。\n" for order, link in enumerate(links, 1))
    return read_issue("weekly", path or f"issue-{number}.md", f"{title}\n\n## 工具\n\n{entries}".encode())


def text_issue(heading: str, front: str = "") -> Issue:
    text = f"{front}# 第 9 期\n\n{heading}\n\n1、[新](https://new.example)\n"
    return read_issue("weekly", "9.md", text.encode())


BEFORE = [issue(7, "https://a.example/", "https://b.example/x"), issue(8, "https://c.example/")]


def codes(draft: Issue) -> list[tuple[int, str]]:
    entries = [entry for one in BEFORE for entry in one.entries()]
    return [(found.line, found.code) for found in check_draft(draft, entries, [one.ref for one in BEFORE])]


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
def test_draft_is_compared_with_itself_and_with_what_ran(draft: Issue, expected: list[tuple[int, str]]) -> None:
    assert codes(draft) == expected


def test_problem_says_where_the_link_ran() -> None:
    entries = [entry for one in BEFORE for entry in one.entries()]
    [problem] = check_draft(issue(9, "https://b.example/x/"), entries, [])
    assert problem.message == "条目1: ran before in weekly/issue-7.md:9: https://b.example/x/"


def test_first_issue_of_a_newsletter_may_have_any_number() -> None:
    assert check_draft(issue(100, "https://new.example/"), [], []) == []
