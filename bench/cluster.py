"""One archive in the embedded engine and in an OpenSearch cluster, side by side: what differs, how often the cluster is
asked, and what an answer takes.

    OPENSEARCH_URL=http://127.0.0.1:9200 python -m bench.cluster [--all] [--times 3] [--shards 3] [--replicas 0]

The archives are those of `bench.corpus`; with `--all` those of `corpora-more` too, each as often as `--times` says:
three times all are more than 100 000 entries. Queries are the judged ones, and pieces of titles drawn at random. Both
are asked each query in turn, the cluster for the first time: what it has counted once is remembered.
"""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final, get_args

from bench.corpus import SHARED, WORK, archives
from bench.site import reader_queries
from wangqi.indexer.config import Config
from wangqi.indexer.reindex import reindex
from wangqi.indexer.store.generations import Store
from wangqi.indexer.store.opening import open_current
from wangqi.search.analysis import Analyzer
from wangqi.search.answer import service
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.engine import Engine, Facet
from wangqi.search.opensearch_engine.access import ClusterSettings, read_access
from wangqi.search.opensearch_engine.client import Client, connect
from wangqi.search.opensearch_engine.deadline import Deadline
from wangqi.search.opensearch_engine.engine import OpenSearchEngine
from wangqi.search.opensearch_engine.index import building
from wangqi.search.opensearch_engine.index import documents as documents_module
from wangqi.search.quality.evaluation import evaluate
from wangqi.search.quality.judgments import read_judgments
from wangqi.search.request import SearchRequest
from wangqi.search.whoosh_engine import WhooshEngine

CALLS_WANTED: Final = 5

FACETS: Final = get_args(Facet)


class CountingClient(Client):
    """Counts the searches that it sends, several of them in one call."""

    calls = 0
    sending_s = 0.0

    def bulk(self, *arguments: Any, **options: Any) -> list[dict[str, Any]]:
        started = perf_counter()
        try:
            return super().bulk(*arguments, **options)
        finally:
            self.sending_s += perf_counter() - started

    def msearch(self, *arguments: Any, **options: Any) -> list[dict[str, Any]]:
        self.calls += 1
        return super().msearch(*arguments, **options)

    def node_cpu_s(self) -> float:
        """Processor time of all nodes since they were started."""
        stats = self.call("GET", "/_nodes/stats/process", deadline=Deadline.after(30))
        return float(sum(node["process"]["cpu"]["total_in_millis"] for node in stats["nodes"].values())) / 1000


@dataclass(slots=True)
class Round:
    """What the queries took in one engine."""

    seconds: list[float] = field(default_factory=list)
    own_cpu_s: float = 0.0
    calls: list[int] = field(default_factory=list)
    told: list[tuple[Any, ...]] = field(default_factory=list)

    def ask(self, index: OpenIndex, q: str) -> None:
        started, cpu = perf_counter(), process_time()
        result = service.search(index, SearchRequest(q=q, facets=FACETS))
        self.own_cpu_s += process_time() - cpu
        self.seconds.append(perf_counter() - started)
        hits = [(hit.entry.id, list(hit.also_in)) for hit in result.hits]
        self.told.append((hits, result.total, result.partial, result.facets, result.notices))


def named(everything: bool, times: int) -> dict[str, Path]:
    more = SHARED / "corpora-more"
    once = archives() | ({folder.name: folder for folder in sorted(more.iterdir())} if everything else {})
    return {
        f"{name}{number or ''}": _copy(root, number) if number else root
        for number in range(times)
        for name, root in once.items()
    }


def _copy(root: Path, number: int) -> Path:
    """The same files as another archive."""
    copy = WORK / f"copy-{number}" / f"{root.parent.name}-{root.name}"
    if not copy.exists():
        shutil.copytree(root, copy)
    return copy


