"""Indexing by stage, and whole processes from start to end."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final
from unittest.mock import patch

from bench.corpus import ROOT, WORK, archives, read_issues
from bench.site import named_archives, wangqi
from bench.timing import ROUNDS
from wangqi.indexer.archive.git_dates import first_commit_days
from wangqi.indexer.reindex.reindex_plan import find_files
from wangqi.search.analysis import Analyzer
from wangqi.search.document.fields import field_texts
from wangqi.search.processes import in_processes
from wangqi.search.whoosh_engine import WhooshEngine
from wangqi.search.whoosh_engine.index import writing

NAMES: Final = ("ruanyf", "kuring")
COPY: Final = WORK / "changing"
"""A copy of the archives, one file of which is changed again and again."""

INDEX: Final = WORK / "changing-index"

BUILD: Final = "build (tokenize included, as the product does it)"


def measure() -> dict[str, Any]:
    """Seconds of the stages of indexing (with their numbers of processes), of jieba alone, and of whole commands."""
    seconds, used = stages()
    return {"stages": seconds, "stage_processes": used, "jieba_s": jieba_alone(), "processes": processes()}


def stages() -> tuple[dict[str, float], dict[str, int]]:
    """Seconds of each stage by itself, and the number of processes it ran in."""
    found: dict[str, float] = {}
    roots = {name: root for name, root in archives().items() if name in NAMES}
    with _timed(found, "find the files, dates from git"):
        for name, root in roots.items():
            find_files(name, root, INDEX)
    with _timed(found, "dates from git alone"):
        for root in roots.values():
            first_commit_days(root)
    with _timed(found, "read (Markdown → entries)"):
        issues = list(read_issues(NAMES))
    found["read (Markdown → entries)"] -= found["dates from git alone"]
    analyzer = Analyzer()
    analyzer.index("预热")
    with _timed(found, "tokenize"):
        for issue in issues:
            for entry in issue.documents():
                for text in field_texts(entry):
                    analyzer.index(text)
    folder = WORK / "indexes" / "stages"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with _processes_counted() as counts, _timed(found, BUILD):
        WhooshEngine(analyzer).build(folder, issues)
    return found, dict.fromkeys(found, 1) | {BUILD: max(counts, default=1)}


@contextmanager
def _processes_counted() -> Iterator[list[int]]:
    """The numbers of processes that the engine asks for while this is open, its own included."""
    counts: list[int] = []

    def counted(*args: Any, processes: int, **kwargs: Any) -> Iterator[Any]:
        counts.append(processes)
        return in_processes(*args, processes=processes, **kwargs)

    with patch.object(writing, "in_processes", counted):
        yield counts


def jieba_alone() -> float:
    """`jieba.cut_for_search` over the text of the same files on one core, its dictionary loaded before."""
    from wangqi.search.analysis.segmenter import _load_jieba

    jieba = _load_jieba(())
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in _files()]
    list(jieba.cut_for_search("预热"))
    started = perf_counter()
    for text in texts:
        for _ in jieba.cut_for_search(text):
            pass
    return perf_counter() - started


def processes() -> dict[str, float]:
    """Wall time of whole processes, each the median of some runs."""
    shutil.rmtree(COPY, ignore_errors=True)
    for name, root in archives().items():
        if name in NAMES:
            shutil.copytree(root, COPY / name)
    named = [f"{name}={COPY / name}" for name in NAMES]
    changing = sorted((COPY / "ruanyf").glob("*.md"))[0]
    full = wangqi("reindex", *named_archives(NAMES), index=WORK / "full-index")
    reindex = wangqi("reindex", *named, index=INDEX)
    search = wangqi("search", "向量数据库", index=INDEX)
    _run(reindex)
    return {
        "full reindex": _median(full, rounds=3, before=lambda: shutil.rmtree(WORK / "full-index", ignore_errors=True)),
        "one changed issue": _median(reindex, before=lambda: _change(changing)),
        "nothing changed": _median(reindex),
        "wangqi search, first answer": _median(search),
        "python -c pass": _median([search[0], "-c", "pass"]),
    }


def _files() -> Iterator[Path]:
    for name, root in archives().items():
        if name in NAMES:
            yield from (file.file for file in find_files(name, root, INDEX).issues)


def _change(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n又一行，第 {path.stat().st_size} 个字节之后。\n")


def _median(command: list[str], rounds: int = ROUNDS, before: Callable[[], object] | None = None) -> float:
    times = []
    for _ in range(rounds):
        if before:
            before()
        started = perf_counter()
        _run(command)
        times.append(perf_counter() - started)
    return median(times)


def _run(command: list[str]) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=WORK, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def _timed(found: dict[str, float], name: str) -> Iterator[None]:
    started = perf_counter()
    yield
    found[name] = perf_counter() - started
