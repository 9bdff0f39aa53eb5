"""The site on a cluster whose nodes are killed, stopped and frozen while readers ask and the author publishes."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from cluster import Cluster
from cluster_site import QUERIES, ClusterSite, Seen, path_of
from real_server import RealServer
from running import ROOT

pytestmark = [pytest.mark.opensearch, pytest.mark.slow]

CLIENTS: Final = 16
DRILL_S: Final = 180.0
FROZEN_S: Final = 40.0
SLOWEST_S: Final = 10.0


@dataclass
class Answers:
    seconds: list[float] = field(default_factory=list)
    right: Counter[str] = field(default_factory=Counter)
    """By generation."""
    wrong: list[str] = field(default_factory=list)
    later: int = 0
    """503 with Retry-After."""
    failed: Counter[str] = field(default_factory=Counter)


def ask_until(stop: threading.Event, server: RealServer, site: ClusterSite, answers: Answers, turn: int) -> None:
    """One client on a kept connection."""
    client = server.client()
    while not stop.is_set():
        turn += 1
        query, started = QUERIES[turn % len(QUERIES)], time.monotonic()
        try:
            answer = client.ask(path_of(query))
            if answer.status == 503 and "Retry-After" in answer.headers:
                answers.later += 1
            elif answer.status != 200:
                answers.failed[f"{answer.status} {answer.body[:200]!r}"] += 1
            else:
                judge(answers, site, query, answer.json["generation"], Seen.of(answer.json))
        except OSError as error:
            answers.failed[repr(error)] += 1
            client = server.client()
        answers.seconds.append(time.monotonic() - started)
    client.close()


def judge(answers: Answers, site: ClusterSite, query: str, generation: str, seen: Seen) -> None:
    expected = site.expected[generation, query]
    if seen == expected:
        answers.right[generation] += 1
    else:
        answers.wrong.append(f"{query!r} of {generation}: {seen}, not {expected}")


def asked_meanwhile(site: ClusterSite, server: RealServer, act: Callable[[], None]) -> Answers:
    """What the clients get while `act` runs."""
    stop, answers = threading.Event(), Answers()
    threads = [threading.Thread(target=ask_until, args=(stop, server, site, answers, turn)) for turn in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        act()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return answers


def drill(site: ClusterSite, cluster: Cluster) -> None:
    """What happens to the cluster and in the archive; prints a line for each."""
    started = time.monotonic()

    def note(what: str) -> None:
        print(f"{time.monotonic() - started:5.0f} s  {what}")

    time.sleep(5)
    site.change(1)
    note(f"published in {site.publish('000002'):.1f} s")
    cluster.kill(0)
    note("node 0 killed")
    time.sleep(15)
    cluster.start(0)
    note(f"node 0 started, green after {cluster.green():.1f} s")
    cluster.stop(1)
    note("node 1 stopped")
    site.change(2)
    note(f"published in {site.publish('000003'):.1f} s")
    cluster.start(1)
    note(f"node 1 started, green after {cluster.green():.1f} s")
    time.sleep(5)
    cluster.freeze(2)
    note("node 2 frozen")
    time.sleep(FROZEN_S)
    cluster.thaw(2)
    note(f"node 2 thawed, green after {cluster.green():.1f} s")
    time.sleep(max(0.0, started + DRILL_S - time.monotonic()))


def told(answers: Answers) -> str:
    seconds = sorted(answers.seconds)
    p50, p99 = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
    return (
        f"{len(seconds)} answers to {CLIENTS} clients: {dict(answers.right)} right, {len(answers.wrong)} wrong,"
        f" {answers.later} 503 with Retry-After, {answers.failed.total()} failed;"
        f" p50 {p50:.2f} s, p99 {p99:.2f} s, slowest {seconds[-1]:.1f} s"
    )


def test_for_three_minutes_nothing_is_wrong_and_nothing_fails_but_a_503(own_cluster: Cluster, tmp_path: Path) -> None:
    site = ClusterSite(tmp_path, own_cluster)
    print(f"\nfirst published in {site.publish():.1f} s")
    with site.serving() as server:
        answers = asked_meanwhile(site, server, lambda: drill(site, own_cluster))
    print(told(answers), f"{own_cluster.memory_mb()} MB", sep="\n")
    assert answers.wrong == []
    assert not answers.failed
    assert max(answers.seconds) <= SLOWEST_S
    assert answers.right.keys() == {"000001", "000002", "000003"}
    assert answers.right.total() > 20 * answers.later
    own_cluster.green(seconds=5)
    assert len(site.held()) == 3
    site.remove()


ALLOW_PARTIAL = """
from wangqi.search.opensearch_engine import client
client.COMPLETE["allow_partial_search_results"] = True
"""


@pytest.mark.parametrize("partial", [False, True])
def test_a_lost_shard_makes_wrong_answers_only_where_partial_ones_are_allowed(
    own_cluster: Cluster, tmp_path: Path, partial: bool
) -> None:
    """The control: the same clients do find wrong answers where there are some."""
    (tmp_path / "patch").mkdir()
    (tmp_path / "patch" / "sitecustomize.py").write_text(ALLOW_PARTIAL if partial else "")
    site = ClusterSite(tmp_path, own_cluster, replicas=0)
    site.publish()

    def lose_a_node() -> None:
        time.sleep(3)
        own_cluster.kill(0)
        time.sleep(15)
        own_cluster.start(0)
        own_cluster.green()

    with site.serving(PYTHONPATH=f"{tmp_path / 'patch'}:{ROOT}") as server:
        answers = asked_meanwhile(site, server, lose_a_node)
    print("", told(answers), sep="\n")
    site.remove()
    if partial:
        assert answers.wrong
    else:
        assert answers.wrong == []
        assert answers.later
    assert not answers.failed
