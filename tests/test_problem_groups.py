"""Problems of a whole archive in a few lines, and those that the author has accepted."""

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from newsletters import write_archive

from wangqi.indexer.config import load_config
from wangqi.web.cli.program import main


def section(name: str, issue: str) -> str:
    return f"\n\n## {name}\n\n- [甲{issue}](https://a.example/{issue})\n- [乙{issue}](https://b.example/{issue})\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    weekly = write_archive(tmp_path / "weekly", issues=12)
    for path in weekly.iterdir():
        text = path.read_text(encoding="utf-8").replace("2、", "3、")  # a gap
        number = path.stem[-2:]
        names = ["木工园地", "只有一次"] if number == "07" else ["🪵 木工园地" if number == "03" else "木工园地"]
        text += "".join(section(name, number) for name in names)
        path.write_text(f"---\ndate: 2024-01-{number}\n---\n{text}", encoding="utf-8")
    (tmp_path / "wangqi.toml").write_text('[archives]\nweekly = "weekly"\n', encoding="utf-8")
    assert wangqi("reindex", "--strict", exit_code=4)
    return tmp_path


def wangqi(*arguments: str, exit_code: int = 0) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == exit_code, result.output
    return result


def test_problems_are_grouped_the_newest_issue_first(folder: Path) -> None:
    lines = wangqi("status", "--problems").stdout.splitlines()
    at = lines.index("12 number-gap, in 12 issues:")
    assert lines[at + 1].startswith("  weekly/issue-12.md:")
    assert lines[at + 2].startswith("  weekly/issue-11.md:")
    assert lines[at + 4] == "  and 9 more"


def test_unknown_sections_can_be_pasted_into_the_settings(folder: Path) -> None:
    shown = wangqi("status", "--problems").stdout
    [_, pasted] = shown.split("[sections]\n")
    names = pasted.splitlines()[:2]
    assert names[0].startswith('"木工园地" = "other"  # in 12 issues, the newest weekly/issue-12.md:')
    assert names[1].startswith('"只有一次" = "other"  # in 1 issue, the newest weekly/issue-07.md:')
    settings = folder / "wangqi.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8") + "[sections]\n" + "\n".join(names) + "\n", encoding="utf-8"
    )
    assert set(load_config().sections) == {"木工园地", "只有一次"}
    wangqi("reindex")
    assert "unknown-section" not in wangqi("status", "--problems").stdout


@pytest.mark.parametrize("name", ["反\t转", "反\u061c转", r"反\转"])
def test_a_name_with_signs_that_a_terminal_shows_otherwise_can_be_pasted_as_well(folder: Path, name: str) -> None:
    text = f"---\ndate: 2024-02-01\n---\n# 第 13 期{section(name, '13')}"
    (folder / "weekly" / "issue-13.md").write_text(text, encoding="utf-8")
    wangqi("reindex")
    [line] = [line for line in wangqi("status", "--problems").stdout.splitlines() if line.startswith('"反')]
    assert list(tomllib.loads(line)) == [name]


def test_strict_fails_for_what_is_new_since_problems_were_accepted(folder: Path) -> None:
    assert wangqi("accept").stdout == "15 problems accepted\n"  # 12 gaps, three names
    wangqi("reindex", "--strict")
    assert "25 accepted (`wangqi accept`) are left out" in wangqi("status", "--problems").stdout
    issue = folder / "weekly" / "issue-12.md"
    above = issue.read_text(encoding="utf-8").replace("## 工具", "一行字。\n\n## 工具")
    issue.write_text(above, encoding="utf-8")  # the same problems, further down
    wangqi("reindex", "--strict")
    issue.write_text(above.replace("3、", "4、"), encoding="utf-8")
    wangqi("reindex", "--strict", exit_code=4)
    assert "1 number-gap, in 1 issue:" in wangqi("status", "--problems").stdout
    wangqi("accept")
    wangqi("reindex", "--strict")


def test_another_issue_with_an_accepted_name_of_a_section_is_nothing_new(folder: Path) -> None:
    wangqi("accept")
    text = f"---\ndate: 2024-02-01\n---\n# 第 13 期{section('木工园地', '13')}"
    (folder / "weekly" / "issue-13.md").write_text(text, encoding="utf-8")
    wangqi("reindex", "--strict")


def test_a_baseline_that_cannot_be_read_is_told(folder: Path) -> None:
    (load_config().index_dir / "ACCEPTED").write_text("{", encoding="utf-8")
    assert "`wangqi accept` writes it anew" in wangqi("reindex", "--strict", exit_code=1).output
    wangqi("accept")
    wangqi("reindex", "--strict")
