"""The command line, forked anew for each trial under `faults.c`: what `faults.Trials` starts.

Reads lines `{"arguments": […], "below": folder, "at": k, "error": errno, "on": bool, "helpers": bool}`; answers each
with the process id, then with `{"code", "said", "calls"}`, where the code of a process that was killed is the negative
signal. With `helpers` it is the processes that help in writing whose calls fail, and not its own. A line
`{"arguments": […], "processes": n}` starts several at once, of which whoever gets the lock waits for the others to end;
it is answered with `[{"process", "code", "said"}, …]`.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from typing import IO, Any

from wangqi.indexer.reader import read_issue
from wangqi.search.analysis import Analyzer
from wangqi.search.whoosh_engine import WhooshEngine
from wangqi.search.whoosh_engine.index import writing
from wangqi.web.cli import composition
from wangqi.web.cli.program import main

ANALYZER = Analyzer()
FAULTS = ctypes.CDLL(os.environ["LD_PRELOAD"])
FAULTS.calls_so_far.restype = ctypes.c_long
LOADED = (
    "wangqi.web.cli.reindex",
    "wangqi.indexer.reindex.run",
    "wangqi.search.whoosh_engine.index.building",
    "wangqi.search.whoosh_engine.query.searching",
)
"""What no trial should have to load."""

PATIENCE_S = 20

Order = dict[str, Any]


def run(arguments: list[str]) -> int:
    """Exit code of the program."""
    try:
        main(arguments, prog_name="wangqi")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def run_under_faults(order: Order, calls: int) -> int:
    """The exit code; the number of file calls goes to the file `calls`."""
    if order["helpers"]:
        return run_with_faulty_helpers(order)
    FAULTS.arm(os.fsencode(order["below"]), ctypes.c_long(order["at"]), order["error"], order["on"])
    code = run(order["arguments"])
    count = FAULTS.calls_so_far()
    FAULTS.arm(b"", ctypes.c_long(0), 0, False)
    os.write(calls, str(count).encode())
    return code


def run_with_faulty_helpers(order: Order) -> int:
    """The exit code of a run that is helped from its second issue on, however little there is to do."""
    os.environ |= {"FAULTS_BELOW": order["below"], "FAULTS_AT": str(order["at"]), "FAULTS_WITH": str(order["error"])}
    writing.ALONE_S = 0.0  # type: ignore[misc]
    writing.available_processes = lambda: 2  # type: ignore[attr-defined]
    return run(order["arguments"])


def fork(work: Callable[[], int], said: IO[bytes]) -> int:
    """The process that does `work` and ends with the code that it gives; what it prints goes to `said`."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
        code = work()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def one(order: Order) -> Order:
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as calls:
        child = fork(partial(run_under_faults, order, calls.fileno()), said)
        print(child, flush=True)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        calls.seek(0)
        return {"code": code, "said": _text(said), "calls": int(calls.read() or 0)}


def several(order: Order) -> list[Order]:
    wait_for_start, start = os.pipe()
    wait_for_others, others_ended = os.pipe()

    def work() -> int:
        os.close(start)
        os.close(others_ended)
        real = WhooshEngine.build

        def build(*arguments: Any, **options: Any) -> None:
            select.select([wait_for_others], [], [], PATIENCE_S)
            real(*arguments, **options)

        WhooshEngine.build = build  # type: ignore[method-assign]
        os.read(wait_for_start, 1)
        return run(order["arguments"])

    with ExitStack() as files:
        said = [files.enter_context(tempfile.TemporaryFile()) for _ in range(order["processes"])]
        children = {fork(work, file): file for file in said}
        os.close(start)
        codes = {}
        for ended in range(1, len(children) + 1):
            process, status = os.wait()
            codes[process] = os.waitstatus_to_exitcode(status)
            if ended == len(children) - 1:
                os.close(others_ended)
        os.close(wait_for_start)
        os.close(wait_for_others)
        return [{"process": child, "code": codes[child], "said": _text(file)} for child, file in children.items()]


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


if __name__ == "__main__":
    composition.make_analyzer = lambda config: ANALYZER
    for name in LOADED:
        import_module(name)
    read_issue("预热", "1.md", "预热一下".encode())
    ANALYZER.index("预热一下")
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(several(order) if "processes" in order else one(order)), flush=True)
