"""Bringing the index up to date on behalf of the server, in processes of their own and one after the other.

    python -m wangqi.web.cli.update [--index DIR] [ARCHIVE…]     git pull where an archive is a checkout, then reindex

Whoever comes while one works waits for it; whoever comes while another waits need not, since that one has yet to look,
and no process is started for it. The place of the one that waits is a lock that a server takes and hands to the process
that it starts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

import click

from wangqi.indexer.archive.git import Checkout, find_checkout, pull
from wangqi.indexer.config.table import SETTINGS
from wangqi.indexer.store.durable import open_own
from wangqi.indexer.store.generations import Store
from wangqi.indexer.store.last_update import note_failure_before
from wangqi.indexer.store.locking import lock
from wangqi.search.errors import GitError, StoreError
from wangqi.search.errors.message import Message, one_after_the_other
from wangqi.web.cli.shared import OTHER_RUNNING, archives_argument, index_option, say, settings

SECRETS: Final = [SETTINGS[name].variable for name in ("hook_secret", "hook_secret_file")]
RETRIES: Final = 60
RETRY_AFTER_S: Final = 2.0
SOON_S: Final = 1.0
"""A reindex that finds nothing changed takes a third of it."""

CAN_HAND_OVER: Final = hasattr(os, "fork")

NEXT: Final = "UPDATE.next"
NOW: Final = "UPDATE"
"""Files in the index folder: whoever waits has locked the first, whoever works the second. They stay for good."""


class Updates:
    """Starts a process for each update, and lets none linger that has ended."""

    def __init__(self, archives: Sequence[str], index: str | None, index_dir: Path) -> None:
        """The arguments as they were typed, which stand above the settings, and the folder of the index."""
        self._arguments = archives, index
        self._index_dir = index_dir
        self._started: list[subprocess.Popen[bytes]] = []

    @property
    def running(self) -> int:
        """How many of the processes that it started have not ended."""
        self._forget_those_that_ended()
        return len(self._started)

    def start(self) -> None:
        """Start a process, unless one waits that has yet to look."""
        self._forget_those_that_ended()
        place = take(self._index_dir / NEXT, wait=False)
        if place is None:
            return
        with place:
            self._started.append(self._process(place.fileno()))

    def _forget_those_that_ended(self) -> None:
        self._started = [process for process in self._started if process.poll() is None]

    def _process(self, place: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            _python("wangqi.web.cli.update", ["--place", str(place)] if CAN_HAND_OVER else [], *self._arguments),
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            env={name: value for name, value in os.environ.items() if name not in SECRETS},
            **_handed(place),
        )


def _handed(place: int) -> dict[str, Any]:
    """Where a process can take over an open file, it gets the place of the one that waits; elsewhere it takes it."""
    return {"pass_fds": [place], "start_new_session": True} if CAN_HAND_OVER else {}


def bring_up_to_date(
    archives: Sequence[str], index: str | None, *, meanwhile: Callable[[], None] = lambda: None
) -> int:
    """Exit code of a reindex in a process of its own, which gives back the memory that building an index takes. One
    that does not end soon is waited for after `meanwhile` was called; it ends when this process is told to."""
    command = _python("wangqi", ["reindex"], archives, index)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr) as process:
        try:
            with suppress(subprocess.TimeoutExpired):
                return process.wait(SOON_S)
            meanwhile()
            return process.wait()
        except BaseException:
            process.terminate()
            raise


def _python(module: str, command: Sequence[str], archives: Sequence[str], index: str | None) -> list[str]:
    options = ["--index", index] if index is not None else []
    # -P: a folder named `web` in the working directory is not ours.
    return [sys.executable, "-P", "-m", module, *command, *options, "--", *archives]


@click.command()
@archives_argument
@index_option
@click.option("--place", type=int, help="Descriptor of the locked file, where somebody has taken the place before.")
def main(archives: tuple[str, ...], index: str | None, place: int | None) -> None:
    config = settings(archives, index)
    with in_line(config.index_dir, None if place is None else os.fdopen(place, "a")) as is_needed:
        if is_needed:
            problems = pull_all((config.archives or _last_archives(config.index_dir)).values())
            code = _reindex(archives, index)
            if problems:
                note_failure_before(config.index_dir, one_after_the_other(problems))
            sys.exit(code)


@contextmanager
def in_line(index_dir: Path, place: IO[str] | None = None) -> Iterator[bool]:
    """Wait until no other update of the index works; False at once when another already waits.

    `place` is that of the one that waits, where it was taken before.
    """
    place = place or take(index_dir / NEXT, wait=False)
    if place is None:
        yield False
        return
    with place:
        working = take(index_dir / NOW, wait=True)
    assert working
    with working:
        yield True


def take(path: Path, *, wait: bool) -> IO[str] | None:
    """The file, locked until it is closed by all processes that have it; None when another has it and is not waited
    for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.fdopen(open_own(path, os.O_WRONLY | os.O_APPEND), "a")  # whoever gets it closes it
    try:
        lock(file.fileno(), wait=wait)
    except BlockingIOError:
        file.close()
        return None
    return file


def checkouts(archives: Iterable[str | Path]) -> list[Checkout]:
    """The git checkouts that the archives stand in, each once."""
    found = {}
    for path in map(Path, archives):
        with suppress(GitError):  # an archive need not be under git
            found[find_checkout(path)] = True
    return list(found)


def pull_all(archives: Iterable[str | Path]) -> list[str]:
    """Take what is new there; what cannot be taken is said, and what is there can be indexed all the same."""
    problems: list[str] = []
    for checkout in checkouts(archives):
        try:
            pull(checkout)
        except GitError as error:
            problems.append(Message("{folder}: {error}", folder=checkout.top, error=error))
            say(problems[-1])
    return problems


def _last_archives(index_dir: Path) -> dict[str, str]:
    store = Store(index_dir)
    try:
        return store.manifest(store.current()).archives
    except StoreError:
        return {}


def _reindex(archives: Sequence[str], index: str | None) -> int:
    """A reindex that somebody began by hand may have looked before the pull: then another one follows it."""
    for _ in range(RETRIES):
        code = bring_up_to_date(archives, index)
        if code != OTHER_RUNNING:
            break
        time.sleep(RETRY_AFTER_S)
    return code


if __name__ == "__main__":
    main()
