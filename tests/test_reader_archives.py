"""The reader over whole real archives: nothing lost, every issue with its number and date, quickly."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.visible import account
from wangqi.indexer.archive.files import find_issues
from wangqi.indexer.archive.git_dates import first_commit_days
from wangqi.indexer.reader import read_issue
from wangqi.search.model import Issue

pytestmark = pytest.mark.shared

ARCHIVES = {"ruanyf": 407, "kuring": 16, "openbiox": 179}
KEPT_AT_LEAST = 0.999


@dataclass(frozen=True)
class Archive:
    issues: list[tuple[Issue, str]]
    """Each with its Markdown."""


@pytest.fixture(scope="module", params=sorted(ARCHIVES))
def archive(request: pytest.FixtureRequest, shared: Path, ruanyf: Path) -> Archive:
    name = str(request.param)
    root = ruanyf / "docs" if name == "ruanyf" else shared / "corpora" / name
    days = first_commit_days(root).days if name == "ruanyf" else {}
    paths = find_issues(root).issues
    assert len(paths) == ARCHIVES[name]
    files = [(path, (root / path).read_bytes()) for path in paths]
    issues = [read_issue(name, path, data, entered=days.get(path)) for path, data in files]
    return Archive([(issue, data.decode()) for issue, (_, data) in zip(issues, files, strict=True)])


def test_nothing_of_an_archive_is_lost(archive: Archive) -> None:
    accounts = [account(issue, markdown) for issue, markdown in archive.issues]
    shown = sum(one.shown for one in accounts)
    lost = sum(one.lost.total() for one in accounts)
    assert 1 - lost / shown >= KEPT_AT_LEAST
    # A title that only the front matter holds is kept and not shown.
    titles = sum(len(issue.ref.title) for issue, _ in archive.issues)
    assert sum(one.doubled.total() for one in accounts) <= shown * (1 - KEPT_AT_LEAST) + titles


def test_every_issue_has_its_number_and_its_date(archive: Archive) -> None:
    without = [issue.ref.path for issue, _ in archive.issues if issue.ref.number is None or issue.ref.date is None]
    assert without == []
    numbers = [issue.ref.number for issue, _ in archive.issues]
    assert len(set(numbers)) == len(numbers)


def test_every_issue_has_entries(archive: Archive) -> None:
    assert [issue.ref.path for issue, _ in archive.issues if len(issue.entries()) < 3] == []
