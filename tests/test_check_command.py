"""`wangqi check` as an author, a hook before a commit and a pull request run it."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from newsletters import commit, git, write_archive, write_issue
from real_server import serving
from running import ROOT, program_environment, wangqi


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_archive(tmp_path / "weekly")
    (tmp_path / "wangqi.toml").write_text('[archives]\nweekly = "weekly"\n', encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = wangqi("check", *arguments)
    environment = program_environment(COLUMNS="200")
    return subprocess.run(
        command, cwd=folder, env=environment, input=stdin, capture_output=True, text=True, timeout=60, check=False
    )


def test_several_drafts_are_checked_at_once(folder: Path) -> None:
    good, bad = write_issue(folder / "drafts", 11, "甲", "乙"), write_issue(folder / "drafts", 14, "丙", "丙")
    done = run(folder, str(good), str(bad), "--json", "--strict")
    files = {os.path.basename(one["path"]): one for one in json.loads(done.stdout)["files"]}
    assert [one["code"] for one in files[good.name]["problems"]] == []
    assert [one["code"] for one in files[bad.name]["problems"]] == ["link-twice"]
    assert (files[good.name]["entries"], done.returncode) == (2, 4)


def test_a_draft_that_cannot_be_read_does_not_hide_the_others(folder: Path) -> None:
    (folder / "gbk.md").write_bytes(b"\xd6\xdc")
    bad = write_issue(folder / "drafts", 11, "丙", "丙")
    done = run(folder, "gbk.md", str(bad))
    assert ("gbk.md:1: is not UTF-8" in done.stderr, "the same link" in done.stdout, done.returncode) == (True, True, 1)


def test_a_draft_may_come_from_standard_input(folder: Path) -> None:
    done = run(folder, "-", stdin="# 第 11 期\n\n## 工具\n\n1、[锤](htps://a.example)：说明。\n")
    assert done.stdout.startswith("-:5: 锤: htps://a.example does not begin with https://")


def test_a_pull_request_shows_problems_beside_their_lines(folder: Path) -> None:
    (folder / "50%,新.md").write_text("# 第 11 期\n\n## 工具\n\n1、[锤](htps://a.example)：说明。\n", encoding="utf-8")
    done = run(folder, "50%,新.md", "--format", "github")
    [line] = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert line.startswith("::warning file=50%25%2C新.md,line=5,title=link-scheme::锤: htps://a.example does not")


def test_a_site_is_asked_what_ran_before_where_no_index_is(folder: Path, tmp_path: Path) -> None:
    draft = write_issue(tmp_path / "elsewhere", 11, "Tool3a", "New")
    with serving(tmp_path / "index", workers=1, weekly=folder / "weekly") as server:
        site = f"http://127.0.0.1:{server.port}/"
        done = run(draft.parent, draft.name, "--site", site)
        again = run(folder, "weekly/issue-03.md", "--site", site, "--strict")
    assert "Tool3a: ran before in weekly/issue-03.md:5: https://tool3a.example/" in done.stdout
    assert done.stderr.endswith("2 entries, 1 problem\n")
    assert (again.stdout, again.returncode) == ("", 0)  # published, and no earlier than itself


def recipe(language: str, word: str) -> str:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    [block] = [block for block in re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL) if word in block]
    return str(block)


def shell(folder: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script where `wangqi` is this program."""
    program = folder / "bin" / "wangqi"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.join(wangqi())} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    environment = program_environment(PATH=f"{program.parent}:{os.environ['PATH']}", **variables)
    return subprocess.run(
        ["sh", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_recipe_for_commits_stops_a_mistake(folder: Path) -> None:
    git(folder, "init", "-q")
    hook = folder / ".git" / "hooks" / "pre-commit"
    hook.write_text(recipe("sh", "--cached"), encoding="utf-8")
    hook.chmod(0o755)
    for name, address in (("坏", "htps://a.example"), ("好", "https://a.example")):
        (folder / f"{name}.md").write_text(f"# 第 11 期\n\n## 工具\n\n1、[锤]({address})：说明。\n", encoding="utf-8")
    committing = "git -c core.quotePath=false -c user.name=a -c user.email=a@a.example commit -qm x"
    stopped = shell(folder, f"git add 坏.md && {committing}")
    assert ("坏.md:5: 锤: htps://a.example" in stopped.stdout + stopped.stderr, stopped.returncode != 0) == (True, True)
    assert shell(folder, f"git reset -q && git add 好.md && {committing}").returncode == 0


def test_the_recipe_for_pull_requests_annotates_what_the_branch_changes(folder: Path, tmp_path: Path) -> None:
    [command] = re.findall(r"- run: (git diff .*)", recipe("yaml", "pull_request"))
    git(folder, "init", "-q")
    commit(folder)
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    with serving(tmp_path / "index", workers=1, weekly=folder / "weekly") as server:
        write_issue(folder / "weekly", 11, "Tool3a")
        commit(folder)
        asked = command.replace("https://weekly.example.org", f"http://127.0.0.1:{server.port}")
        done = shell(folder, asked, GITHUB_BASE_REF="main")
    [line] = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert line.startswith("::warning file=weekly/issue-11.md,line=5,title=link-ran::Tool3a: ran before in"), (
        done.stderr
    )


@pytest.mark.parametrize(
    ("site", "said"),
    [
        ("ftp://a.example", "must be an address with http"),
        ("http://127.0.0.1:9", "127.0.0.1:9 gives no answer of Wangqi's: Connection refused; is the address right"),
    ],
)
def test_a_site_that_does_not_answer_is_told_in_one_line(folder: Path, site: str, said: str) -> None:
    done = run(folder, str(write_issue(folder / "drafts", 11, "甲")), "--site", site)
    assert (said in done.stderr, done.stderr.count("\n"), done.returncode) == (True, 1, 1)
