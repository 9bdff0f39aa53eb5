"""`action.yml`: its commands run in a real clone. What GitHub's own steps do is looked at, and not run."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from running import ROOT, program_environment, wangqi

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
RECIPE = re.search(r"^```yaml\n(.*?)^```$", (ROOT / "docs" / "static-site.md").read_text(), re.MULTILINE | re.DOTALL)
EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")


def step(name: str) -> dict[str, Any]:
    return next(each for each in STEPS if name in (each.get("name"), each.get("uses", "").partition("@")[0]))


def filled(text: str, values: dict[str, str]) -> str:
    """`text` with the expressions of the service replaced; the first of alternatives that is not empty."""
    return EXPRESSION.sub(lambda each: next(filter(None, (values[one] for one in each[1].split(" || "))), ""), text)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A newsletter without dates in its files, and with a history."""
    origin = tmp_path / "origin"
    origin.mkdir()
    (origin / "docs").mkdir()
    (origin / "docs" / "issue-1.md").write_text(
        "# 青铜周刊\n\n## 工具\n\n1、[Tool](https://a.example/)\n", encoding="utf-8"
    )
    identity = ["-c", "user.name=a", "-c", "user.email=a@a.example"]
    day = {"GIT_AUTHOR_DATE": "2024-05-06T12:00:00Z", "GIT_COMMITTER_DATE": "2024-05-06T12:00:00Z"}
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], cwd=origin, env=os.environ | day, check=True)
    subprocess.run(["git", "clone", "-q", str(origin), str(tmp_path / "clone")], check=True)
    return tmp_path / "clone"


def test_its_commands_make_the_site_that_is_uploaded(clone: Path, tmp_path: Path) -> None:
    program = tmp_path / "temp" / "wangqi" / "bin" / "wangqi"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {" ".join(wangqi())} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    values = {
        "inputs.archive": "weekly=docs",
        "inputs.base-url": "",
        "steps.pages.outputs.base_url": "https://name.example/weekly",
        "inputs.folder": ACTION["inputs"]["folder"]["default"],
        "runner.temp": str(tmp_path / "temp"),
    }
    export = step("Export")
    variables = {name: filled(value, values) for name, value in export["env"].items()}
    environment = program_environment(**variables, RUNNER_TEMP=str(tmp_path / "temp"))
    subprocess.run(["bash", "-eo", "pipefail", "-c", export["run"]], cwd=clone, env=environment, check=True)
    site = clone / filled(step("actions/upload-pages-artifact")["with"]["path"], values)
    assert "2024-05-06" in (site / "index.html").read_text(encoding="utf-8")
    assert "https://name.example/weekly/issues/" in (site / "sitemap.xml").read_text(encoding="utf-8")


def test_the_checkout_has_its_history_and_comes_first() -> None:
    assert STEPS[0]["uses"].startswith("actions/checkout@")
    assert STEPS[0]["with"]["fetch-depth"] == 0


def test_it_installs_itself() -> None:
    assert 'pip" install --quiet "$GITHUB_ACTION_PATH"' in step("Install")["run"]


def test_no_input_becomes_a_part_of_a_command() -> None:
    assert not [each["run"] for each in STEPS if "${{" in each.get("run", "")]


def test_the_recipe_gives_inputs_that_there_are_and_the_rights_to_publish() -> None:
    assert RECIPE
    recipe = yaml.safe_load(RECIPE[1])
    ours, deploy = recipe["jobs"]["site"]["steps"]
    assert ours["with"].keys() <= ACTION["inputs"].keys()
    assert deploy["uses"].startswith("actions/deploy-pages@")
    assert {"pages": "write", "id-token": "write"}.items() <= recipe["permissions"].items()
