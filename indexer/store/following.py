"""Serving from the newest generation without a restart and without a failed answer.

    follower = Follower(index_dir, engine)
    with follower.lease() as generation:        # stays open until the block ends, whatever is published meanwhile
        generation.index.find(...)

A thread looks at `CURRENT` twice a second; every other second it asks an engine that keeps generations for hosts that
share no folder what that should be (`indexer.store.pointer`). A new generation is verified and opened beside the old
one, asked a canary question, and only then takes over; the old one is closed by whoever uses it last. When anything is
wrong the follower stays where it is, and `problem`, `health` and the log say so. It leaves a generation that was
damaged while it served, or that processes died of, for the newest good one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wangqi.indexer.store.canary import Canary
from wangqi.indexer.store.deaths import TOO_MANY, Deaths, record_of
from wangqi.indexer.store.generations import Store
from wangqi.indexer.store.last_update import LastUpdate, last_update
from wangqi.indexer.store.opening import OpenGeneration, open_current, open_newest_good
from wangqi.indexer.store.pointer import follow
from wangqi.search.engine import Engine
from wangqi.search.errors import EngineAwayError, LockedError, NoIndexError, StaleIndexError, StoreError

LOG = logging.getLogger("wangqi")

LOOK_EVERY_S = 0.5
ASK_EVERY_S = 2.0
"""How often the engine is asked what serves; a folder costs nothing to look at."""
RETRY_AFTER_S = 10.0
"""How long a generation that could not be opened is left alone."""

PROVE_EVERY_S = 5.0
"""How often a known entry is searched for."""
HUNG_AFTER_S = 30.0
"""A follower that has not looked for so long hangs: opening a generation takes a second or two."""

Signature = tuple[int, int, int]
"""What `stat` says about CURRENT (time, inode, size): another one means that it was replaced."""


Status = Literal["ok", "stale", "degraded", "unhealthy"]
"""`stale`: a newer generation cannot be opened. `degraded`: the one that should serve was given up. `unhealthy`: new
generations are not followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of a process that follows an index."""

    status: Status
    reason: str = ""
    """For anybody: without a name of a folder."""
    looked_s: float = 0.0
    """How long ago the follower looked."""
    searched_s: float | None = None
    """How long ago a known entry was found by its title; None while nothing serves."""


class _Serving:
    """A generation and how many use it now."""

    def __init__(self, generation: OpenGeneration, deaths: int) -> None:
        """`deaths`: how many processes have died of it before it was opened."""
        self.generation = generation
        self.canary = Canary(generation.index)
        self.deaths = deaths
        self.searched_at_s = time.monotonic()
        self.users = 0
        self.retired = False

    def prove(self) -> None:
        """Search again for the known entry, if that was a while ago. Raises `DamagedIndexError`."""
        if time.monotonic() - self.searched_at_s >= PROVE_EVERY_S:
            self.canary.check()
            self.searched_at_s = time.monotonic()


class Follower:
    """Thread-safe. Opens nothing until first asked."""

    def __init__(
        self,
        index_dir: Path,
        engine: Engine,
        *,
        watch: bool = True,
        renew: Callable[[], Engine] | None = None,
        deaths: Deaths | None = None,
    ) -> None:
        """With `watch` False there is no thread until `watch_from_now_on`: it would not survive a fork.

        `renew` makes the engine anew, by the settings as they are now, when a generation is not of this one. `deaths`
        are those of all processes.
        """
        self.index_dir = index_dir
        self.problem: str | None = "nothing was opened yet"
        """Why the newest generation does not serve; None when it does."""
        self.on_serving: Callable[[bytes], None] = lambda record: None
        """Told the record of each generation (`indexer.store.deaths`) before it serves."""
        self._engine = engine
        self._renew = renew
        self._deaths = deaths or Deaths()
        self._given_up = ""
        self._serving: _Serving | None = None
        self._error = StoreError(self.problem)
        self._elsewhere: StoreError | None = None
        """Why what the engine points to cannot be taken over; None when it can."""
        self._ask_at_s = 0.0
        self._seen: Signature | None = None
        self._retry_at_s = 0.0
        self._looked_at_s = time.monotonic()
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

    def health(self) -> Health:
        """How this process is, from what its thread last saw; cheap."""
        now_s, serving = time.monotonic(), self._serving
        looked_s = now_s - self._looked_at_s
        status, reason = self._state(looked_s)
        searched_s = now_s - serving.searched_at_s if serving else None
        return Health(status=status, reason=reason, looked_s=looked_s, searched_s=searched_s)

    def last_update(self) -> LastUpdate | None:
        """What the last run did, which may have published nothing."""
        return last_update(self.index_dir)

    def _state(self, looked_s: float) -> tuple[Status, str]:
        if self._watcher and looked_s > HUNG_AFTER_S:
            return "unhealthy", f"nobody has looked for new generations for {looked_s:.0f} seconds: restart the server"
        if self.problem is None and isinstance(self._elsewhere, EngineAwayError | None):
            return "ok", ""
        if self._given_up:
            return "degraded", self._given_up
        return "stale", "a newer generation cannot be opened; the log says why"

    def look(self) -> None:
        """Open and serve what `CURRENT` names if it was replaced, or if that failed a while ago; leave a generation
        that cannot be trusted any more."""
        with self._opening_lock:
            self._take_over()
            seen = self._signature()
            failed = (self.problem is not None or not self._serving) and time.monotonic() >= self._retry_at_s
            is_given_up = self._give_up()
            if seen == self._seen and not failed and not is_given_up:
                return
            self._seen, self._retry_at_s = seen, time.monotonic() + RETRY_AFTER_S
            before = self.problem
            try:
                self._open()
            except Exception as error:  # whatever an index can raise, the watching thread must outlive it
                self._fail(self._elsewhere or error if isinstance(error, NoIndexError) else error)
            if self.problem and self.problem != before:
                LOG.warning("%s", self.problem)
            if self.problem is None:
                self._given_up = ""

    def watch_from_now_on(self) -> None:
        """Look at once, since this process may have been forked long after the other looked, and then again and again.

        Raises as `lease` does; whatever is wrong now is looked at again as well.
        """
        self._is_watching = True
        if self._serving:
            self._tell(self._serving.generation)
        self.look()
        self.warm()

    def close(self) -> None:
        """Stop looking; the generation is closed once nobody uses it."""
        self._stopped.set()
        if self._watcher:
            self._watcher.join()
        self._swap(None)

    def _take_over(self) -> None:
        """Have `CURRENT` follow the engine's pointer."""
        shelf = self._engine.shelf
        if not shelf or time.monotonic() < self._ask_at_s:
            return
        before, self._elsewhere = self._elsewhere, None
        self._ask_at_s = time.monotonic() + ASK_EVERY_S
        try:
            follow(self.index_dir, shelf)
        except LockedError:
            pass  # whoever holds it, a reindex or another process, is at it
        except Exception as error:  # as below
            self._elsewhere = _as_store_error(error)
            self._ask_at_s = time.monotonic() + RETRY_AFTER_S
            if str(self._elsewhere) != str(before):
                LOG.warning("%s", self._elsewhere)

    def _give_up(self) -> bool:
        """Whether the generation that served is let go, since it cannot be trusted any more.

        Whoever asks meanwhile waits for another: to answer from files that were cut short ends the process.
        """
        serving = self._serving
        if not serving:
            return False
        name = serving.generation.name
        try:
            if self._died_of(serving.generation) >= max(TOO_MANY, serving.deaths + 1):
                raise StoreError("generation {name}: processes died while they served it", name=name)
            serving.generation.check_files()
            serving.prove()
        except EngineAwayError as error:
            # That says nothing about the generation, and no other would answer.
            LOG.warning("generation %s: %s", name, error)
        except Exception as error:
            LOG.warning("%s; looking for another generation", error)
            self._given_up = (
                f"generation {name} was given up: it was damaged, or processes died of it; the log says more"
            )
            self._swap(None)
            return True
        return False

    def _open(self) -> None:
        try:
            generation, self.problem = self._opened_by(self._engine)
        except StaleIndexError:
            if not self._renew:
                raise
            engine = self._renew()
            try:
                generation, self.problem = self._opened_by(engine)
            except StaleIndexError as error:
                raise StaleIndexError(
                    "{error}, or restart the server if the program was updated", error=error
                ) from error
            self._engine = engine
        serving = _Serving(generation, self._died_of(generation))
        self._tell(generation)
        self._swap(serving)
        # After it, so that a rollback serves within the second: whoever needs the tables meanwhile waits for them.
        generation.index.warm_up()

    def _opened_by(self, engine: Engine) -> tuple[OpenGeneration, str | None]:
        if self._serving is None:
            return open_newest_good(self.index_dir, engine, self._deaths)
        return open_current(self.index_dir, engine, self._deaths), None

    def _died_of(self, generation: OpenGeneration) -> int:
        return self._deaths.of(generation.name, generation.created)

    def _tell(self, generation: OpenGeneration) -> None:
        self.on_serving(record_of(generation.name, generation.created))

    def _fail(self, error: Exception) -> None:
        self._error = _as_store_error(error)
        self.problem = str(self._error)
        if self._serving:
            self.problem += f"; still serving generation {self._serving.generation.name}"

    def _swap(self, new: _Serving | None) -> None:
        with self._serving_lock:
            old, self._serving = self._serving, new
            if old:
                old.retired = True
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
                self._looked_at_s = time.monotonic()
                self._watcher = threading.Thread(target=self._watch, name="wangqi-follower", daemon=True)
                self._watcher.start()

    def _watch(self) -> None:
        while not self._stopped.wait(LOOK_EVERY_S):
            self._looked_at_s = time.monotonic()
            self.look()

    def _signature(self) -> Signature | None:
        try:
            status = Store(self.index_dir).pointer.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size


def _as_store_error(error: Exception) -> StoreError:
    """`error`, or for a bug of the engine's an error that names it."""
    if isinstance(error, StoreError):
        return error
    return StoreError("{error_type}: {error}", error_type=type(error).__name__, error=error)
