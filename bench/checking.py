"""What `wangqi check` says of issues that were published: what their author would not call a mistake is too much.

    python -m bench.checking [ARCHIVE…]     problems of the newest twenty issues of each archive, and their number

Each issue is checked as a draft, with the issues before it as what ran. By eye it is then said which problems are none.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.kept import archive_roots
from bench.reading import habits_of, unbundled
from bench.report import table
from wangqi.indexer.archive.files import find_issues
from wangqi.indexer.archive.git_dates import first_commit_days
from wangqi.indexer.check import DraftFile, check_draft
from wangqi.indexer.reader import Reading, read_closely
from wangqi.search.model import Issue, Problem

NEWEST: Final = 20


def _drafts(archive: str, root: Path) -> list[tuple[DraftFile, list[Issue]]]:
    """The newest issues as drafts, oldest first, each with the issues before it."""
    days, habits = first_commit_days(root), habits_of(archive, root)
    readings: list[tuple[Issue, Reading]] = []
    for path in find_issues(root).issues:
        data = (root / path).read_bytes()
        alone = read_closely(archive, path, data, entered=days.get(path))
        own = habits.touching(alone.evidence)
        read = read_closely(archive, path, data, entered=days.get(path), habits=own, draft=alone.draft)
        readings.append((read.issue, alone))
    readings.sort(key=lambda each: (each[0].ref.number or 0, str(each[0].ref.date or ""), each[0].ref.path))
    issues = [issue for issue, _ in readings]
    newest = list(enumerate(readings))[-NEWEST:]
    return [(_draft(root, issue, alone), issues[:at]) for at, (issue, alone) in newest]


def _draft(root: Path, issue: Issue, alone: Reading) -> DraftFile:
    file = root / issue.ref.path
    lines = alone.draft.text.lines if alone.draft else []
    source = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return DraftFile(issue=issue, lines=lines, source=source, folder=file.parent, root=root)


def problems_of(draft: DraftFile, before: Sequence[Issue]) -> list[Problem]:
    entries = [entry for issue in before for entry in issue.documents()]
    return check_draft(draft, entries, [issue.ref for issue in before])


def main() -> None:
    """Print each problem, then how many of each kind there are."""
    rows = []
    with unbundled() as checkout:
        for name, root in sorted(archive_roots(checkout).items()):
            if sys.argv[1:] and name not in sys.argv[1:]:
                continue
            drafts = _drafts(name, root)
            found = [problem for draft, before in drafts for problem in problems_of(draft, before)]
            for problem in found:
                print(f"{name}/{problem.path}:{problem.line}: {problem.code}: {problem.message}")
            kinds = Counter(problem.code for problem in found)
            said = ", ".join(f"{count} {code}" for code, count in kinds.most_common())
            rows.append([name, str(len(drafts)), str(len(found)), said])
    print(table(["archive", "issues", "problems", "of which"], rows))


if __name__ == "__main__":
    main()
