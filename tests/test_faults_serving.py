"""What readers get while the author reindexes, while the server is stopped, and after it has run for long.

Each has a short form here and a long one (`make test-long`), which prints its figures.
"""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from pathlib import Path

import pytest
from newsletters import write_issue
from real_server import Client, RealServer, reindex, serving
from running import until

from wangqi.indexer.store.generations import Store
from wangqi.indexer.store.opening import open_generation
from wangqi.search.analysis import Analyzer
from wangqi.search.answer import service
from wangqi.search.request import SearchRequest
from wangqi.search.whoosh_engine import WhooshEngine

pytestmark = pytest.mark.drill

WATCHER = Path(__file__).parent / "support" / "health_watcher.py"
CLIENTS = 16
QUERIES = ("工具", "的说明", "Tool3a", "Fresh", "青铜", "说明 -Tool1a", "tol2b")
FOUND_WITHIN_S = 5.0

REMOVED = re.compile(r"/generations/([^/]+)/.*\(deleted\)$")


@pytest.fixture
def weekly(tmp_path: Path) -> Path:
    return write_many(tmp_path / "weekly")


def write_many(folder: Path, issues: int = 40) -> Path:
    for number in range(1, issues + 1):
        write_issue(folder, number, *(f"Tool{number}{letter}" for letter in "abcdefgh"))
    return folder


def publish(index: Path, weekly: Path, number: int) -> str:
    """One issue more, one changed and one less; the name of the generation that holds them."""
    write_issue(weekly, 1000 + number, f"Fresh{number}", f"Once{number}")
    write_issue(weekly, 1 + number % 20, f"Tool{number}x", f"Changed{number}")
    (weekly / f"issue-{990 + number}.md").unlink(missing_ok=True)
    return str(reindex(index, weekly=weekly)["generation"])


@dataclass
class Answers:
    """What the clients got: every answer with the query it is for, and whatever was none."""

    found: list[tuple[str, str, list[str]]] = field(default_factory=list)
    """Generation, query and the ids of the hits."""
    failed: list[str] = field(default_factory=list)
    blank: int = 0


def ask_until(stop: threading.Event, server: RealServer, answers: Answers, turn: int, pause_s: float) -> None:
    """One client on a kept connection, with pages for people in between."""
    client = server.client()
    while not stop.wait(pause_s):
        turn += 1
        query = QUERIES[turn % len(QUERIES)]
        try:
            if turn % 5 == 0:
                page = client.ask(f"/search?q={query}")
                answers.blank += page.status != 200 or b"</html>" not in page.body
            else:
                answer = client.ask(f"/api/v1/search?q={query}&per_page=100")
                body = answer.json
                answers.found.append((body["generation"], query, [hit["id"] for hit in body["hits"]]))
        except Exception as error:
            answers.failed.append(f"{type(error).__name__}: {error}")
            client = server.client()
    client.close()


def asked_meanwhile(
    server: RealServer, act: Callable[[], None], clients: int = CLIENTS, pause_s: float = 0.0
) -> Answers:
    """What so many clients get while `act` runs."""
    stop, answers = threading.Event(), Answers()
    given = [(stop, server, answers, turn, pause_s) for turn in range(clients)]
    threads = [threading.Thread(target=ask_until, args=each) for each in given]
    for thread in threads:
        thread.start()
    try:
        act()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return answers


class Oracle:
    """What each generation must answer, by opening it in this process."""

    def __init__(self, index: Path) -> None:
        self.analyzer = Analyzer()
        self.engine = WhooshEngine(self.analyzer)
        self.store = Store(index)
        self.expected: dict[tuple[str, str], list[str]] = {}

    def learn(self, name: str) -> None:
        generation = open_generation(self.store, name, self.engine)
        for query in QUERIES:
            result = service.search(generation.index, SearchRequest(q=query, per_page=100))
            self.expected[name, query] = [hit.entry.id for hit in result.hits]
        generation.close()

    def wrong(self, answers: Answers) -> list[tuple[str, str, list[str]]]:
        """Answers that are not those of their own generation, doubled hits among them."""
        return [each for each in answers.found if self.expected[each[0], each[1]] != each[2]]


def is_found(server: RealServer, word: str) -> bool:
    return bool(server.ask(f"/api/v1/search?q={word}&match=exact").json["total"] == 1)


