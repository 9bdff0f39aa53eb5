"""Searches over HTTP, as JSON and as pages: `wangqi serve` on loopback, and the same application over stock Whoosh.

Every query is another one, and all are asked the same. They take turns, round after round; the client is on the same
machine and takes its share of the same cores.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import monotonic, sleep
from typing import Any, Final
from urllib.parse import quote
from urllib.request import urlopen

from bench import answer_cost
from bench.corpus import ROOT, WORK
from bench.http_client import HOST, Load, load
from bench.memory import family, pss_mb
from bench.site import bring_up_to_date, open_site, title_fragments, wangqi
from bench.stock_searcher import stock_site
from bench.timing import ROUNDS
from wangqi.search.processes import available_processes

CONNECTIONS: Final = 8
SECONDS: Final = 4.0
QUERIES: Final = 40_000
"""More than are asked."""


def measure() -> dict[str, Any]:
    """Answers per second and their times as the client sees them, and the memory of all processes that serve."""
    bring_up_to_date()
    queries = _queries()
    json, pages = ([f"{path}?q={quote(q)}" for q in queries] for path in ("/api/v1/search", "/search"))
    with running(lambda port: wangqi("serve", "--port", str(port))) as ours:
        with running(lambda port: [sys.executable, "-m", "bench.stock_server", str(port)]) as stock:
            rounds = _take_turns([(ours, json), (ours, pages), (stock, json)])
        # By itself, since what other processes use as well counts less.
        memory = pss_mb(family(ours.process))
    figures, of_pages, of_stock = (_figures(loads) for loads in rounds)
    # Stock Whoosh may take a minute for a query that is corrected, which ends its process, or is refused before.
    unanswered = [each[name] for each in (figures, of_pages) for name in ("lost", "refused")]
    assert not any(unanswered), "the server has closed a connection, or refused an answer"
    return figures | {
        "connections": CONNECTIONS,
        "workers": available_processes(),
        "pss_mb": memory,
        "pages": of_pages,
        "stock": of_stock,
        "cpu": answer_cost.measure(),
    }


@dataclass(frozen=True, slots=True)
class Server:
    process: int
    port: int


def _queries() -> list[str]:
    """Different ones. The index of stock Whoosh is built here if it has to be; nothing stays open."""
    site = open_site()
    stock_site(site).searcher.close()
    return title_fragments(site.searcher, QUERIES)


def _take_turns(contestants: Sequence[tuple[Server, list[str]]]) -> list[list[Load]]:
    """The rounds of each, after one that does not count: the first answers open what is opened once."""
    left = [(server, iter(paths)) for server, paths in contestants]
    rounds: list[list[Load]] = [[] for _ in contestants]
    for _ in range(ROUNDS + 1):
        for (server, own_paths), own_rounds in zip(left, rounds, strict=True):
            own_rounds.append(load(server.port, own_paths, connections=CONNECTIONS, seconds=SECONDS))
    return [own_rounds[1:] for own_rounds in rounds]


def _figures(rounds: Sequence[Load]) -> dict[str, Any]:
    """Medians over the rounds."""
    ordered = [sorted(each.times) for each in rounds]
    return {
        "answers": sum(map(len, ordered)),
        "lost": sum(each.lost for each in rounds),
        "refused": sum(each.refused for each in rounds),
        "answers_per_s": median(len(each.times) / each.seconds for each in rounds),
        "p50": median(times[len(times) // 2] for times in ordered),
        "p99": median(times[int(len(times) * 0.99)] for times in ordered),
    }


@contextmanager
def running(command: Callable[[int], list[str]]) -> Iterator[Server]:
    """What `command(port)` runs, once it listens."""
    port = _free_port()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command(port), cwd=WORK, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port)
            yield Server(process.pid, port)
        finally:
            process.terminate()


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
