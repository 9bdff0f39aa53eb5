"""What a server that runs mends by itself: other words and aliases, files that are cut short under it, and deaths."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from newsletters import ANALYZER, run_reindex, write_archive, write_issue
from real_server import Answer, RealServer, reindex, serving
from running import program_environment, until, wangqi

from wangqi.indexer.store.generations import Store
from wangqi.search.whoosh_engine import WhooshEngine

pytestmark = pytest.mark.drill

SETTINGS = """
words = ["{word}"]

[archives]
weekly = "weekly"

[aliases]
"{word}" = ["{alias}"]
"""


@pytest.fixture
def weekly(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "weekly", 3)


def write_settings(folder: Path, word: str, alias: str) -> None:
    (folder / "wangqi.toml").write_text(SETTINGS.format(word=word, alias=alias), encoding="utf-8")


def ask(server: RealServer, path: str) -> Answer | None:
    """None where the process died of the question."""
    try:
        return server.ask(path)
    except (OSError, HTTPException):
        return None


def healths(server: RealServer) -> list[Any]:
    """What each process says; None at the end where one died of the question."""
    return [answer.json if answer else None for answer in server.ask_each("/healthz")]


def all_say(server: RealServer, status: object, generation: str) -> bool:
    told = [health and (health.get("status"), health.get("generation")) for health in healths(server)]
    return told == [(status, generation)] * len(told)


def found(server: RealServer, word: str, match: str = "exact") -> int:
    return int(server.ask(f"/api/v1/search?q={word}&match={match}").json["total"])


def memory_kb(server: RealServer) -> int:
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in server.workers()]
    return sum(int(line.split()[1]) for text in rollups for line in text.splitlines() if line.startswith("Pss:"))


def other_words(tmp_path: Path, server: RealServer, times: int) -> list[int]:
    """Publishes after changes of words and aliases, each of which is to be served; the memory after each."""
    held = []
    for number in range(times):
        write_settings(tmp_path, f"量子{number}", f"zeta{number}")
        write_issue(tmp_path / "weekly", 1, f"Fresh{number}", "Tool1b", f"量子{number}")
        name = reindex(tmp_path / "index")["generation"]
        until(partial(all_say, server, "ok", name), f"{name} is not served: {healths(server)}")
        assert found(server, f"Fresh{number}") == 1
        assert found(server, f"zeta{number}", "all") == 1  # the new alias, in the question
        assert {
            answer and answer.status for answer in server.ask_each(f"/issues/weekly/issue-01.md?hl=zeta{number}")
        } == {200}
        held.append(memory_kb(server))
    return held


def test_other_words_and_aliases_are_followed_without_a_restart(tmp_path: Path, weekly: Path) -> None:
    write_settings(tmp_path, "图床", "alpha")
    with serving(tmp_path / "index") as server:
        other_words(tmp_path, server, 5)
        assert "generation" not in server.log.read_text().partition("Ctrl-C")[2]  # nothing to complain of


@pytest.mark.slow
def test_other_words_and_aliases_take_no_more_memory_each_time(tmp_path: Path, weekly: Path) -> None:
    write_settings(tmp_path, "图床", "alpha")
    with serving(tmp_path / "index") as server:
        held = other_words(tmp_path, server, 40)
    print(f"\n40 changes of words: memory {held[4] >> 10} MB -> {held[-1] >> 10} MB")
    assert held[-1] < 1.1 * held[4]


def test_generation_that_the_settings_do_not_give_leaves_the_one_before_whole(tmp_path: Path, weekly: Path) -> None:
    """The author reindexes by other settings than those of the server; however often, the pages of issues stay."""
    (tmp_path / "elsewhere").mkdir()
    with serving(tmp_path / "index", weekly=weekly) as server:
        write_settings(tmp_path / "elsewhere", "量子", "zeta")
        for number in range(5):
            write_issue(weekly, 2, f"Fresh{number}", "Tool2b")
            reindex_in(tmp_path / "elsewhere", tmp_path / "index", weekly)
        until(partial(all_say, server, "stale", "000001"))
        assert found(server, "Tool2a") == 1
        assert {answer and answer.status for answer in server.ask_each("/issues/weekly/issue-02.md")} == {200}
        assert "run `wangqi reindex`, or restart the server if the program was updated" in server.log.read_text()
        assert Store(tmp_path / "index").names() == ["000006", "000005", "000004", "000001"]
        name = reindex(tmp_path / "index", weekly=weekly)["generation"]
        until(partial(all_say, server, "ok", name), seconds=30)
        assert found(server, "Fresh4") == 1


def reindex_in(folder: Path, index: Path, weekly: Path) -> None:
    """By the settings of that folder."""
    command = wangqi("reindex", "--index", str(index), f"weekly={weekly}")
    subprocess.run(command, check=True, capture_output=True, env=program_environment(), cwd=folder)


def index_files(tmp_path: Path, name: str) -> list[Path]:
    """Those of the index that are mapped, the largest first."""
    files = (tmp_path / "index/generations" / name / "index").rglob("*")
    return sorted((path for path in files if path.is_file()), key=lambda path: -path.stat().st_size)


@pytest.fixture
def site(tmp_path: Path, weekly: Path) -> Iterator[RealServer]:
    """A server over two generations, the second of which has `Fresh` in its first issue."""
    run_reindex(tmp_path / "index", WhooshEngine(ANALYZER), weekly=weekly)
    write_issue(weekly, 1, "Fresh", "Tool1b")
    with serving(tmp_path / "index", weekly=weekly) as server:
        yield server


def test_files_that_are_cut_short_under_the_server_lead_to_the_generation_before(
    tmp_path: Path, site: RealServer
) -> None:
    for path in index_files(tmp_path, "000002"):
        os.truncate(path, 0)
    until(partial(all_say, site, "degraded", "000001"))
    reason = "generation 000002 was given up: it was damaged, or processes died of it; the log says more"
    until(lambda: [health and health.get("reason") for health in healths(site)] == [reason] * 2)
    assert "was changed while generation 000002 served" in site.log.read_text()
    assert found(site, "Tool1a") == 1
    assert site.ask("/issues/weekly/issue-01.md").status == 200
    name = reindex(tmp_path / "index", weekly=tmp_path / "weekly")["generation"]
    until(partial(all_say, site, "ok", name))
    assert found(site, "Fresh") == 1


def test_readers_who_ask_while_files_are_cut_short_end_no_process_for_long(tmp_path: Path, site: RealServer) -> None:
    before = set(site.workers())
    for path in index_files(tmp_path, "000002"):
        os.truncate(path, 0)
    end, answered, died = time.monotonic() + 3.0, 0, 0
    while time.monotonic() < end:
        answer = ask(site, "/api/v1/search?q=Tool1b&explain=1")
        answered += answer is not None and answer.status == 200
        died += answer is None
    until(partial(all_say, site, "degraded", "000001"))
    after = set(site.workers())
    settled = [ask(site, "/api/v1/search?q=Tool1b") for _ in range(20)]
    assert all(answer and answer.status == 200 for answer in settled)
    assert set(site.workers()) == after  # no more deaths
    assert died <= 2 * len(before)
    assert answered > 20


def test_without_any_whole_generation_the_server_says_so_and_stays(tmp_path: Path, site: RealServer) -> None:
    for name in ("000001", "000002"):
        for path in index_files(tmp_path, name):
            os.truncate(path, 0)
    until(lambda: all(health and health["status"] == 503 for health in healths(site)))
    answer = site.ask("/api/v1/search?q=Tool1b")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    assert site.ask("/search?q=Tool1b").status == 503
    workers = site.workers()
    assert site.ask("/static/wangqi.css").status == 200
    name = reindex(tmp_path / "index", weekly=tmp_path / "weekly")["generation"]
    until(partial(all_say, site, "ok", name), seconds=30)
    assert site.workers() == workers
    assert site.process.poll() is None


def kill(server: RealServer, number: int) -> None:
    """End a process that answers; until another has taken its place."""
    until(lambda: len(server.workers()) == 2)
    before = server.workers()[0]
    os.kill(before, number)
    until(lambda: before not in server.workers() and len(server.workers()) == 2)
    until(lambda: all(healths(server)))


def test_generation_that_two_processes_died_of_is_given_up(tmp_path: Path, site: RealServer) -> None:
    kill(site, signal.SIGSEGV)
    assert all_say(site, "ok", "000002")  # once may be chance, and its files are whole
    kill(site, signal.SIGBUS)
    until(partial(all_say, site, "degraded", "000001"))
    log = site.log.read_text()
    assert "2 processes died while they served it" in log
    assert "Fatal Python error: Segmentation fault" in log  # where it stood
    assert found(site, "Tool1a") == 1
    for _ in range(3):  # there is no other to go back to: it serves on
        kill(site, signal.SIGSEGV)
    until(lambda: all(health and health["generation"] for health in healths(site)))
    assert found(site, "Tool1b") == 1


def test_processes_that_are_merely_killed_say_nothing_about_a_generation(tmp_path: Path, site: RealServer) -> None:
    for _ in range(4):
        kill(site, signal.SIGKILL)
    assert all_say(site, "ok", "000002")


@pytest.mark.slow
def test_follower_that_hangs_is_told_within_half_a_minute(tmp_path: Path, site: RealServer) -> None:
    until(lambda: len(site.workers()) == 2)
    assert all(healths(site))  # whoever starts later waits for the pointer before the first answer
    pointer = tmp_path / "index/CURRENT"
    pointer.unlink()
    os.mkfifo(pointer)  # whoever reads it waits for ever
    started = time.monotonic()
    until(lambda: any(health and health["status"] == 503 for health in healths(site)))
    print(f"\na follower that hangs: told after {time.monotonic() - started:.1f} s")
    assert time.monotonic() - started < 35
    assert found(site, "Fresh") == 1
