"""Work that is done in a process of its own, so that its memory can be told from that of others.

python -m bench.fresh build ours 17000        # {"build_s": …, "peak_mb": …, "index_mb": …}
python -m bench.fresh serve ours 17000        # {"pss_mb": …, "own_mb": …} after all queries
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.corpus import ROOT, WORK, prepared, real_documents, stream
from bench.engines import load
from bench.memory import Peak, own_mb, pss_mb
from bench.queries import make_queries


def in_fresh_process(task: str, engine: str, size: int) -> dict[str, float]:
    """What `task` finds out, done by another process."""
    command = [sys.executable, "-m", "bench.fresh", task, engine, str(size)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def index_folder(engine: str, size: int) -> Path:
    return WORK / "indexes" / f"{load(engine).folder}-{size}"


def build(engine: str, size: int) -> dict[str, float]:
    """Build the index from documents that lie ready in a file. Reading them is part of it, for every engine: who works
    in a thread or process of its own does so meanwhile."""
    path, folder = prepared(size), index_folder(engine, size)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    contestant = load(engine)
    with Peak() as peak:
        started = perf_counter()
        contestant.build(folder, stream(path))
        seconds = perf_counter() - started
    return {"build_s": seconds, "peak_mb": peak.mb, "index_mb": _size(folder.iterdir())}


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
