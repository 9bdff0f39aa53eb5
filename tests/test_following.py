"""Serving follows what is published: nobody waits, nobody gets half an answer, nothing bad takes over."""

import gc
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from newsletters import ANALYZER, make_engine, run_reindex, titles, write_issue
from running import until

from wangqi.indexer.store import following
from wangqi.indexer.store.deaths import Deaths
from wangqi.indexer.store.following import Follower
from wangqi.indexer.store.generations import Store
from wangqi.indexer.store.opening import open_current
from wangqi.indexer.store.pointer import roll_back
from wangqi.search.answer import service
from wangqi.search.engine import Matches, Searcher
from wangqi.search.errors import DamagedIndexError, EngineAwayError, NoIndexError, StoreError
from wangqi.search.model import issue_id
from wangqi.search.reference.memory import MemoryEngine, MemorySearcher
from wangqi.search.request import SearchRequest
from wangqi.search.whoosh_engine import WhooshEngine

pytestmark = pytest.mark.drill

ENGINE = make_engine()


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(following, "RETRY_AFTER_S", 0.05)


def serving(follower: Follower) -> str:
    """Name of the generation that serves."""
    with follower.lease() as generation:
        return generation.name


@pytest.fixture
def follower(tmp_path: Path) -> Iterator[Follower]:
    follower = Follower(tmp_path / "index", ENGINE)
    yield follower
    follower.close()


def publish(index: Path, archive: Path, title: str) -> str:
    write_issue(archive, 1, title, "Tool1b")
    return run_reindex(index, weekly=archive).generation


def damage(index: Path, name: str) -> None:
    (index / "generations" / name / "index" / "issues.json").write_text("{}")


def test_new_generation_serves_without_being_asked_for(index: Path, archive: Path, follower: Follower) -> None:
    assert serving(follower) == "000001"
    publish(index, archive, "Alpha")
    until(lambda: serving(follower) == "000002")
    with follower.lease() as generation:
        assert titles(generation.searcher, "Alpha") == ["Alpha"]
    assert follower.problem is None


def test_follower_watches_only_when_it_may(index: Path, archive: Path) -> None:
    follower = Follower(index, ENGINE, watch=False)
    assert serving(follower) == "000001"
    threads = threading.active_count()
    publish(index, archive, "Alpha")
    assert serving(follower) == "000001"
    assert threading.active_count() == threads
    follower.watch_from_now_on()
    assert serving(follower) == "000002"
    publish(index, archive, "Beta")
    until(lambda: serving(follower) == "000003")
    follower.close()


def test_rollback_is_followed_like_any_other_change(index: Path, archive: Path, follower: Follower) -> None:
    publish(index, archive, "Alpha")
    assert serving(follower) == "000002"
    roll_back(Store(index), ENGINE.fingerprint)
    until(lambda: serving(follower) == "000001")


def test_missing_index_is_an_error_until_there_is_one(index: Path, follower: Follower) -> None:
    hidden = shutil.move(index, index.with_name("hidden"))
    with pytest.raises(NoIndexError, match="run `wangqi reindex`"):
        follower.warm()
    shutil.move(hidden, index)
    assert serving(follower) == "000001"


def test_generation_stays_open_for_as_long_as_it_is_leased(index: Path, archive: Path, follower: Follower) -> None:
    closed: list[str] = []

    def watch(searcher: Searcher, name: str) -> None:
        searcher.close = lambda: closed.append(name)  # type: ignore[method-assign]

    with follower.lease() as old:
        watch(old.searcher, old.name)
        publish(index, archive, "Alpha")
        until(lambda: serving(follower) == "000002")
        assert titles(old.searcher, "Tool1a") == ["Tool1a"]
        assert closed == []
    assert closed == ["000001"]
    with follower.lease() as generation:
        watch(generation.searcher, "000002")
    follower.close()
    assert closed == ["000001", "000002"]


