"""A reindex of which one file call fails, or that is killed: the old answers or the new, and the next run is well."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from faults import Outcome, Trials, answers, files_below, leftovers
from newsletters import ANALYZER, run_reindex, write_archive, write_issue

from wangqi.search.whoosh_engine import WhooshEngine

ENGINE = WhooshEngine(ANALYZER)
ERRORS = (errno.EIO, errno.ENOSPC)

pytestmark = pytest.mark.compiler


@dataclass
class Site:
    """An index that is one edited issue behind its archive, again before each trial."""

    trials: Trials
    folder: Path
    old: list[tuple[str, bytes]]
    new: list[tuple[str, bytes]]
    calls: int
    """Of a run in which nothing fails."""

    @property
    def index(self) -> Path:
        return self.folder / "index"

    def reindex(self, at: int = 0, error: int = 0, on: bool = False) -> Outcome:
        return self.trials.run(*self.command, below=self.index, at=at, error=error, on=on)

    @property
    def command(self) -> list[str]:
        return ["reindex", f"weekly={self.folder / 'weekly'}", "--index", str(self.index)]

    def put_back(self) -> None:
        shutil.rmtree(self.index, ignore_errors=True)
        shutil.copytree(self.folder / "before", self.index)

    def next_run_is_well(self) -> None:
        again = self.reindex()
        assert again.code == 0, again.said
        assert answers(self.index, ENGINE) == self.new
        assert leftovers(self.index) == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("faults")
    archive = write_archive(folder / "weekly", issues=5)
    # Three generations: the next publish also removes one.
    for title in ("Alpha", "Beta", "Tool1a"):
        write_issue(archive, 1, title, "Tool1b")
        run_reindex(folder / "before", ENGINE, weekly=archive)
    old = answers(folder / "before", ENGINE)
    write_issue(archive, 1, "Gamma", "Tool1b")
    with Trials(folder) as trials:
        site = Site(trials, folder, old, [], 0)
        site.put_back()
        outcome = site.reindex()
        assert outcome.code == 0, outcome.said
        site.calls, site.new = outcome.calls, answers(site.index, ENGINE)
        assert "Gamma" in dict(site.new)
        assert "Gamma" not in dict(old)
        yield site


def fail_at(site: Site, at: int, error: int, *, on: bool) -> int:
    """A run whose call `at` fails, `on` with all after it; its exit code."""
    site.put_back()
    before = files_below(site.index)
    outcome = site.reindex(at, error, on)
    assert "Traceback" not in outcome.said, outcome.said
    if outcome.code:
        assert outcome.code == 1, outcome
        assert outcome.said.startswith("wangqi: ")
        assert outcome.said.count("\n") == 1
        assert os.strerror(error) in outcome.said
        if not on:
            assert files_below(site.index) == before
    else:
        assert answers(site.index, ENGINE) == site.new
    site.next_run_is_well()
    return outcome.code


@pytest.mark.parametrize("error", ERRORS, ids=os.strerror)
def test_file_call_that_fails_leaves_the_old_answers_and_one_line(site: Site, error: int) -> None:
    codes = [fail_at(site, at, error, on=False) for at in range(1, site.calls + 1, site.calls // 12)]
    assert 1 in codes


def test_disk_that_is_gone_for_good_leaves_the_old_answers(site: Site) -> None:
    for at in range(2, site.calls + 1, site.calls // 6):
        fail_at(site, at, errno.EIO, on=True)


def test_run_that_is_killed_at_a_file_call_leaves_the_old_answers_or_the_new(site: Site) -> None:
    for at in range(1, site.calls + 1, site.calls // 12):
        kill_at(site, at)


def test_run_that_is_killed_at_any_moment_leaves_the_old_answers_or_the_new(site: Site) -> None:
    kill_anywhere(site, kills=5)


@pytest.mark.parametrize("error", [*ERRORS, 0], ids=[*map(os.strerror, ERRORS), "killed"])
def test_process_that_helps_and_fails_or_is_killed_leaves_the_old_answers(site: Site, error: int) -> None:
    failed = 0
    while fail_in_helper(site, 1 + 4 * failed, error):
        failed += 1
    assert failed >= 3


def fail_in_helper(site: Site, at: int, error: int) -> int:
    """A run in which call `at` of a process that helps fails, or is its last; its exit code, 0 when there is none."""
    site.put_back()
    before = files_below(site.index)
    outcome = site.trials.run(*site.command, "--full", below=site.index, at=at, error=error, helpers=True)
    if outcome.code:
        assert outcome.code == 1, outcome
        assert outcome.said.startswith("wangqi: ")
        assert outcome.said.count("\n") == 1
        assert (os.strerror(error) if error else "was ended from outside") in outcome.said
        assert files_below(site.index) == before
        assert leftovers(site.index) == []
    else:
        assert answers(site.index, ENGINE) == site.new
    return outcome.code


def kill_at(site: Site, at: int) -> bool:
    """Whether the new generation serves after a run that ended just before its call `at`."""
    site.put_back()
    assert site.reindex(at, 0).code == -signal.SIGKILL
    found = answers(site.index, ENGINE)
    assert found in (site.old, site.new)
    site.next_run_is_well()
    return found == site.new


def kill_anywhere(site: Site, *, kills: int) -> dict[str, int]:
    """Kill runs at random moments until so many have ended by it; what became of all."""
    chance = random.Random(6)
    site.put_back()
    started = time.monotonic()
    site.reindex()
    usual_s = time.monotonic() - started
    counts = {"runs": 0, "killed": 0, "new": 0}
    while counts["killed"] < kills:
        site.put_back()
        process = site.trials.start(*site.command, below=site.index)
        time.sleep(chance.uniform(0, usual_s))
        with suppress(ProcessLookupError):  # it was done before
            os.kill(process, signal.SIGKILL)
        killed = site.trials.result().code == -signal.SIGKILL
        found = answers(site.index, ENGINE)
        assert found in (site.old, site.new)
        counts["runs"] += 1
        counts["killed"] += killed
        counts["new"] += killed and found == site.new
        site.next_run_is_well()
    return counts


@pytest.mark.slow
@pytest.mark.parametrize("on", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("error", ERRORS, ids=os.strerror)
def test_every_file_call_fails_once(site: Site, error: int, on: bool, capsys: pytest.CaptureFixture[str]) -> None:
    codes = [fail_at(site, at, error, on=on) for at in range(1, site.calls + 1)]
    with capsys.disabled():
        what = f"{os.strerror(error)}, {'from then on' if on else 'once'}, at each of {site.calls} file calls"
        print(f"\n{what}: {codes.count(1)} times exit 1 and the old answers, {codes.count(0)} times 0 and the new")


@pytest.mark.slow
def test_every_file_call_is_the_last(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    new = [kill_at(site, at) for at in range(1, site.calls + 1)]
    with capsys.disabled():
        print(f"\nkilled at each of {site.calls} file calls: {new.count(True)} times the new generation served after")


@pytest.mark.slow
def test_three_hundred_random_kills(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    counts = kill_anywhere(site, kills=300)
    with capsys.disabled():
        print(f"\nkilled at random moments: {counts}")
