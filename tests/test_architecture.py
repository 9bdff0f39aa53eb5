"""docs/architecture.md names every room and module, what each room imports, and no place that is not there."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest
import rooms
from running import ROOT

DOCUMENT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CHANGES = DOCUMENT.partition("## Where a change goes")[2]
PLACE = re.compile(r"`((?:search|indexer|web|tests|scripts|bench|docs|examples|deploy|\.ci)/[^`\s*]*)`")
ROW = re.compile(r"^\| `([\w/.]+)` \|.*\| ([^|]*) \|$", re.MULTILINE)
PACKAGES = ("search", "indexer", "web")
MODULES = [path.relative_to(ROOT) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def may_import() -> dict[str, set[str]]:
    """Room, as a path without its suffix → the rooms beside it that its row names."""
    found = {}
    for place, allowed in ROW.findall(DOCUMENT):
        if place.split("/")[0] in PACKAGES:
            found[place.rstrip("/").removesuffix(".py")] = set(re.findall(r"[a-z_]+", allowed))
    return found


def test_every_place_exists() -> None:
    places = PLACE.findall(DOCUMENT)
    assert len(places) > 100
    assert [place for place in places if not (ROOT / place).exists()] == []


@pytest.mark.parametrize(
    "place", [f"{folder}/{room}" for folder in rooms.FOLDERS for room in sorted(rooms.plan_of(folder).rooms)]
)
def test_every_room_has_a_row(place: str) -> None:
    assert place in may_import()


@pytest.mark.parametrize("folder", rooms.FOLDERS)
def test_rooms_import_what_their_rows_allow(folder: str) -> None:
    allowed = may_import()
    arrows = sorted(rooms.plan_of(folder).arrows)
    assert [(source, target) for source, target in arrows if target not in allowed[f"{folder}/{source}"]] == []


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
