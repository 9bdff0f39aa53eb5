"""`make test-opensearch` where what it needs is missing: it says so, and is no failure of the project."""

import shutil
import subprocess
from pathlib import Path

import pytest
from running import ROOT


@pytest.mark.parametrize("target", ["test-opensearch", "drill-opensearch"])
def test_without_maven_nothing_is_tested_and_that_is_said(tmp_path: Path, target: str) -> None:
    for program in ("sh", "make"):
        found = shutil.which(program)
        assert found
        (tmp_path / program).symlink_to(found)
    done = subprocess.run(
        ["make", "-o", ".venv/.test-installed", target],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert "No Maven" in done.stderr
    assert "apt-get install maven" in done.stderr
