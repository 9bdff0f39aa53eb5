"""docs/architecture.md draws the rooms, names each and every module, and no place that is not there."""

import ast
import re
from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest
import rooms
from running import ROOT

DOCUMENT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CHANGES = DOCUMENT.partition("## Where a change goes")[2]
PLACE = re.compile(r"`((?:search|indexer|web|tests|scripts|bench|docs|examples|deploy|\.ci)/[^`\s*]*)`")
PACKAGES = ("search", "indexer", "web")
MODULES = [path.relative_to(ROOT) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


MAY_IMPORT: Final[dict[str, dict[str, str]]] = {
    "search": {
        "model": "",
        "request": "",
        "errors": "",
        "budget": "errors",
        "processes": "errors",
        "analysis": "",
        "document": "analysis errors model request",
        "query": "analysis document request",
        "plan": "analysis document model query request",
        "engine": "analysis document model plan request",
        "whoosh_engine": "analysis budget document engine errors model plan processes request",
        "opensearch_engine": "analysis budget document engine errors model plan request",
        "reference": "analysis document engine errors model plan request",
        "correction": "analysis budget document engine model query request",
        "answer": "analysis budget correction document engine errors model plan processes query reference request",
        "quality": "answer engine errors model request",
    },
    "search/whoosh_engine": {
        "engine": "index query",
        "index": "segment",
        "query": "index segment sets",
        "segment": "sets",
        "sets": "",
    },
    "indexer": {
        "config": "archive",
        "archive": "",
        "reader": "archive",
        "rendering": "reader",
        "reindex": "archive config reader store",
        "store": "",
        "check": "archive reader",
    },
    "web": {
        "app": "api errors feeds http pages site",
        "errors": "api http pages site words",
        "pages": "http site words",
        "api": "http site words",
        "feeds": "api http site words",
        "http": "site",
        "site": "",
        "words": "",
        "export": "site",
        "server": "http",
        "cli": "api app errors export http server site words",
    },
}
"""Folder → room → the rooms beside it that it may import."""


def drawn(package: str) -> dict[str, int]:
    """Room → its column in the drawing, from left to right."""
    found = re.search(rf"^{package} +(.*(?:\n  .*)*)", DOCUMENT, re.MULTILINE)
    assert found, package
    columns = [re.findall("[a-z_]+", column) for column in found[1].split("→")]
    return {room: column for column, names in enumerate(columns) for room in names}


def test_every_place_exists() -> None:
    places = PLACE.findall(DOCUMENT)
    assert len(places) > 100
    assert [place for place in places if not (ROOT / place).exists()] == []


@pytest.mark.parametrize("folder", rooms.FOLDERS)
def test_every_room_has_a_row(folder: str) -> None:
    found = rooms.plan_of(folder).rooms
    assert found == MAY_IMPORT[folder].keys()
    assert [room for room in found if not re.search(rf"^\| `{folder}/{room}(/|\.py)` \|", DOCUMENT, re.MULTILINE)] == []


@pytest.mark.parametrize("folder", rooms.FOLDERS)
def test_rooms_import_what_they_may(folder: str) -> None:
    arrows = sorted(rooms.plan_of(folder).arrows)
    assert [(source, target) for source, target in arrows if target not in MAY_IMPORT[folder][source].split()] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_go_to_the_right_in_the_drawing(package: str) -> None:
    columns = drawn(package)
    assert columns.keys() == rooms.plan_of(package).rooms
    arrows = sorted(rooms.plan_of(package).arrows)
    assert [(source, target) for source, target in arrows if columns[source] >= columns[target]] == []


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_every_module_is_in_a_room_whose_map_or_row_names_it(path: Path) -> None:
    if path.stem in ("__init__", "__main__"):
        return
    maps = [(ROOT / parent / "__init__.py").read_text(encoding="utf-8") for parent in path.parents if parent.name]
    rows = [line for line in DOCUMENT.splitlines() if line.startswith(f"| `{path.parent}/")]
    assert path.as_posix() in DOCUMENT or re.search(rf"\b{path.stem}\b", "\n".join([*maps, *rows])), path


def test_a_class_name_has_one_meaning() -> None:
    named: defaultdict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named[node.name].append(str(path))
    twice = {name: places for name, places in named.items() if len(places) > 1}
    assert twice == {}


def test_changes_that_people_ask_for_have_a_row() -> None:
    rows = CHANGES.strip().splitlines()[2:]
    assert len(rows) >= 20
    assert [row for row in rows if "`" not in row] == []


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(_?[A-Z][A-Z_]{3,})`", CHANGES))))
def test_constants_of_the_table_stand_where_it_says(name: str) -> None:
    rows = [line for line in DOCUMENT.splitlines() if f"`{name}`" in line]
    places = [ROOT / place for row in rows for place in PLACE.findall(row)]
    assert any(
        path.is_file() and re.search(rf"^{name}\b", path.read_text(encoding="utf-8"), re.MULTILINE) for path in places
    )
