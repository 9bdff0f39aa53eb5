"""`.github/workflows/test.yml`, which runs where no test of ours can see it: that it says what it is to say."""

import re
import shlex
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from other_systems import WINDOWS, environment
from running import ROOT

WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
SCRIPTS = [step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step]
TESTED_ON_WINDOWS = re.findall(r"tests/\S+\.py", "\n".join(SCRIPTS))


def test_each_python_is_tried_on_each_system() -> None:
    systems = set(chain.from_iterable(job["strategy"]["matrix"].get("os", [job["runs-on"]]) for job in JOBS.values()))
    assert systems == {"ubuntu-latest", "macos-latest", "windows-latest"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for job in JOBS.values():
        assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert project["requires-python"] == ">=3.11"


def test_the_two_commands_of_the_readme_are_run() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = "\n".join(step.get("run", "") for step in JOBS["make"]["steps"])
    for command in ("make serve", "make test"):
        assert command in readme
        assert re.search(rf"^{command}\b", commands, re.MULTILINE)


def test_nothing_but_reading_is_allowed() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_read_by_a_shell(script: str) -> None:
    plain = re.sub(r"\$\{\{.*?\}\}", "x", script)
    assert subprocess.run(["bash", "-n"], input=plain, text=True, capture_output=True, check=False).stderr == ""


def test_tests_for_windows_are_there() -> None:
    assert len(TESTED_ON_WINDOWS) > 5
    assert [path for path in TESTED_ON_WINDOWS if not (ROOT / path).exists()] == []


@pytest.mark.slow
def test_tests_for_windows_need_nothing_that_it_lacks(tmp_path: Path) -> None:
    [script] = [script for script in SCRIPTS if "pytest" in script]
    _, *arguments = shlex.split(script.replace("\\\n", " "), comments=True)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(tmp_path, WINDOWS),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
