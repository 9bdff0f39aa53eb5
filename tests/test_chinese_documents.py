"""`docs/zh-CN`: the issue that authors are shown is read as is said, and `check` prints what is shown."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from running import ROOT

from wangqi.indexer.reader import read_issue
from wangqi.web.cli.program import main
from wangqi.web.words.terminal import choose_language

FOLDER = ROOT / "docs" / "zh-CN"
WRITING = (FOLDER / "writing.md").read_text(encoding="utf-8")
ISSUE = re.findall(r"^```markdown\n(.*?)^```$", WRITING, re.MULTILINE | re.DOTALL)[0]


def test_the_example_is_read_as_is_said() -> None:
    issue = read_issue("weekly", "issue-13.md", ISSUE.encode())
    assert (issue.ref.number, str(issue.ref.date), issue.ref.tags) == (13, "2024-12-01", ("周报",))
    assert [(section.title, section.kind) for section in issue.sections] == [
        ("工具", "tool"),
        ("文章", "article"),
        ("言论", "quote"),
    ]
    entries = list(issue.entries())
    assert [entry.title for entry in entries] == ["Caddy", "jq", "P2P 分发镜像的那些坑", ""]
    assert (entries[0].contributor, entries[0].url) == ("lin", "https://caddyserver.com/")
    assert entries[3].attribution == "值班手册第一页"
    assert issue.problems == ()


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)

    def run(text: str) -> list[str]:
        Path("第13期.md").write_text(text, encoding="utf-8")
        return CliRunner().invoke(main, ["check", "第13期.md"], env={"LC_ALL": "zh_CN.UTF-8"}).stdout.splitlines()

    yield run
    choose_language({})


def test_the_example_passes_the_check_and_mistakes_are_told_as_shown(check) -> None:  # type: ignore[no-untyped-def]
    assert check(ISSUE) == []
    wrong = "# 第 13 期\n\n## 工俱\n\n1、[Caddy](htps://caddyserver.com/)\n\n网页服务器。\n\n3、[jq](https://jqlang.github.io/jq/)\n\nJSON。\n"
    shown = re.findall(r"^第13期\.md:.*$", WRITING, re.MULTILINE)
    assert check(wrong) == shown
    assert len(shown) == 3


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.name)
def test_the_documents_are_named_where_their_readers_begin(path: Path) -> None:
    assert f"(docs/zh-CN/{path.name})" in (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
