"""How much of what a renderer shows is kept and can be found, over every real archive: a part of `make bench-reading`.

    python -m bench.kept [--dry] [ARCHIVE…]     the table, and of each archive the issues that lose most

The issues are read as they are indexed, with the habits of their archive. What is shown is counted by a renderer that
shares no code with the reader (`bench.visible`). Letters, digits and Chinese are what can be searched for; the marks
that are lost stand between a title and its description, around an address, or before an item (`•`). The sum goes into
`docs/reading-issues.md` too.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.corpus import SHARED
from bench.reading import habits_of, unbundled, write_between
from bench.report import table
from bench.visible import Account, account
from wangqi.indexer.archive.files import find_issues
from wangqi.indexer.reader import read_closely, read_issue
from wangqi.search.errors import ReadError

BEGIN: Final = "<!-- figures of `python -m bench.kept` -->"
END: Final = "<!-- end of what is kept -->"
NAMED_ISSUES: Final = 5


@dataclass(slots=True)
class Kept:
    """Of an archive, in characters."""

    issues: int = 0
    shown: int = 0
    lost: int = 0
    """Letters, digits and Chinese."""
    marks: int = 0
    """Other characters that are lost."""
    worst: Counter[str] = field(default_factory=Counter)
    """Path → characters lost."""

    def add(self, path: str, one: Account) -> None:
        self.issues += 1
        self.shown += one.shown
        lost = sum(count for char, count in one.lost.items() if char.isalnum())
        self.lost += lost
        self.marks += one.lost.total() - lost
        self.worst[path] = lost

    def add_all(self, other: Kept) -> None:
        self.issues += other.issues
        self.shown += other.shown
        self.lost += other.lost
        self.marks += other.marks

    def row(self, name: str) -> list[str]:
        share = 100 * (1 - self.lost / self.shown) if self.shown else 100.0
        return [name, str(self.issues), str(self.shown), str(self.lost), f"{share:.3f}", str(self.marks)]


def archive_roots(checkout: Path) -> dict[str, Path]:
    """Every archive by its name; `checkout` is that of the one that comes as a bundle."""
    folders = [path for name in ("corpora", "corpora-more") for path in (SHARED / name).iterdir() if path.is_dir()]
    return {"ruanyf-weekly": checkout / "docs"} | {folder.name: folder for folder in folders}


def kept_of(archive: str, root: Path) -> Kept:
    """What is kept of an archive. A file that the reader refuses is passed over: it is named in every reindex."""
    kept, habits = Kept(), habits_of(archive, root)
    for path in find_issues(root).issues:
        data = (root / path).read_bytes()
        try:
            own = habits.touching(read_closely(archive, path, data).evidence)
            issue = read_issue(archive, path, data, habits=own)
        except ReadError:
            continue
        kept.add(path, account(issue, data.decode("utf-8", "replace")))
    return kept


def _measured(names: list[str]) -> Iterator[tuple[str, Kept]]:
    with unbundled() as checkout:
        for name, root in sorted(archive_roots(checkout).items()):
            if not names or name in names:
                yield name, kept_of(name, root)


def main() -> None:
    """Print what is kept of each archive; `docs/reading-issues.md` gets the sum."""
    names = [name for name in sys.argv[1:] if not name.startswith("-")]
    found = dict(_measured(names))
    for name, kept in found.items():
        for path, lost in kept.worst.most_common(NAMED_ISSUES):
            if lost:
                print(f"{name}/{path}: {lost} lost")
    whole = Kept()
    for kept in found.values():
        whole.add_all(kept)
    print(_table([*found.items(), ("all", whole)]))
    if not names and "--dry" not in sys.argv[1:]:
        write_between(BEGIN, END, _table([(f"all {len(found)}", whole)]))


def _table(rows: list[tuple[str, Kept]]) -> str:
    columns = ["archive", "issues", "characters", "lost", "kept, %", "marks lost"]
    return table(columns, [kept.row(name) for name, kept in rows])


if __name__ == "__main__":
    main()
