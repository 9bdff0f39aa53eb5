"""Which files of an archive are issues."""

import os
from pathlib import Path

import pytest
from newsletters import git

from wangqi.indexer.archive.file_names import is_issue_name
from wangqi.indexer.archive.files import MAX_DEPTH, find_issues
from wangqi.indexer.archive.patterns import PathPatterns
from wangqi.indexer.archive.real_paths import RegularFiles, read_regular, real_path
from wangqi.search.errors import ConfigError


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"# {path}\n\n" + "一行不同的字。\n" * len(path), encoding="utf-8")


def found(root: Path) -> list[str]:
    return find_issues(root).issues


def test_issues_are_found_in_folders_and_sorted(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "2024/第1期.md", "a.markdown", "2024/10/x.MD", "notes.txt")
    assert found(tmp_path) == ["2024/10/x.MD", "2024/第1期.md", "a.markdown", "b.md"]


def test_what_is_no_issue_is_left_out(tmp_path: Path) -> None:
    write(
        tmp_path, "README.md", "readme_ZH.md", "README.en-US.md", "CHANGELOG.md", "LICENSE.md", "docs/CONTRIBUTING.md",
        ".github/x.md", ".hidden.md", "node_modules/p/x.md", "_drafts/next.md", "SUMMARY.md", "_sidebar.md", "1.md",
    )  # fmt: skip
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    assert found(tmp_path) == ["1.md"]
    assert find_issues(tmp_path).skipped == {"pipe.md": "is no regular file"}


def test_names_that_only_begin_like_a_readme_are_issues() -> None:
    assert is_issue_name("readme-first-week.md")
    assert is_issue_name("history-of-rust.md")
    assert not is_issue_name(".md")


@pytest.mark.parametrize(
    ("include", "exclude", "left"),
    [
        ([], ["en/"], ["docs/1.md", "docs/1-draft.md", "docs/zh/2.md"]),  # in any folder
        ([], ["docs/en"], ["docs/1.md", "docs/1-draft.md", "docs/zh/2.md", "en/3.md"]),
        ([], ["/en"], ["docs/1.md", "docs/1-draft.md", "docs/en/2.md", "docs/zh/2.md"]),
        ([], ["*-draft.md", "**/en/*.md"], ["docs/1.md", "docs/zh/2.md"]),
        ([], ["docs/*.md"], ["docs/en/2.md", "docs/zh/2.md", "en/3.md"]),  # * stops at a slash
        ([], ["docs/**"], ["en/3.md"]),
        ([], ["docs/?.md", "[1].md"], ["docs/1-draft.md", "docs/en/2.md", "docs/zh/2.md", "en/3.md"]),
        (["README.md"], [], ["README.md", "docs/README.md"]),  # which are none by themselves
        (["/README.md", "docs/zh/"], ["README.md"], ["docs/zh/2.md"]),  # exclude wins
        (["docs/**/*.md"], ["README.md"], ["docs/1.md", "docs/1-draft.md", "docs/en/2.md", "docs/zh/2.md"]),
        (["*.txt", "_drafts/"], [], []),  # no Markdown, and no folder of issues
    ],
)
def test_the_author_chooses(tmp_path: Path, include: list[str], exclude: list[str], left: list[str]) -> None:
    paths = ["docs/1.md", "docs/1-draft.md", "docs/en/2.md", "docs/zh/2.md", "en/3.md", "README.md", "docs/README.md"]
    write(tmp_path, *paths, "notes.txt", "_drafts/4.md")
    patterns = PathPatterns(tuple(include), tuple(exclude))
    assert find_issues(tmp_path, patterns).issues == sorted(left)
    for path in find_issues(tmp_path).issues:
        assert patterns.is_gone(path) == (path not in left)


def test_a_link_that_is_left_out_is_not_told(tmp_path: Path) -> None:
    write(tmp_path, "1.md")
    (tmp_path / "en.md").symlink_to("1.md")
    assert find_issues(tmp_path, PathPatterns(exclude=("en.md",))).skipped == {}


WHOLE = "---\ntitle: 青铜周刊第 16 期\n---\n\n1、[镜](https://a.example)\n\n2、[鼎](https://b.example)\n"


@pytest.mark.parametrize(
    ("path", "text", "is_issue", "is_told"),
    [
        ("vol-16/README.md", WHOLE, True, False),
        ("2022/history.md", "\ufeff" + WHOLE.replace("\n", "\r\n"), True, False),
        ("support.md", "# 青铜周刊（Vol.16）\n\n<https://a.example> https://b.example\n", True, False),
        ("weekly/summary.markdown", WHOLE.replace("16", "一百零三"), True, False),
        ("README.md", "# 青铜周刊\n\n最新：[第 16 期](https://a.example) https://b.example\n", False, False),
        ("about.md", "# 关于第 16 期\n\n没有链接。\n", False, False),
        ("16.mdx", WHOLE, True, False),
        ("button.mdx", "# Button\n\nhttps://a.example https://b.example\n", False, False),
        (".github/README.md", WHOLE, False, False),
    ],
)
def test_a_file_with_the_name_of_a_readme_is_an_issue_if_it_looks_like_one(
    path: str, text: str, is_issue: bool, is_told: bool, tmp_path: Path
) -> None:
    write(tmp_path, path)
    (tmp_path / path).write_text(text, encoding="utf-8")
    looked = find_issues(tmp_path)
    assert (path in looked.issues, path in looked.skipped) == (is_issue, is_told)


