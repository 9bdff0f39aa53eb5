"""Hosts that share no folder: what one publishes is found by the others through the cluster, and by nobody in part."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cluster import GivenCluster, a_name, engine_of, indexes_of, remove_indexes
from cluster_site import ClusterSite, Seen, path_of
from newsletters import run_reindex, write_issue
from real_server import RealServer, serving
from running import until
from sample_site import ANALYZER

from wangqi.indexer.store.following import Follower
from wangqi.indexer.store.generations import KEPT_GENERATIONS, Store
from wangqi.indexer.store.pointer import follow, roll_back
from wangqi.search.engine import Page
from wangqi.search.errors import ConfigError, DamagedIndexError, LockedError, NoIndexError
from wangqi.search.opensearch_engine import shelf as shelf_module
from wangqi.search.opensearch_engine.engine import OpenSearchEngine
from wangqi.search.plan.plan import EVERYTHING
from wangqi.search.request import NO_FILTERS

pytestmark = pytest.mark.opensearch

TITLES = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta")


class Site:
    """Hosts of one site; each has a folder of its own."""

    def __init__(self, cluster: GivenCluster, archive: Path, folder: Path) -> None:
        self.cluster, self.archive, self.folder, self.name = cluster, archive, folder, a_name()

    def engine(self) -> OpenSearchEngine:
        """That of another process."""
        return engine_of(self.cluster, ANALYZER, name=self.name)

    def publish(self, title: str, host: str = "writer") -> str:
        """As that host does after its author has changed an issue."""
        write_issue(self.archive, 1, title, "Tool1b")
        return run_reindex(self.folder / host, self.engine(), weekly=self.archive).generation

    def pull(self, host: str) -> str:
        follow(self.folder / host, self.engine().shelf)
        return Store(self.folder / host).current()

    def held(self) -> list[str]:
        return indexes_of(self.cluster, self.name)


@pytest.fixture
def site(cluster: GivenCluster, archive: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(cluster, archive, tmp_path / "hosts")
    yield site
    remove_indexes(cluster, site.name)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was replaced may go at once."""
    monkeypatch.setattr(shelf_module, "LEFT_ALONE_S", -1.0)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# What serves


def test_an_empty_folder_takes_over_what_the_alias_names_byte_for_byte(site: Site) -> None:
    for title in TITLES[:2]:
        site.publish(title)
    assert site.pull("reader") == "000002"
    ours, theirs = (site.folder / host / "generations" / "000002" for host in ("reader", "writer"))
    assert files_of(ours) == files_of(theirs)
    Store(site.folder / "reader").verify("000002")


