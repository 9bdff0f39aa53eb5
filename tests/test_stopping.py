"""SIGTERM and Ctrl-C while something is being made: it ends soon, publishes all or nothing, and says so in one line."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest
from newsletters import write_archive
from running import free_port, program_environment, wangqi

from wangqi.indexer.store.generations import Store

pytestmark = pytest.mark.drill

ISSUES = 300
BOTH = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_archive(tmp_path_factory.mktemp("archive") / "weekly", ISSUES)


def stopped(folder: Path, number: int, after_s: float, *command: str) -> tuple[int, str]:
    """Exit code and log of a command that is told to end so long after its start, in a group of its own as a terminal
    would have it."""
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            wangqi(*command), cwd=folder, env=program_environment(), stdout=file, stderr=file, process_group=0
        )
    time.sleep(after_s)
    process.send_signal(number)
    return process.wait(30), log.read_text()


def is_well_stopped(code: int, log: str, number: int) -> bool:
    """Before a command's first line and after its last one the signal ends the process by itself: then nothing was
    begun, or all was said."""
    begun = "wangqi" in log or "Traceback" in log
    return (code, log.strip()) == (1, "wangqi: stopped") or (code == -number and not begun)


@BOTH
def test_a_reindex_that_is_told_to_end_publishes_nothing_or_all(archive: Path, tmp_path: Path, number: int) -> None:
    moments = [0.5, 1.0, 1.5, 2.0]
    for after_s in moments:
        code, log = stopped(tmp_path, number, after_s, "reindex", "--index", "index", str(archive))
        if code == 0:  # a quick machine: it was done before
            assert "generation" in log
            break
        assert is_well_stopped(code, log, number), (after_s, code, log)
        assert issues(tmp_path / "index") in (0, ISSUES), after_s  # that was its very last moment
        assert list((tmp_path / "index").glob("generations/.tmp-*")) == []


def issues(index: Path) -> int:
    """How many the index holds."""
    store = Store(index)
    if not store.names():
        return 0
    return sum(bool(record.digest) for record in store.manifest(store.current()).issues.values())


@BOTH
def test_a_file_that_is_read_at_that_moment_is_no_file_that_cannot_be_read(
    archive: Path, tmp_path: Path, number: int
) -> None:
    code, log = stopped(tmp_path, number, 2.5, "reindex", "--index", "index", str(archive))
    assert "please report it" not in log
    assert code == 0 or is_well_stopped(code, log, number), (code, log)


@BOTH
@pytest.mark.parametrize("after_s", [1.0, 2.0, 4.0])
def test_a_server_that_is_told_to_end_before_it_serves_ends_well(
    archive: Path, tmp_path: Path, number: int, after_s: float
) -> None:
    code, log = stopped(
        tmp_path, number, after_s, "serve", "--index", "index", "--port", str(free_port()), str(archive)
    )
    assert code == 0 or is_well_stopped(code, log, number), (code, log)
    assert "Error" not in log
    assert log.count("stopped") <= 1
