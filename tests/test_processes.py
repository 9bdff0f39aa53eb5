"""Work spread over processes: in order, with errors, and never outliving the one that started it."""

import gc
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from running import program_environment, until

from wangqi.search import processes
from wangqi.search.errors import StoreError
from wangqi.search.processes import available_processes, in_processes, memory_limit, seldom_collecting


def double(number: int) -> int:
    if number < 0:
        raise ValueError(f"{number} is negative")
    return number * 2


def die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(in_processes(double, range(20), processes=2)) == [number * 2 for number in range(20)]


def where(number: int) -> tuple[int, int]:
    time.sleep(0.02)
    return number, os.getpid()


def test_this_process_works_too_when_it_is_asked_to() -> None:
    done = list(in_processes(where, range(40), processes=2, here=where))
    assert [number for number, _ in done] == list(range(40))
    assert os.getpid() in {process for _, process in done}


def test_an_error_in_a_process_is_raised_here() -> None:
    with pytest.raises(ValueError, match="-1 is negative"):
        list(in_processes(double, [1, -1, 2], processes=2))


def test_a_process_that_is_killed_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(StoreError, match="want of memory"):
        list(in_processes(die, [1, 2, 3], processes=2))


PROGRAM = """
import sys, time
from collections.abc import Callable
from pathlib import Path
from wangqi.search.processes import in_processes

def work(number):
    import os
    Path(sys.argv[1], str(os.getpid())).touch()
    time.sleep(60)

if __name__ == "__main__":
    list(in_processes(work, range(4), processes=2))
"""


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    program, started = tmp_path / "program.py", tmp_path / "started"
    program.write_text(PROGRAM, encoding="utf-8")
    started.mkdir()
    parent = subprocess.Popen([sys.executable, str(program), str(started)], env=program_environment())
    try:
        until(lambda: len(list(started.iterdir())) == 2)
        helpers = [int(path.name) for path in started.iterdir()]
    finally:
        parent.kill()
        parent.wait(10)
    until(lambda: not any(map(is_running, helpers)))


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_garbage_is_seldom_searched_for_while_much_is_made() -> None:
    usual = gc.get_threshold()
    with seldom_collecting():
        assert gc.get_threshold()[0] > usual[0]
    assert gc.get_threshold() == usual
    (in_another,) = in_processes(first_threshold, [None], processes=1)
    assert in_another > usual[0]


def first_threshold(_: None) -> int:
    return gc.get_threshold()[0]


@pytest.mark.parametrize(
    ("own", "limits", "wanted", "used"),
    [
        ("0::/site", {"site/memory.max": "200M"}, 200, 1),
        ("0::/site", {"site/memory.max": "300M"}, 300, 2),
        ("0::/site", {"site/memory.max": "max"}, math.inf, 4),
        ("0::/", {"memory.max": "100M"}, 100, 1),  # in a container
        ("0::/all/site", {"all/memory.max": "400M", "all/site/memory.max": "max"}, 400, 3),  # a group around it
        ("1:name=systemd:/\n5:cpu,memory:/a:b\n0::/", {"memory/a:b/memory.limit_in_bytes": "250M"}, 250, 1),
        ("0::/elsewhere", {}, math.inf, 4),
        ("", {}, math.inf, 4),
    ],
)
def test_no_more_processes_work_than_their_group_has_memory_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str, limits: dict[str, str], wanted: float, used: int
) -> None:
    (tmp_path / "own").write_text(own)
    for name, limit in limits.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(limit.replace("M", "000000") + "\n")
    monkeypatch.setattr(processes, "OWN_GROUPS", tmp_path / "own")
    monkeypatch.setattr(processes, "GROUPS", tmp_path)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert memory_limit() == wanted * 1_000_000
    assert available_processes() == used


def test_where_there_are_no_groups_there_is_no_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "OWN_GROUPS", tmp_path / "none")
    assert memory_limit() == math.inf
