"""Bringing the index up to date on behalf of the server, in processes of their own and one after the other.

    python -m web.cli.update [--index DIR] [ARCHIVE…]     git pull where an archive is a checkout, then reindex

Whoever comes while one works waits for it; whoever comes while another waits need not, since that one has yet to look.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from indexer.store.generations import Store
from search.errors import StoreError
from web.cli.shared import OTHER_RUNNING, archives_argument, index_option, say, settings

SECRETS: Final = ("WANGQI_HOOK_SECRET", "WANGQI_HOOK_SECRET_FILE")
PULL_S: Final = 120
RETRIES: Final = 60
RETRY_AFTER_S: Final = 2.0

NEXT, NOW = 0, 1
"""Bytes of the file of the line: whoever waits has locked the first, whoever works the second."""


class Updates:
    """Starts a process for each update, and lets none linger that has ended."""

    def __init__(self, archives: Sequence[str], index: str | None) -> None:
        """The arguments as they were typed, which stand above the settings."""
        self._command = _python("web.cli.update", [], archives, index)
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        self._started = [process for process in self._started if process.poll() is None]
        environment = {name: value for name, value in os.environ.items() if name not in SECRETS}
        process = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=environment, start_new_session=True
        )
        self._started.append(process)


def bring_up_to_date(archives: Sequence[str], index: str | None) -> int:
    """Exit code of a reindex in a process of its own, which gives back the memory that building an index takes."""
    command = _python("web.cli", ["reindex"], archives, index)
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode


def _python(module: str, command: Sequence[str], archives: Sequence[str], index: str | None) -> list[str]:
    options = ["--index", index] if index is not None else []
    # -P: a folder named `web` in the working directory is not ours.
    return [sys.executable, "-P", "-m", module, *command, *options, "--", *archives]


@click.command()
@archives_argument
@index_option
def main(archives: tuple[str, ...], index: str | None) -> None:
    config = settings(archives, index)
    with in_line(config.index_dir) as is_needed:
        if is_needed:
            for checkout in checkouts((config.archives or _last_archives(config.index_dir)).values()):
                pull(checkout)
            sys.exit(_reindex(archives, index))


@contextmanager
def in_line(index_dir: Path) -> Iterator[bool]:
    """Wait until no other update of the index works; False at once when another already waits."""
    index_dir.mkdir(parents=True, exist_ok=True)
    with open(index_dir / "UPDATE", "a") as line:  # locks go with the process, however it ends: the file stays for good
        try:
            fcntl.lockf(line, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, NEXT)
        except OSError:
            yield False
            return
        fcntl.lockf(line, fcntl.LOCK_EX, 1, NOW)
        fcntl.lockf(line, fcntl.LOCK_UN, 1, NEXT)
        yield True


def checkouts(archives: Iterable[str | Path]) -> list[Path]:
    """The git checkouts that the archives stand in, each once."""
    found = {}
    for path in map(Path, archives):
        done = _git(path if path.is_dir() else path.parent, "rev-parse", "--show-toplevel")
        if done and done.returncode == 0:
            found[Path(done.stdout.strip())] = True
    return list(found)


def pull(checkout: Path) -> None:
    """Take what is new there; what cannot be taken is said, and what is there is indexed all the same."""
    done = _git(checkout, "pull", "--ff-only", "--quiet")
    if not done:
        say(f"{checkout}: git pull was not done within {PULL_S} seconds")
    elif done.returncode:
        say(f"{checkout}: git pull: {' '.join(done.stderr.split())}")


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str] | None:
    """What git says; None when it is missing or takes too long. It asks nobody for a password."""
    command, environment = ["git", "-C", str(folder), *arguments], os.environ | {"GIT_TERMINAL_PROMPT": "0"}
    try:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            env=environment,
            stdin=subprocess.DEVNULL,
            timeout=PULL_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


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
