"""What the author and the readers of a site are told when its cluster fails, and what is left afterwards."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from cluster import Cluster, GivenCluster, engine_of
from cluster_site import QUERIES, ClusterSite, Seen, path_of
from loopback_node import ANOTHER_AUTHORITY, CERTIFICATE, Asked, Behaviour, LoopbackNode, Reply, frozen, proxy_to
from newsletters import write_issue
from real_server import RealServer
from running import DEADLINE_S, HOST, ROOT, free_port, until
from samples import ANALYZER, make_issue

from wangqi.indexer.store.generations import Store
from wangqi.search.errors import DamagedIndexError, StoreError
from wangqi.search.opensearch_engine import held as held_module

pytestmark = pytest.mark.opensearch

PAGE = "/search?q=Tool3a"
SEARCH_S = 3.0


class Proxy:
    """Stands before the cluster, and can be told to do something else."""

    def __init__(self, url: str) -> None:
        self.passing = self.behaviour = proxy_to(url)

    def __call__(self, asked: Asked) -> Reply:
        return self.behaviour(asked)

    @contextmanager
    def but(self, behaviour: Behaviour) -> Iterator[None]:
        self.behaviour = behaviour
        try:
            yield
        finally:
            self.behaviour = self.passing


def hangs_up(asked: Asked) -> Reply:
    raise ConnectionError


def no_json(asked: Asked) -> Reply:
    return Reply(body=b"<html>Welcome to the captive portal</html>")


def another_password(asked: Asked) -> Reply:
    return Reply(401, b"Unauthorized")


@pytest.fixture(scope="module")
def site(own_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterSite]:
    """Published once; whoever changes it leaves it so."""
    site = ClusterSite(tmp_path_factory.mktemp("site"), own_cluster)
    site.publish()
    yield site
    site.remove()


@pytest.fixture(scope="module")
def proxied(site: ClusterSite) -> Iterator[tuple[Proxy, RealServer]]:
    """A server of `site`, and what stands between it and the cluster."""
    proxy = Proxy(site.cluster.urls[0])
    with LoopbackNode(proxy) as node, site.serving(node.url, OPENSEARCH_DEADLINE=str(SEARCH_S)) as server:
        yield proxy, server


@pytest.fixture
def another_site(own_cluster: Cluster, tmp_path: Path) -> Iterator[ClusterSite]:
    site = ClusterSite(tmp_path, own_cluster)
    yield site
    site.remove()


def wrong_answers(server: RealServer, site: ClusterSite, generation: str = "000001") -> list[str]:
    return [query for query in QUERIES if answered(server, query) != site.expected[generation, query]]


def answered(server: RealServer, query: str) -> Seen:
    """What is answered in the end: a machine with much to do has no answer in time now and then."""
    end = time.monotonic() + DEADLINE_S
    while (answer := server.ask(path_of(query))).status == 503 and time.monotonic() < end:
        pass
    return Seen.of(answer.json)


# Readers


def is_told_to_come_again(server: RealServer) -> None:
    page, answer = server.ask(PAGE), server.ask(path_of("Tool3a"))
    assert (page.status, answer.status) == (503, 503)
    assert "Retry-After" in page.headers
    assert "Retry-After" in answer.headers
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "搜索暂时没有回应" in page.body.decode()
    assert "total" not in answer.json
    assert HOST not in page.body.decode() + str(answer.json)  # nodes are nobody's affair


@pytest.mark.parametrize(
    ("fault", "logged"),
    [
        (hangs_up, "broke off"),
        (frozen, "no answer within"),
        (no_json, "captive portal"),
        (another_password, "does not let us in"),
    ],
)
def test_while_the_cluster_is_away_readers_are_told_to_come_again(
    site: ClusterSite, proxied: tuple[Proxy, RealServer], fault: Behaviour, logged: str
) -> None:
    proxy, server = proxied
    with proxy.but(fault):
        started = time.monotonic()
        is_told_to_come_again(server)
        assert time.monotonic() - started < 4 * SEARCH_S
    until(lambda: server.ask(PAGE).status == 200, "it does not find the cluster again")
    assert wrong_answers(server, site) == []
    assert logged in server.log.read_text()


def test_an_answer_that_takes_too_long_is_given_up_in_time(proxied: tuple[Proxy, RealServer]) -> None:
    proxy, server = proxied

    def slow(asked: Asked) -> Reply:
        time.sleep(SEARCH_S / 2)
        return proxy.passing(asked)

    with proxy.but(slow):
        for query in ("tol2b", "向量数据库 教程 没有的词"):  # they take several calls
            started = time.monotonic()
            assert server.ask(path_of(query)).status in (200, 503)
            assert time.monotonic() - started < 2 * SEARCH_S


def test_a_server_that_is_started_before_its_cluster_answers_once_that_is_there(site: ClusterSite) -> None:
    proxy = Proxy(site.cluster.urls[0])
    with LoopbackNode(proxy) as node, proxy.but(hangs_up), site.serving(node.url) as server:
        is_told_to_come_again(server)
        proxy.behaviour = proxy.passing
        until(lambda: server.ask(PAGE).status == 200, "it does not find the cluster")
        assert wrong_answers(server, site) == []


def test_a_password_and_a_certificate_open_the_cluster(site: ClusterSite) -> None:
    guard = proxy_to(site.cluster.urls[0], user="wang", password="往期")
    right = {"OPENSEARCH_USER": "wang", "OPENSEARCH_PASSWORD": "往期", "OPENSEARCH_CA": str(CERTIFICATE)}
    with LoopbackNode(guard, tls=True) as node, site.serving(node.url, **right) as server:
        assert wrong_answers(server, site) == []


# The author


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"OPENSEARCH_PASSWORD": "geheim"}, "does not let us in"),
        ({"OPENSEARCH_CA": str(ANOTHER_AUTHORITY)}, "certificate verify failed"),
    ],
)
def test_a_wrong_password_or_certificate_is_said(another_site: ClusterSite, wrong: dict[str, str], told: str) -> None:
    guard = proxy_to(another_site.cluster.urls[0], user="wang", password="往期")
    right = {"OPENSEARCH_USER": "wang", "OPENSEARCH_PASSWORD": "往期", "OPENSEARCH_CA": str(CERTIFICATE)}
    with LoopbackNode(guard, tls=True) as node:
        done = another_site.try_to_publish(node.url, **right | wrong)
        assert done.returncode == 5
        assert told in done.stderr
        assert "geheim" not in done.stderr + done.stdout
        assert another_site.held() == set()
        assert another_site.try_to_publish(node.url, **right).returncode == 0


def test_a_reindex_without_its_cluster_says_so_and_changes_nothing(another_site: ClusterSite) -> None:
    nobody = f"http://{HOST}:{free_port()}"
    done = another_site.try_to_publish(nobody)
    assert done.returncode == 5
    assert nobody in done.stderr
    assert "OPENSEARCH_URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert another_site.try_to_publish().returncode == 0


def test_a_reindex_whose_cluster_goes_away_in_the_middle_leaves_nothing(another_site: ClusterSite) -> None:
    another_site.publish()
    before = another_site.held()
    proxy = Proxy(another_site.cluster.urls[0])

    def until_documents_come(asked: Asked) -> Reply:
        if "_bulk" in asked.path:
            proxy.behaviour = another_password
        return proxy.behaviour(asked) if proxy.behaviour is another_password else proxy.passing(asked)

    another_site.change(1)
    with LoopbackNode(proxy) as node, proxy.but(until_documents_come):
        assert another_site.try_to_publish(node.url).returncode == 5
    another_site.publish("000002")  # sweeps up what could not be reached then
    assert len(another_site.held()) == 2
    assert before < another_site.held()


def test_full_disks_stop_the_first_publish_and_say_so(another_site: ClusterSite) -> None:
    with another_site.cluster.settings({"cluster.blocks.create_index": "true"}):  # set when no node has room
        done = another_site.try_to_publish()
    assert done.returncode == 1
    assert "make room" in done.stderr
    assert another_site.held() == set()
    assert another_site.try_to_publish().returncode == 0


def test_a_disk_that_fills_up_during_a_publish_stops_it_and_leaves_nothing(another_site: ClusterSite) -> None:
    another_site.publish()
    before = another_site.held()
    another_site.change(1)
    proxy = Proxy(another_site.cluster.urls[0])

    def full(asked: Asked) -> Reply:
        if "_bulk" in asked.path:
            for index in another_site.held() - before:  # as a node does whose disk is full
                blocked = {"index.blocks.read_only_allow_delete": True}
                another_site.cluster.call("PUT", f"/{index}/_settings", blocked)
        return proxy.passing(asked)

    with LoopbackNode(proxy) as node, proxy.but(full):
        done = another_site.try_to_publish(node.url)
    assert done.returncode == 1
    assert "make room" in done.stderr
    assert another_site.held() == before
    with another_site.serving() as server:  # publishes what was not, now that there is room
        assert server.ask(path_of("Fresh1")).json["total"] == 1


def test_more_copies_than_there_are_nodes_are_refused_and_leave_nothing(
    cluster: GivenCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_module, "PATIENCE_S", 2.0)
    engine = engine_of(cluster, ANALYZER, replicas=9)
    (tmp_path / "index").mkdir()
    with pytest.raises(StoreError, match="start another node, or set OPENSEARCH_REPLICAS=0"):
        engine.build(tmp_path / "index", [make_issue(1, {"title": "夜行灯"})])
    engine.discard(tmp_path / "index")
    with pytest.raises(DamagedIndexError, match="has no index"):
        engine.open(tmp_path / "index")


# What somebody else does in the cluster


def test_an_index_that_somebody_removed_is_built_anew_by_the_next_reindex(another_site: ClusterSite) -> None:
    another_site.publish()
    with another_site.serving() as server:
        another_site.remove()
        until(lambda: server.ask(PAGE).status == 503, "it answers without its index")
        assert "then `wangqi reindex`" in server.ask(path_of("Tool3a")).json["detail"]
        another_site.publish("000002")
        until(lambda: server.ask(PAGE).status == 200, "it does not find the new index")
        assert wrong_answers(server, another_site, "000002") == []
    assert len(another_site.held()) == 1


def test_an_index_of_another_version_is_not_searched_but_built_anew(another_site: ClusterSite) -> None:
    another_site.publish()
    (index,) = another_site.held()
    another_site.cluster.call("PUT", f"/{index}/_mapping", {"_meta": {"format": "opensearch-999"}})
    done = another_site.try_to_publish()
    assert json.loads(done.stdout)["state"] == "damaged"
    assert "has format opensearch-999, not opensearch-" in json.loads(done.stdout)["reason"]
    another_site.learn("000002")
    with another_site.serving() as server:
        assert wrong_answers(server, another_site, "000002") == []


# A lost shard


def test_without_a_replica_a_lost_node_is_a_503_and_never_fewer_hits(own_cluster: Cluster, tmp_path: Path) -> None:
    site = ClusterSite(tmp_path, own_cluster, replicas=0)
    site.publish()
    with site.serving() as server:
        own_cluster.kill(1)
        try:
            answers = [server.ask(path_of(query)) for query in QUERIES * 3]
        finally:
            own_cluster.start(1)
            own_cluster.green()
        whole = [answer for answer in answers if answer.status == 200]
        assert {answer.status for answer in answers} <= {200, 503}
        assert len(whole) < len(answers)
        assert all(Seen.of(answer.json) in site.expected.values() for answer in whole)
        until(lambda: server.ask(PAGE).status == 200, "it does not find its shards again")
    site.remove()


# Killed


def sent_to(cluster: GivenCluster, index: str) -> int:
    """How often a document of the index was written, however often it was."""
    told = cluster.call("GET", f"/{index}/_stats/indexing?filter_path=_all.primaries")
    return int(told["_all"]["primaries"]["indexing"]["index_total"])


@pytest.mark.slow
@pytest.mark.parametrize("grows", [False, True])
def test_a_build_that_is_killed_at_ten_moments_sends_each_document_once(
    cluster: GivenCluster, tmp_path: Path, grows: bool
) -> None:
    """From nothing, or upon a generation. A kill costs the request that is under way at most, never another index."""
    site = ClusterSite(tmp_path, cluster, shards=2, replicas=0)
    if grows:
        site.publish()
    before = site.held()
    for number in range(61, 261):
        write_issue(site.weekly, number, *(f"Tool{number}{letter}" for letter in "abcdefgh"))
    small = {"PYTHONPATH": f"{small_requests(tmp_path)}:{ROOT}"}
    moments, killed, begun = random.Random(2), 0, dict[str, int]()
    for _ in range(10):
        process = site.start_publishing(**small)
        has_sent = partial(has_sent_more, site, before, sum(begun.values()))
        killed += killed_once(process, has_sent, moments.uniform(0.0, 0.5))
        begun |= {index: sent_to(cluster, index) for index in site.held() - before}
    done = site.try_to_publish(**small)
    assert done.returncode == 0, done.stderr
    generation = json.loads(done.stdout)["generation"]
    site.learn(generation)
    with site.serving() as server:
        assert wrong_answers(server, site, generation) == []
    [index] = site.held() - before
    path = f"/{index}/_count"
    entries = cluster.call("GET", path, {"query": {"exists": {"field": "build"}}})["count"]
    new = cluster.call("GET", path, {"query": {"term": {"build": build_of(cluster, index)}}})["count"]
    files = cluster.call("GET", path, {"query": {"exists": {"field": "file"}}})["count"]
    sent = sent_to(cluster, index)
    print(f"\n{killed} killed; {len(begun)} begun; {entries} documents, {new} new, {files} files, {sent} sent; {begun}")
    assert killed > 5
    assert begun.keys() == {index}
    assert sent <= new + files + killed * AT_ONCE
    site.remove()


def has_sent_more(site: ClusterSite, before: set[str], than: int) -> bool:
    return sum(sent_to(site.cluster, index) for index in site.held() - before) > than


def killed_once(process: subprocess.Popen[str], is_so: Callable[[], bool], seconds: float) -> bool:
    """Whether it was killed so long after something was so; it may have come to its end."""
    until(lambda: is_so() or process.poll() is not None, "nothing is sent")
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=seconds)
    process.kill()
    process.communicate()
    return process.returncode < 0


def build_of(cluster: GivenCluster, index: str) -> str:
    told = cluster.call("GET", f"/{index}/_mapping?filter_path=*.mappings._meta")
    return str(told[index]["mappings"]["_meta"]["build"])


AT_ONCE = 40
"""Documents of a request."""


def small_requests(folder: Path) -> Path:
    """What makes requests so small that a build takes many, and waits a moment after each."""
    patch = folder / "patch"
    patch.mkdir()
    (patch / "sitecustomize.py").write_text(
        "from itertools import islice\n"
        "from wangqi.search.opensearch_engine import bulk\n"
        "def batches(items, sender):\n"
        "    items = iter(items)\n"
        f"    while batch := list(islice(items, {AT_ONCE})):\n"
        "        bulk.sleep(0.1)\n"
        "        yield batch\n"
        "bulk._batches = batches\n"
    )
    return patch


@pytest.mark.slow
def test_a_reindex_that_is_killed_at_any_moment_leaves_nothing_once_it_has_run_again(
    another_site: ClusterSite,
) -> None:
    another_site.publish()
    another_site.change(1)
    seconds = another_site.publish("000002")
    moments, killed = random.Random(1), 0
    for number in range(2, 12):
        if number < 9:  # more would look like an accident
            another_site.change(number)
        process = another_site.start_publishing()
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=moments.uniform(0.1, 0.9) * seconds)
        process.kill()
        process.communicate()
        killed += process.returncode < 0
    done = another_site.try_to_publish()
    assert done.returncode == 0, done.stderr
    generation = json.loads(done.stdout)["generation"]
    another_site.learn(generation)
    with another_site.serving() as server:
        assert wrong_answers(server, another_site, generation) == []
    kept = Store(another_site.index).names()
    assert another_site.held() == another_site.published()
    print(f"\n{killed} of ten killed within {seconds:.1f} s; generations {kept}")
    assert killed > 5
