"""The day on which each file of an archive entered git: the date of an issue that names none itself. And what became of
the files that are no longer there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from wangqi.indexer.archive.git import find_checkout, read_log
from wangqi.search.errors import GitError
from wangqi.search.errors.message import Message, message_of

NOT_COMMITTED: Final = Message("not committed to git yet")
CUT_OFF: Final = Message("older than what the shallow clone holds (`git fetch --unshallow` gets the rest)")
NO_DAY: Final = Message("committed to git with a date that is none")

_COMMIT: Final = "\x01"


@dataclass(frozen=True, slots=True)
class GitDays:
    """Days from git of the files of an archive, by their POSIX path below its folder."""

    days: Mapping[str, date]
    """The author's day, in his time zone."""
    undated: Mapping[str, str]
    """Why a file that git knows has no day."""
    otherwise: str = NOT_COMMITTED
    """Why all other files have none."""
    moved: Mapping[str, str] = field(default_factory=dict)
    """Names of before → the name that the file was given then; "" for a file that was removed."""

    def get(self, path: str) -> date | None:
        return self.days.get(path)

    def why_not(self, path: str) -> str:
        """Why the file has no day; "" when it has one."""
        return "" if path in self.days else self.undated.get(path, self.otherwise)


def first_commit_days(root: Path) -> GitDays:
    """The day each file below `root` entered git; beside it, when `root` is a file. A renamed file keeps the day of its
    first name."""
    folder = root if root.is_dir() else root.parent
    try:
        checkout = find_checkout(root)
        below = folder.resolve().relative_to(checkout.top).as_posix()
        # How alike two files are is not to be told without what a partial clone has left with its origin.
        alike = 100 if checkout.is_partial else 60
        log = read_log(
            checkout, "--reverse", "--topo-order", "--no-merges", "--root", "--no-show-signature", "--name-status",
            "--diff-filter=ADR", f"--find-renames={alike}%", "-l5000", "-z", f"--format={_COMMIT}%H %ad",
            "--date=short", *([] if below == "." else [f"--relative={below}/", "--", f":(literal){below}"]),
        )  # fmt: skip
        return _read_log(log, checkout.cut_off())
    except GitError as error:
        return GitDays({}, {}, otherwise=message_of(error))


def _read_log(log: str, cut_off: frozenset[str]) -> GitDays:
    """Days from `git log --name-status -z`: "\\1commit day", then status and paths, each ended by NUL."""
    found: dict[str, date | str] = {}
    history = _Names()
    day: date | str = NO_DAY
    fields = iter(log.split("\0"))
    for each in fields:
        status = each.removeprefix("\n")  # it separates a commit from what it did; a file's name may hold one as well
        if status.startswith(_COMMIT):
            commit, _, written = status[1:].partition(" ")
            day = CUT_OFF if commit in cut_off else _day(written)
        elif status.startswith("R"):
            old, new = next(fields, ""), next(fields, "")
            found[new] = found.pop(old, day)
            history.rename(old, new)
        elif status:
            name = next(fields, "")
            if status == "A":
                found.setdefault(name, day)
                history.add(name)
            elif status == "D":
                history.remove(name)
    days = {name: day for name, day in found.items() if isinstance(day, date)}
    return GitDays(
        days, {name: reason for name, reason in found.items() if isinstance(reason, str)}, moved=history.moved()
    )


class _Names:
    """The names that files had, one after the other: another file may be given a name that is free again."""

    def __init__(self) -> None:
        self._files: dict[str, list[str]] = {}
        """The file that has a name now, as the list of its names so far; "" at the end of one that is gone."""
        self._left: dict[str, list[str]] = {}
        """The last file that gave a name up."""

    def add(self, name: str) -> None:
        self._files.setdefault(name, [name])

    def rename(self, old: str, new: str) -> None:
        file = self._leave(old)
        file.append(new)
        self._files[new] = file

    def remove(self, name: str) -> None:
        self._leave(name).append("")

    def _leave(self, name: str) -> list[str]:
        file = self._left[name] = self._files.pop(name, [name])
        return file

    def moved(self) -> dict[str, str]:
        """Names of before → the last name of the file."""
        return {name: file[-1] for name, file in self._left.items()}


def _day(written: str) -> date | str:
    try:
        return date.fromisoformat(written)
    except ValueError:  # a commit may say that it is of the year 10000
        return NO_DAY
