"""Who may import whom: `web → indexer → search`, and one door for each third party."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("search", "indexer", "web")
MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))

DOORS: dict[str, str | tuple[str, ...]] = {
    "jieba": "search/analysis/",
    "opencc": "search/analysis/",
    "whoosh": "search/whoosh_engine/",
    "numpy": ("search/whoosh_engine/", "search/correction/anagrams.py"),
    "pypinyin": "search/correction/pinyin.py",
    "rapidfuzz": "search/correction/typos.py",
    "markdown_it": "indexer/",
    "flask": "web/",
    "werkzeug": "web/",
    "click": "web/",
    "gunicorn": "web/",
}


def imported_packages(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way_and_through_the_doors(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    layer = LAYERS.index(place.split("/")[0])
    for package in imported_packages(path):
        assert package not in LAYERS[layer + 1 :], f"{place} imports {package}, which lies above it"
        assert place.startswith(DOORS.get(package, "")), f"{place} imports {package}; its door is {DOORS[package]}"


def test_no_module_uses_a_relative_import_that_this_check_would_miss() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.ImportFrom) and node.level), path


def test_other_programs_are_started_in_two_modules_alone() -> None:
    """git, which follows what it finds, and Python, for an update."""
    starting = {path.relative_to(ROOT).as_posix() for path in MODULES if "subprocess" in imported_packages(path)}
    assert starting == {"indexer/git.py", "web/cli/update.py"}
    assert '"git"' not in (ROOT / "web/cli/update.py").read_text(encoding="utf-8")
