"""What an archive can cost at most: processor time for a file, memory for a run, whatever lies in it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Final

import pytest
from newsletters import found, issue_text, run_reindex, write_archive
from running import program_environment, wangqi

from bench.memory import Peak
from indexer import issue_files
from indexer.issue_files import IssueFile, Pending, read_files
from indexer.reader import Reading, read_issue
from indexer.spool import Spool
from indexer.time_limit import time_limit
from search.errors import ReadError
from search.model import Problem

# Hypothesis is called when garbage is collected, where an exception is lost: the next one counts.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

DEAR: Final = "# 青铜周刊（第 3 期）\n\n## 工具\n\n" + "- 铜\n* 铁\n+ 锡\n" * 20_000
"""Takes seconds: each line is a list of its own."""


def pending(folder: Path, name: str, text: str) -> Pending:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    file = IssueFile(id=name, archive="样刊", path=name, file=path, entered=None)
    return Pending(file, len(text.encode()), None)


@pytest.mark.parametrize("others", [2, 400], ids=["in one process", "in several"])
def test_a_file_that_takes_too_long_is_named_and_the_others_are_read(
    others: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issue_files, "SECONDS", 0.5)
    text = issue_text(1, "Bronze") + "铜" * 1000
    files = [pending(tmp_path, f"{number}.md", text) for number in range(others)]
    read = list(read_files([files[0], pending(tmp_path, "dear.md", DEAR), *files[1:]], {}))
    problems = {loaded.file.path: result for loaded, result in read if isinstance(result, Problem)}
    assert list(problems) == ["dear.md"]
    assert problems["dear.md"].line > 1
    assert "given up after 0.5 s" in problems["dear.md"].message
    assert sum(isinstance(result, Reading) for _, result in read) == others


def test_an_issue_that_became_too_dear_stays_in_its_last_good_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, index = write_archive(tmp_path / "weekly"), tmp_path / "index"
    run_reindex(index, weekly=archive)
    monkeypatch.setattr(issue_files, "SECONDS", 0.5)
    (archive / "issue-03.md").write_text(DEAR, encoding="utf-8")
    (archive / "issue-04.md").write_text(issue_text(4, "Copper"), encoding="utf-8")
    report = run_reindex(index, weekly=archive)
    assert [each.problem.path for each in report.problems if each.problem.code == "unreadable"] == ["issue-03.md"]
    assert found(index, "Tool3a") == ["Tool3a"]
    assert found(index, "Copper") == ["Copper"]


def test_the_limit_ends_a_regular_expression_too() -> None:
    started = time.process_time()
    with pytest.raises(ReadError, match=r"given up after 0\.2 s"), time_limit(10, 0.2):
        re.match(r"(a+)+b", "a" * 60)
    assert time.process_time() - started < 2


def test_the_limit_grows_with_the_file_and_is_over_with_its_block() -> None:
    with pytest.raises(ReadError, match=r"given up after 0\.3 s"), time_limit(2_500_000, 0.1):
        work_for(1)
    with time_limit(10, 0.05):
        pass
    work_for(0.2)


def work_for(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


@pytest.mark.parametrize("held", [0, 5000, 1 << 30], ids=["on the disk", "both", "in memory"])
def test_issues_come_back_from_where_they_waited_as_they_were(held: int, tmp_path: Path) -> None:
    waiting = Spool(tmp_path, held=held)
    texts = [issue_text(number, f"Tool{number}").encode() for number in range(9)]
    issues = [read_issue("样刊", f"{number}.md", text) for number, text in enumerate(texts)]
    for issue, text in zip(issues, texts, strict=True):
        waiting.add(issue, text)
    assert list(waiting) == list(waiting) == list(zip(issues, texts, strict=True))
    assert len(waiting) == 9
    assert issues[0].ref.id in waiting
    assert list(tmp_path.iterdir()) == []


def test_files_are_opened_when_it_is_their_turn(tmp_path: Path) -> None:
    files = [pending(tmp_path, f"{number}.md", issue_text(number, "Bronze")) for number in range(3)]
    reading = read_files(files, {})
    next(reading)
    (tmp_path / "1.md").unlink()
    problem = next(reading)[1]
    assert isinstance(problem, Problem)
    assert problem.code == "unreadable"
    assert isinstance(next(reading)[1], Reading)


MAX_MB: Final = 400
LEGAL: Final = (issue_text(1, *(f"Tool{number}" for number in range(1000))) + "\n说明文字，一句接一句。").encode()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["too large", "legal", "one line", "short lines"])
def test_many_names_of_one_large_file_are_no_bomb(name: str, tmp_path: Path) -> None:
    data = {
        "too large": b"a" * 10_000_000,
        "legal": LEGAL * (4_900_000 // len(LEGAL)),
        "one line": "铜镜，".encode() * 540_000,
        "short lines": b"- a\n" * 1_200_000,
    }[name]
    archive = tmp_path / "weekly"
    archive.mkdir()
    blob = tmp_path / "blob"
    blob.write_bytes(data)
    for number in range(300 if name == "too large" else 12):
        (archive / f"issue-{number:03d}.md").hardlink_to(blob)
    (archive / "good.md").write_text(issue_text(1, "Bronze"), encoding="utf-8")
    seconds, peak = measured(archive, tmp_path / "index")
    print(f"{name}: {seconds:.0f} s, {peak:.0f} MB")
    assert peak <= MAX_MB


@pytest.mark.slow
def test_two_hundred_thousand_issues_are_indexed(tmp_path: Path) -> None:
    archive = tmp_path / "weekly"
    for number in range(200_000):
        folder = archive / f"{number // 1000:03d}"
        if not number % 1000:
            folder.mkdir(parents=True)
        (folder / f"issue-{number}.md").write_bytes(f"# 第 {number % 1000} 期\n".encode() if number % 2 else b"")
    seconds, peak = measured(archive, tmp_path / "index")
    print(f"200 000 files: {seconds:.0f} s, {peak:.0f} MB")
    shutil.rmtree(archive)


def measured(archive: Path, index: Path) -> tuple[float, float]:
    """Seconds and MB that `wangqi reindex` takes."""
    started = time.monotonic()
    command = wangqi("reindex", f"weekly={archive}", "--index", str(index), "--json")
    with Peak() as peak:
        done = subprocess.run(command, env=program_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["changed"]
    return time.monotonic() - started, peak.mb
