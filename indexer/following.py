"""Serving from the newest generation without a restart and without a failed answer.

    follower = Follower(index_dir, engine)
    with follower.lease() as generation:        # stays open until the block ends, whatever is published meanwhile
        generation.searcher.find(...)

A thread looks at `CURRENT` twice a second. A new generation is verified and opened beside the old one, asked a canary
question, and only then takes over; the old one is closed by whoever uses it last. When anything is wrong the follower
stays where it is, and `problem` and the log say so.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.store.generations import Store
from indexer.store.opening import OpenGeneration, open_current, open_newest_good
from search.engine import Engine
from search.errors import StoreError
from search.warming import warm_up

LOG = logging.getLogger("wangqi")

LOOK_EVERY_S = 0.5
RETRY_AFTER_S = 10.0
"""How long a generation that could not be opened is left alone."""

Signature = tuple[int, int, int]
"""What `stat` says about CURRENT (time, inode, size): another one means that it was replaced."""


class _Serving:
    """A generation and how many use it now."""

    def __init__(self, generation: OpenGeneration) -> None:
        self.generation = generation
        self.users = 0
        self.retired = False


class Follower:
    """Thread-safe. Opens nothing until first asked."""

    def __init__(self, index_dir: Path, engine: Engine, *, watch: bool = True) -> None:
        """With `watch` False there is no thread until `watch_from_now_on`: it would not survive a fork."""
        self.index_dir = index_dir
        self.problem: str | None = "nothing was opened yet"
        """Why the newest generation does not serve; None when it does."""
        self._engine = engine
        self._serving: _Serving | None = None
        self._retired: list[_Serving] = []
        self._error = StoreError(self.problem)
        self._seen: Signature | None = None
        self._retry_at_s = 0.0
        self._serving_lock = threading.Lock()
        self._opening_lock = threading.Lock()
        self._stopped = threading.Event()
        self._watcher: threading.Thread | None = None
        self._is_watching = watch

    def warm(self) -> None:
        """Open the generation that serves now, so that no answer waits for it. Raises as `lease` does."""
        with self.lease():
            pass

    @contextmanager
    def lease(self) -> Iterator[OpenGeneration]:
        """The serving generation, kept open for the length of the block.

        Raises `NoIndexError`, or another `StoreError` when no generation can be opened.
        """
        serving = self._take()
        try:
            yield serving.generation
        finally:
            self._give_back(serving)

    def look(self) -> None:
        """Open and serve what `CURRENT` names if it was replaced, or if that failed a while ago."""
        with self._opening_lock:
            seen = self._signature()
            failed = self.problem is not None and time.monotonic() >= self._retry_at_s
            if seen == self._seen and not failed:
                return
            self._seen, self._retry_at_s = seen, time.monotonic() + RETRY_AFTER_S
            before = self.problem
            try:
                self._open()
            except Exception as error:  # whatever an index can raise, the watching thread must outlive it
                self._fail(error)
            if self.problem and self.problem != before:
                LOG.warning("%s", self.problem)

    def watch_from_now_on(self) -> None:
        """Look at once, since this process may have been forked long after the other looked, and then again and again.

        Raises as `lease` does; whatever is wrong now is looked at again as well.
        """
        self._is_watching = True
        self.look()
        self.warm()

    def close(self) -> None:
        """Stop looking; the generation is closed once nobody uses it."""
        self._stopped.set()
        if self._watcher:
            self._watcher.join()
        self._swap(None)

    def _open(self) -> None:
        if self._serving is None:
            generation, self.problem = open_newest_good(self.index_dir, self._engine)
        else:
            generation, self.problem = open_current(self.index_dir, self._engine), None
        self._swap(_Serving(generation))
        # After it, so that a rollback serves within the second: whoever needs the tables meanwhile waits for them.
        warm_up(generation.searcher)

    def _fail(self, error: Exception) -> None:
        self._error = error if isinstance(error, StoreError) else StoreError(f"{type(error).__name__}: {error}")
        self.problem = str(self._error)
        if self._serving:
            self.problem += f"; still serving generation {self._serving.generation.name}"

    def _swap(self, new: _Serving | None) -> None:
        with self._serving_lock:
            old, self._serving = self._serving, new
            if old:
                old.retired = True
                self._retired.append(old)
            idle = old is not None and old.users == 0
        if old and idle:
            old.generation.close()

    def _take(self) -> _Serving:
        self._start_watching()
        serving = self._use()
        if not serving:
            self.look()
            serving = self._use()
        if not serving:
            raise type(self._error)(*self._error.args)
        return serving

    def _use(self) -> _Serving | None:
        with self._serving_lock:
            if self._serving:
                self._serving.users += 1
            return self._serving

    def _give_back(self, serving: _Serving) -> None:
        with self._serving_lock:
            serving.users -= 1
            last = serving.retired and serving.users == 0
        if last:
            serving.generation.close()

    def _start_watching(self) -> None:
        with self._serving_lock:
            if self._is_watching and not self._watcher:
                self._watcher = threading.Thread(target=self._watch, name="wangqi-follower", daemon=True)
                self._watcher.start()

    def _watch(self) -> None:
        while not self._stopped.wait(LOOK_EVERY_S):
            self._let_go()
            self.look()

    def _let_go(self) -> None:
        """Give back the memory of generations that nobody uses any more.

        Their files are closed already; but what is remembered of their words refers to itself in circles, and whoever
        serves looks for such garbage seldom.
        """
        with self._serving_lock:
            before, self._retired = len(self._retired), [each for each in self._retired if each.users]
            is_less = len(self._retired) < before
        if is_less:
            gc.collect()

    def _signature(self) -> Signature | None:
        try:
            status = Store(self.index_dir).pointer.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size
