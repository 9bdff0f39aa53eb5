"""Which files of an archive are issues, and when they entered git."""

import os
from datetime import date
from pathlib import Path

import pytest
from newsletters import git

from indexer.files import find_issues, is_issue_name
from indexer.gitdates import first_commit_dates


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"# {path}\n\n" + "一行不同的字。\n" * len(path), encoding="utf-8")


def test_issues_are_found_in_folders_and_sorted(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "2024/第1期.md", "a.markdown", "2024/10/x.MD", "notes.txt")
    assert find_issues(tmp_path) == ["2024/10/x.MD", "2024/第1期.md", "a.markdown", "b.md"]


def test_what_is_no_issue_is_left_out(tmp_path: Path) -> None:
    write(
        tmp_path, "README.md", "readme_ZH.md", "README.en-US.md", "CHANGELOG.md", "LICENSE.md", "docs/CONTRIBUTING.md",
        ".github/x.md", ".hidden.md", "node_modules/p/x.md", "_drafts/next.md", "SUMMARY.md", "_sidebar.md", "1.md",
    )  # fmt: skip
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    assert find_issues(tmp_path) == ["1.md"]


def test_names_that_only_begin_like_a_readme_are_issues() -> None:
    assert is_issue_name("readme-first-week.md")
    assert is_issue_name("history-of-rust.md")
    assert not is_issue_name(".md")


def test_links_are_followed_inside_the_archive_only(tmp_path: Path) -> None:
    write(tmp_path, "archive/1.md", "outside.md")
    archive = tmp_path / "archive"
    (archive / "2.md").symlink_to("1.md")
    (archive / "3.md").symlink_to(tmp_path / "outside.md")
    (archive / "4.md").symlink_to("nowhere.md")
    (archive / "5.md").symlink_to("5.md")
    (archive / "loop").symlink_to(archive)
    assert find_issues(archive) == ["1.md", "2.md"]


def test_a_single_file_is_an_archive_of_one(tmp_path: Path) -> None:
    write(tmp_path, "draft.md", "notes.txt")
    assert find_issues(tmp_path / "draft.md") == ["draft.md"]
    assert find_issues(tmp_path / "notes.txt") == []
    assert find_issues(tmp_path / "missing") == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A git checkout with its archive in a folder of it."""
    git(tmp_path, "init", "--quiet")
    return tmp_path


def commit(root: Path, day: str) -> None:
    git(root, "add", "-A", day=day)
    git(root, "commit", "--quiet", "-m", "x", day=day)


def test_a_file_has_the_author_s_day_of_its_first_commit(checkout: Path) -> None:
    write(checkout, "docs/第1期.md", "other/x.md")
    commit(checkout, "2024-03-01T00:30:00 +0800")  # still February in UTC
    write(checkout, 'docs/a "quoted" name.md')
    (checkout / "docs/第1期.md").write_text("# edited\n", encoding="utf-8")
    commit(checkout, "2024-03-08T09:00:00 +0800")
    assert first_commit_dates(checkout / "docs") == {
        "第1期.md": date(2024, 3, 1),
        'a "quoted" name.md': date(2024, 3, 8),
    }


def test_a_renamed_file_keeps_its_day(checkout: Path) -> None:
    write(checkout, "posts/issue-1.md")
    commit(checkout, "2023-01-06T09:00:00 +0800")
    git(checkout, "mv", "posts", "docs")
    git(checkout, "mv", "docs/issue-1.md", "docs/0001.md")
    commit(checkout, "2024-01-06T09:00:00 +0800")
    assert first_commit_dates(checkout)["docs/0001.md"] == date(2023, 1, 6)
    # Seen from the folder it moved into, the file is new: its first name lies outside.
    assert "0001.md" in first_commit_dates(checkout / "docs")


def test_what_a_shallow_clone_begins_with_has_no_day(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    for number in (1, 2, 3):
        write(checkout, f"{number}.md")
        (checkout / f"{number}.md").write_text(f"# 第 {number} 期\n" * number, encoding="utf-8")
        commit(checkout, f"2024-03-0{number}T09:00:00 +0800")
    git(checkout, "branch", "grafted")
    clone = tmp_path_factory.mktemp("clone")
    git(clone, "clone", "--quiet", "--depth", "2", checkout.as_uri(), ".")
    assert first_commit_dates(clone) == {"3.md": date(2024, 3, 3)}
    assert len(first_commit_dates(checkout)) == 3


def test_a_file_outside_of_git_has_no_day(checkout: Path) -> None:
    write(checkout, "1.md")
    commit(checkout, "2024-03-01T09:00:00 +0800")
    write(checkout, "2.md")
    assert first_commit_dates(checkout).keys() == {"1.md"}


def test_a_folder_without_git_has_no_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "1.md")
    assert first_commit_dates(tmp_path) == {}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert first_commit_dates(tmp_path) == {}
