"""The report of a reindex, for a person and for a script."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from wangqi.search.model import Problem

State = Literal["missing", "damaged", "stale", "full", "content", "equal"]
"""How the index compared with the archives before the run, which is why it was written or not:
`missing`: there was none. `damaged`: other bytes than were written. `stale`: another program, analyzer or dictionary.
`full`: everything anew on request. `content`: files differ. `equal`: nothing to do."""


UNREADABLE_CODES: Final = frozenset({"unreadable", "reader-crash"})

PRIVATE_CODES: Final = frozenset({"draft", "private"})
"""The file says that it is not to be published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Files of the archives that were compared, each counted once."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    failed: int = 0
    """Cannot be read; the last good version, if there is one, stays in the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedProblem:
    archive: str
    file: Path
    problem: Problem
    fresh: bool
    """The file was looked into in this run, not in an earlier one."""

    @property
    def unreadable(self) -> bool:
        """The index does not hold the file as it is."""
        return self.problem.code in UNREADABLE_CODES


@dataclass(frozen=True, slots=True, kw_only=True)
class ReindexReport:
    generation: str
    """The generation that serves after the run."""
    changed: bool
    """A new generation was published."""
    state: State
    reason: str
    """The state in words."""
    issues: Counts
    entries: int
    """Of the whole index."""
    problems: tuple[ReportedProblem, ...]
    """All that the index knows of, those of unchanged files included."""
    took_ms: float

    def as_dict(self) -> dict[str, Any]:
        """The shape of `reindex --json`."""
        return {
            "generation": self.generation,
            "changed": self.changed,
            "state": self.state,
            "reason": self.reason,
            "issues": asdict(self.issues),
            "entries": self.entries,
            "problems": [{"archive": one.archive, **asdict(one.problem)} for one in self.problems],
            "took_ms": round(self.took_ms, 1),
        }
