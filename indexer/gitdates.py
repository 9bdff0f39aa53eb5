"""The day on which each file of an archive entered git: the date of an issue that names none itself."""

import subprocess
from datetime import date
from pathlib import Path
from typing import Final

GIT_SECONDS: Final = 30
"""`git log` over 20 000 commits takes about two."""

_COMMIT: Final = "\x01"


def first_commit_dates(root: Path) -> dict[str, date]:
    """The day each file below `root` entered git, by its POSIX path below `root`: the author's day, in his time zone.

    A renamed file keeps the day of its first name. Empty when `root` is in no git checkout, or git is missing, fails or
    takes longer than `GIT_SECONDS`.
    """
    folder = root if root.is_dir() else root.parent
    command = [
        "git", "-c", "core.quotepath=off", "-c", "diff.renameLimit=5000", "log", "--reverse", "--topo-order",
        "--no-merges", "--find-renames=60%", "--diff-filter=ADR", "--name-status", "-z", "--relative",
        f"--format={_COMMIT}%ad", "--date=short", "--", ".",
    ]  # fmt: skip
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=GIT_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return {}
    return _read_log(done.stdout.decode("utf-8", "surrogateescape"))


def _read_log(log: str) -> dict[str, date]:
    """Days from `git log --name-status -z`: "\\1day", then status and paths, each ended by NUL."""
    days: dict[str, date] = {}
    day: date | None = None
    fields = iter(log.replace("\n", "\0").split("\0"))
    for field in fields:
        if field.startswith(_COMMIT):
            day = date.fromisoformat(field[1:])
        elif field.startswith("R"):
            old, new = next(fields, ""), next(fields, "")
            if day is not None:
                days[new] = days.pop(old, day)
        elif field in ("A", "D"):
            name = next(fields, "")
            if field == "A" and day is not None:
                days.setdefault(name, day)
    return days
