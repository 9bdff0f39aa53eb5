"""The git hooks of docs/operating.md, as they stand there: what is pushed is indexed with the day of its commit."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from newsletters import commit, git, write_archive, write_issue
from running import ROOT, program_environment

from wangqi.indexer.store.generations import Store

DAY = "2024-03-08T09:00:00 +0800"


@pytest.fixture
def srv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that stands for `/srv`, with `wangqi` among the commands and a checkout of the author's."""
    command = tmp_path / "bin/wangqi"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m wangqi "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    for name, value in program_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", f"{command.parent}:{program_environment()['PATH']}")
    monkeypatch.setenv("WANGQI_ARCHIVES", "qingtong=issues")
    author = tmp_path / "author"
    write_archive(author / "issues", 2)
    git(author, "init", "--quiet")
    commit(author, DAY)
    return tmp_path


def recipes(srv: Path) -> list[str]:
    """The blocks of commands about hooks of the archive's own machine, in their order."""
    section = (ROOT / "docs/operating.md").read_text(encoding="utf-8").split("\n## Reindex on push\n")[1]
    blocks = re.findall(r"^```(?:sh)?\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return [block.replace("/srv/", f"{srv}/") for block in blocks[:3]]


def install(repository: Path, name: str, text: str) -> None:
    hook = repository / "hooks" / name
    hook.write_text(text, encoding="utf-8")
    hook.chmod(0o755)


def entered(folder: Path) -> list[str]:
    store = Store(folder / ".wangqi")
    return [str(record.entered) for record in store.manifest(store.current()).issues.values()]


def test_bare_repository_whose_files_are_put_beside_it(srv: Path) -> None:
    _, once, hook = recipes(srv)
    git(srv, "init", "--quiet", "--bare", "weekly.git")
    install(srv / "weekly.git", "post-receive", hook)
    subprocess.run(["sh", "-ec", once.removeprefix("$ ")], check=True)
    git(srv / "author", "push", "--quiet", str(srv / "weekly.git"), "HEAD:main")
    assert entered(srv / "weekly") == ["2024-03-08"] * 2
    assert '"problems": []' in (srv / "weekly/reindex.json").read_text(encoding="utf-8")


def test_bare_repository_of_which_the_folder_does_not_know_says_that_there_are_no_dates(srv: Path) -> None:
    _, _, hook = recipes(srv)
    git(srv, "init", "--quiet", "--bare", "weekly.git")
    install(srv / "weekly.git", "post-receive", hook)
    (srv / "weekly").mkdir()
    git(srv / "author", "push", "--quiet", str(srv / "weekly.git"), "HEAD:main")
    assert entered(srv / "weekly") == ["None"] * 2
    assert "there is no .git in" in (srv / "weekly/reindex.json").read_text(encoding="utf-8")


def test_checkout_that_is_pulled(srv: Path) -> None:
    hook, _, _ = recipes(srv)
    git(srv, "clone", "--quiet", str(srv / "author"), "weekly")
    install(srv / "weekly/.git", "post-merge", hook)
    write_issue(srv / "author/issues", 3, "Fresh3")
    commit(srv / "author", "2024-03-15T09:00:00 +0800")
    git(srv / "weekly", "pull", "--quiet")
    assert entered(srv / "weekly") == ["2024-03-08", "2024-03-08", "2024-03-15"]


def test_an_index_in_a_checkout_is_no_change_of_it(srv: Path) -> None:
    author = srv / "author"
    subprocess.run(["wangqi", "reindex"], cwd=author, check=True, capture_output=True)
    assert (author / ".wangqi/CURRENT").is_file()
    status = ["git", "-C", str(author), "status", "--porcelain"]
    assert subprocess.run(status, check=True, capture_output=True).stdout == b""
    kept = author / ".wangqi/.gitignore"
    kept.write_text("")  # by somebody who wants it in the repository
    subprocess.run(["wangqi", "reindex"], cwd=author, check=True, capture_output=True)
    assert kept.read_text() == ""
