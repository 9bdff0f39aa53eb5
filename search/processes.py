"""Work spread over processes, which end with the one that started them, however that ends; and memory given back.

>>> list(in_processes(len, ["a", "bc"], processes=2))
[1, 2]
"""

from __future__ import annotations

import ctypes
import gc
import math
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, TypeVar

from wangqi.search.errors import StoreError

if TYPE_CHECKING:
    from concurrent.futures import Future

MAX_PROCESSES: Final = 4

FIRST_BYTES: Final = 160 << 20
OTHER_BYTES: Final = 100 << 20
"""What a reindex of twenty thousand entries takes in the process that runs it, and in each that helps."""

OWN_GROUPS: Final = Path("/proc/self/cgroup")
GROUPS: Final = Path("/sys/fs/cgroup")

MAX_DONE: Final = 4
"""Results for each process that wait for an earlier one: this process could be done with all others meanwhile."""

_COLLECTING: Final = (100_000, 50, 100)
"""Thresholds of the search for garbage, where Python has 700, 10 and 10."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def available_processes() -> int:
    """How many processes can work at the same time, within reason: as many as there are processors, and fewer where
    their group may not have the memory."""
    by_memory = (memory_limit() - FIRST_BYTES) / OTHER_BYTES + 1
    return int(max(1, min(os.cpu_count() or 1, MAX_PROCESSES, by_memory)))


def give_back_memory() -> None:
    """Have the C library give the system what was freed: 9 of 138 MB once the tables of an index are made, and each
    process that is forked would come to have a copy. Only GNU's has a call for it."""
    with suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def memory_limit() -> float:
    """How many bytes the control group of this process may have together; infinite without a limit. See
    cgroups(7); groups of version 1 and 2, and those around them."""
    return min(_limits(), default=math.inf)


def _limits() -> Iterator[float]:
    try:
        lines = OWN_GROUPS.read_text(encoding="utf-8").splitlines()
    except OSError:  # no Linux
        return
    for number, controllers, group in (line.split(":", 2) for line in lines):
        if number != "0" and "memory" not in controllers.split(","):
            continue
        top, name = (GROUPS, "memory.max") if number == "0" else (GROUPS / "memory", "memory.limit_in_bytes")
        folder = top / group.lstrip("/")
        for each in (folder, *folder.parents):
            if each.is_relative_to(top):  # a container sees its own group as the top
                with suppress(OSError):
                    yield float((each / name).read_text(encoding="ascii").replace("max", "inf"))


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Search for garbage a hundred times less often while the block lasts: most of what reading and indexing make
    stays, little of it in cycles, and looking through it again and again took a quarter of the time of reading."""
    before = gc.get_threshold()
    gc.set_threshold(*_COLLECTING)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def in_processes(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    processes: int,
    start: Callable[..., None] | None = None,
    arguments: tuple[Any, ...] = (),
    here: Callable[[Item], Result] | None = None,
) -> Iterator[Result]:
    """`function` of each of `items`, in order; no more items are taken than there are processes to work on them.

    `start(*arguments)` is called once in each process. `here` does in this process what `function` does in the others:
    with it this one is counted among the `processes`, and works while the others are busy. Raises what `function`
    raises, and `StoreError` when none can be started, or one was ended from outside.
    """
    # Imported here, since most runs have no work for a second process, and are over before this is loaded.
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # Not forked: this process may have threads, and theirs is not the state to begin with.
    others = processes - 1 if here else processes
    try:
        pool = ProcessPoolExecutor(others, get_context("spawn"), _begin, (start, arguments))
    except OSError as exc:  # semaphores are files there
        raise StoreError(
            "other processes cannot be started, since nothing can be written in /dev/shm: {reason}; "
            "nothing was changed: make room there and try again",
            reason=exc.strerror,
        ) from exc
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            # One more than the others have in hand, so that none of them waits for the next.
            if here and sum(not one.done() for one in waiting) > others:
                waiting.append(Future())
                waiting[-1].set_result(here(item))
            else:
                waiting.append(pool.submit(function, item))
            while waiting and (waiting[0].done() or len(waiting) > (MAX_DONE if here else 1) * processes):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as exc:
        raise StoreError(
            "a process that helped was ended from outside, probably for want of memory; nothing was "
            "changed: free some memory and try again"
        ) from exc
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(start: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    # Ctrl-C goes to the whole group of processes; the first of them decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(*_COLLECTING)
    if start:
        start(*arguments)


def _end_with_parent() -> None:
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    assert parent
    wait([parent.sentinel])
    os._exit(1)
