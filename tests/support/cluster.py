"""A cluster of OpenSearch on the loopback, a process for each node, so that one can be killed, stopped or frozen.

with Cluster(tmp_path, nodes=3) as cluster:
    cluster.green()
    cluster.freeze(1)
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self
from uuid import uuid4

from opensearch_java import node_command
from running import HOST, free_port

from wangqi.search.analysis import Analyzer
from wangqi.search.errors import StoreError
from wangqi.search.opensearch_engine.access import ClusterSettings, read_access
from wangqi.search.opensearch_engine.client import Client, connect
from wangqi.search.opensearch_engine.deadline import Deadline
from wangqi.search.opensearch_engine.engine import OpenSearchEngine

TESTS: Final = "wangqi_test"
"""What the names of indexes begin with that tests make."""

START_S: Final = 180.0
"""Until a cluster is green; fifteen seconds where nobody else computes."""
SETTINGS: Final = {
    "cluster.name": "wangqi-tests",
    "node.processors": "2",
    # With the serial collector garbage counts as used: searches would be refused.
    "indices.breaker.total.use_real_memory": "false",
    # A developer's disk may be nine tenths full.
    "cluster.routing.allocation.disk.threshold_enabled": "false",
}


class GivenCluster:
    """One that runs already, at `urls`."""

    def __init__(self, urls: str) -> None:
        self.url = urls
        """As the variable OPENSEARCH_URL names it."""

    @property
    def urls(self) -> list[str]:
        return list(read_access(self.url).urls)

    def client(self) -> Client:
        return connect(read_access(self.url))

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """A request of the test itself, to any node that answers."""
        client = self.client()
        try:
            return client.call(method, path, body, deadline=Deadline.after(60, each_s=30))
        finally:
            client.close()

    @contextmanager
    def settings(self, settings: Mapping[str, str]) -> Iterator[None]:
        """Other settings of the cluster for a while."""
        self.call("PUT", "/_cluster/settings", {"persistent": dict(settings)})
        try:
            yield
        finally:
            self.call("PUT", "/_cluster/settings", {"persistent": dict.fromkeys(settings)})

    def green(self, *, nodes: int | None = None, seconds: float = START_S) -> float:
        """Wait until that many nodes, or all of it, hold every shard and copy; how long it took."""
        wanted = len(self.urls) if nodes is None else nodes
        path = (
            f"/_cluster/health?wait_for_status=green&wait_for_nodes={wanted}&wait_for_no_relocating_shards&timeout=1s"
        )
        started, said = time.monotonic(), "nothing"
        while time.monotonic() - started < seconds:
            try:
                health = self.call("GET", path)
                if not health["timed_out"]:
                    return time.monotonic() - started
            except StoreError as error:
                said = str(error)
                time.sleep(0.2)
        raise AssertionError(f"not green after {seconds:g} s; it said {said}")


class Cluster(GivenCluster):
    """Nodes of our own, each with a folder and two ports that it keeps when it is started again."""

    def __init__(
        self, folder: Path, *, nodes: int = 3, heap_mb: int = 512, settings: Mapping[str, str] | None = None
    ) -> None:
        self._folder = folder
        self._command = node_command(heap_mb)
        self._ports = [free_port() for _ in range(nodes)]
        self._inner_ports = [free_port() for _ in range(nodes)]
        self._settings = {**SETTINGS, **(settings or {})}
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        super().__init__(",".join(f"http://{HOST}:{port}" for port in self._ports))

    def __enter__(self) -> Self:
        for number in range(len(self._ports)):
            self.start(number)
        return self

    def __exit__(self, *error: object) -> None:
        for number in list(self._processes):
            self.kill(number)

    def green(self, *, nodes: int | None = None, seconds: float = START_S) -> float:
        """As above, when each node that runs says so: one that was killed a moment ago may still be counted by others,
        and take the place of one that is starting."""
        end, started = time.monotonic() + seconds, time.monotonic()
        for number in sorted(self._processes):
            node = GivenCluster(f"http://{HOST}:{self._ports[number]}")
            node.green(nodes=nodes or len(self._processes), seconds=end - time.monotonic())
        return time.monotonic() - started

    def start(self, number: int) -> None:
        folder = self._folder / f"node{number}"
        folder.mkdir(parents=True, exist_ok=True)
        names = ",".join(f"node{i}" for i in range(len(self._ports)))
        settings = self._settings | {
            "node.name": f"node{number}",
            "path.home": str(folder),
            "http.port": str(self._ports[number]),
            "transport.port": str(self._inner_ports[number]),
            "discovery.seed_hosts": ",".join(f"{HOST}:{port}" for port in self._inner_ports),
            "cluster.initial_cluster_manager_nodes": names,
        }
        command = [*self._command, *(f"{name}={value}" for name, value in settings.items())]
        with (folder / "log").open("ab") as log:
            self._processes[number] = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)

    def kill(self, number: int) -> None:
        """As a machine that loses its power."""
        self._end(number, signal.SIGKILL)

    def stop(self, number: int) -> None:
        """As an operator ends it."""
        self._end(number, signal.SIGTERM)

    def _end(self, number: int, how: signal.Signals) -> None:
        process = self._processes.pop(number)
        process.send_signal(how)
        process.wait(60)
        assert process.stdin
        process.stdin.close()

    def freeze(self, number: int) -> None:
        """It holds its connections and answers nothing."""
        self._processes[number].send_signal(signal.SIGSTOP)

    def thaw(self, number: int) -> None:
        self._processes[number].send_signal(signal.SIGCONT)

    def memory_mb(self) -> list[int]:
        """The resident memory of each node that runs."""
        return [_resident_mb(process.pid) for _, process in sorted(self._processes.items())]

    def log(self, number: int) -> str:
        return (self._folder / f"node{number}" / "log").read_text(encoding="utf-8", errors="replace")


def _resident_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) // 1024


def a_name() -> str:
    """For the indexes of a site of its own: two of one name are one site on several hosts."""
    return f"{TESTS}_{uuid4().hex[:8]}"


def engine_of(
    cluster: GivenCluster, analyzer: Analyzer, *, name: str = "", shards: int = 1, replicas: int = 0
) -> OpenSearchEngine:
    """An engine whose indexes lie in `cluster`: remove them when they are of no more use."""
    settings = ClusterSettings(name=name or a_name(), shards=shards, replicas=replicas)
    return OpenSearchEngine(analyzer, cluster.client(), settings)


def remove_indexes(cluster: GivenCluster, name: str = TESTS) -> None:
    """Those of the names that begin so."""
    for index in indexes_of(cluster, name):
        cluster.call("DELETE", f"/{index}")


def indexes_of(cluster: GivenCluster, name: str) -> list[str]:
    return list(cluster.call("GET", f"/{name}*/_settings?filter_path=*.settings.index.uuid"))
