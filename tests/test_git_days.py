"""The day on which a file entered git, in every kind of checkout; and why a file has none."""

import os
import subprocess
import tempfile
from datetime import date
from pathlib import Path

import pytest
from newsletters import commit, git

from wangqi.indexer.archive.git_dates import CUT_OFF, NO_DAY, NOT_COMMITTED, GitDays, first_commit_days

FIRST, SECOND = "2024-03-01T00:30:00 +0800", "2024-03-08T09:00:00 +0800"  # the first is still in February in UTC
DAYS = {"1.md": date(2024, 3, 1), "2.md": date(2024, 3, 8)}


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's own settings of git, which are empty."""
    settings = tmp_path / "gitconfig"
    settings.write_text("", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    return settings


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with its archive in the folder `docs`: `1.md` and, a week later, `2.md`."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    git(folder, "init", "--quiet")
    write(folder, "docs/1.md")
    commit(folder, FIRST)
    write(folder, "docs/2.md")
    commit(folder, SECOND)
    return folder


def write(root: Path, *paths: str) -> None:
    """Files of which none is like another."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"# {path}\n\n" + f"{path} 的一行。\n" * 5, encoding="utf-8")


def reason(found: GitDays, path: str = "1.md") -> str:
    """Why that file, like all others, has no day."""
    assert not found.days
    return found.why_not(path)


def test_a_file_has_the_author_s_day_of_its_first_commit(checkout: Path) -> None:
    (checkout / "docs/1.md").write_text("# edited\n", encoding="utf-8")
    commit(checkout, "2024-03-15T09:00:00 +0800")
    assert first_commit_days(checkout / "docs").days == DAYS
    assert first_commit_days(checkout).days == {f"docs/{name}": day for name, day in DAYS.items()}


def test_a_single_file_has_its_day(checkout: Path) -> None:
    assert first_commit_days(checkout / "docs/2.md").get("2.md") == DAYS["2.md"]


@pytest.mark.parametrize(
    "name", ['a "quoted" name.md', "第1期.md", "a\nb.md", "\nA", "\x01" + "0" * 40 + " 1999-01-01", "[1].md", "R100.md"]
)
def test_any_name_of_a_file_is_read_as_it_is(checkout: Path, name: str) -> None:
    write(checkout, f"docs/{name}")
    commit(checkout, "2024-03-15T09:00:00 +0800")
    assert first_commit_days(checkout / "docs").days == DAYS | {name: date(2024, 3, 15)}


@pytest.mark.parametrize("folder", ["docs2", "[d]ocs", ":(top)docs", "d*"])
def test_only_the_archive_s_own_folder_is_read_whatever_its_name(checkout: Path, folder: str) -> None:
    write(checkout, f"{folder}/3.md")
    commit(checkout, "2024-03-15T09:00:00 +0800")
    assert first_commit_days(checkout / folder).days == {"3.md": date(2024, 3, 15)}
    assert first_commit_days(checkout / "docs").days == DAYS


def test_a_renamed_file_keeps_its_day(checkout: Path) -> None:
    git(checkout, "mv", "docs", "posts")
    git(checkout, "mv", "posts/1.md", "posts/0001.md")
    commit(checkout, "2024-06-01T09:00:00 +0800")
    assert first_commit_days(checkout).days["posts/0001.md"] == DAYS["1.md"]
    # Seen from the folder it moved into, the file is new: its first name lies outside.
    assert "0001.md" in first_commit_days(checkout / "posts").days


@pytest.mark.parametrize(
    "settings",
    [
        ("log.showRoot", "false"),
        ("core.quotePath", "true"),
        ("diff.renames", "false"),
        ("log.showSignature", "true"),
        ("log.date", "iso"),
        ("log.follow", "true"),
        ("diff.noprefix", "true"),
        ("core.worktree", "/nowhere"),
    ],
)
@pytest.mark.parametrize("whose", ["--local", "--global"])
def test_settings_of_git_change_no_day(checkout: Path, settings: tuple[str, str], whose: str) -> None:
    git(checkout, "mv", "docs/1.md", "docs/第1期.md")
    commit(checkout, "2024-06-01T09:00:00 +0800")
    git(checkout, "config", whose, *settings)
    assert first_commit_days(checkout / "docs").days == {"第1期.md": DAYS["1.md"], "2.md": DAYS["2.md"]}


def test_a_checkout_of_another_owner_has_its_days(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(subprocess.CalledProcessError) as refused:  # as it is with mounted folders
        git(checkout, "log")
    assert b"dubious ownership" in refused.value.stderr
    assert first_commit_days(checkout / "docs").days == DAYS


@pytest.mark.skipif(os.geteuid() != 0, reason="gives a folder to somebody else")
def test_a_checkout_that_belongs_to_somebody_else_has_its_days(checkout: Path) -> None:
    for path in (checkout, *checkout.rglob("*")):
        os.chown(path, 12345, 12345)
    assert first_commit_days(checkout / "docs").days == DAYS


def test_variables_that_git_sets_for_its_hooks_change_nothing(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "GIT_DIR": ".",
        "GIT_WORK_TREE": "/nowhere",
        "GIT_INDEX_FILE": "/nowhere/index",
        "GIT_OBJECT_DIRECTORY": "/nowhere/objects",
        "GIT_QUARANTINE_PATH": "/nowhere/objects",
        "GIT_LITERAL_PATHSPECS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    assert first_commit_days(checkout / "docs").days == DAYS


def test_a_linked_worktree_has_its_days(checkout: Path, tmp_path: Path) -> None:
    git(checkout, "worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    write(tmp_path / "linked", "docs/3.md")
    commit(tmp_path / "linked", "2024-03-15T09:00:00 +0800")
    assert first_commit_days(tmp_path / "linked/docs").days == DAYS | {"3.md": date(2024, 3, 15)}
    assert first_commit_days(checkout / "docs").days == DAYS


def test_a_submodule_has_its_days(checkout: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    git(site, "init", "--quiet")
    git(site, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(checkout), "weekly")
    commit(site, "2025-01-01T09:00:00 +0800")
    assert (site / "weekly/.git").is_file()
    assert first_commit_days(site / "weekly/docs").days == DAYS


def test_packed_refs_and_objects_of_another_repository_are_found(checkout: Path, tmp_path: Path) -> None:
    git(checkout, "gc", "--quiet")
    git(tmp_path, "clone", "--quiet", "--shared", str(checkout), "shared")
    assert first_commit_days(checkout / "docs").days == DAYS
    assert first_commit_days(tmp_path / "shared/docs").days == DAYS


def test_ids_of_either_length_are_read(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256")
    write(tmp_path, "docs/1.md")
    commit(tmp_path, FIRST)
    assert first_commit_days(tmp_path / "docs").days == {"1.md": DAYS["1.md"]}


def test_a_partial_clone_has_its_days_without_fetching_anything(checkout: Path, tmp_path: Path) -> None:
    git(checkout, "mv", "docs/1.md", "docs/01.md")
    commit(checkout, "2024-06-01T09:00:00 +0800")
    git(checkout, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", checkout.as_uri(), "partial")
    (tmp_path / "partial/docs").mkdir()
    checkout.rename(tmp_path / "gone")
    days = first_commit_days(tmp_path / "partial/docs").days
    assert days == {"01.md": DAYS["1.md"], "2.md": DAYS["2.md"]}


def test_an_archive_that_is_a_link_into_a_checkout_has_its_days(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "weekly").symlink_to(checkout / "docs")
    assert first_commit_days(tmp_path / "weekly").days == DAYS


def test_a_folder_called_git_that_is_no_repository_is_passed_over(checkout: Path) -> None:
    (checkout / "docs/.git").mkdir()
    assert first_commit_days(checkout / "docs").days == DAYS
    (checkout / "docs/.git").rmdir()
    (checkout / "docs/.git").write_text("gitdir: /nowhere\n", encoding="utf-8")
    assert first_commit_days(checkout / "docs").days == DAYS


def test_a_bare_repository_within_the_checkout_is_passed_over(checkout: Path) -> None:
    """It can be committed like any other folder, and git itself takes it for the checkout."""
    git(checkout, "init", "--quiet", "--bare", "bare")
    for part in (checkout / "bare").iterdir():
        part.rename(checkout / "docs" / part.name)
    is_bare = ["git", "rev-parse", "--is-bare-repository"]
    assert subprocess.run(is_bare, cwd=checkout / "docs", capture_output=True, check=True).stdout == b"true\n"
    assert first_commit_days(checkout / "docs").days == DAYS


def test_a_file_that_is_not_committed_has_no_day(checkout: Path) -> None:
    write(checkout, "docs/3.md")
    git(checkout, "add", "docs/3.md")
    found = first_commit_days(checkout / "docs")
    assert (found.days, found.why_not("3.md"), found.why_not("1.md")) == (DAYS, NOT_COMMITTED, "")


def test_what_a_shallow_clone_begins_with_has_no_day(checkout: Path, tmp_path: Path) -> None:
    write(checkout, "docs/3.md")
    commit(checkout, "2024-03-15T09:00:00 +0800")
    git(checkout, "branch", "grafted")
    git(tmp_path, "clone", "--quiet", "--depth", "2", checkout.as_uri(), "clone")
    found = first_commit_days(tmp_path / "clone/docs")
    assert found.days == {"3.md": date(2024, 3, 15)}
    assert found.why_not("1.md") == CUT_OFF
    git(tmp_path / "clone", "fetch", "--quiet", "--unshallow")
    assert len(first_commit_days(tmp_path / "clone/docs").days) == 3


def test_a_commit_that_names_no_day_gives_none(checkout: Path) -> None:
    write(checkout, "docs/3.md")
    commit(checkout, "@999999999999 +0000")  # the year 33658
    found = first_commit_days(checkout / "docs")
    assert (found.days, found.why_not("3.md")) == (DAYS, NO_DAY)


def test_without_a_commit_all_files_are_new(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    write(tmp_path, "1.md")
    assert reason(first_commit_days(tmp_path)) == NOT_COMMITTED


def test_a_folder_outside_of_git_says_so(tmp_path: Path) -> None:
    write(tmp_path, "docs/1.md")
    found = first_commit_days(tmp_path / "docs")
    assert reason(found) == f"no git checkout: there is no .git in {tmp_path / 'docs'} or above it"


def test_what_git_refuses_is_said(checkout: Path) -> None:
    (checkout / ".git/config").write_text("[core]\nrepositoryFormatVersion = 99\n", encoding="utf-8")
    assert "git: " in reason(first_commit_days(checkout / "docs"))
    assert "99" in reason(first_commit_days(checkout / "docs"))


def test_damaged_history_is_said(checkout: Path) -> None:
    for path in (checkout / ".git/objects").glob("??/*"):
        path.unlink()
    assert "git: fatal: " in reason(first_commit_days(checkout / "docs"))


def test_missing_git_is_said(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(checkout))
    assert reason(first_commit_days(checkout / "docs")) == "git is not installed"


def test_missing_room_for_temporary_files_is_said(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(checkout / "nowhere"))
    assert reason(first_commit_days(checkout / "docs")).startswith("git needs a folder for temporary files")
