"""A site whose index is in a cluster, and what it must answer: what the embedded engine answers over the same files."""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

from cluster import GivenCluster
from newsletters import write_issue
from real_server import RealServer, serving
from running import ROOT, program_environment, wangqi

PER_PAGE: Final = 100

QUERIES: Final = (
    "工具",
    "消息系统",
    '"的说明"',
    "Tool3a",
    "tool*",
    "Fresh1",
    "容器 镜像",
    "青铜 -Tool1a",
    "kind:tool 说明",
    "向量数据库 教程 没有的词",  # relaxed
    "tol2b",  # corrected
    "",
)


def path_of(query: str) -> str:
    return f"/api/v1/search?q={quote(query)}&per_page={PER_PAGE}&facets=kind,year,site"


@dataclass(frozen=True)
class Seen:
    """What of an answer must be the same on every engine; scores, and the order of equal ones, need not."""

    total: int
    facets: str
    ids: tuple[str, ...]

    @classmethod
    def of(cls, body: dict[str, Any]) -> Seen:
        ids = sorted(hit["id"] for hit in body["hits"])
        whole = ids if len(ids) < PER_PAGE else []  # which of a longer list are on the first page may be a tie
        return cls(body["total"], json.dumps(body["facets"], sort_keys=True), tuple(whole))


@dataclass
class ClusterSite:
    """The bundled newsletter and one of sixty issues."""

    folder: Path
    cluster: GivenCluster
    shards: int = 3
    replicas: int = 1
    name: str = field(default_factory=lambda: f"site_{uuid4().hex[:8]}")
    expected: dict[tuple[str, str], Seen] = field(default_factory=dict)
    """By generation and query."""

    def __post_init__(self) -> None:
        self.qingtong, self.weekly = ROOT / "examples" / "newsletter", self.folder / "weekly"
        for number in range(1, 61):
            write_issue(self.weekly, number, *(f"Tool{number}{letter}" for letter in "abcdefgh"))

    @property
    def index(self) -> Path:
        return self.folder / "index"

    def environment(self, url: str = "", **more: str) -> dict[str, str]:
        """The settings of the site, whose cluster may be reached at another `url`."""
        return {
            "WANGQI_ENGINE": "opensearch",
            "OPENSEARCH_URL": url or self.cluster.url,
            "OPENSEARCH_INDEX": self.name,
            "OPENSEARCH_SHARDS": str(self.shards),
            "OPENSEARCH_REPLICAS": str(self.replicas),
            **more,
        }

    def change(self, number: int) -> None:
        """One issue more, one that is changed and one less."""
        write_issue(self.weekly, 1000 + number, f"Fresh{number}", f"Once{number}")
        write_issue(self.weekly, number, f"Tool{number}x", f"Changed{number}")
        (self.weekly / f"issue-{30 + number}.md").unlink()

    def publish(self, generation: str = "000001") -> float:
        """Publish what the files hold now; the seconds that it took."""
        self.learn(generation)  # before: from then on it may be asked for
        started = time.monotonic()
        done = self.try_to_publish()
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["generation"] == generation
        return time.monotonic() - started

    def try_to_publish(self, url: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """What the author sees when it may not work."""
        process = self.start_publishing(url, **more)
        output, errors = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def start_publishing(self, url: str = "", **more: str) -> subprocess.Popen[str]:
        named = [f"qingtong={self.qingtong}", f"weekly={self.weekly}"]
        return subprocess.Popen(
            wangqi("reindex", "--json", "--index", str(self.index), *named),
            env=program_environment(**self.environment(url, **more)),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def learn(self, generation: str) -> None:
        """What the files as they are now must answer, by the embedded engine."""
        with serving(self.folder / "expected", workers=1, qingtong=self.qingtong, weekly=self.weekly) as server:
            for query in QUERIES:
                self.expected[generation, query] = Seen.of(server.ask(path_of(query)).json)

    def serving(self, url: str = "", **more: str) -> AbstractContextManager[RealServer]:
        return serving(
            self.index, environment=self.environment(url, **more), qingtong=self.qingtong, weekly=self.weekly
        )

    def held(self) -> set[str]:
        """The indexes of the site that the cluster has."""
        return set(self.cluster.call("GET", f"/{self.name}-*/_settings?filter_path=*.settings.index.uuid"))

    def published(self) -> set[str]:
        """Those of them that have served."""
        return set(self.cluster.call("GET", f"/_alias/{self.name}-published"))

    def remove(self) -> None:
        for index in self.held():
            self.cluster.call("DELETE", f"/{index}")
