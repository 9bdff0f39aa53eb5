"""Whole issues, invented in the shapes that newsletters have: `fixtures/issues/NAME.md`, with `NAME.json` as read.

After a change that is meant, write the expected files anew and read the difference line by line:

    UPDATE_ISSUES=1 python -m pytest tests/test_reader_issues.py
"""

import json
import os
from pathlib import Path

import pytest

from bench.visible import FRONT_MATTER, account
from wangqi.indexer.reader import issue_as_dict, read_issue

FOLDER = Path(__file__).parent / "fixtures" / "issues"
FILES = sorted(FOLDER.glob("*.md"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_issue_is_read_as_a_careful_reader_does(path: Path) -> None:
    issue = read_issue("样刊", path.name, path.read_bytes())
    expected = path.with_suffix(".json")
    if os.environ.get("UPDATE_ISSUES"):
        expected.write_text(json.dumps(issue_as_dict(issue), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert issue_as_dict(issue) == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_that_is_shown_is_lost_or_kept_twice(path: Path) -> None:
    issue = read_issue("样刊", path.name, path.read_bytes())
    result = account(issue, path.read_text(encoding="utf-8"))
    marks = set("《》：:-—（）()[]，,>…|｜🔹")  # marks between a title and its description, marks of a list
    assert set(result.lost) <= marks
    settings = FRONT_MATTER.match(path.read_text(encoding="utf-8"))  # what they say of the issue is kept and not shown
    said = issue.ref.title + (settings[0] if settings else "")
    assert sum(count for char, count in result.doubled.items() if char not in said) == 0


def test_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    path = FOLDER / "weekly-full.md"
    unix = read_issue("样刊", path.name, path.read_bytes())
    for line_end in (b"\r\n", b"\r"):
        other = read_issue("样刊", path.name, b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", line_end))
        assert issue_as_dict(other) == issue_as_dict(unix)
