"""Who may import whom: `web → indexer → search`, no circle between rooms, and one door for each third party."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import rooms

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("search", "indexer", "web")
ENGINES = ("whoosh_engine", SECOND_ENGINE := "opensearch_engine")
"""Rooms of `search`: each is one package that fits the seam."""
MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))

DOORS: dict[str, str | tuple[str, ...]] = {
    "jieba": "search/analysis/",
    "opencc": "search/analysis/",
    "whoosh": "search/whoosh_engine/",
    "numpy": ("search/whoosh_engine/", "search/correction/anagrams.py"),
    "pypinyin": "search/correction/pinyin.py",
    "rapidfuzz": "search/correction/typos.py",
    "urllib3": "search/opensearch_engine/",
    "markdown_it": "indexer/",
    "flask": "web/",
    "werkzeug": "web/",
    "click": "web/",
    "gunicorn": "web/",
}


def imported_packages(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (outermost(name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from (outermost(f"{node.module}.{name.name}") for name in node.names)


def outermost(name: str) -> str:
    """`flask` of `flask.views.View`, `search` of `wangqi.search.model.Entry`."""
    return name.removeprefix(rooms.PACKAGE).split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way_and_through_the_doors(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    layer = LAYERS.index(place.split("/")[0])
    for package in imported_packages(path):
        assert package not in LAYERS[layer + 1 :], f"{place} imports {package}, which lies above it"
        assert place.startswith(DOORS.get(package, "")), f"{place} imports {package}; its door is {DOORS[package]}"


@pytest.mark.parametrize("folder", rooms.FOLDERS)
def test_no_rooms_of_a_folder_lead_to_each_other_in_a_circle(folder: str) -> None:
    assert rooms.plan_of(folder).up == []


@pytest.mark.parametrize(
    ("folder", "most", "layers", "arrows"),
    [("search", 16, 8, 60), ("search/whoosh_engine", 5, 5, 7), ("indexer", 7, 3, 8), ("web", 11, 6, 30)],
)
def test_folders_stay_such_that_one_knows_their_rooms(folder: str, most: int, layers: int, arrows: int) -> None:
    plan = rooms.plan_of(folder)
    assert len(plan.rooms) <= most
    assert plan.layers <= layers
    assert len([arrow for arrow in plan.arrows if arrow[0] != SECOND_ENGINE]) <= arrows


def test_a_second_engine_stands_on_the_rooms_of_the_first() -> None:
    below = {engine: {to for room, to in rooms.plan_of("search").arrows if room == engine} for engine in ENGINES}
    assert below[SECOND_ENGINE] <= below[ENGINES[0]]


def test_a_circle_is_found(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for name, source in {
        "a": "import wangqi.inner.b",
        "b": "from wangqi.inner.c import d",
        "c": "from wangqi.inner import a",
    }.items():
        (tmp_path / "inner" / f"{name}.py").write_text(source, encoding="utf-8")
    plan = rooms.plan_of("inner", tmp_path)
    assert (set(plan.rooms), len(plan.arrows), len(plan.up)) == ({"a", "b", "c"}, 3, 1)


def test_no_module_is_imported_past_the_package() -> None:
    """`import web` would be the module of web.py where that is installed, and a second copy of ours in a checkout."""
    for path in [*MODULES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            assert not {name.split(".")[0] for name in names} & set(LAYERS), path


def test_no_module_uses_a_relative_import_that_this_check_would_miss() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.ImportFrom) and node.level), path


def test_other_programs_are_started_in_two_modules_alone() -> None:
    """git, which follows what it finds, and Python, for an update."""
    starting = {path.relative_to(ROOT).as_posix() for path in MODULES if "subprocess" in imported_packages(path)}
    assert starting == {"indexer/archive/git.py", "web/cli/update.py"}
    assert '"git"' not in (ROOT / "web/cli/update.py").read_text(encoding="utf-8")
