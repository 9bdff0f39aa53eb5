"""The index on disk: published whole or not at all, checked before it is opened, one writer."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest
from newsletters import ANALYZER, found, make_engine, run_reindex, write_issue
from running import program_environment

from wangqi.indexer.store.generations import Store
from wangqi.indexer.store.opening import open_current, open_newest_good
from wangqi.indexer.store.pointer import roll_back
from wangqi.search.engine import Stock
from wangqi.search.engine.listing import stock_of
from wangqi.search.errors import DamagedIndexError, LockedError, NoIndexError, StaleIndexError, StoreError
from wangqi.search.model import issue_id
from wangqi.search.reference.memory import MemoryEngine
from wangqi.web.cli.update import in_line

ENGINE = make_engine()


def publish_again(index: Path, archive: Path, title: str) -> str:
    write_issue(archive, 1, title, "Tool1b")
    return run_reindex(index, weekly=archive).generation


def test_generation_holds_the_index_the_texts_and_a_manifest_of_both(index: Path, archive: Path) -> None:
    generation = open_current(index, ENGINE)
    assert generation.name == "000001"
    assert generation.manifest.archives == {"weekly": str(archive)}
    assert generation.manifest.entries == 20
    first = issue_id("weekly", "issue-01.md")
    assert generation.manifest.issues[first].path == "issue-01.md"
    assert generation.text(first) == (archive / "issue-01.md").read_bytes()
    assert generation.text("../../CURRENT") is None
    folder = index / "generations" / "000001"
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert written == generation.manifest.files.keys() | {"MANIFEST.json", "MANIFEST.sha256"}


def test_last_three_generations_stay(index: Path, archive: Path) -> None:
    for title in ("Alpha", "Beta", "Gamma"):
        publish_again(index, archive, title)
    assert Store(index).names() == ["000004", "000003", "000002"]
    assert Store(index).current() == "000004"
    assert sorted(path.name for path in index.iterdir()) == [".gitignore", "CURRENT", "LOCK", "UPDATED", "generations"]


class Remembering(MemoryEngine):
    """Keeps something outside of its folders, as an engine on a network does."""

    def __init__(self) -> None:
        super().__init__(ANALYZER)
        self.elsewhere: set[str] = set()

    def build(self, folder: Path, *arguments: Any, **options: Any) -> None:
        self.elsewhere.add(folder.parent.name)
        (folder / "elsewhere").write_text(folder.parent.name)
        super().build(folder, *arguments, **options)

    def discard(self, folder: Path) -> None:
        self.elsewhere.discard((folder / "elsewhere").read_text())

    def check(self, folder: Path) -> None:
        if (folder / "elsewhere").read_text() not in self.elsewhere:
            raise DamagedIndexError(f"{folder}: is not elsewhere")

    def sweep(self, root: Path, kept: Collection[Path]) -> None:
        self.elsewhere &= {(folder / "elsewhere").read_text() for folder in kept}


def test_an_index_that_is_gone_elsewhere_is_built_anew(tmp_path: Path, archive: Path) -> None:
    engine, index = Remembering(), tmp_path / "built"
    run_reindex(index, engine, weekly=archive)
    assert not run_reindex(index, engine, weekly=archive).changed
    engine.elsewhere.clear()
    report = run_reindex(index, engine, weekly=archive)
    assert (report.state, report.generation) == ("damaged", "000002")
    assert "is not elsewhere; built anew" in report.reason
    assert len(engine.elsewhere) == 1


def test_the_engine_is_told_of_every_index_that_goes(tmp_path: Path, archive: Path) -> None:
    engine, index = Remembering(), tmp_path / "built"
    for title in ("Alpha", "Beta", "Gamma", "Delta"):
        write_issue(archive, 1, title, "Tool1b")
        run_reindex(index, engine, weekly=archive)
    assert len(engine.elsewhere) == 3
    kept = set(engine.elsewhere)
    engine.open = None  # type: ignore[assignment,method-assign]
    write_issue(archive, 1, "Epsilon", "Tool1b")
    with pytest.raises(TypeError):  # the draft is there, and is never published
        run_reindex(index, engine, weekly=archive)
    assert engine.elsewhere == kept
    engine.elsewhere.add("of a run that was killed")
    with pytest.raises(TypeError):
        run_reindex(index, engine, weekly=archive)
    assert engine.elsewhere == kept


def test_unchanged_texts_are_the_same_files_in_the_next_generation(index: Path, archive: Path) -> None:
    publish_again(index, archive, "Alpha")
    name = f"texts/{issue_id('weekly', 'issue-02.md')}.md"
    old, new = (index / "generations" / generation / name for generation in ("000001", "000002"))
    assert old.samefile(new)


def test_rollback_goes_one_generation_back_each_time(index: Path, archive: Path) -> None:
    publish_again(index, archive, "Alpha")
    publish_again(index, archive, "Beta")
    assert roll_back(Store(index), ENGINE.fingerprint) == "000002"
    assert found(index, "Alpha") == ["Alpha"]
    assert roll_back(Store(index), ENGINE.fingerprint) == "000001"
    with pytest.raises(StoreError, match="no good generation before 000001"):
        roll_back(Store(index), ENGINE.fingerprint)


def test_rollback_passes_over_damaged_and_stale_generations(index: Path, archive: Path) -> None:
    publish_again(index, archive, "Alpha")
    publish_again(index, archive, "Beta")
    flip_byte(next((index / "generations/000002/index").iterdir()))
    assert roll_back(Store(index), ENGINE.fingerprint) == "000001"
    Store(index).point_to("000003")
    with pytest.raises(StoreError, match="000001 is whole, but was built with other words"):
        roll_back(Store(index), make_engine("别的").fingerprint)


def test_generation_after_a_rollback_gets_a_number_of_its_own(index: Path, archive: Path) -> None:
    publish_again(index, archive, "Alpha")
    roll_back(Store(index), ENGINE.fingerprint)
    assert publish_again(index, archive, "Beta") == "000003"


def flip_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def link_elsewhere(path: Path) -> None:
    other = path.parents[3] / "other"
    path.rename(other)
    path.symlink_to(other)


DAMAGES: list[tuple[str, Callable[[Path], None]]] = [
    ("MANIFEST.json", flip_byte),
    ("MANIFEST.json", Path.unlink),
    ("MANIFEST.sha256", flip_byte),
    ("MANIFEST.sha256", Path.unlink),
    ("index/issues.json", flip_byte),
    ("index/issues.json", cut),
    ("index/issues.json", Path.unlink),
    ("index/issues.json", link_elsewhere),  # the same bytes, but in a file that may still change
    ("index/added.pickle", Path.touch),  # a file that was never written
]


@pytest.mark.parametrize(("name", "damage"), DAMAGES)
def test_damaged_generation_is_refused_before_the_engine_sees_it(
    name: str, damage: Callable[[Path], None], index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(index / "generations/000001" / name)
    monkeypatch.setattr(type(ENGINE), "open", lambda *_: pytest.fail("opened before its bytes were checked"))
    with pytest.raises(DamagedIndexError, match=name):
        open_current(index, ENGINE)
    with pytest.raises(DamagedIndexError, match=name):
        Store(index).verify("000001")


def test_damaged_text_is_found_by_verify_and_when_it_is_read(index: Path) -> None:
    first = issue_id("weekly", "issue-01.md")
    flip_byte(index / f"generations/000001/texts/{first}.md")
    with pytest.raises(DamagedIndexError, match=first):
        Store(index).verify("000001")
    generation = open_current(index, ENGINE)  # searching does not need the text
    with pytest.raises(DamagedIndexError, match=first):
        generation.text(first)


def test_index_that_answers_otherwise_than_the_manifest_says_is_refused(index: Path) -> None:
    class Forgetful:
        def stock(self) -> Stock:
            return stock_of([])

        def close(self) -> None:
            pass

    class ForgetfulEngine:
        fingerprint = ENGINE.fingerprint

        def open(self, folder: Path) -> Forgetful:
            return Forgetful()

    with pytest.raises(DamagedIndexError, match="holds 0 issues, 10 were written"):
        open_current(index, ForgetfulEngine())  # type: ignore[arg-type]


def test_missing_index_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match="run `wangqi reindex`"):
        open_current(tmp_path / "nowhere", ENGINE)


def test_pointer_to_no_generation_is_damage(index: Path) -> None:
    (index / "CURRENT").write_text("../../etc\n")
    with pytest.raises(DamagedIndexError, match="CURRENT"):
        open_current(index, ENGINE)


def test_index_of_another_analyzer_is_stale(index: Path) -> None:
    with pytest.raises(StaleIndexError, match="run `wangqi reindex`"):
        open_current(index, make_engine("向量数据库"))


def test_newest_good_generation_serves_in_place_of_a_damaged_one(index: Path, archive: Path) -> None:
    publish_again(index, archive, "Alpha")
    assert open_newest_good(index, ENGINE)[1] is None
    flip_byte(index / "generations/000002/index/issues.json")
    generation, problem = open_newest_good(index, ENGINE)
    assert generation.name == "000001"
    assert "000002/index/issues.json" in str(problem)
    assert "serving generation 000001 instead" in str(problem)


def test_other_format_is_stale_not_damaged(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wangqi.indexer.store.manifest.FORMAT", 2)
    with pytest.raises(StaleIndexError, match="format 1, not 2"):
        open_current(index, ENGINE)


class PowerCut(BaseException):
    """Not an `Exception`: nothing may handle it."""


def count_calls(monkeypatch: pytest.MonkeyPatch, name: str, cut_at: int) -> list[int]:
    """Let the `cut_at`th call of `os.<name>` be the last thing that happens; -1 only counts."""
    real = getattr(os, name)
    calls = [0]

    def call(*args: object, **kwargs: object) -> object:
        calls[0] += 1
        if calls[0] == cut_at:
            raise PowerCut
        return real(*args, **kwargs)

    monkeypatch.setattr(os, name, call)
    return calls


@pytest.mark.parametrize("name", ["fsync", "link", "rename"])
def test_run_that_is_cut_short_at_any_step_leaves_the_old_generation_or_the_new(
    name: str, index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_issue(archive, 1, "Alpha", "Tool1b")
    backup = shutil.copytree(index, tmp_path / "backup")
    with monkeypatch.context() as patch:
        calls = count_calls(patch, name, -1)
        run_reindex(index, weekly=archive)
    assert calls[0] > 0
    for cut_at in range(1, calls[0] + 1):
        shutil.rmtree(index)
        shutil.copytree(backup, index)
        with monkeypatch.context() as patch:
            # A killed process cleans nothing up.
            patch.setattr("wangqi.indexer.store.generations.shutil.rmtree", lambda *_, **__: None)
            count_calls(patch, name, cut_at)
            with pytest.raises(PowerCut):
                run_reindex(index, weekly=archive)
        assert found(index, "Tool1a" if Store(index).current() == "000001" else "Alpha")
        run_reindex(index, weekly=archive)
        assert found(index, "Alpha")
        assert not list((index / "generations").glob(".tmp-*"))
        assert not list(index.glob("*.tmp-*"))


def test_everything_is_synced_before_the_pointer_names_it(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Files that a generation shares with the one before were synced with that one.
    synced = {str(path.stat().st_ino) for path in (index / "generations").rglob("*") if path.is_file()}
    real_fsync, real_rename = os.fsync, os.rename

    def fsync(descriptor: int) -> None:
        synced.add(str(os.fstat(descriptor).st_ino))
        real_fsync(descriptor)

    def rename(source: Path, target: Path) -> None:
        inside = [source, *source.rglob("*")] if source.is_dir() else [source]
        assert {str(path.stat().st_ino) for path in inside} <= synced, f"{source} was renamed before it was synced"
        if target.name == "CURRENT":
            assert str((index / "generations").stat().st_ino) in synced
            synced.discard(str(index.stat().st_ino))
        real_rename(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    publish_again(index, archive, "Alpha")
    assert str(index.stat().st_ino) in synced, "the folder of CURRENT was not synced after its rename"


def test_full_disk_leaves_the_old_generation_and_nothing_else(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = (index / "CURRENT").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="No space left on device"):
            publish_again(index, archive, "Alpha")
    assert (index / "CURRENT").read_bytes() == before
    assert found(index, "Tool1a") == ["Tool1a"]
    assert [path.name for path in (index / "generations").iterdir()] == ["000001"]


def test_second_writer_is_told_who_writes(index: Path) -> None:
    holder = "import sys, time; from pathlib import Path; from wangqi.indexer.store.lock import writer_lock\n"
    holder += "with writer_lock(Path(sys.argv[1])):\n    print('locked', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=program_environment(),
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"locked\n"
        with pytest.raises(LockedError, match=rf"pid {process.pid}, since 20\d\d-\d\d-\d\d"), Store(index).lock():
            pass
        process.kill()  # without letting go of the lock
    with Store(index).lock():
        assert (index / "LOCK").read_text().startswith(f"pid {os.getpid()},")
    assert (index / "LOCK").read_text() == ""


def test_holder_that_has_not_given_its_name_yet_is_waited_for(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wangqi.indexer.store.lock.WAIT_FOR_NAME_S", 0.05)
    with (index / "LOCK").open("r+b") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(LockedError, match="it gave no name"), Store(index).lock():
            pass


@pytest.mark.parametrize("name", ["LOCK", "CURRENT.tmp-{pid}", "UPDATE"])
def test_nothing_is_written_to_a_file_behind_a_link_that_was_planted(name: str, tmp_path: Path, archive: Path) -> None:
    """An index lies below the working directory, which may be a checkout that others push to."""
    index, victim = tmp_path / "planted", tmp_path / "victim"
    victim.write_text("whole", encoding="utf-8")
    index.mkdir()
    (index / name.format(pid=os.getpid())).symlink_to(victim)
    with contextlib.suppress(StoreError):
        run_reindex(index, weekly=archive)
    with contextlib.suppress(OSError), in_line(index):
        pass
    assert victim.read_text(encoding="utf-8") == "whole"


def test_nothing_is_written_or_removed_in_a_folder_behind_a_link(tmp_path: Path, archive: Path) -> None:
    index, victim = tmp_path / "planted", tmp_path / "victim"
    (victim / ".tmp-own").mkdir(parents=True)
    index.mkdir()
    (index / "generations").symlink_to(victim)
    with pytest.raises(StoreError, match="generations: is a link"):
        run_reindex(index, weekly=archive)
    assert [path.name for path in victim.iterdir()] == [".tmp-own"]
