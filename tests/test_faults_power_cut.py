"""Power cuts around publishes: whatever was not synced may be gone, torn or there, and readers get right answers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from crash_disk import Moment, Recorder
from faults import answers
from newsletters import ANALYZER, run_reindex, write_archive, write_issue

from wangqi.indexer.store.generations import Store
from wangqi.indexer.store.opening import open_newest_good
from wangqi.indexer.store.pointer import roll_back
from wangqi.search.errors import NoIndexError, StoreError
from wangqi.search.whoosh_engine import WhooshEngine

ENGINE = WhooshEngine(ANALYZER)
PUBLISHES = 5  # the last two remove old generations
NONE = ""  # in place of a generation's name

Answers = list[tuple[str, bytes]]


class Cuts:
    """A few publishes and a rollback, recorded, and what each generation answers."""

    def __init__(self, folder: Path, *, syncs: bool) -> None:
        self.archive = write_archive(folder / "weekly", issues=3)
        self.answers: dict[str, Answers] = {}
        self.folder = folder
        (folder / "disk").mkdir()
        with Recorder(folder / "disk", syncs=syncs) as recorder:
            serves = NONE
            for number in range(1, PUBLISHES + 1):
                recorder.expected = frozenset({serves, f"{number:06d}"})
                write_issue(self.archive, 1, f"Fresh{number}", "Tool1b")
                serves = run_reindex(self.index, ENGINE, weekly=self.archive).generation
                self._done(recorder, serves)
                self.answers[serves] = answers(self.index, ENGINE)
            recorder.expected = frozenset({serves, f"{PUBLISHES - 1:06d}"})
            self._done(recorder, roll_back(Store(self.index), ENGINE.fingerprint))
        self.moments = recorder.moments

    def _done(self, recorder: Recorder, serves: str) -> None:
        """The program has said that this generation serves."""
        recorder.expected = frozenset({serves})
        recorder.note()

    @property
    def index(self) -> Path:
        return self.folder / "disk" / "a" / "index"

    def outcome(self, moment: Moment, place: Path, chance: Random) -> str:
        """`good`, or what is wrong after a cut in that `moment`."""
        moment.leave(place, chance)
        index = place / self.index.relative_to(self.folder / "disk")
        try:
            generation, problem = open_newest_good(index, ENGINE)
        except NoIndexError:
            return "good" if NONE in moment.expected else "lost"
        except StoreError:
            return "unreadable"
        generation.close()
        if problem:
            return "unreadable"
        if generation.name not in moment.expected:
            return "lost"
        store = Store(index)
        try:
            for name in store.names():
                store.verify(name)
        except StoreError:
            return "half a generation under a good name"
        return "good" if answers(index, ENGINE) == self.answers[generation.name] else "wrong"


def count_outcomes(cuts: Cuts, folder: Path, *, states: int, every: int = 1) -> Counter[str]:
    """Outcomes of a cut at every moment, or every few, in so many different states of the disk each."""
    found: Counter[str] = Counter()
    for number, moment in enumerate(cuts.moments[::every]):
        for state in range(states):
            found[cuts.outcome(moment, folder / f"cut{number}-{state}", Random(1000 * number + state))] += 1
    return found


def test_power_cut_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    cuts = Cuts(tmp_path, syncs=True)
    assert set(count_outcomes(cuts, tmp_path, states=1, every=7)) == {"good"}


def test_without_fsync_the_same_cuts_lose_and_break_what_was_acknowledged(tmp_path: Path) -> None:
    cuts = Cuts(tmp_path, syncs=False)
    found = count_outcomes(cuts, tmp_path, states=1, every=7)
    assert found["lost"] > 0
    assert found["unreadable"] > 0


def test_next_run_mends_whatever_a_power_cut_leaves(tmp_path: Path) -> None:
    cuts = Cuts(tmp_path, syncs=True)
    for number, moment in enumerate(cuts.moments[::40]):
        moment.leave(tmp_path / f"cut{number}", Random(number))
        index = tmp_path / f"cut{number}" / cuts.index.relative_to(tmp_path / "disk")
        run_reindex(index, ENGINE, weekly=cuts.archive)
        assert answers(index, ENGINE) == cuts.answers[f"{PUBLISHES:06d}"]


@pytest.mark.slow
@pytest.mark.parametrize("syncs", [True, False], ids=["synced", "fsync off"])
def test_power_cut_at_every_file_call(syncs: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cuts = Cuts(tmp_path, syncs=syncs)
    found = count_outcomes(cuts, tmp_path, states=3)
    with capsys.disabled():
        print(f"\npower cuts, {'as it is' if syncs else 'fsync off'}: {found.total()} cuts: {dict(found)}")
    assert found.total() >= 300
    assert (set(found) == {"good"}) == syncs
