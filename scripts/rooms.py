"""Count the rooms of each folder and the arrows between them: `python scripts/rooms.py [FOLDER…]`.

A *room* of a folder is a module or a folder that lies directly in it; an *arrow* goes from one room to another whose
modules it imports; *layers* is the number of rooms on the longest way along arrows; *up* counts arrows that have to
go before no circle of rooms is left.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = "wangqi."
"""Before the dotted names of all rooms: the folders stand at the top, and links in `wangqi/` make them one package."""

PACKAGES: Final = ("search", "indexer", "web")
FOLDERS: Final = ("search", "search/whoosh_engine", "indexer", "web")

Arrow = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """The rooms of a folder and what goes from one to the other."""

    rooms: frozenset[str]
    arrows: frozenset[Arrow]

    @property
    def up(self) -> list[Arrow]:
        """Arrows of circles, without which there would be none."""
        downward: dict[str, set[str]] = {room: set() for room in self.rooms}
        against = []
        for source, target in sorted(self.arrows):
            if source in _reachable(downward, target):
                against.append((source, target))
            else:
                downward[source].add(target)
        return against

    @property
    def layers(self) -> int:
        targets = {room: [end for start, end in self.arrows - set(self.up) if start == room] for room in self.rooms}

        @cache
        def height(room: str) -> int:
            return 1 + max(map(height, targets[room]), default=0)

        return max(map(height, self.rooms), default=0)


def plan_of(folder: str, root: Path = ROOT) -> Plan:
    """The rooms of `folder` (a path below `root`) and their arrows; `__init__` is the door of all and no room."""
    inside = root / folder
    files = [path for path in inside.rglob("*.py") if path.parent != inside or path.stem != "__init__"]
    rooms = {path.relative_to(inside).parts[0].removesuffix(".py") for path in files}
    prefix = PACKAGE + folder.replace("/", ".") + "."
    arrows = {
        (source, target)
        for path in files
        for source in [path.relative_to(inside).parts[0].removesuffix(".py")]
        for name in imported_names(path)
        if name.startswith(prefix) and (target := name.removeprefix(prefix).split(".")[0]) != source
        if target in rooms
    }
    return Plan(frozenset(rooms), frozenset(arrows))


def imported_names(path: Path) -> Iterator[str]:
    """Dotted names of all that a module imports, what it takes out of a module with it (`search.model.Entry`)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _reachable(arrows: dict[str, set[str]], start: str) -> set[str]:
    seen, left = {start}, [start]
    while left:
        for room in arrows[left.pop()] - seen:
            seen.add(room)
            left.append(room)
    return seen


def lines_of(packages: Iterable[str] = PACKAGES, root: Path = ROOT) -> int:
    """Lines of the program's own Python."""
    return sum(len(path.read_bytes().splitlines()) for name in packages for path in (root / name).rglob("*.py"))


def main(folders: Iterable[str]) -> None:
    print(f"{'folder':28}{'rooms':>6}{'layers':>8}{'arrows':>8}{'up':>4}")
    for folder in folders:
        plan = plan_of(folder)
        print(f"{folder:28}{len(plan.rooms):6}{plan.layers:8}{len(plan.arrows):8}{len(plan.up):4}")
        for source, target in plan.up:
            print(f"    up: {source} → {target}")
    print(f"lines of Python in {', '.join(PACKAGES)}: {lines_of()}")


if __name__ == "__main__":
    main(sys.argv[1:] or FOLDERS)
