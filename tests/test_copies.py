"""Copies of an index: hosts that serve it and do not make it."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from newsletters import ANALYZER, run_reindex, titles, write_archive, write_issue
from real_server import RealServer, serving
from running import program_environment, until, wangqi

from wangqi.indexer.store.copies import Pulled, pull
from wangqi.indexer.store.generations import Store
from wangqi.indexer.store.opening import open_current
from wangqi.search.errors import DamagedIndexError, NoIndexError, StaleIndexError, StoreError
from wangqi.search.whoosh_engine import WhooshEngine

pytestmark = pytest.mark.drill

ENGINE = WhooshEngine(ANALYZER)


class Writer:
    """The host that makes the index, of an archive that grows."""

    def __init__(self, folder: Path) -> None:
        self.archive = write_archive(folder / "weekly", 3)
        self.index = folder / "writer/index"
        self.number = 3
        self.reindex()

    def reindex(self) -> str:
        return run_reindex(self.index, ENGINE, weekly=self.archive).generation

    def publish(self, title: str) -> str:
        self.number += 1
        write_issue(self.archive, self.number, title)
        return self.reindex()


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return Writer(tmp_path)


def taken(writer: Writer, copy: Path) -> Pulled:
    return pull(writer.index, copy, ENGINE.fingerprint)


def held(copy: Path, word: str) -> list[str]:
    Store(copy).verify(Store(copy).current())
    generation = open_current(copy, ENGINE)
    try:
        return titles(generation.searcher, word)
    finally:
        generation.close()


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = wangqi(*arguments)
    return subprocess.run(command, cwd=folder, env=program_environment(), capture_output=True, text=True, check=False)


def test_two_hosts_follow_one_writer_through_ten_publishes(writer: Writer, tmp_path: Path) -> None:
    hosts = [tmp_path / name / "index" for name in ("one", "two")]
    for host in hosts:
        taken(writer, host)
    # The archive is not there on the hosts, nor where the index was made.
    with ExitStack() as opened:
        servers = [opened.enter_context(serving(host, "--host-names", "site.example", workers=1)) for host in hosts]
        for number in range(10):
            name, tags = writer.publish(f"Fresh{number}"), set[str]()
            for host, server in zip(hosts, servers, strict=True):
                assert taken(writer, host).generation == name
                until(partial(serves, server, name), "it does not follow")
                answer = server.ask(f"/api/v1/search?q=Fresh{number}", Host="site.example")
                tags.add(answer.headers["ETag"])  # the same of all hosts, so that a cache may ask either
                assert answer.json["total"] == 1
                assert server.ask("/healthz").json["status"] == "ok"
            assert len(tags) == 1
        for host, server in zip(hosts, servers, strict=True):
            assert len(server.log.read_text().splitlines()) == 1  # that it serves, and where
            assert Store(host).names()[:3] == ["000011", "000010", "000009"]
            assert len(Store(host).names()) <= 4  # and what the server began with, which it holds


def serves(server: RealServer, generation: str) -> bool:
    return bool(server.ask("/api/v1/search?q=Tool1a").json["generation"] == generation)


def test_what_the_copy_or_its_source_has_is_linked(writer: Writer, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    first = taken(writer, copy)
    assert (first.generation, first.before, first.copied_bytes) == ("000001", None, 0)
    assert taken(writer, copy).before == "000001"  # nothing is new
    for path in ("index", "texts"):
        for file in (copy / "generations/000001" / path).iterdir():
            assert file.stat().st_nlink > 1


def test_between_file_systems_only_what_is_new_is_copied(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, link = tmp_path / "copy", os.link

    def link_within_one(path: Path, target: Path, *, follow_symlinks: bool = True) -> None:
        if writer.index in Path(path).parents:
            raise OSError("of another file system")
        link(path, target, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(os, "link", link_within_one)
    first = taken(writer, copy)
    assert (first.linked_bytes, first.copied_bytes > 0) == (0, True)
    writer.publish("Fresh")
    second = taken(writer, copy)
    assert 0 < second.linked_bytes < first.copied_bytes
    assert held(copy, "Fresh") == ["Fresh"]
    shutil.rmtree(writer.index)
    assert held(copy, "Fresh") == ["Fresh"]


def test_a_source_that_goes_back_is_followed_back(writer: Writer, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    taken(writer, copy)
    writer.publish("Fresh")
    taken(writer, copy)
    store = Store(writer.index)
    with store.lock():
        store.point_to("000001")
    assert taken(writer, copy).generation == "000001"
    assert held(copy, "Fresh") == []


def test_a_source_that_was_made_anew_has_lower_numbers(writer: Writer, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    writer.publish("Fresh")
    taken(writer, copy)
    shutil.rmtree(writer.index)
    writer.publish("Newer")
    assert taken(writer, copy).generation == "000003"
    assert taken(writer, copy).before == "000003"
    assert held(copy, "Newer") == ["Newer"]


def test_what_is_not_all_there_yet_is_passed_over(writer: Writer, tmp_path: Path) -> None:
    """A synchronised folder: the pointer may come before the files."""
    copy = tmp_path / "copy"
    writer.publish("Fresh")
    missing = next((writer.index / "generations/000002/index").glob("*.json"))
    missing.unlink()
    pulled = taken(writer, copy)
    assert pulled.generation == "000001"
    assert [str(missing) in line for line in pulled.passed_over] == [True]
    assert "passed over" in run(tmp_path, "pull", str(writer.index), "--index", "copy").stderr
    for manifest in writer.index.glob("generations/*/MANIFEST.json"):
        manifest.unlink()
    with pytest.raises(DamagedIndexError, match="is whole yet"):
        taken(writer, copy)
    assert held(copy, "Tool1a") == ["Tool1a"]


def test_a_damaged_copy_is_mended(writer: Writer, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    pulled = pull(writer.index, copy, ENGINE.fingerprint)
    text = next((copy / "generations/000001/texts").iterdir())
    text.unlink()
    text.write_text("other bytes")
    assert taken(writer, copy).generation == "000002" != pulled.generation
    assert held(copy, "Tool1a") == ["Tool1a"]


def test_a_manifest_names_only_files_below_its_generation(writer: Writer, tmp_path: Path) -> None:
    """The source may be of somebody else."""
    import hashlib

    folder = writer.index / "generations/000001"
    victim = tmp_path / "victim"
    for path in ("../../../victim", str(victim), "MANIFEST.json"):
        document = json.loads((folder / "MANIFEST.json").read_text())
        document["files"][path] = {"size": 1, "sha256": "00"}
        data = json.dumps(document).encode()
        (folder / "MANIFEST.json").write_bytes(data)
        (folder / "MANIFEST.sha256").write_text(f"{hashlib.sha256(data).hexdigest()}  MANIFEST.json\n")
        with pytest.raises(DamagedIndexError, match="is no file of a generation"):
            taken(writer, tmp_path / "copy")
        assert not victim.exists()


def test_what_cannot_be_pulled_says_why(writer: Writer, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    with pytest.raises(NoIndexError, match=r"no index in .*: name the folder that holds CURRENT"):
        pull(tmp_path / "nothing", copy, ENGINE.fingerprint)
    assert not copy.exists()
    with pytest.raises(StaleIndexError, match=r"same version here, with the same wangqi\.toml"):
        pull(writer.index, copy, "other")
    with pytest.raises(StoreError, match="is the index itself"):
        pull(writer.index, writer.index, ENGINE.fingerprint)


def test_killed_at_any_moment_the_copy_serves_what_it_did(writer: Writer, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    taken(writer, copy)
    draw = random.Random(7)
    for number in range(8):
        name = writer.publish(f"Fresh{number}")
        before = Store(copy).current()
        process = subprocess.Popen(
            wangqi("pull", "--index", str(copy)), env=program_environment(), stdout=subprocess.DEVNULL
        )
        time.sleep(draw.uniform(0.2, 0.9))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert Store(copy).current() in (before, name)
        assert held(copy, "Tool1a") == ["Tool1a"]
    taken(writer, copy)
    assert held(copy, "Fresh7") == ["Fresh7"]
    assert [*copy.rglob("*.tmp-*"), *copy.rglob(".tmp-*")] == []


def test_a_copy_is_not_made_anew_by_mistake(writer: Writer, tmp_path: Path) -> None:
    index = str(tmp_path / "copy")
    assert run(tmp_path, "pull", "--index", index).stderr == (
        "wangqi: no SOURCE is given, and none was pulled before (see `wangqi pull --help`)\n"
    )
    done = run(tmp_path, "pull", str(writer.index), "--index", index)
    assert done.stdout.startswith("generation 000001 serves, before none did (0.0 MB copied")
    assert run(tmp_path, "pull", "--index", index).stdout == "generation 000001 serves already\n"
    refused = run(tmp_path, "reindex", "--index", index)
    assert (refused.returncode, "run `wangqi pull`" in refused.stderr) == (1, True)
    assert f"a copy of the index in {writer.index}" in run(tmp_path, "status", "--index", index).stdout
    assert json.loads(run(tmp_path, "pull", "--index", index, "--json").stdout)["before"] == "000001"
    assert run(tmp_path, "reindex", "--index", index, str(writer.archive)).returncode == 0
    assert json.loads(run(tmp_path, "status", "--index", index, "--json").stdout)["copy_of"] is None
