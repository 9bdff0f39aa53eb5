"""The day on which each file of an archive entered git: the date of an issue that names none itself."""

import subprocess
from datetime import date
from pathlib import Path
from typing import Final

GIT_SECONDS: Final = 30
"""`git log` over 20 000 commits takes about two."""

_COMMIT: Final = "\x01"

_CUT_OFF: Final = "grafted"
"""What git calls a commit whose parents a shallow clone does not hold; the names of branches begin with refs/."""


def first_commit_dates(root: Path) -> dict[str, date]:
    """The day each file below `root` entered git, by its POSIX path below `root`: the author's day, in his time zone.

    A renamed file keeps the day of its first name. What a shallow clone begins with has no day: it entered git at some
    time before. Empty when `root` is in no git checkout, or git is missing, fails or
    takes longer than `GIT_SECONDS`.
    """
    folder = root if root.is_dir() else root.parent
    command = [
        "git", "-c", "core.quotepath=off", "-c", "diff.renameLimit=5000", "log", "--reverse", "--topo-order",
        "--no-merges", "--find-renames=60%", "--diff-filter=ADR", "--name-status", "-z", "--relative",
        "--decorate=full", f"--format={_COMMIT}%ad %D", "--date=short", "--", ".",
    ]  # fmt: skip
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=GIT_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return {}
    return _read_log(done.stdout.decode("utf-8", "surrogateescape"))


def _read_log(log: str) -> dict[str, date]:
    """Days from `git log --name-status -z`: "\\1day names", then status and paths, each ended by NUL."""
    days: dict[str, date | None] = {}
    day: date | None = None
    fields = iter(log.replace("\n", "\0").split("\0"))
    for field in fields:
        if field.startswith(_COMMIT):
            written, _, names = field[1:].partition(" ")
            day = None if _CUT_OFF in names.split(", ") else date.fromisoformat(written)
        elif field.startswith("R"):
            old, new = next(fields, ""), next(fields, "")
            days[new] = days.pop(old, day)
        elif field in ("A", "D"):
            name = next(fields, "")
            if field == "A":
                days.setdefault(name, day)
    return {name: day for name, day in days.items() if day}
