"""Index files that are damaged or crafted: refused before they are opened, named, and passed over when serving."""

from __future__ import annotations

import functools
import importlib
import json
import os
import pickle
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from faults import answers
from newsletters import ANALYZER, run_reindex, write_archive, write_issue

from wangqi.indexer.store.durable import sha256_of
from wangqi.indexer.store.generations import Store
from wangqi.indexer.store.manifest import FileRecord, write_manifest
from wangqi.indexer.store.opening import OpenGeneration, open_generation, open_newest_good
from wangqi.search.errors import DamagedIndexError, StoreError
from wangqi.search.whoosh_engine import WhooshEngine
from wangqi.search.whoosh_engine.index.codec import make_schema
from wangqi.search.whoosh_engine.index.listing import INDEX_NAME, read_segments
from wangqi.search.whoosh_engine.index.quiet_whoosh import TOC, FileStorage
from wangqi.search.whoosh_engine.index.unpickling import SegmentUnpickler

ENGINE = WhooshEngine(ANALYZER)

Damage = Callable[[Path, Random], None]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of three generations, each built on top of the one before."""
    folder = tmp_path_factory.mktemp("damage")
    archive = write_archive(folder / "weekly", issues=4)
    for number in range(1, 4):
        write_issue(archive, 1, f"Fresh{number}", "Tool1b")
        run_reindex(folder / "index", ENGINE, weekly=archive)
    return folder / "index"


def copied(index: Path, target: Path) -> Path:
    """A copy in which files that generations share are shared."""
    copies: dict[int, str] = {}

    def copy(source: str, name: str) -> None:
        inode = os.stat(source).st_ino
        if inode in copies:
            os.link(copies[inode], name)
        else:
            shutil.copyfile(source, name)
            copies[inode] = name

    return shutil.copytree(index, target, copy_function=copy)


def flip_a_bit(path: Path, chance: Random) -> None:
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    _write_in_place(path, bytes(data))


def cut_off(path: Path, chance: Random) -> None:
    os.truncate(path, chance.randrange(path.stat().st_size))


def add_bytes(path: Path, chance: Random) -> None:
    with path.open("ab") as file:
        file.write(chance.randbytes(chance.randrange(1, 100)))


def overwrite(path: Path, chance: Random) -> None:
    data = bytearray(path.read_bytes())
    start = chance.randrange(len(data))
    piece = bytes(min(512, len(data) - start))
    data[start : start + len(piece)] = piece if any(data[start : start + len(piece)]) else b"\xff" * len(piece)
    _write_in_place(path, bytes(data))


def swap(path: Path, chance: Random) -> None:
    """The bytes of another file of the index that has other ones."""
    others = [each for each in path.parents[1].rglob("*") if each.is_file() and each.read_bytes() != path.read_bytes()]
    _write_in_place(path, chance.choice(sorted(others)).read_bytes())


def remove(path: Path, _: Random) -> None:
    path.unlink()


def link_elsewhere(path: Path, _: Random) -> None:
    other = path.parents[3] / "other"
    path.rename(other)
    path.symlink_to(other)


def _write_in_place(path: Path, data: bytes) -> None:
    with path.open("r+b") as file:
        file.write(data)
        file.truncate()


DAMAGES: tuple[Damage, ...] = (*[flip_a_bit] * 3, cut_off, add_bytes, overwrite, swap, remove, link_elsewhere)


def damage_one(index: Path, chance: Random) -> Path:
    """Damage one file of the generation that serves; which."""
    files = sorted(path for path in (index / "generations/000003").rglob("*") if path.is_file())
    path = chance.choice(files)
    chance.choice(DAMAGES)(path, chance)
    return path


def is_text(path: Path) -> bool:
    return path.parent.name == "texts"


def check_damaged(index: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The damaged file `path` is named, and never opened."""
    opened: list[Path] = []
    real_load = SegmentUnpickler.load

    def noted(unpickler: SegmentUnpickler) -> object:
        opened.append(index)
        return real_load(unpickler)

    monkeypatch.setattr(SegmentUnpickler, "load", noted)
    with pytest.raises(DamagedIndexError, match=path.name.removesuffix(".json").removesuffix(".sha256")):
        Store(index).verify("000003")
    if is_text(path):  # searching does not need it; it is checked when it is read
        generation = open_generation(Store(index), "000003", ENGINE)
        with pytest.raises(DamagedIndexError, match=path.name):
            generation.text(path.stem)
        generation.close()
        return
    with pytest.raises(DamagedIndexError):
        open_generation(Store(index), "000003", ENGINE)
    assert opened == []
    generation, problem = open_newest_good(index, ENGINE)
    assert generation.name == "000002"
    assert path.name.split(".")[0] in str(problem)
    assert "serving generation 000002 instead" in str(problem)
    assert "Fresh2" in titles(generation)
    generation.close()


def titles(generation: OpenGeneration) -> set[str]:
    searcher = generation.searcher
    return {entry.title for info in searcher.issues() for entry in searcher.documents(info.ref.id)}


def damage_many(whole: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, *, trials: int) -> Counter[str]:
    """What was damaged, in each of so many copies."""
    found: Counter[str] = Counter()
    for trial in range(trials):
        index = copied(whole, folder / "index")
        path = damage_one(index, Random(trial))
        with monkeypatch.context() as patch:
            check_damaged(index, path, patch)
        found["text" if is_text(path) else path.suffix.lstrip(".")] += 1
        shutil.rmtree(index)
        (folder / "other").unlink(missing_ok=True)
    return found