def serve_while_publishing(tmp_path: Path, weekly: Path, seconds: float, every_s: float) -> None:
    index = tmp_path / "index"
    found_after: list[float] = []
    with serving(index, weekly=weekly) as server:
        oracle = Oracle(index)
        oracle.learn("000001")

        def publishes() -> None:
            end, number = time.monotonic() + seconds, 0
            while time.monotonic() < end:
                begun, number = time.monotonic(), number + 1
                oracle.learn(publish(index, weekly, number))
                published = time.monotonic()
                until(partial(is_found, server, f"Fresh{number}"), "not found")
                found_after.append(time.monotonic() - published)
                time.sleep(max(0.0, begun + every_s - time.monotonic()))

        answers = asked_meanwhile(server, publishes)
        assert server.stop() == 0
    generations = {name for name, _, _ in answers.found}
    print(
        f"\n{len(answers.found)} answers by {CLIENTS} clients over {len(found_after)} publishes, of {len(generations)} "
        f"generations: {len(answers.failed)} failed, {answers.blank} blank, {len(oracle.wrong(answers))} wrong; a new "
        f"entry was found after {max(found_after):.2f} s at most"
    )
    assert answers.failed == []
    assert answers.blank == 0
    assert oracle.wrong(answers) == []
    assert len(generations) > len(found_after) / 2
    assert max(found_after) < FOUND_WITHIN_S


def test_every_answer_is_that_of_its_generation_while_others_are_published(tmp_path: Path, weekly: Path) -> None:
    serve_while_publishing(tmp_path, weekly, seconds=6, every_s=2)


@pytest.mark.slow
def test_every_answer_is_that_of_its_generation_for_two_minutes(tmp_path: Path, weekly: Path) -> None:
    serve_while_publishing(tmp_path, weekly, seconds=120, every_s=3)


def stop_under_load(tmp_path: Path, weekly: Path, number: int) -> Counter[str]:
    """Stop a server that eight clients ask, and see what became of what they had asked before."""
    with serving(tmp_path / "index", weekly=weekly) as server:
        stopped_at, outcomes = [float("inf")], Counter[str]()

        def ask() -> None:
            client = server.client()
            while time.monotonic() < stopped_at[0]:
                asked_at = time.monotonic()
                try:
                    answer = client.ask("/api/v1/search?q=说明&per_page=100")
                    outcomes["whole"] += answer.status == 200 and len(answer.json["hits"]) == 100
                except (OSError, HTTPException) as error:
                    # A request that was sent after the signal may find nobody; one that was sent before may not.
                    outcomes[f"lost: {error!r}" if asked_at < stopped_at[0] - 0.005 else "late"] += 1
                    break
            client.close()

        clients = [threading.Thread(target=ask) for _ in range(8)]
        for client in clients:
            client.start()
        time.sleep(0.3)
        stopped_at[0] = time.monotonic()
        code = server.stop(number)
        for client in clients:
            client.join()
        outcomes[f"exit {code}"] += 1
    return outcomes


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_answers_under_way_are_finished_when_the_server_is_stopped(tmp_path: Path, weekly: Path, number: int) -> None:
    outcomes = stop_under_load(tmp_path, weekly, number)
    assert not [what for what in outcomes if what.startswith("lost")]
    assert outcomes["exit 0"] == 1
    assert outcomes["whole"] > 10


@pytest.mark.slow
def test_answers_under_way_are_finished_thirty_times(tmp_path: Path, weekly: Path) -> None:
    outcomes = Counter[str]()
    for _ in range(30):
        outcomes += stop_under_load(tmp_path, weekly, signal.SIGTERM)
    print(f"\n30 stops under load: {dict(outcomes)}")
    assert not [what for what in outcomes if what.startswith("lost")]
    assert outcomes["exit 0"] == 30


@dataclass(frozen=True)
class Held:
    """What the processes that answer hold of the machine."""

    memory_kb: int
    files: int
    gone: frozenset[str]
    """Generations that are no longer there, whose files are still open or mapped."""


