"""Readers beside floods: how much longer they wait, and what memory the processes take."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from newsletters import write_issue
from real_server import RealServer, serving

FLOODER = Path(__file__).parent / "support" / "flooder.py"
SECONDS = 10.0
READERS = 300
FLOODS = [
    *(("health", 40), ("elsewhere", 40), ("dear", 6), ("hung-up", 40)),
    *(("slow", 900), ("slow", 2500), ("hook", 1600), ("signed", 1600)),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    folder = tmp_path_factory.mktemp("floods")
    for number in range(1, 201):
        write_issue(folder / "weekly", number, *(f"Tool{number}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"))
    secret = {"WANGQI_HOOK_SECRET": "a-secret-of-32-characters-or-more"}
    with serving(folder / "index", weekly=folder / "weekly", environment=secret) as server:
        readers_ms(server)
        yield server


def readers_ms(server: RealServer, count: int = READERS, seconds: float = SECONDS) -> list[float]:
    """What so many readers waited for their answers, each on a connection of its own, or as many as had the time."""
    times, end = list[float](), time.monotonic() + seconds
    while len(times) < count and time.monotonic() < end:
        begun = time.perf_counter()
        assert server.ask(f"/api/v1/search?q=Tool{len(times) % 200}").status == 200
        times.append((time.perf_counter() - begun) * 1000)
    return sorted(times)


def memory_kb(server: RealServer) -> list[int]:
    statuses = [Path(f"/proc/{pid}/status").read_text() for pid in server.workers()]
    return [int(line.split()[1]) for text in statuses for line in text.splitlines() if line.startswith("VmHWM:")]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "clients"), FLOODS)
def test_readers_are_answered_beside_a_flood(server: RealServer, kind: str, clients: int) -> None:
    held, alone = memory_kb(server), readers_ms(server)
    command = [sys.executable, str(FLOODER), str(server.port), kind, str(clients), str(SECONDS + 3)]
    with subprocess.Popen(command) as flood:
        time.sleep(2)
        beside = readers_ms(server)
        assert flood.poll() is None, "the flood has ended"
        flood.terminate()
    p99, p99_alone = (times[int(len(times) * 0.99) - 1] for times in (beside, alone))
    grown = max(after / before for after, before in zip(memory_kb(server), held, strict=True))
    print(
        f"\n{kind}, {clients} clients: p99 of {len(beside)} readers {p99:.1f} ms, {p99_alone:.1f} ms without "
        f"({p99 / p99_alone:.1f} times); memory of a process {grown:.2f} times"
    )
    assert p99 <= 5 * p99_alone
    assert grown <= 1.3
