"""Several reindexes of one index at once: one works, the others say who it is and end with 3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from faults import Trials, answers, leftovers
from newsletters import ANALYZER, write_archive, write_issue

from wangqi.indexer.store.generations import Store
from wangqi.search.whoosh_engine import WhooshEngine

pytestmark = pytest.mark.compiler


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trials]:
    with Trials(tmp_path_factory.mktemp("together")) as trials:
        yield trials


def start_together(trials: Trials, folder: Path, *, number: int, processes: int) -> None:
    """Publish generation `number` by one of `processes` runs."""
    write_issue(folder / "weekly", 1, f"Fresh{number}")
    index = folder / "index"
    ended = trials.run_together(processes, "reindex", f"weekly={folder / 'weekly'}", "--index", str(index))
    (winner,) = [one for one in ended if one["code"] == 0]
    for loser in ended:
        if loser is not winner:
            assert loser["code"] == 3, loser
            assert loser["said"].count("\n") == 1
            assert f"another reindex is writing {index} (pid {winner['process']}, since 20" in loser["said"]
    assert Store(index).current() == f"{number:06d}"
    assert f"Fresh{number}" in dict(answers(index, WhooshEngine(ANALYZER)))
    assert leftovers(index) == []


@pytest.mark.parametrize("processes", [2, 6])
def test_one_of_several_reindexes_works_and_the_others_say_which(
    processes: int, trials: Trials, tmp_path: Path
) -> None:
    write_archive(tmp_path / "weekly", issues=5)
    for number in range(1, 4):
        start_together(trials, tmp_path, number=number, processes=processes)


@pytest.mark.slow
def test_a_hundred_starts_of_two_to_six(trials: Trials, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_archive(tmp_path / "weekly", issues=5)
    for number in range(1, 101):
        start_together(trials, tmp_path, number=number, processes=2 + number % 5)
    with capsys.disabled():
        print("\n100 starts of 2 to 6 reindexes at once: one worked each time, all others ended with 3 and named it")
