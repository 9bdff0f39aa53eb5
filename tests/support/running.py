"""Other processes: the command line as the author runs it, Python code, a port for a server, and waiting for them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
DEADLINE_S = 60.0


def wangqi(*arguments: str) -> list[str]:
    """The command line of `wangqi`; `-P`, since the working directory of a test may hold anything."""
    return [sys.executable, "-P", "-m", "wangqi", *arguments]


def program_environment(**variables: str) -> dict[str, str]:
    """That of the test, with the program to be imported from its source, and these variables."""
    return os.environ | {"PYTHONPATH": str(ROOT)} | variables


def run_python(code: str, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What `code` ended with and printed, in a process that has imported nothing before."""
    command = [sys.executable, *options, "-c", code]
    return subprocess.run(command, env=program_environment(**variables), capture_output=True, text=True, check=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def until(is_so: Callable[[], bool], what: str = "it did not happen", seconds: float = DEADLINE_S) -> None:
    """Wait until something is so; fails with `what` when it is not in time."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.01)
