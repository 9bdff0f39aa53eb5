"""What an archive can cost at most: processor time for a file, memory for a run, whatever lies in it."""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import time
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

import pytest
from newsletters import found, issue_text, run_reindex, write_archive
from running import program_environment, wangqi

from bench.memory import Peak
from wangqi.indexer.reader import Reading, read_issue
from wangqi.indexer.reader.sections import MAX_ENTRIES
from wangqi.indexer.reindex import issue_files
from wangqi.indexer.reindex.issue_files import IssueFile, Pending, read_files
from wangqi.indexer.reindex.spool import Drafts, Spool
from wangqi.indexer.reindex.time_limit import time_limit
from wangqi.search.errors import ReadError
from wangqi.search.model import Problem

# Hypothesis is called when garbage is collected, where an exception is lost: the next one counts.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

DEAR: Final = "# 青铜周刊（第 3 期）\n\n## 工具\n\n" + "- 铜\n* 铁\n+ 锡\n" * 20_000
"""Takes seconds: each line is a list of its own."""


def nested_settings(depth: int) -> str:
    """An issue whose settings are `depth` objects, each in the one before."""
    nested = '{"a": ' * depth + "1" + "}" * depth
    return '{"title": "青铜", "a": ' + nested + "}\n\n## 工具\n"


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
    assert "given up after 0.5 s" in problems["dear.md"].message
    assert sum(isinstance(result, Reading) for _, result in read) == others


def test_the_line_that_the_reader_was_at_is_told() -> None:
    """But for moments between its steps, at which it is at none."""
    lines = []
    for seconds in (0.15, 0.25, 0.35, 0.45):
        with pytest.raises(ReadError) as given_up, time_limit(len(DEAR), seconds):
            read_issue("weekly", "dear.md", DEAR.encode())
        lines.append(given_up.value.line)
    assert sum(line > 1 for line in lines) >= 3, lines


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
    assert list(waiting) == list(zip(issues, texts, strict=True))
    assert len(waiting) == 9
    assert issues[0].ref.id in waiting
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("held", [0, 100, 1 << 30], ids=["on the disk", "both", "in memory"])
def test_drafts_come_back_from_where_they_waited(held: int, tmp_path: Path) -> None:
    drafts = {f"{number}.md": bytes([number]) * 40 for number in range(9)}
    waiting = Drafts(tmp_path, held=held)
    for name, draft in drafts.items():
        waiting.add(name, draft)
    assert {name: waiting.get(name) for name in reversed(drafts)} == drafts
    assert waiting.get("other.md") == b""
    assert list(tmp_path.iterdir()) == []


def test_a_draft_that_is_too_long_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issue_files, "MAX_DRAFT_LINES", 3)
    files = [pending(tmp_path, f"{count}.md", "- 铜\n" * count) for count in (3, 4)]
    assert [bool(loaded.draft) for loaded, _ in read_files(files, {}, drafts=True)] == [True, False]


def test_settings_within_settings_do_not_stop_a_draft(tmp_path: Path) -> None:
    files = [pending(tmp_path, f"{depth}.md", nested_settings(depth)) for depth in range(850, 1000, 3)]
    assert all(isinstance(read, Reading) for _, read in read_files(files, {}, drafts=True))


def test_files_are_opened_when_it_is_their_turn(tmp_path: Path) -> None:
    files = [pending(tmp_path, f"{number}.md", issue_text(number, "Bronze")) for number in range(3)]
    reading = read_files(files, {})
    next(reading)
    (tmp_path / "1.md").unlink()
    problem = next(reading)[1]
    assert isinstance(problem, Problem)
    assert problem.code == "unreadable"
    assert isinstance(next(reading)[1], Reading)


def test_a_file_of_more_entries_than_any_issue_has_is_refused_with_their_line() -> None:
    entries = "".join(f"- [甲{number}](https://a.example/{number})：说明。\n" for number in range(MAX_ENTRIES + 1))
    with pytest.raises(ReadError, match="more than 20000 entries") as caught:
        read_issue("样刊", "x.md", f"## 工具\n\n{entries}".encode())
    assert caught.value.line == MAX_ENTRIES + 3


MAX_MB: Final = 400
MAX_FACTOR: Final = 2
NAMES: Final = 12
BYTES: Final = 4_900_000
LEGAL: Final = (issue_text(1, *(f"Tool{number}" for number in range(1000))) + "\n说明文字，一句接一句。").encode()
PIECES: Final = {
    "too large": b"a" * 10_000_000,
    "too many entries": LEGAL,
    "most entries": LEGAL,
    "one line": "铜镜，".encode(),
    "short lines": b"- a\n",
    "one run": "铜镜".encode(),
    "one word": b"1a",
    "long words": "".join(f"{number}a{number}b{number * 7}c{number * 11}d " for number in range(9000)).encode(),
}
ABOUT: Final = (
    "把日志压缩后放进对象存储，",
    "查询时只读需要的列，",
    "作者比较了三种做法。",
    "适合几台机器的小团队，",
    "也能在笔记本上运行。",
)


