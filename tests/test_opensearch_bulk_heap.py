"""Many documents into nodes with little memory: some are refused for now, and none is lost."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import Cluster, engine_of
from conftest import start_cluster
from samples import ANALYZER, find, make_issue

from wangqi.search.model import Issue
from wangqi.search.query.tree import Everything

pytestmark = [pytest.mark.opensearch, pytest.mark.slow]

ISSUES, ENTRIES = 5_000, 20
HEAP_MB = 256


def issues() -> Iterator[Issue]:
    """Of entries with 300 characters each, of two thousand words."""
    draw = random.Random(1)
    words = ["".join(chr(draw.randrange(0x4E00, 0x9000)) for _ in range(2)) for _ in range(2000)]
    for number in range(1, ISSUES + 1):
        entries = (
            {"title": " ".join(draw.choices(words, k=4)), "text": "".join(draw.choices(words, k=150))},
        ) * ENTRIES
        yield make_issue(number, *entries)


@pytest.fixture
def small_cluster(tmp_path: Path) -> Iterator[Cluster]:
    """More than 2 MB under way on a node is refused."""
    limit = {"network.breaker.inflight_requests.limit": "2mb"}
    with start_cluster(tmp_path / "cluster", heap_mb=HEAP_MB, settings=limit) as cluster:
        yield cluster


def times_refused(cluster: Cluster) -> int:
    nodes = cluster.call("GET", "/_nodes/stats/breaker")["nodes"].values()
    return sum(node["breakers"]["in_flight_requests"]["tripped"] for node in nodes)


def test_documents_that_small_nodes_refuse_are_all_there_in_the_end(small_cluster: Cluster, tmp_path: Path) -> None:
    engine = engine_of(small_cluster, ANALYZER, shards=3, replicas=1)
    (tmp_path / "index").mkdir()
    started = time.monotonic()
    engine.build(tmp_path / "index", issues())
    seconds = time.monotonic() - started
    searcher = engine.open(tmp_path / "index")
    refused = times_refused(small_cluster)
    print(
        f"\n{ISSUES * ENTRIES / seconds:.0f} entries a second, refused {refused} times;"
        f" nodes of {HEAP_MB} MB heap take {small_cluster.memory_mb()} MB"
    )
    assert refused
    assert find(searcher, Everything()).total == ISSUES * ENTRIES