def test_files_of_a_generation_are_closed_with_its_last_lease(index: Path, archive: Path) -> None:
    """Without any search for garbage: what was there before a fork is not searched."""
    engine = WhooshEngine(ANALYZER)
    run_reindex(index, engine, full=True, weekly=archive)
    follower = Follower(index, engine, watch=False)
    gc.collect()
    gc.disable()
    try:
        with follower.lease() as old:
            assert old.name == "000002"
            for q in ("Tool1a", '"的说明"', "too*", "tol1b", "kind:tool -Tool2a", "https://tool3a.example/"):
                service.search(old.index, SearchRequest(q=q, facets=("kind", "year"), explain=True))
            old.searcher.suggest("too")
            write_issue(archive, 1, "Alpha", "Tool1b")
            run_reindex(index, engine, weekly=archive)
            follower.look()
            assert serving(follower) == "000003"
            assert titles(old.searcher, "Tool1a") == ["Tool1a"]
            assert is_open(old.folder)
        assert not is_open(old.folder)
    finally:
        gc.enable()
        follower.close()


def is_open(folder: Path) -> bool:
    """Whether this process has a file below `folder` open, or mapped."""
    opened = [os.readlink(each) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    return any(str(folder) in each for each in [*opened, *Path("/proc/self/maps").read_text().splitlines()])


def test_damaged_new_generation_does_not_take_over(
    index: Path, archive: Path, follower: Follower, caplog: pytest.LogCaptureFixture
) -> None:
    publish(index, archive, "Alpha")
    damage(index, "000002")
    Store(index).point_to("000001")
    assert serving(follower) == "000001"
    Store(index).point_to("000002")
    until(lambda: follower.problem is not None and "000002" in follower.problem)
    assert serving(follower) == "000001"
    assert str(follower.problem).endswith("still serving generation 000001")
    time.sleep(5 * following.RETRY_AFTER_S)
    assert [record.message for record in caplog.records] == [follower.problem]  # said once, however often it is tried
    write_issue(archive, 1, "Beta", "Tool1b")
    run_reindex(index, weekly=archive)
    until(lambda: serving(follower) == "000003")
    assert follower.problem is None


def test_newest_good_generation_serves_when_the_current_one_is_damaged_from_the_start(
    index: Path, archive: Path, follower: Follower
) -> None:
    publish(index, archive, "Alpha")
    damage(index, "000002")
    assert serving(follower) == "000001"
    assert "serving generation 000001 instead" in str(follower.problem)


def test_index_without_any_good_generation_is_an_error_and_is_tried_again(index: Path, follower: Follower) -> None:
    whole = (index / "generations/000001/index/issues.json").read_bytes()
    damage(index, "000001")
    with pytest.raises(DamagedIndexError, match=r"000001/index/issues\.json"):
        follower.warm()
    (index / "generations/000001/index/issues.json").write_bytes(whole)
    until(lambda: follower.problem is None)
    assert serving(follower) == "000001"


def test_engine_that_fails_in_its_own_way_does_not_end_the_watch(index: Path, archive: Path, tmp_path: Path) -> None:
    class BrokenEngine(MemoryEngine):
        def open(self, folder: Path) -> Searcher:  # type: ignore[override]
            raise ZeroDivisionError("a bug")

    follower = Follower(index, BrokenEngine(ANALYZER))
    with pytest.raises(StoreError, match="ZeroDivisionError: a bug"):
        follower.warm()
    follower.close()


def test_every_answer_under_many_publishes_is_whole_and_of_one_generation(
    index: Path, archive: Path, follower: Follower
) -> None:
    stop = threading.Event()
    served: set[str] = set()
    wrong: list[object] = []
    titles_of = {"000001": "Tool1a"}

    def ask() -> None:
        while not stop.is_set():
            try:
                with follower.lease() as generation:
                    found = titles(generation.searcher, titles_of[generation.name])
                    served.add(generation.name)
                    if found != [titles_of[generation.name]]:
                        wrong.append((generation.name, found))
            except Exception as error:
                wrong.append(error)

    clients = [threading.Thread(target=ask) for _ in range(4)]
    for client in clients:
        client.start()
    for number in range(2, 8):
        titles_of[f"{number:06d}"] = f"Fresh{number}"
        name = publish(index, archive, f"Fresh{number}")
        until(lambda name=name: name in served)  # type: ignore[misc]
    stop.set()
    for client in clients:
        client.join()
    assert wrong == []


def test_health_proves_that_a_known_entry_is_found_and_that_somebody_looks(
    index: Path, archive: Path, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PROVE_EVERY_S", 0.05)
    assert serving(follower) == "000001"
    health = follower.health()
    assert (health.status, health.reason) == ("ok", "")
    time.sleep(0.3)
    later = follower.health()
    assert later.looked_s < 0.2
    assert later.searched_s is not None
    assert later.searched_s < 0.2


def test_generation_that_no_longer_finds_a_known_entry_is_given_up(
    index: Path, archive: Path, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(index, archive, "Alpha")
    monkeypatch.setattr(following, "PROVE_EVERY_S", 0.05)
    with follower.lease() as generation:
        assert generation.name == "000002"
        searcher = generation.searcher
    damage(index, "000002")
    monkeypatch.setattr(searcher, "find", lambda *_, **__: Matches(total=0, hits=[], facets={}))
    until(lambda: follower.health().status == "degraded")
    assert serving(follower) == "000001"
    assert follower.health().reason.startswith("generation 000002 was given up")


def test_engine_that_is_away_for_a_while_costs_no_generation(
    index: Path, archive: Path, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(index, archive, "Alpha")
    monkeypatch.setattr(following, "PROVE_EVERY_S", 0.05)
    with follower.lease() as generation:
        searcher = generation.searcher
    asked = 0

    def away(*_: object, **__: object) -> Matches:
        nonlocal asked
        asked += 1
        raise EngineAwayError("the cluster does not answer")

    with monkeypatch.context() as now:
        now.setattr(searcher, "find", away)
        until(lambda: asked > 1)
        assert follower.health().status == "ok"
    assert serving(follower) == "000002"


def test_follower_that_hangs_is_unhealthy(index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class SlowEngine(MemoryEngine):
        def open(self, folder: Path) -> MemorySearcher:
            if opened:
                go_on.wait(30)
            opened.append(folder)
            return super().open(folder)

    opened: list[Path] = []
    go_on = threading.Event()
    monkeypatch.setattr(following, "HUNG_AFTER_S", 0.3)
    follower = Follower(index, SlowEngine(ANALYZER))
    assert serving(follower) == "000001"
    publish(index, archive, "Alpha")
    until(lambda: follower.health().status == "unhealthy")
    assert "nobody has looked for new generations" in follower.health().reason
    assert serving(follower) == "000001"
    go_on.set()
    until(lambda: follower.health().status == "ok" and serving(follower) == "000002")
    follower.close()


def test_generation_of_other_words_is_opened_by_the_engine_of_the_new_settings(index: Path, archive: Path) -> None:
    other = make_engine("量子计算机")
    follower = Follower(index, ENGINE, renew=lambda: other)
    assert serving(follower) == "000001"
    write_issue(archive, 1, "Alpha", "Tool1b")
    run_reindex(index, other, weekly=archive)
    until(lambda: serving(follower) == "000002")
    with follower.lease() as generation:
        assert generation.index.analyzer.fingerprint == other.analyzer.fingerprint
    assert follower.problem is None
    follower.close()


def test_generation_that_is_open_is_not_removed(index: Path, archive: Path) -> None:
    held = open_current(index, ENGINE)
    for number in range(5):
        publish(index, archive, f"Fresh{number}")
    assert Store(index).names() == ["000006", "000005", "000004", "000001"]
    assert b"Tool2a" in (held.text(issue_id("weekly", "issue-02.md")) or b"")
    held.close()
    publish(index, archive, "Last")
    assert Store(index).names() == ["000007", "000006", "000005"]


def test_generation_that_processes_died_of_is_passed_over_while_there_is_another(index: Path, archive: Path) -> None:
    publish(index, archive, "Alpha")
    deaths = Deaths()
    follower = Follower(index, ENGINE, deaths=deaths)
    told: list[bytes] = []
    follower.on_serving = told.append
    assert serving(follower) == "000002"
    deaths.note(told[-1])
    time.sleep(0.1)
    assert serving(follower) == "000002"  # one may be chance
    deaths.note(told[-1])
    until(lambda: follower.health().status == "degraded")
    assert serving(follower) == "000001"
    for _ in range(2):
        deaths.note(told[-1])
    until(lambda: serving(follower) == "000002")  # no better, but newer
    name = publish(index, archive, "Beta")
    until(lambda: serving(follower) == name and follower.health().status == "ok")
    follower.close()
