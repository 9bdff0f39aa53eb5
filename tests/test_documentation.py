"""The README is true, and every link from document to document leads somewhere."""

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner
from running import ROOT

from wangqi.web.cli.program import MODULES, main
from wangqi.web.words.terminal import choose_language

README = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
BY_LOCALE = {"C": README, "zh_CN.UTF-8": CHINESE}
"""Locale of the terminal → the README in its language."""
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")


def shown(command: str, readme: str) -> str:
    """What a README shows below a command."""
    found = re.search(rf"^\$ {re.escape(command)}\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert found, command
    return found[1]


def without_time(text: str) -> str:
    return re.sub(r" \([\d.]+ s\)|（[\d.]+ 秒）", "", text)


@pytest.fixture(params=BY_LOCALE)
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    yield request.param
    choose_language({})


def wangqi(*arguments: str, locale: str = "C") -> str:
    done = CliRunner().invoke(main, arguments, env={"LC_ALL": locale})
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_first_run_prints_what_is_shown(locale: str, tmp_path: Path) -> None:
    """The bundled newsletter's."""
    index = str(tmp_path / "index")
    printed = wangqi("reindex", f"qingtong={ROOT / 'examples' / 'newsletter'}", "--index", index, locale=locale)
    assert without_time(printed) in without_time(shown("make serve", BY_LOCALE[locale]))


def test_the_chinese_readme_shows_the_same() -> None:
    assert examples(CHINESE) == examples(README)
    for each in (CHINESE, README):
        assert "make serve PORT=" in each
    assert set(LINK.findall(CHINESE)) >= set(LINK.findall(README)) - {("README.zh-CN.md", "")}


def examples(readme: str) -> list[str]:
    """What stands in code, without its comments, of commands not what they print; and the queries that can be typed."""
    blocks = re.findall(r"^```.*?^```$", readme, re.MULTILINE | re.DOTALL)
    blocks = [
        block if "\n$ " not in block else "\n".join(re.findall(r"^\$.*", block, re.MULTILINE)) for block in blocks
    ]
    queries = [each for each in re.findall(r"`([^`\n]+)`", typed(readme)) if "类型" not in each]
    return [re.sub(r" +#.*", "", block) for block in blocks] + queries


def typed(readme: str) -> str:
    """The section about the box."""
    return next(part for part in re.split("^## ", readme, flags=re.MULTILINE) if "`kube*`" in part)


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


def named_tests(text: str) -> Iterator[str]:
    """Paths of test modules: written out, or bare names in the last column of a table headed `tests/test_….py`."""
    yield from re.findall(r"`(tests/[\w/]+\.py)`", text)
    for rows in re.findall(r"\| `tests/test_….py` \|\n\|[-|]+\n((?:\|.*\n)+)", text):
        for row in rows.splitlines():
            yield from (f"tests/test_{name}.py" for name in re.findall(r"`(\w+)`", row.split(" | ")[-1]))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_holds_a_promise_exists(document: Path) -> None:
    named = set(named_tests(document.read_text(encoding="utf-8")))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
    assert named or document.name not in ("reliability.md", "threat-model.md")


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
