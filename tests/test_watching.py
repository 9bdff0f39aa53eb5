"""`wangqi reindex --watch` as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from newsletters import titles, write_archive, write_issue
from running import program_environment, until, wangqi

from wangqi.indexer.store.opening import open_current
from wangqi.search.analysis import Analyzer
from wangqi.search.whoosh_engine import WhooshEngine

pytestmark = pytest.mark.drill

ENGINE = WhooshEngine(Analyzer())


class Watching:
    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.process = process

    @property
    def said(self) -> str:
        return (self.folder / "log").read_text()

    def holds(self, word: str) -> bool:
        generation = open_current(self.folder / ".wangqi", ENGINE)
        try:
            return bool(titles(generation.searcher, word))
        finally:
            generation.close()


@contextmanager
def watching(folder: Path, *arguments: str) -> Iterator[Watching]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            wangqi("reindex", "--watch", *arguments), cwd=folder, env=program_environment(), stdout=log, stderr=log
        )
    try:
        one = Watching(folder, process)
        until(lambda: "generation" in one.said)
        yield one
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_archive(tmp_path / "weekly", 3)
    return tmp_path


def test_what_changes_is_indexed(folder: Path) -> None:
    with watching(folder, "weekly") as one:
        assert one.holds("Tool1a")
        write_issue(folder / "weekly", 4, "Fresh")
        until(lambda: one.holds("Fresh"))
        (folder / "weekly/issue-04.md").unlink()
        until(lambda: not one.holds("Fresh"))
        until(lambda: one.said.count("generation 0") == 3)
        time.sleep(2)
        assert one.said.count("generation 0") == 3  # nothing is said while nothing changes


def test_what_changes_while_the_first_run_is_at_work_is_indexed(folder: Path) -> None:
    for number in range(4, 60):
        write_issue(folder / "weekly", number, f"Tool{number}")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            wangqi("reindex", "--watch", "weekly"), cwd=folder, env=program_environment(), stdout=log, stderr=log
        )
    try:
        until((folder / ".wangqi" / "generations").is_dir)  # the files have been read, or are being read
        write_issue(folder / "weekly", 60, "Fresh")
        one = Watching(folder, process)
        until(lambda: "generation" in one.said and one.holds("Fresh"))
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_told_to(folder: Path, number: int) -> None:
    with watching(folder, "weekly") as one:
        time.sleep(1)  # after its first lines
        one.process.send_signal(number)
        assert one.process.wait(30) == 0
        assert "Traceback" not in one.said


def test_what_goes_wrong_is_said_and_the_next_change_waited_for(folder: Path) -> None:
    (folder / "wangqi.toml").write_text('[archives]\nweekly = "weekly"\n')
    with watching(folder) as one:
        (folder / "wangqi.toml").write_text("title = \n")
        until(lambda: "wangqi.toml" in one.said)
        for number in (1, 2, 3):
            (folder / f"weekly/issue-0{number}.md").rename(folder / f"issue-0{number}.md")
        (folder / "wangqi.toml").write_text('[archives]\nweekly = "weekly"\n')
        until(lambda: "no Markdown files" in one.said)
        (folder / "issue-01.md").rename(folder / "weekly/issue-01.md")
        until(lambda: "entries would be lost" in one.said)
        for number in (2, 3):
            (folder / f"issue-0{number}.md").rename(folder / f"weekly/issue-0{number}.md")
        write_issue(folder / "weekly", 4, "Fresh")
        until(lambda: one.holds("Fresh"))


def test_an_exit_code_is_not_asked_of_what_goes_on(folder: Path) -> None:
    command = wangqi("reindex", "--watch", "--strict", "weekly")
    done = subprocess.run(command, cwd=folder, env=program_environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, "give one of them" in done.stderr) == (2, True)
    assert not (folder / ".wangqi").exists()
