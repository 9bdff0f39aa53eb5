"""The JSON search over HTTP: `wangqi serve` on loopback, a bounded number of different queries on several connections.

The client is a small one of asyncio on the same machine, which takes its share of the same cores.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Any, Final
from urllib.parse import quote
from urllib.request import urlopen

from bench.corpus import ROOT, WORK
from bench.memory import pss_mb
from bench.site import bring_up_to_date, open_site, reader_queries, wangqi
from bench.timing import quantiles
from search.analysis import Analyzer

CONNECTIONS: Final = 8
SECONDS: Final = 8.0
HOST: Final = "127.0.0.1"


def measure() -> dict[str, Any]:
    """Answers per second, their times as the client sees them, and the memory of all processes that serve."""
    bring_up_to_date()
    queries = reader_queries(open_site(Analyzer()))
    with _server() as (process, port):
        asyncio.run(_load(port, queries, seconds=1.0))  # the first answers open what is opened once
        times, seconds = asyncio.run(_load(port, queries, seconds=SECONDS))
        memory = pss_mb(_family(process.pid))
    found = quantiles(times)
    ordered = sorted(times)
    return {
        "connections": CONNECTIONS,
        "answers": len(times),
        "answers_per_s": len(times) / seconds,
        "p50": found.p50,
        "p99": ordered[int(len(ordered) * 0.99)],
        "pss_mb": memory,
    }


@contextmanager
def _server() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = _free_port()
    command = wangqi("serve", "--port", str(port))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=WORK, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as it:
        try:
            _wait_for(port)
            yield it, port
        finally:
            it.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(port: int) -> None:
    end = monotonic() + 120
    while monotonic() < end:
        try:
            with urlopen(f"http://{HOST}:{port}/healthz", timeout=5):
                return
        except OSError:
            sleep(0.2)
    raise TimeoutError("the server did not answer within two minutes")


async def _load(port: int, queries: list[str], *, seconds: float) -> tuple[list[float], float]:
    """Milliseconds of each answer, and the seconds that all took."""
    started, times = perf_counter(), list[float]()
    paths = (f"/api/v1/search?q={quote(q)}&page={page}" for page in range(1, 500) for q in queries)
    until = started + seconds
    await asyncio.gather(*(_connection(port, paths, times, until) for _ in range(CONNECTIONS)))
    return times, perf_counter() - started


async def _connection(port: int, paths: Iterator[str], times: list[float], until: float) -> None:
    """Ask the next of the paths, which all connections share, as soon as the answer is there."""
    reader, writer = await asyncio.open_connection(HOST, port)
    for path in paths:
        if perf_counter() > until:
            break
        started = perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        if await _read_answer(reader):
            writer.close()
            reader, writer = await asyncio.open_connection(HOST, port)
        times.append((perf_counter() - started) * 1000)
    writer.close()


async def _read_answer(reader: asyncio.StreamReader) -> bool:
    """Read one answer whole; whether the server closes the connection. Raises `RuntimeError` when it is no 200."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if " 200 " not in head.split("\r\n")[0]:
        raise RuntimeError(head)
    length = next(int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length:"))
    await reader.readexactly(length)
    return "connection: close" in head


def _family(parent: int) -> list[int]:
    """The process and all that descend from it."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [parent, *(each for child in children for each in _family(int(child)))]