def test_only_what_is_new_is_fetched(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.publish("Alpha")
    site.pull("reader")
    site.publish("Beta")
    fetched = list[str]()
    read = shelf_module.OpenSearchShelf.read

    def noted(self: shelf_module.OpenSearchShelf, key: str, digests: list[str]) -> Iterator[tuple[str, bytes]]:
        fetched.extend(digests)
        return read(self, key, digests)

    monkeypatch.setattr(shelf_module.OpenSearchShelf, "read", noted)
    site.pull("reader")
    files = Store(site.folder / "reader").manifest("000002").files
    texts = [path for path, record in files.items() if path.startswith("texts/") and record.sha256 in fetched]
    assert len(texts) == 1


def test_large_files_and_empty_ones_come_whole(site: Site, tmp_path: Path) -> None:
    site.publish("Alpha")
    shelf, names = site.engine().shelf, {"large": random.Random(1).randbytes(3 * (512 << 10)), "none": b""}
    [key] = shelf.pointed()
    for name, data in names.items():
        (tmp_path / name).write_bytes(data)
    shelf.put(key, shelf.sealed(key), {name: tmp_path / name for name in names})
    assert dict(shelf.read(key, names)) == names


def test_before_anything_was_published_there_is_nothing_to_serve(site: Site) -> None:
    with pytest.raises(NoIndexError):
        site.pull("reader")
    assert not (site.folder / "reader").exists()
    with pytest.raises(NoIndexError):
        Follower(site.folder / "reader", site.engine(), watch=False).warm()


def test_a_rollback_is_for_all_hosts(site: Site) -> None:
    for title in TITLES[:2]:
        site.publish(title)
    site.pull("reader")
    engine = site.engine()
    assert roll_back(Store(site.folder / "writer"), engine.fingerprint, engine.shelf) == "000001"
    assert site.pull("reader") == "000001"
    assert site.publish("Gamma") == "000003"  # a name that was used is not used again
    assert site.pull("reader") == "000003"


# Two who write


def test_each_host_builds_upon_what_the_other_published(site: Site) -> None:
    assert [site.publish(title, host) for title, host in zip(TITLES, "ababba", strict=True)] == [
        f"{number:06d}" for number in range(1, 7)
    ]
    assert len(site.engine().shelf.pointed()) == 1


@pytest.mark.parametrize("before", [0, 1])
def test_of_two_who_publish_at_once_one_alone_wins(site: Site, before: int) -> None:
    """Both have looked at the pointer before either moves it; of nothing, or of a generation."""
    for title in TITLES[:before]:
        site.publish(title)
    engines = [site.engine() for _ in range(2)]
    pointed = engines[0].shelf.pointed()
    keys = [_built(engine, site, host) for engine, host in zip(engines, "ab", strict=True)]
    start, outcomes = threading.Barrier(2), dict[str, str]()

    def point(engine: OpenSearchEngine, key: str) -> None:
        start.wait()
        try:
            engine.shelf.point(key, instead_of=pointed)
            outcomes[key] = "won"
        except LockedError as error:
            outcomes[key] = str(error)

    threads = [threading.Thread(target=point, args=pair) for pair in zip(engines, keys, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [winner] = engines[0].shelf.pointed()
    assert outcomes[winner] == "won"
    [loser] = set(keys) - {winner}
    assert "another host has published meanwhile" in outcomes[loser]


def _built(engine: OpenSearchEngine, site: Site, host: str) -> str:
    folder = site.folder / host / "built"
    folder.mkdir(parents=True)
    engine.build(folder, [])
    return engine.shelf.key_of(folder)


def test_a_host_that_was_overtaken_changes_nothing_and_leaves_nothing(site: Site, archive: Path) -> None:
    site.publish("Alpha")
    overtaken = site.engine()
    build = overtaken.build

    def slow(*arguments: object, **options: object) -> None:
        build(*arguments, **options)  # type: ignore[arg-type]
        site.publish("Beta", "other")

    overtaken.build = slow  # type: ignore[method-assign]
    write_issue(archive, 1, "Gamma", "Tool1b")
    with pytest.raises(LockedError, match="another host has published meanwhile"):
        run_reindex(site.folder / "writer", overtaken, weekly=archive)
    assert Store(site.folder / "writer").current() == "000001"
    assert len(site.held()) == 2
    assert site.publish("Gamma") == "000003"


# What goes


def test_another_site_under_the_same_name_is_refused(site: Site, tmp_path: Path) -> None:
    site.publish("Alpha")
    write_issue(tmp_path / "monthly", 1, "Omega")
    with pytest.raises(ConfigError, match="OPENSEARCH_INDEX"):
        run_reindex(site.folder / "other", site.engine(), monthly=tmp_path / "monthly")
    assert site.pull("reader") == "000001"
    report = run_reindex(site.folder / "other", site.engine(), force=True, monthly=tmp_path / "monthly")
    assert report.generation == "000002"


@pytest.mark.usefixtures("hasty")
def test_three_generations_stay_whichever_host_published_them(site: Site) -> None:
    for number, title in enumerate(TITLES):
        site.publish(title, f"fresh{number}")  # as a machine does that is made for one reindex
    assert len(site.held()) == KEPT_GENERATIONS
    assert site.pull("reader") == f"{len(TITLES):06d}"


def test_a_search_ends_on_the_generation_that_it_began_on_however_many_are_published(site: Site) -> None:
    site.publish("Alpha")
    follower = Follower(site.folder / "reader", site.engine(), watch=False)
    with follower.lease() as generation:
        for title in TITLES[1:]:
            site.publish(title)
        assert Store(site.folder / "writer").names() == ["000006", "000005", "000004"]
        assert generation.name == "000001"
        hits = generation.searcher.find(EVERYTHING, NO_FILTERS, Page(limit=100)).hits
        assert "Alpha" in {hit.entry.title for hit in hits}
    follower.look()
    with follower.lease() as generation:
        assert generation.name == "000006"
    follower.close()


@pytest.mark.usefixtures("hasty")
def test_a_follower_whose_index_is_gone_serves_the_newest(site: Site) -> None:
    site.publish("Alpha")
    follower = Follower(site.folder / "reader", site.engine(), watch=False)
    with follower.lease() as generation:
        for title in TITLES[1:]:
            site.publish(title)
        with pytest.raises(DamagedIndexError):  # said, and never an empty result
            generation.searcher.find(EVERYTHING, NO_FILTERS, Page(limit=100))
    follower._ask_at_s = 0.0
    follower.look()
    with follower.lease() as generation:
        assert generation.name == "000006"
    follower.close()


# What somebody else does to the alias


@pytest.mark.parametrize("how", ["removed", "to a stranger", "to two"])
def test_an_alias_that_somebody_has_moved_is_set_right_by_the_next_reindex(
    site: Site, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    site.publish("Alpha")
    site.pull("reader")
    [key] = site.engine().shelf.pointed()
    stranger = f"{site.name}x"
    site.cluster.call("PUT", f"/{stranger}")
    actions = [] if how == "to two" else [{"remove": {"index": key, "alias": site.name}}]
    actions += [{"add": {"index": stranger, "alias": site.name}}] if how != "removed" else []
    site.cluster.call("POST", "/_aliases", {"actions": actions})
    follower = Follower(site.folder / "reader", site.engine(), watch=False)
    with follower.lease() as generation:  # goes on with what it has
        assert generation.name == "000001"
    told = {"removed": "", "to a stranger": "is no generation of an index", "to two": "one alone can"}[how]
    assert told in caplog.text
    assert follower.health().status == ("stale" if told else "ok")
    follower.close()
    assert not run_reindex(site.folder / "writer", site.engine(), weekly=site.archive).changed
    assert site.engine().shelf.pointed() == (key,)


# Killed


def test_a_host_that_is_killed_after_the_alias_moved_goes_on_from_there(
    site: Site, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.publish("Alpha")

    class Killed(BaseException):
        pass

    def kill(*arguments: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("wangqi.indexer.store.generations.os.rename", kill)
        write_issue(archive, 1, "Beta", "Tool1b")
        with pytest.raises(Killed):
            run_reindex(site.folder / "writer", site.engine(), weekly=archive)
    assert site.pull("reader") == "000002"
    report = run_reindex(site.folder / "writer", site.engine(), weekly=archive)
    assert (report.generation, report.changed) == ("000002", False)
    assert len(site.held()) == 2


# The program


@pytest.fixture
def published(cluster: GivenCluster, tmp_path: Path) -> Iterator[ClusterSite]:
    site = ClusterSite(tmp_path, cluster, shards=1, replicas=0)
    site.publish()
    yield site
    site.remove()


def generations_of(server: RealServer) -> set[str]:
    """What its processes serve, each of which follows by itself."""
    return {answer.json["generation"] if answer else "none" for answer in server.ask_each(path_of("Fresh1"))}


def test_a_host_with_nothing_but_the_address_of_the_cluster_serves_and_follows(
    published: ClusterSite, tmp_path: Path
) -> None:
    (tmp_path / "reader").mkdir()
    with serving(tmp_path / "reader" / "index", environment=published.environment()) as server:
        assert Seen.of(server.ask(path_of("Tool3a")).json) == published.expected["000001", "Tool3a"]
        [issue] = {hit["issue"]["url"] for hit in server.ask(path_of("Tool3a")).json["hits"]}
        assert "Tool3a" in server.ask(urlsplit(issue).path).body.decode()  # its text is in the cluster too
        published.change(1)
        published.publish("000002")
        until(lambda: generations_of(server) == {"000002"}, "it does not follow")
        assert Seen.of(server.ask(path_of("Fresh1")).json) == published.expected["000002", "Fresh1"]
        assert "does not exist" not in server.log.read_text()


def test_two_real_writers_never_both_win(published: ClusterSite, tmp_path: Path) -> None:
    """Each reindexes its own copy of the archive again and again; every generation is one of theirs, in a row."""
    other = ClusterSite(tmp_path / "other", published.cluster, shards=1, replicas=0, name=published.name)
    won = list[str]()
    for round_ in range(1, 4):
        for site in (published, other):
            site.change(round_)
        processes = [site.start_publishing() for site in (published, other)]
        told = [process.communicate() for process in processes]
        generations = [json.loads(out)["generation"] for out, _ in told if out]
        assert generations, told
        assert len(set(generations)) == len(generations)
        for process, (_, errors) in zip(processes, told, strict=True):
            assert process.returncode == 0 or "another host has published meanwhile" in errors
        won += sorted(generations)
    assert won == [f"{number:06d}" for number in range(2, 2 + len(won))]