class Cost(NamedTuple):
    seconds: float
    """Of the processor, of all processes together."""
    mb: float


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds of the processor for as many bytes of issues as people write them, by a third of those bytes."""
    folder = tmp_path_factory.mktemp("honest")
    written = number = 0
    while written < NAMES * BYTES // 3:
        number += 1
        entries = (f"{n}、[工具{number}x{n}](https://t{n}.example/{number})\n\n{''.join(ABOUT)}" for n in range(1, 101))
        text = f"# 青铜周刊（第 {number} 期）\n\n## 工具\n\n" + "\n\n".join(entries)
        written += (folder / f"issue-{number}.md").write_bytes(text.encode())
    cost = measured(folder, tmp_path_factory.mktemp("index"))
    print(f"honest: {number} issues, {written / 1e6:.0f} MB, {cost.seconds:.0f} s, {cost.mb:.0f} MB")
    return cost.seconds * 3


@pytest.mark.slow
@pytest.mark.parametrize("name", PIECES)
def test_many_names_of_one_large_file_are_no_bomb(name: str, honest: float, tmp_path: Path) -> None:
    archive, blob, piece = tmp_path / "weekly", tmp_path / "blob", PIECES[name]
    archive.mkdir()
    size = {"most entries": MAX_ENTRIES // 1000 * len(LEGAL), "too large": len(piece)}.get(name, BYTES)
    blob.write_bytes(piece * (size // len(piece)))
    for number in range(300 if name == "too large" else NAMES * BYTES // size):
        (archive / f"issue-{number:03d}.md").hardlink_to(blob)
    (archive / "good.md").write_text(issue_text(1, "Bronze"), encoding="utf-8")
    cost = measured(archive, tmp_path / "index")
    print(f"{name}: {cost.seconds:.0f} s, {cost.seconds / honest:.1f} times an honest archive, {cost.mb:.0f} MB")
    assert cost.mb <= MAX_MB
    assert cost.seconds <= MAX_FACTOR * honest


@pytest.mark.slow
def test_a_full_reindex_fits_beside_a_server_into_half_a_gigabyte(tmp_path: Path) -> None:
    archive = tmp_path / "weekly"
    archive.mkdir()
    rng = Random(7)
    words = ["".join(chr(0x4E00 + int(4000 * rng.random() ** 3)) for _ in range(2)) for _ in range(20_000)]
    phrases = ["".join(rng.choices(words, k=5)) for _ in range(20_000)]  # as in texts, most neighbours are old ones
    for number in range(420):
        entries = [
            f"{order}、[Tool{number}x{order}](https://example.org/{number}/{order})\n\n"
            f"{''.join(rng.choices(phrases, k=20))}。\n"
            for order in range(1, 51)
        ]
        text = f"# 青铜周刊（第 {number} 期）\n\n## 工具\n\n" + "\n".join(entries)
        (archive / f"issue-{number}.md").write_text(text, encoding="utf-8")
    cost = measured(archive, tmp_path / "index", anonymous=True)
    print(f"21 000 entries: {cost.seconds:.0f} s, {cost.mb:.0f} MB of anonymous memory")
    assert cost.mb <= 220


@pytest.mark.slow
def test_two_hundred_thousand_issues_are_indexed(tmp_path: Path) -> None:
    archive = tmp_path / "weekly"
    for number in range(200_000):
        folder = archive / f"{number // 1000:03d}"
        if not number % 1000:
            folder.mkdir(parents=True)
        (folder / f"issue-{number}.md").write_bytes(f"# 第 {number % 1000} 期\n".encode() if number % 2 else b"")
    started = time.monotonic()
    cost = measured(archive, tmp_path / "index")
    print(f"200 000 files: {time.monotonic() - started:.0f} s, {cost.seconds:.0f} s of the processor, {cost.mb:.0f} MB")
    shutil.rmtree(archive)
    assert time.monotonic() - started < 600


def measured(archive: Path, index: Path, *, anonymous: bool = False) -> Cost:
    """What `wangqi reindex` takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = wangqi("reindex", f"weekly={archive}", "--index", str(index), "--json")
    with Peak(included=False, anonymous=anonymous) as peak:
        done = subprocess.run(command, env=program_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["changed"]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak.mb)
