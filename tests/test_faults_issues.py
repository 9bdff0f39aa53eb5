"""Broken issues among good ones: the good are found, the broken are named, and their last good version stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from malformed import PASSED_OVER, READABLE, UNREADABLE
from newsletters import found, issue_text, make_engine, run_reindex, write_archive

from wangqi.indexer.reindex.report import ReindexReport

ENGINE = make_engine()
PLACE = "issue-90.md"


def unreadable(report: ReindexReport) -> dict[str, tuple[int, str]]:
    """Line and reason of each file that could not be read."""
    return {one.problem.path: (one.problem.line, one.problem.message) for one in report.problems if one.unreadable}


def test_there_are_more_than_sixty() -> None:
    assert len(UNREADABLE) + len(READABLE) + len(PASSED_OVER) >= 60


@pytest.mark.parametrize("name", UNREADABLE)
def test_file_that_cannot_be_read_is_named_and_keeps_its_last_good_version(name: str, tmp_path: Path) -> None:
    archive, index = write_archive(tmp_path / "weekly", issues=3), tmp_path / "index"
    (archive / PLACE).write_text(issue_text(90, "Before"), encoding="utf-8")
    run_reindex(index, ENGINE, weekly=archive)
    (archive / PLACE).write_bytes(UNREADABLE[name])
    report = run_reindex(index, ENGINE, weekly=archive)
    ((path, (line, reason)),) = unreadable(report).items()
    assert (path, report.issues.failed, report.entries) == (PLACE, 1, 7)
    assert 1 <= line <= UNREADABLE[name].count(b"\n") + 1
    assert len(reason) > 10
    assert "reader failed" not in reason
    assert found(index, "Before") == ["Before"]
    assert found(index, "Tool2a") == ["Tool2a"]


@pytest.mark.parametrize("name", READABLE)
def test_odd_file_is_read_and_disturbs_no_other(name: str, tmp_path: Path) -> None:
    archive, index = write_archive(tmp_path / "weekly", issues=3), tmp_path / "index"
    (archive / PLACE).write_bytes(READABLE[name])
    report = run_reindex(index, ENGINE, weekly=archive)
    assert (unreadable(report), report.issues.added) == ({}, 4)
    assert found(index, "Tool2a") == ["Tool2a"]
    if "镜子".encode() in READABLE[name]:
        assert found(index, "镜子")


@pytest.mark.parametrize("name", PASSED_OVER)
def test_what_is_no_file_of_the_archive_is_passed_over(name: str, tmp_path: Path) -> None:
    archive, index = write_archive(tmp_path / "weekly", issues=3), tmp_path / "index"
    PASSED_OVER[name](archive / PLACE)
    report = run_reindex(index, ENGINE, weekly=archive)
    assert (unreadable(report), report.entries) == ({}, 6)
    assert found(index, "不可见") == []


def write_all(archive: Path) -> None:
    """Every malformed file, under its own name."""
    for name, data in (UNREADABLE | READABLE).items():
        (archive / f"{name}.md").write_bytes(data)
    for name, make in PASSED_OVER.items():
        make(archive / f"{name}.md")


def check_all(archive: Path, index: Path) -> ReindexReport:
    """Index `archive` with all the malformed files in it: the unreadable are named, and nothing else fails."""
    write_all(archive)
    report = run_reindex(index, ENGINE, weekly=archive)
    assert {path.removesuffix(".md") for path in unreadable(report)} == set(UNREADABLE)
    assert found(index, "镜子")
    return report


def test_all_of_them_together_leave_the_good_ones_searchable(tmp_path: Path) -> None:
    report = check_all(write_archive(tmp_path / "weekly"), tmp_path / "index")
    assert report.issues.added == 10 + len(READABLE)
    assert found(tmp_path / "index", "Tool7b") == ["Tool7b"]


@pytest.mark.slow
@pytest.mark.shared
def test_all_of_them_among_the_issues_of_a_real_archive(
    ruanyf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = shutil.copytree(ruanyf / "docs", tmp_path / "weekly")
    good = run_reindex(tmp_path / "good", ENGINE, weekly=archive)
    report = check_all(archive, tmp_path / "index")
    assert report.issues.added == good.issues.added + len(READABLE)
    assert report.entries > good.entries
    with capsys.disabled():
        bad, named = len(UNREADABLE) + len(READABLE) + len(PASSED_OVER), len(unreadable(report))
        print(f"\n{bad} malformed files among {good.issues.added} good issues: {named} named as unreadable;")
        print(f"{report.took_ms / 1000:.0f} s, {good.took_ms / 1000:.0f} s without them")
