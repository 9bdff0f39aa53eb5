"""What is installed on a server: the versions that are tested, each file with its hash."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINE = re.compile(r"([A-Za-z0-9._-]+)==([^\s\\]+)")


def pinned(path: Path) -> dict[str, str]:
    """Version of each package, by its name in lower case with dashes."""
    found = (LINE.match(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {match[1].lower().replace("_", "-"): match[2] for match in found if match}


def test_versions_for_deployment_are_those_that_are_tested() -> None:
    deployed, tested = pinned(ROOT / "deploy/requirements.txt"), pinned(ROOT / "constraints.txt")
    assert {name: tested.get(name) for name in deployed} == deployed


def test_every_direct_dependency_and_what_makes_it_fast_is_deployed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split("[><=]", each)[0] for each in project["dependencies"] + project["optional-dependencies"]["fast"]}
    assert len(wanted) > 5
    assert wanted <= pinned(ROOT / "deploy/requirements.txt").keys()


def test_the_server_is_of_the_major_version_that_is_tested() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    (wanted,) = [each for each in dependencies if each.startswith("gunicorn")]
    tested = int(pinned(ROOT / "constraints.txt")["gunicorn"].partition(".")[0])
    assert wanted == f"gunicorn>={tested},<{tested + 1}"


def test_every_file_has_a_hash_and_no_address() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "deploy").glob("*.txt"))
    lines = text.splitlines()
    assert lines
    for at, line in enumerate(lines):
        if LINE.match(line):
            assert "--hash=sha256:" in lines[at + 1], line
    assert "://" not in text
    assert not re.search(r"^--(?!hash)", text, re.M)
