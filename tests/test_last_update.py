"""What the last run did, and whether it failed: for the command line, the API and whoever watches the site."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from newsletters import commit, git, write_archive, write_issue
from real_server import RealServer, serving
from running import program_environment, wangqi


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        wangqi(*arguments), cwd=folder, env=program_environment(), capture_output=True, text=True, check=False
    )


def update(folder: Path) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(run(folder, "status", "--json").stdout)["update"]
    return shown


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_archive(tmp_path / "weekly", 3)
    assert run(tmp_path, "reindex", "weekly").returncode == 0
    return tmp_path


def test_each_run_says_what_it_did(folder: Path) -> None:
    assert (update(folder)["failed"], update(folder)["what"]) == (False, "there was no index")
    run(folder, "reindex")
    assert update(folder)["what"] == "nothing changed"
    write_issue(folder / "weekly", 4, "Fresh4")
    run(folder, "reindex")
    assert update(folder)["what"] == "1 added"
    assert "last run 20" in run(folder, "status").stdout


@pytest.mark.parametrize("gone", ["weekly", "three of its issues"])
def test_a_run_that_fails_says_why(folder: Path, gone: str) -> None:
    shutil.rmtree(folder / "weekly")
    if gone != "weekly":
        write_archive(folder / "weekly", 1)
    done = run(folder, "reindex")
    assert done.returncode == 1
    assert update(folder)["failed"]
    assert update(folder)["what"] in done.stderr
    assert "FAILED" in run(folder, "status").stdout


def test_what_a_run_did_names_no_folder_though_the_index_was_damaged(folder: Path) -> None:
    (folder / ".wangqi/CURRENT").write_bytes(b"nonsense\n")
    run(folder, "reindex", "weekly")
    assert (update(folder)["failed"], str(folder) in update(folder)["what"]) == (False, False)


def test_a_run_that_never_began_is_none(folder: Path) -> None:
    before = update(folder)
    assert run(folder, "reindex", "--index", "elsewhere", "nowhere").returncode == 1
    assert not (folder / "elsewhere").exists()
    assert update(folder) == before


def test_a_pull_that_is_refused_is_known_to_whoever_watches(tmp_path: Path) -> None:
    author, copy = tmp_path / "author", tmp_path / "copy"
    write_archive(author, 3)
    git(author, "init", "--quiet")
    commit(author)
    git(tmp_path, "clone", "--quiet", str(author), "copy")
    with serving(tmp_path / "index", workers=1, weekly=copy) as server:
        assert watched(server) == {"failed": False, "what": "there was no index"}
        write_issue(author, 4, "Fresh4")
        git(author, "add", "--all")
        git(author, "commit", "--quiet", "--amend", "--message", "all anew")  # and pushed with force
        pull_and_reindex(tmp_path, copy)
        assert watched(server) == {"failed": True}
        assert "weekly" not in server.ask("/healthz").body.decode()  # no folder of this machine
    assert str(copy) in json.loads((tmp_path / "index/UPDATED").read_text())["what"]


def watched(server: RealServer) -> dict[str, Any]:
    health, status = server.ask("/healthz").json["update"], server.ask("/api/v1/status").json["update"]
    assert health == status
    return {name: value for name, value in health.items() if name != "at"}


def pull_and_reindex(folder: Path, archive: Path) -> None:
    """What the hook starts."""
    command = [*wangqi()[:3], "wangqi.web.cli.update", "--index", str(folder / "index"), f"weekly={archive}"]
    subprocess.run(command, cwd=folder, env=program_environment(), check=True, capture_output=True)


def test_what_a_killed_run_left_half_written_goes_with_the_next(folder: Path) -> None:
    left = folder / ".wangqi/UPDATED.tmp-1"
    left.write_text("half")
    other = folder / ".wangqi/notes.tmp-1"
    other.write_text("of somebody else")
    assert run(folder, "reindex").returncode == 0
    assert [left.exists(), other.exists()] == [False, True]