def held_by(server: RealServer) -> Held:
    processes = [Path(f"/proc/{pid}") for pid in server.workers()]
    rollups = [(process / "smaps_rollup").read_text() for process in processes]
    memory_kb = sum(int(line.split()[1]) for text in rollups for line in text.splitlines() if line.startswith("Pss:"))
    opened = [os.readlink(link) for process in processes for link in (process / "fd").iterdir() if link.is_symlink()]
    mapped = [line for process in processes for line in (process / "maps").read_text().splitlines()]
    gone = {found[1] for each in (*opened, *mapped) if (found := REMOVED.search(each))}
    return Held(memory_kb, len(opened), frozenset(gone))


def all_follow(server: RealServer, name: str) -> bool:
    return all(answer and answer.json["generation"] == name for answer in server.ask_each("/healthz"))


def publish_and_hold(tmp_path: Path, weekly: Path, publishes: int, warm: int, every_s: float = 0.0) -> list[Held]:
    """What is held after each of so many publishes that follow `warm` others, with readers all the time, who leave the
    cores to the rest."""
    index, held = tmp_path / "index", list[Held]()
    with serving(index, weekly=weekly) as server:

        def act() -> None:
            for number in range(1, warm + publishes + 1):
                begun = time.monotonic()
                write_issue(weekly, 1 + number % 20, f"Tool{number}x", f"Changed{number}")
                name = str(reindex(index, weekly=weekly)["generation"])
                until(partial(all_follow, server, name), "not followed")
                time.sleep(max(0.0, begun + every_s - time.monotonic()))
                if number >= warm:
                    held.append(held_by(server))

        answers = asked_meanwhile(server, act, clients=4, pause_s=0.02)
        time.sleep(1.0)
        held.append(held_by(server))
    assert answers.failed == []
    return held


def test_generations_that_serve_no_more_are_let_go(tmp_path: Path, weekly: Path) -> None:
    held = publish_and_hold(tmp_path, weekly, publishes=5, warm=2)
    assert held[-1].gone == frozenset()
    assert held[-1].files <= max(each.files for each in held[:2])


@pytest.mark.slow
def test_memory_and_files_stay_flat_over_ten_minutes_and_a_hundred_publishes(tmp_path: Path, weekly: Path) -> None:
    held = publish_and_hold(tmp_path, weekly, publishes=100, warm=10, every_s=6.0)
    growth = held[-1].memory_kb / held[0].memory_kb - 1
    print(
        f"\n100 publishes: memory {held[0].memory_kb >> 10} MB -> {held[-1].memory_kb >> 10} MB ({growth:+.1%}), "
        f"open files {held[0].files} -> {held[-1].files}, removed generations still open: {len(held[-1].gone)}"
    )
    assert growth < 0.10
    assert held[-1].files <= held[0].files + 4
    assert held[-1].gone == frozenset()


def test_health_is_told_before_others_are_answered(tmp_path: Path, weekly: Path) -> None:
    """Counted, not timed: with many requests waiting, it comes back before most of those that were sent earlier."""
    with serving(tmp_path / "index", weekly=weekly, workers=1) as server:
        waiting = [server.client() for _ in range(60)]
        watcher = server.client()
        for client in (*waiting, watcher):
            client.ask("/healthz")
        for client in waiting:
            client.connection.request("GET", "/api/v1/search?q=Tool&per_page=100&explain=1")
        assert watcher.ask("/healthz").status == 200
        unanswered = [client for client in waiting if not is_readable(client)]
        for client in waiting:
            client.read()
        for client in (*waiting, watcher):
            client.close()
    assert len(unanswered) > len(waiting) / 3


def is_readable(client: Client) -> bool:
    return bool(select.select([client.connection.sock], [], [], 0)[0])


@pytest.mark.slow
def test_health_under_load_takes_less_than_fifty_milliseconds(tmp_path: Path, weekly: Path) -> None:
    times: list[float] = []
    with serving(tmp_path / "index", weekly=weekly) as server:

        def watch() -> None:
            command = [sys.executable, str(WATCHER), str(server.port), "300"]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            times.extend(sorted(json.loads(done.stdout)))

        answers = asked_meanwhile(server, watch)
    print(
        f"\n/healthz beside {CLIENTS} clients ({len(answers.found)} answers): median {times[150]:.1f} ms, "
        f"p99 {times[297]:.1f} ms, most {times[-1]:.1f} ms"
    )
    assert times[-1] < 50
