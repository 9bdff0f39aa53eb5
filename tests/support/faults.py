"""Runs of the command line in which one file call fails, or is the last thing that happens.

with Trials(folder) as trials:
    trials.run("reindex", "--index", "i", below="i", at=17, error=errno.EIO)   # Outcome(code=1, said="wangqi: …", …)
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from wangqi.indexer.store.generations import Store
from wangqi.indexer.store.opening import open_newest_good
from wangqi.search.engine import Page
from wangqi.search.plan.plan import EVERYTHING
from wangqi.search.request import Filters
from wangqi.search.whoosh_engine import WhooshEngine

HERE = Path(__file__).resolve().parent

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    """Of the process; negative is the signal that ended it."""
    said: str
    calls: int
    """File calls below the folder; 0 when the process was killed."""


class Trials:
    """Needs a C compiler and a loader that knows LD_PRELOAD; a test that has none is skipped."""

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc")
        if not compiler or not sys.platform.startswith("linux"):
            pytest.skip("no C compiler: apt-get install gcc libc6-dev")
        library = folder / "faults.so"
        command = [compiler, "-shared", "-fPIC", "-o", str(library), str(HERE / "faults.c"), "-ldl"]
        subprocess.run(command, check=True, capture_output=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WANGQI_")}
        self._program = subprocess.Popen(
            [sys.executable, str(HERE / "fault_program.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=environment | {"LD_PRELOAD": str(library), "PYTHONPATH": str(HERE.parent.parent)},
        )

    def __enter__(self) -> Trials:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._program.communicate()

    def start(
        self, *arguments: str, below: Path, at: int = 0, error: int = 0, on: bool = False, helpers: bool = False
    ) -> int:
        """Begin a run; its process id. The call numbered `at` (0: none) fails, and with `on` all after it; `error` 0
        kills the process there; `helpers` does so in each process that helps, instead. `result` must follow."""
        self._order(arguments=arguments, below=str(below), at=at, error=error, on=on, helpers=helpers)
        return int(self._line())

    def result(self) -> Outcome:
        return Outcome(**json.loads(self._line()))

    def run(self, *arguments: str, below: Path, **faults: Any) -> Outcome:
        """A whole run; `faults` as `start` has them."""
        self.start(*arguments, below=below, **faults)
        return self.result()

    def run_together(self, processes: int, *arguments: str) -> list[dict[str, Any]]:
        """That many runs at once, of which whoever gets to writing waits for the others to end: of each `process`,
        `code` and `said`."""
        self._order(arguments=arguments, processes=processes)
        found: list[dict[str, Any]] = json.loads(self._line())
        return found

    def _order(self, **order: Any) -> None:
        assert self._program.stdin
        self._program.stdin.write(json.dumps(order) + "\n")
        self._program.stdin.flush()

    def _line(self) -> str:
        assert self._program.stdout
        return self._program.stdout.readline()


def files_below(folder: Path) -> Files:
    """Everything that is in the index and not in the making, by its path; but not who writes it, nor what the last run
    says of itself."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        and path.name not in ("LOCK", "UPDATED")
        and ".tmp-" not in path.relative_to(folder).as_posix()
    }


def leftovers(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*.tmp-*")]


def answers(index: Path, engine: WhooshEngine) -> list[tuple[str, bytes]]:
    """What readers get from the current generation, whose every byte is compared: titles, and texts of issues."""
    store = Store(index)
    store.verify(store.current())
    generation, problem = open_newest_good(index, engine)
    try:
        assert problem is None
        found = generation.searcher.find(EVERYTHING, Filters(), Page(sort="newest", limit=1000))
        return [(match.entry.title, generation.text(match.entry.issue.id) or b"") for match in found.hits]
    finally:
        generation.close()