def built(folder: Path, engine: OpenSearchEngine, client: CountingClient, roots: dict[str, Path]) -> OpenIndex:
    """As `opened`, and what making and sending documents took, and what they take when each shard is one segment."""
    making_s, make = 0.0, documents_module.document_of

    def timed(*arguments: Any) -> dict[str, Any]:
        nonlocal making_s
        started = process_time()
        document = make(*arguments)
        making_s += process_time() - started
        return document

    setattr(building, "document_of", timed)  # noqa: B010 - it is imported there
    index = opened(folder, engine, roots)
    setattr(building, "document_of", make)  # noqa: B010
    name = engine.shelf.key_of(Store(folder).path(Store(folder).current()) / "index")
    call = partial(client.call, deadline=Deadline.after(600, each_s=600))
    call("POST", f"/{name}/_forcemerge?max_num_segments=1")
    call("POST", f"/{name}/_flush?force=true")
    call("POST", f"/{name}/_refresh")  # only now the segments of before are let go of
    told = call("GET", f"/{name}/_stats/docs,store")["_all"]["primaries"]
    documents, size = told["docs"]["count"], told["store"]["size_in_bytes"]
    if making_s:
        made, sent = documents / making_s, documents / client.sending_s
        print(f"making {made:.0f} documents a second and core, sending {sent:.0f}")
    print(f"{documents} documents, {size / documents / 1000:.1f} KB each when merged, files of the site included")
    return index


def opened(folder: Path, engine: Engine, roots: dict[str, Path]) -> OpenIndex:
    started = perf_counter()
    report = reindex(Config(archives=roots, index_dir=folder, archives_are_all=True), engine)
    if report.changed:
        print(f"{folder.name}: {report.entries} entries indexed in {perf_counter() - started:.0f} s")
    return open_current(folder, engine).index


def share(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def compare(embedded: OpenIndex, cluster: OpenIndex, client: CountingClient) -> None:
    queries = reader_queries(embedded.searcher)
    for q in queries:
        service.search(embedded, SearchRequest(q=q))
    theirs, ours = Round(), Round()
    nodes_s = client.node_cpu_s()
    for q in queries:
        theirs.ask(embedded, q)
        before = client.calls
        ours.ask(cluster, q)
        ours.calls.append(client.calls - before)
    nodes_s = client.node_cpu_s() - nodes_s
    for q, told, wanted in zip(queries, ours.told, theirs.told, strict=True):
        if told != wanted:
            print(f"differs: {q}: {[part == other for part, other in zip(told, wanted, strict=True)]}")
    same = sum(told == wanted for told, wanted in zip(ours.told, theirs.told, strict=True))
    print(f"{len(queries)} queries, {same} with the same hits, order, totals, facets and notices")
    for q, calls in zip(queries, ours.calls, strict=True):
        if calls > CALLS_WANTED:
            print(f"{calls} calls: {q}")
    print(f"calls p50 {share(ours.calls, 0.5):.0f}, p95 {share(ours.calls, 0.95):.0f}, most {max(ours.calls)}")
    for name, each in (("embedded", theirs), ("cluster", ours)):
        times = f"p50 {share(each.seconds, 0.5) * 1e3:.1f} ms, p95 {share(each.seconds, 0.95) * 1e3:.1f} ms"
        print(f"{name}: {times}, processor of this process {each.own_cpu_s / len(queries) * 1e3:.1f} ms a search")
    print(f"nodes: processor {nodes_s / len(queries) * 1e3:.1f} ms a search")
    print(f"ratio at p50 {share(ours.seconds, 0.5) / share(theirs.seconds, 0.5):.1f}")
    judged = read_judgments(sorted((SHARED / "judgments").glob("*.jsonl")))
    print("evaluation:", "equal" if evaluate(embedded, judged) == evaluate(cluster, judged) else "DIFFERS")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--shards", type=int, default=3)
    parser.add_argument("--replicas", type=int, default=0)
    asked = parser.parse_args()
    analyzer, plain = Analyzer(), connect(read_access(os.environ["OPENSEARCH_URL"]))
    client = CountingClient(plain._nodes, plain._transport)
    settings = ClusterSettings(name="wangqi_bench", shards=asked.shards, replicas=asked.replicas, search_s=60.0)
    settings = replace(settings, name=f"wangqi_bench_{'all' if asked.all else 'three'}_{asked.times}")
    folder, roots = WORK / settings.name, named(asked.all, asked.times)
    embedded = opened(folder / "embedded", WhooshEngine(analyzer), roots)
    compare(embedded, built(folder / "cluster", OpenSearchEngine(analyzer, client, settings), client, roots), client)


if __name__ == "__main__":
    main()
