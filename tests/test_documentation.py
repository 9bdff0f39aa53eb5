"""The README is true, and every link from document to document leads somewhere."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner
from running import ROOT

from wangqi.web.cli.program import MODULES, main

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")


def shown(command: str) -> str:
    """What the README shows below a command."""
    found = re.search(rf"^\$ {re.escape(command)}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found, command
    return found[1]


def without_time(text: str) -> str:
    return re.sub(r" \([\d.]+ s\)", "", text)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of the bundled newsletter."""
    return str(tmp_path_factory.mktemp("readme") / "index")


@pytest.fixture(scope="module")
def indexed(index: str) -> str:
    """What indexing it printed."""
    return wangqi("reindex", f"qingtong={ROOT / 'examples' / 'newsletter'}", "--index", index)


def wangqi(*arguments: str) -> str:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_first_run_prints_what_is_shown(indexed: str) -> None:
    assert without_time(indexed) in without_time(shown("make serve"))


@pytest.mark.usefixtures("indexed")
def test_a_search_in_the_terminal_prints_what_is_shown(index: str) -> None:
    assert wangqi("search", '"镜像分发"', "--index", index) == shown("wangqi search '\"镜像分发\"'")


def test_the_chinese_readme_shows_the_same() -> None:
    chinese = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    assert examples(chinese) == examples(README)
    for each in (chinese, README):
        assert "make serve PORT=" in each
    assert set(LINK.findall(chinese)) >= set(LINK.findall(README)) - {("README.zh-CN.md", "")}


def examples(readme: str) -> list[str]:
    """What stands in code, without its comments, and the queries that can be typed."""
    blocks = re.findall(r"^```.*?^```$", readme, re.MULTILINE | re.DOTALL)
    queries = re.findall(r"^\| (`.*?`) \|", readme, re.MULTILINE)
    return [re.sub(r" +#.*", "", block) for block in blocks] + queries


def test_every_command_is_named() -> None:
    assert [command for command in MODULES if f"`{command}" not in README and f"wangqi {command}" not in README] == []


def test_every_document_is_linked_from_the_readme() -> None:
    linked = {path for path, _ in LINK.findall(README)}
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} <= linked


def anchors(document: Path) -> set[str]:
    """Of its headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    text = CODE.sub("", document.read_text(encoding="utf-8"))
    for path, anchor in LINK.findall(text):
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


VERSION = re.compile(r"^## (\d+\.\d+\.\d+) – (\d{4}-\d\d-\d\d)$", re.MULTILINE)


def test_the_changelog_is_by_versions_and_begins_with_this_one() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = VERSION.findall(changes)
    assert versions[0][0] == project["version"]
    assert [f"## {version} – {day}" for version, day in versions] == re.findall("^## .*", changes, re.MULTILINE)
    assert versions == sorted(versions, key=lambda each: [int(part) for part in each[0].split(".")], reverse=True)


def test_each_version_says_at_most_once_that_a_reindex_is_needed() -> None:
    _, *parts = re.split("^## ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [part.splitlines()[0] for part in parts if part.count("**Reindex needed**") > 1] == []


def test_the_program_tells_the_version_that_is_installed() -> None:
    assert wangqi("--version").split()[-1] == metadata.version("wangqi")
