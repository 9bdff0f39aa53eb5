"""What an installation holds, with a C compiler at hand and without one."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from running import ROOT, program_environment

PACKAGES = ("search", "indexer", "web")
COMPILED = "search/whoosh_engine/sets/_sets.abi3.so"
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "*.so")


def wheel_of(sources: Path, **environment: str) -> Path:
    """The wheel that pip makes of `sources`, with the setuptools that is installed."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        "made",
        ".",
    ]
    done = subprocess.run(command, cwd=sources, env=program_environment(**environment), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    [wheel] = (sources / "made").iterdir()
    return wheel


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=LEFT_BEHIND)
    return tmp_path


def files_of(sources: Path) -> set[str]:
    """Every file of the packages, by its path."""
    found = (path for package in PACKAGES for path in (sources / package).rglob("*") if path.is_file())
    return {path.relative_to(sources).as_posix() for path in found}


def installed_by(wheel: Path) -> set[str]:
    return {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}


@pytest.mark.compiler
def test_every_file_is_installed_with_the_sets_compiled_for_any_python(sources: Path) -> None:
    expected = files_of(sources)
    wheel = wheel_of(sources)
    assert "-cp311-abi3-" in wheel.name
    assert installed_by(wheel) == expected | {COMPILED}


def test_every_file_but_the_compiled_sets_is_installed_where_nothing_compiles(sources: Path) -> None:
    expected = files_of(sources)
    assert installed_by(wheel_of(sources, CC="false")) == expected