def test_no_link_is_followed_and_each_is_told(tmp_path: Path) -> None:
    write(tmp_path, "archive/1.md", "archive/drafts/secret.md", "outside.md")
    archive = tmp_path / "archive"
    (archive / ".env").write_text("TOKEN=1", encoding="utf-8")
    targets: dict[str, str | Path] = {
        "2.md": "1.md", "3.md": tmp_path / "outside.md", "4.md": "nowhere.md", "5.md": "5.md", "6.md": ".env",
        "7.md": "drafts/secret.md", "8.md": "/dev/zero", "loop": archive, "public": "drafts",
    }  # fmt: skip
    for name, target in (targets | {"picture.png": "1.md", ".hidden.md": "1.md", "node_modules": "drafts"}).items():
        (archive / name).symlink_to(target)
    looked = find_issues(archive)
    assert looked.issues == ["1.md"]
    assert looked.skipped == dict.fromkeys(sorted(targets), "is a link, and no link in an archive is followed")


def test_folders_in_each_other_without_end_are_left_at_some_depth(tmp_path: Path) -> None:
    write(tmp_path, "a/" * MAX_DEPTH + "1.md", "a/" * (MAX_DEPTH + 1) + "2.md")
    looked = find_issues(tmp_path)
    assert [path.count("/") for path in looked.issues] == [MAX_DEPTH]
    assert list(looked.skipped) == ["a/" * MAX_DEPTH + "a"]


def test_what_became_a_link_after_it_was_found_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "archive/2024/1.md", "other/1.md")
    [path] = found(tmp_path / "archive")
    file = tmp_path / "archive" / path
    assert read_regular(file, 9) == b"# archive"
    (tmp_path / "archive/2024").rename(tmp_path / "away")
    (tmp_path / "archive/2024").symlink_to(tmp_path / "other")  # a folder on the way
    with pytest.raises(OSError, match="Not a directory"):
        read_regular(file, 9)
    (tmp_path / "archive/2024").unlink()
    (tmp_path / "archive/2024").mkdir()
    file.symlink_to(tmp_path / "other/1.md")  # the file itself
    with pytest.raises(OSError, match="symbolic links"):
        read_regular(file, 9)


def test_what_is_no_regular_file_is_neither_read_nor_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(OSError, match="is no regular file"):
            read_regular(path, 9)


def test_files_read_in_a_row_are_those_of_their_folders(tmp_path: Path) -> None:
    write(tmp_path, "a/1.md", "a/2.md", "a/b/1.md")
    for path in ("a/1.md", "a/2.md", "a/b/1.md"):
        (tmp_path / path).write_text(path, encoding="utf-8")
    with RegularFiles() as files:
        before = len(os.listdir("/proc/self/fd"))
        for path in ("a/1.md", "a/b/1.md", "a/2.md", "a/1.md"):
            assert files.read(tmp_path / path, 9).decode() == path
        with pytest.raises(OSError, match="No such file"):
            files.read(tmp_path / "a/b/2.md", 9)
        with pytest.raises(OSError, match="No such file"):
            files.read(tmp_path / "c/1.md", 9)
        assert files.read(tmp_path / "a/2.md", 9) == b"a/2.md"
        assert len(os.listdir("/proc/self/fd")) <= before + 1


def test_links_of_the_owner_are_followed(tmp_path: Path) -> None:
    write(tmp_path, "disk/weekly/1.md")
    (tmp_path / "mount").symlink_to("disk")
    (tmp_path / "weekly").symlink_to(tmp_path / "mount/weekly")
    assert real_path(tmp_path / "weekly/1.md") == tmp_path / "disk/weekly/1.md"
    assert real_path(tmp_path / "mount/../mount/new") == tmp_path / "disk/new"
    assert found(real_path(tmp_path / "weekly")) == ["1.md"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    return tmp_path


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (".git", "hidden"),
        ("drafts", "hidden or holds no issues"),
        ("private/.notes/docs", "hidden"),
        ("../outside", "leads out of it"),
        ("/etc", "leads out of it"),
        ("issues", "too many links"),
        ("public", ""),  # within the checkout
    ],
)
def test_a_link_in_a_checkout_stays_in_it_and_leads_to_nothing_hidden(target: str, words: str, checkout: Path) -> None:
    """Whoever may push can put a link in the place of a folder that the settings name."""
    write(checkout, "public/1.md", "drafts/1.md", "private/.notes/docs/1.md")
    (checkout / "issues").symlink_to(target)
    if not words:
        assert real_path(checkout / "issues") == checkout / "public"
        return
    with pytest.raises(ConfigError, match=words):
        real_path(checkout / "issues")


def test_a_hidden_folder_that_is_named_without_a_link_is_meant(tmp_path: Path) -> None:
    write(tmp_path, ".notes/weekly/1.md", ".notes/2.md")
    assert real_path(tmp_path / ".notes/weekly") == tmp_path / ".notes/weekly"
    (tmp_path / "weekly.md").symlink_to(".notes/2.md")
    with pytest.raises(ConfigError, match="hidden"):
        real_path(tmp_path / "weekly.md")
    assert real_path(tmp_path / "weekly.md", into_hidden=True) == tmp_path / ".notes/2.md"


def test_a_single_file_is_an_archive_of_one(tmp_path: Path) -> None:
    write(tmp_path, "draft.md", "notes.txt", ".secret.md")
    assert found(tmp_path / "draft.md") == ["draft.md"]
    assert found(tmp_path / "notes.txt") == found(tmp_path / ".secret.md") == found(tmp_path / "missing") == []
