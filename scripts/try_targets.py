"""Try every target of the Makefile in a fresh clone: `python scripts/try_targets.py [TARGET…]`.

The checkout is cloned to a temporary folder, with what is committed and nothing that was made before, and each target
runs there for at most `SECONDS`, or as long as `LONG` allows it. A target that ends by itself must end well; one that
still runs then must not have shown a trace, and is stopped with all that it started. Prints a line for each target and
ends with 1 when one failed.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent

SECONDS: Final = 60.0
LONG: Final = {"deploy": 600.0, "lint": 420.0, "screenshots": 300.0, "bench-reading": 300.0}
"""Targets that are to end by themselves."""

INSTALLS: Final = (".venv/.installed", ".venv/.test-installed", ".venv/.bench-installed")
"""Made before the targets, so that a minute is a minute of the target and not of pip."""

INSTALL_S: Final = 900.0
STOP_S: Final = 20.0
LAST: Final = ("deploy", "clean")
"""They change or remove what was installed."""

TRACE: Final = "Traceback (most recent call last)"
SHOWN_LINES: Final = 15


@dataclass(frozen=True, slots=True)
class Outcome:
    target: str
    seconds: float
    code: int | None
    """None: it still ran when its time was over."""
    output: str

    @property
    def failed(self) -> bool:
        return self.code not in (None, 0) or TRACE in self.output

    def __str__(self) -> str:
        said = "still running, stopped" if self.code is None else f"exit code {self.code}"
        line = f"{'FAILED' if self.failed else 'ok':7}{self.target:24}{said} after {self.seconds:.0f} s"
        return line if not self.failed else "\n    ".join([line, *self.output.splitlines()[-SHOWN_LINES:]])


def targets(makefile: str) -> list[str]:
    """The phony targets, in their order, those of `LAST` at the end."""
    found = re.search(r"^\.PHONY:(.*)$", makefile, re.MULTILINE)
    names = found[1].split() if found else []
    return sorted(names, key=lambda name: LAST.index(name) + 1 if name in LAST else 0)


def try_target(target: str, folder: Path, seconds: float) -> Outcome:
    """Run `make target` in `folder`, where only what was installed is left of the target before.

    After `seconds`, stop it and every process that it started.
    """
    subprocess.run(["git", "checkout", "--quiet", "."], cwd=folder, check=True)
    subprocess.run(["git", "clean", "-xfdq", "-e", ".venv", "-e", "*.so"], cwd=folder, check=True)
    output = folder.parent / f"{target.replace('/', '_')}.log"
    started = monotonic()
    with output.open("wb") as log:
        make = subprocess.Popen(
            ["make", target, f"PORT={free_port()}"],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code: int | None = make.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
            stop(make)
    return Outcome(target, monotonic() - started, code, output.read_text(encoding="utf-8", errors="replace"))


def stop(make: subprocess.Popen[bytes]) -> None:
    """End `make` and what it started: a process that outlives it would write into the folder of the next target."""
    for number, seconds in ((signal.SIGTERM, STOP_S), (signal.SIGKILL, STOP_S)):
        with suppress(ProcessLookupError):
            os.killpg(make.pid, number)
        end = monotonic() + seconds
        while monotonic() < end:
            make.poll()  # a process that nobody has waited for still counts as one of its group
            try:
                os.killpg(make.pid, 0)
            except ProcessLookupError:
                return
            sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def fresh_clone(folder: Path) -> Path:
    """A clone of what is committed here, with nothing that was made."""
    clone = folder / "wangqi"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    return clone


def main(asked: Iterable[str]) -> int:
    known = targets((ROOT / "Makefile").read_text(encoding="utf-8"))
    wanted = list(asked) or known
    if unknown := [name for name in wanted if name not in known]:
        sys.exit(f"no target of the Makefile: {', '.join(unknown)}; there are {', '.join(known)}")
    # The archives beside the checkout are not beside its clone.
    os.environ.setdefault("WANGQI_SHARED", str(ROOT.parent / "shared"))
    failed = False
    with TemporaryDirectory(prefix="wangqi-targets-") as temporary:
        clone = fresh_clone(Path(temporary))
        for target in [*INSTALLS, *wanted]:
            outcome = try_target(target, clone, INSTALL_S if target in INSTALLS else LONG.get(target, SECONDS))
            print(outcome, flush=True)
            failed |= outcome.failed or (target in INSTALLS and outcome.code is None)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
