"""Work that is done in a process of its own, so that its memory can be told from that of others.

python -m bench.fresh build ours 17000        # {"build_s": …, "peak_mb": …, "index_mb": …}
python -m bench.fresh serve ours 17000        # {"pss_mb": …, "own_mb": …} after all queries
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.corpus import ROOT, WORK, Document, documents, real_documents
from bench.engines import load
from bench.memory import own_mb, peak_rss_mb, pss_mb
from bench.queries import make_queries


def in_fresh_process(task: str, engine: str, size: int) -> dict[str, float]:
    """What `task` finds out, done by another process."""
    command = [sys.executable, "-m", "bench.fresh", task, engine, str(size)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def index_folder(engine: str, size: int) -> Path:
    return WORK / "indexes" / f"{load(engine).folder}-{size}"


class _Feed:
    """Documents, and the time that was spent on making them."""

    def __init__(self, made: Iterator[Document]) -> None:
        self._made = made
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Document]:
        while True:
            started = perf_counter()
            document = next(self._made, None)
            self.seconds += perf_counter() - started
            if document is None:
                return
            yield document


def build(engine: str, size: int) -> dict[str, float]:
    """Build the index; the making of copies is not counted, neither time nor memory held before."""
    folder = index_folder(engine, size)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    feed = _Feed(documents(real_documents(), size))
    before = pss_mb()
    started = perf_counter()
    load(engine).build(folder, feed)
    seconds = perf_counter() - started - feed.seconds
    return {"build_s": seconds, "peak_mb": peak_rss_mb(), "before_mb": before, "index_mb": _size(folder.iterdir())}


def serve(engine: str, size: int) -> dict[str, float]:
    """Answer every query; what is held then."""
    queries = make_queries(real_documents())
    index = load(engine).open(index_folder(engine, size))
    for query in queries:
        index.search(query, "or")
        index.search(query, "and")
    return {"pss_mb": pss_mb(), "own_mb": own_mb()}


def _size(paths: Iterable[Path]) -> float:
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


if __name__ == "__main__":
    _tasks: dict[str, Any] = {"build": build, "serve": serve}
    print(json.dumps(_tasks[sys.argv[1]](sys.argv[2], int(sys.argv[3]))))
