"""The client before a real cluster: what a node that is killed, stopped or frozen does to its calls."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import uuid4

import pytest
from cluster import Cluster, GivenCluster
from loopback_node import CERTIFICATE, LoopbackNode, proxy_to
from running import until

from wangqi.search.errors import EngineAwayError, EngineDeniedError, EngineFullError, EngineRefusedError
from wangqi.search.opensearch_engine import client as client_module
from wangqi.search.opensearch_engine.access import read_access
from wangqi.search.opensearch_engine.bulk import BulkReport, send_bulk
from wangqi.search.opensearch_engine.client import Client, connect, lines_of
from wangqi.search.opensearch_engine.deadline import Deadline

pytestmark = pytest.mark.opensearch

DOCUMENTS = 300


def soon() -> Deadline:
    return Deadline.after(8)


class Index:
    """An index of three shards with numbered documents, and a client that searches it."""

    def __init__(self, cluster: GivenCluster, *, replicas: int) -> None:
        self.name = f"wangqi-test-{uuid4().hex[:8]}"
        self.cluster = cluster
        self.client = cluster.client()
        shape = {"number_of_shards": 3, "number_of_replicas": replicas, "index.unassigned.node_left.delayed_timeout": 0}
        cluster.call("PUT", f"/{self.name}", {"settings": shape})
        self.fill(range(DOCUMENTS))

    def fill(self, numbers: range, text: str = "") -> BulkReport:
        where = ({"index": {"_index": self.name, "_id": str(number)}} for number in numbers)
        report = send_bulk(self.client, (lines_of([action, {"text": text}]) for action in where))
        self.cluster.call("POST", f"/{self.name}/_refresh")
        return report

    def total(self, client: Client | None = None, deadline: Deadline | None = None) -> int:
        """Of a search for everything."""
        search = {"size": 0, "track_total_hits": True, "query": {"match_all": {}}}
        (answer,) = (client or self.client).msearch(
            [({"index": self.name}, search)], deadline=deadline or Deadline.unhurried()
        )
        return int(answer["hits"]["total"]["value"])

    def delete(self) -> None:
        self.cluster.call("DELETE", f"/{self.name}")


@pytest.fixture
def replicated(own_cluster: Cluster) -> Iterator[Index]:
    index = Index(own_cluster, replicas=1)
    own_cluster.green()
    yield index
    own_cluster.green()
    index.delete()


@pytest.fixture
def single(own_cluster: Cluster) -> Iterator[Index]:
    """Without replicas: with a node its shard is gone."""
    index = Index(own_cluster, replicas=0)
    own_cluster.green()
    yield index
    own_cluster.green()
    index.delete()


def test_documents_are_written_and_counted(cluster: GivenCluster) -> None:
    index = Index(cluster, replicas=0)
    assert index.total() == DOCUMENTS
    index.delete()


def test_what_is_not_there_is_told_with_its_kind(cluster: GivenCluster) -> None:
    with pytest.raises(EngineRefusedError, match="no such index") as told:
        cluster.call("GET", "/wangqi-test-nowhere/_doc/1")
    assert (told.value.status, told.value.kind) == (404, "index_not_found_exception")


def test_with_a_replica_a_node_that_is_killed_is_not_noticed(own_cluster: Cluster, replicated: Index) -> None:
    own_cluster.kill(1)
    started = time.monotonic()
    assert {replicated.total(deadline=soon()) for _ in range(30)} == {DOCUMENTS}
    assert time.monotonic() - started < 10
    own_cluster.start(1)


def test_with_a_replica_a_frozen_node_is_not_noticed_but_once(own_cluster: Cluster, replicated: Index) -> None:
    own_cluster.freeze(2)
    try:
        seconds = []
        for _ in range(30):
            started = time.monotonic()
            assert replicated.total(deadline=soon()) == DOCUMENTS
            seconds.append(time.monotonic() - started)
    finally:
        own_cluster.thaw(2)
    assert max(seconds) < 8
    assert sum(second > 1 for second in seconds) <= 3


def test_without_a_replica_a_lost_node_is_an_error_and_never_fewer_hits(
    own_cluster: Cluster, single: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_cluster.kill(1)
    own_cluster.call("GET", "/_cluster/health?wait_for_nodes=2&timeout=60s")
    with pytest.raises(EngineAwayError, match="503"):
        single.total()
    # That is what the header is for: without it the shard's documents are missing, and nothing says so.
    monkeypatch.setitem(client_module.COMPLETE, "allow_partial_search_results", True)
    assert 0 < single.total() < DOCUMENTS
    own_cluster.start(1)


def test_items_that_a_circuit_breaker_refuses_are_sent_until_they_are_taken(cluster: GivenCluster) -> None:
    index = Index(cluster, replicas=0)
    with cluster.settings({"network.breaker.inflight_requests.limit": "5mb"}), ThreadPoolExecutor(4) as writers:
        parts = [range(first, 2000, 4) for first in range(4)]
        reports = list(writers.map(partial(index.fill, text="往期" * 1000), parts))
    assert sum(report.again for report in reports) > 100
    assert sum(report.items for report in reports) == index.total() == 2000
    index.delete()


@pytest.mark.slow  # nodes look at their disks every half minute
def test_a_disk_that_fills_up_ends_the_writing_and_says_so(own_cluster: Cluster, single: Index) -> None:
    """No disk has so much room as these watermarks want: each node blocks the indexes that it holds a shard of."""
    room = dict.fromkeys(("low", "high", "flood_stage"), "900tb")
    marks = {f"cluster.routing.allocation.disk.watermark.{name}": value for name, value in room.items()}
    look = {"cluster.routing.allocation.disk.threshold_enabled": "true", "cluster.info.update.interval": "10s"}
    with own_cluster.settings(marks | look):
        until(lambda: _is_full(single), "the disks did not fill", seconds=60)
        with pytest.raises(EngineFullError, match="make room"):
            own_cluster.call("PUT", "/wangqi-test-no-room")
        assert single.total() == DOCUMENTS  # what was there is found as before
    own_cluster.call("PUT", "/_all/_settings", {"index.blocks.read_only_allow_delete": None})
    own_cluster.call("PUT", "/_cluster/settings", {"persistent": {"cluster.blocks.create_index": None}})


def _is_full(index: Index) -> bool:
    try:
        index.fill(range(1))
    except EngineFullError:
        return True
    return False


@pytest.mark.parametrize("password", ["right", "wrong"])
def test_a_password_is_asked_for_by_a_proxy_with_a_certificate(cluster: GivenCluster, password: str) -> None:
    with LoopbackNode(proxy_to(cluster.urls[0], user="wang", password="right"), tls=True) as proxy:
        client = connect(read_access(proxy.url, user="wang", password=password, ca_certificate=CERTIFICATE))
        if password == "right":
            assert client.call("GET", "/", deadline=soon())["version"]["number"]
        else:
            with pytest.raises(EngineDeniedError):
                client.call("GET", "/", deadline=soon())