def test_damaged_file_is_named_and_the_newest_good_generation_serves(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage_many(whole, tmp_path, monkeypatch, trials=60)


@pytest.mark.slow
def test_five_hundred_damages(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = damage_many(whole, tmp_path, monkeypatch, trials=500)
    with capsys.disabled():
        print(f"\n{found.total()} damages, all refused and named: {dict(found)}")


def test_without_the_check_damage_gets_through(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "verify", lambda self, name, **_: self.manifest(name))
    found: Counter[str] = Counter()
    for trial in range(60):
        index = copied(whole, tmp_path / f"index{trial}")
        path = damage_one(index, Random(trial))
        if is_text(path) or path.name.startswith("MANIFEST"):
            continue
        try:
            open_generation(Store(index), "000003", ENGINE).close()
            found["served with other bytes than were written"] += 1
        except StoreError:
            found["refused for another reason"] += 1
        except Exception:
            found["another exception"] += 1
    assert found["served with other bytes than were written"] > 0, found


@pytest.mark.parametrize("content", [b"", b"\0" * 7, b"000009\n", b"../../etc\n", b"\xff\xfe", b"00000"])
def test_pointer_that_names_no_generation_is_passed_over(content: bytes, whole: Path, tmp_path: Path) -> None:
    index = copied(whole, tmp_path / "index")
    (index / "CURRENT").write_bytes(content)
    generation, problem = open_newest_good(index, ENGINE)
    assert generation.name == "000003"
    assert "serving generation 000003 instead" in str(problem)
    generation.close()


class Crafted:
    """Pickles as a call: whoever unpickles it makes the call."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._call


def payloads(mark: Path) -> list[object]:
    """Each, unpickled, makes the file or folder `mark`."""
    name, code = str(mark), f"open({str(mark)!r}, 'w').close()"
    return [
        Crafted(os.system, f"touch {name}"),
        Crafted(eval, code),
        Crafted(exec, f"import os; {code}"),
        Crafted(os.mkdir, name),
        Crafted(os.mkfifo, name),
        Crafted(os.symlink, "/", name),
        Crafted(subprocess.call, ["touch", name]),
        Crafted(functools.reduce, os.path.join, [Crafted(os.mkdir, name), "a"]),
        Crafted(map, Crafted(getattr, Crafted(importlib.import_module, "os"), "mkdir"), [Crafted(os.mkdir, name)]),
        {"deleted": Crafted(shutil.copyfile, "/dev/null", name)},
    ]


def plant(index: Path, payload: object, *, fixed: bool) -> None:
    """Put `payload` among the segments; `fixed` makes the manifest right again, as one who may write there could."""
    folder = index / "generations/000003"
    segments = read_segments(folder / "index")
    segments[0]._deleted = payload
    (folder / "index" / f"_{INDEX_NAME}_1.toc").unlink()
    TOC(make_schema(), segments, 1).write(FileStorage(str(folder / "index")), INDEX_NAME)
    if fixed:
        manifest, (toc,) = Store(index).manifest("000003"), (folder / "index").glob("*.toc")
        record = FileRecord(size=toc.stat().st_size, sha256=sha256_of(toc))
        for name in ("MANIFEST.json", "MANIFEST.sha256"):
            (folder / name).unlink()
        write_manifest(folder, replace(manifest, files=manifest.files | {f"index/{toc.name}": record}))


@pytest.mark.parametrize("fixed", [False, True], ids=["manifest as it was", "manifest made right"])
@pytest.mark.parametrize("number", range(10))
def test_crafted_list_of_segments_runs_nothing(number: int, fixed: bool, whole: Path, tmp_path: Path) -> None:
    index, mark = copied(whole, tmp_path / "index"), tmp_path / "mark"
    plant(index, payloads(mark)[number], fixed=fixed)
    generation, problem = open_newest_good(index, ENGINE)
    assert generation.name == "000002"
    assert ("has no place in a list of segments" if fixed else "other bytes than were written") in str(problem)
    assert not os.path.lexists(mark)
    generation.close()


@pytest.mark.parametrize("number", range(10))
def test_crafted_list_would_run_without_both_checks(
    number: int, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, mark = copied(whole, tmp_path / "index"), tmp_path / "mark"
    plant(index, payloads(mark)[number], fixed=False)
    monkeypatch.setattr(Store, "verify", lambda self, name, **_: self.manifest(name))
    monkeypatch.setattr(SegmentUnpickler, "find_class", pickle.Unpickler.find_class)
    with suppress(Exception):  # some of what is made here in place of the deleted documents cannot be used for that
        open_generation(Store(index), "000003", ENGINE).close()
    assert os.path.lexists(mark)


def test_damage_is_mended_by_the_next_run(whole: Path, tmp_path: Path) -> None:
    index = copied(whole, tmp_path / "index")
    damage_one(index, Random(1))
    report = run_reindex(index, ENGINE)
    assert (report.state, report.generation) == ("damaged", "000004")
    assert "Fresh3" in dict(answers(index, ENGINE))


def test_manifest_that_is_no_manifest_is_damage(whole: Path, tmp_path: Path) -> None:
    index = copied(whole, tmp_path / "index")
    folder = index / "generations/000003"
    contents: list[object] = [[], {}, {"format": 1}, {"format": 1, "issues": 3, "files": None}]
    for content in contents:
        data = json.dumps(content).encode()
        (folder / "MANIFEST.json").write_bytes(data)
        (folder / "MANIFEST.sha256").write_text(f"{sha256_of(folder / 'MANIFEST.json')}  MANIFEST.json\n")
        with pytest.raises(DamagedIndexError, match=r"MANIFEST\.json"):
            Store(index).verify("000003")
