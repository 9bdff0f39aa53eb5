"""The commands of the documentation, run by a shell as they stand there, against a server.

Only the port is another one, since several tests may serve at once.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from newsletters import git
from real_server import RealServer, serving
from running import ROOT

DOCUMENTS = [
    *("README.md", "docs/operating.md", "docs/json-api.md", "docs/embedding.md"),
    *("README.zh-CN.md", "docs/zh-CN/operating.md", "docs/zh-CN/writing.md"),
]
COMMAND = re.compile(r"^\$ (.+)$|^(curl .+)$", re.MULTILINE)

NOT_RUN = {
    "make serve": "installs; what it prints is compared in tests/test_documentation.py",
    ". ../wangqi/.venv/bin/activate": "the environment of the tests stands for it",
    "wangqi serve": "does not end; is what the others are run against, and tests/real_server.py starts it",
    "wangqi serve --port 8000": "the same",
    "wangqi serve --hook-secret-file /etc/wangqi-hook": "the same, in tests/test_security_hook.py",
    "openssl rand -hex 32 > /etc/wangqi-hook && chmod 600 /etc/wangqi-hook": "writes to /etc",
    'mkdir /srv/weekly && echo "gitdir: /srv/weekly.git" > /srv/weekly/.git': "tests/test_git_recipes.py, elsewhere",
}


def commands() -> list[str]:
    """All of them, without the remarks behind some."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS]
    found = [first or second for text in texts for first, second in COMMAND.findall(text)]
    return list(dict.fromkeys(re.sub(r"\s{2,}#.*$", "", each) for each in found))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an author: a checkout with issues, a draft and settings."""
    here = tmp_path_factory.mktemp("author")
    issues = here / "origin"
    (issues / "drafts").mkdir(parents=True)
    for path in (ROOT / "examples" / "newsletter").glob("*.md"):
        (issues / path.name).write_bytes(path.read_bytes())
    (issues / "drafts" / "issue-13.md").write_text("# 第 13 期\n\n## 工具\n\n1. [甲](https://a.example/)：说明。\n")
    git(issues, "init", "-q")
    git(issues, "add", ".")
    git(issues, "commit", "-qm", "一")
    git(here, "clone", "-q", str(issues), "weekly")
    (here / "weekly" / "wangqi.toml").write_text('index = "../index"\n[archives]\nqingtong = "."\n')
    return here / "weekly"


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[RealServer]:
    with serving(folder.parent / "index", workers=1, qingtong=folder) as server:
        yield server


def run(command: str, server: RealServer, folder: Path) -> subprocess.CompletedProcess[str]:
    programs = folder.parent / "bin"
    programs.mkdir(exist_ok=True)
    for name, module in (("wangqi", "wangqi"), ("reindex", "wangqi reindex")):
        (programs / name).write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -P -m {module} "$@"\n')
        (programs / name).chmod(0o755)
    environment = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}
    return subprocess.run(
        ["sh", "-c", command.replace(":8000", f":{server.port}")],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("command", [each for each in commands() if each not in NOT_RUN])
def test_command_of_the_documentation_runs(command: str, server: RealServer, folder: Path) -> None:
    done = run(command, server, folder)
    assert done.returncode == 0, done.stderr
    if command.startswith("curl "):
        assert json.loads(done.stdout)["total"] > 0


def test_what_is_not_run_is_still_in_the_documentation() -> None:
    assert [each for each in NOT_RUN if each not in commands()] == []


def test_the_first_command_of_the_readme_prints_what_is_shown(server: RealServer, folder: Path) -> None:
    shown = re.search(r"^\$ (curl .+)\n(.+)…\n", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert shown
    assert run(shown[1], server, folder).stdout.startswith(shown[2])
