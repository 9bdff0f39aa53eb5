"""The files in `deploy/`, by the tools that read them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from running import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in {".service", ".timer"})
MAX_EXPOSURE = 30
"""Of `systemd-analyze security`, in tenths."""


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not installed")


def run(*command: str, cwd: Path = DEPLOY) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@needs("systemd-analyze")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_understands_every_line(unit: str) -> None:
    said = run("systemd-analyze", "verify", unit).stderr.splitlines()
    assert [line for line in said if unit.split(".")[0] in line and "is not executable" not in line] == []


@needs("systemd-analyze")
@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.endswith(".service")])
def test_a_service_may_do_little(unit: str) -> None:
    done = run("systemd-analyze", "security", "--offline=yes", f"--threshold={MAX_EXPOSURE}", unit)
    assert done.returncode == 0, done.stdout[-200:]


def test_services_run_programs_that_there_are() -> None:
    scripts = re.findall(r"^(\w+) = \"wangqi\.web\.", (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    started = re.findall(
        r"^ExecStart=/srv/wangqi/bin/(\w+)", "\n".join((DEPLOY / unit).read_text() for unit in UNITS), re.M
    )
    assert sorted(started) == ["reindex", "wangqi"]
    assert set(started) <= set(scripts)


@needs("caddy")
def test_caddy_understands_its_file() -> None:
    done = run("caddy", "validate", "--config", "Caddyfile", "--adapter", "caddyfile")
    assert done.returncode == 0, done.stderr[-500:]


def test_a_container_is_built_in_two_stages_and_runs_as_nobody_in_particular() -> None:
    lines = [line.split() for line in (DEPLOY / "Containerfile").read_text().splitlines()]
    words = [line[0] for line in lines if line]
    assert words.count("FROM") == 2
    last = words[len(words) - 1 - words[::-1].index("FROM") :]
    assert last.index("USER") < last.index("ENTRYPOINT")
    [user] = [line[1] for line in lines if line[:1] == ["USER"]]
    assert user != "root"


@needs("docker")
def test_the_container_is_built_where_that_can_be_done() -> None:
    if run("docker", "info").returncode:
        pytest.skip("docker has no daemon here: the container file is only looked at")
    assert run("docker", "build", "-f", "deploy/Containerfile", ".", cwd=ROOT).returncode == 0
