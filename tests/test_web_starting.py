"""A server that starts: it says so when it answers, and what it has to index first keeps nobody out."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest
from real_server import Answer, RealServer, reindex
from running import HOST, free_port, program_environment, until, wangqi

FEW, MANY = 3, 200
"""Issues: read in a moment, and in some seconds."""

ENTRY = "- [第 {issue} 期的工具 {number}](https://tools.example/{issue}/{number})：把图片、文字和表格整理到一处的小工具，可以离线用。\n"


def write_issues(folder: Path, numbers: range) -> None:
    folder.mkdir(exist_ok=True)
    for issue in numbers:
        entries = "".join(ENTRY.format(issue=issue, number=number) for number in range(40))
        (folder / f"issue-{issue}.md").write_text(f"# 周刊第 {issue} 期\n\n## 工具\n\n{entries}", encoding="utf-8")


@contextmanager
def started(folder: Path, *options: str) -> Iterator[RealServer]:
    """A server in the first moment, which may not answer yet."""
    port, log = free_port(), folder / "server.log"
    command = wangqi("serve", "--index", str(folder / "index"), "--port", str(port), "--workers", "1", *options)
    with log.open("wb") as errors:
        process = subprocess.Popen(command, env=program_environment(), cwd=folder, stdout=errors, stderr=errors)
    server = RealServer(port, process, log)
    try:
        until(lambda: is_open(server), "nobody listens")
        yield server
    finally:
        if process.poll() is None:
            server.stop()


def is_open(server: RealServer) -> bool:
    assert server.process.poll() is None, server.log.read_text()
    with socket.socket() as sock:
        return sock.connect_ex((HOST, server.port)) == 0


def says_that_it_serves(server: RealServer) -> bool:
    return "serving generation" in server.log.read_text()


def answers_until(server: RealServer, path: str, last: str) -> list[Answer]:
    """All answers to `path` until one holds `last`; none is refused, and none is cut off."""
    answers: list[Answer] = []

    def has_come() -> bool:
        answers.append(server.ask(path))
        return last in answers[-1].body.decode()

    until(has_come, f"{last} does not come")
    return answers


def test_whoever_reads_that_it_serves_is_answered(tmp_path: Path) -> None:
    write_issues(tmp_path / "weekly", range(1, FEW))
    with started(tmp_path, "weekly=weekly") as server:
        until(lambda: says_that_it_serves(server), "the server does not start")
        assert [server.ask("/api/v1/search?q=工具").status for _ in range(5)] == [200] * 5


def test_a_first_index_is_made_behind_an_open_port(tmp_path: Path) -> None:
    write_issues(tmp_path / "weekly", range(1, MANY))
    with started(tmp_path, "weekly=weekly") as server:
        answers = answers_until(server, "/search?q=第 7 期的工具", "tools.example/7/")
        assert {answer.status for answer in answers[:-1]} == {503}
        assert "正在建立索引" in answers[0].body.decode()
        said = [line for line in server.log.read_text().splitlines() if "reindex" in line or "cannot answer" in line]
        assert said == []  # nobody has to do anything
        assert answers[0].headers["Retry-After"] == "5"
        until(lambda: says_that_it_serves(server), "the server does not start")
        assert server.ask("/api/v1/search?q=工具").status == 200


@pytest.mark.slow
def test_a_program_is_told_too(tmp_path: Path) -> None:
    write_issues(tmp_path / "weekly", range(1, MANY))
    with started(tmp_path, "weekly=weekly") as server:
        answer = server.ask("/api/v1/search?q=工具")
        assert (answer.status, answer.json["building"]) == (503, True)
        assert server.stop() == 0  # and it can be stopped meanwhile, with all that it has started
    until(lambda: not processes_with(str(tmp_path / "index")), "something is left")


def test_what_was_indexed_serves_while_more_is_read(tmp_path: Path) -> None:
    write_issues(tmp_path / "weekly", range(1, FEW))
    reindex(tmp_path / "index", weekly=tmp_path / "weekly")
    write_issues(tmp_path / "weekly", range(FEW, MANY))
    with started(tmp_path, "weekly=weekly") as server:
        answers = answers_until(server, "/api/v1/search?q=第 7 期的工具&match=exact", "tools.example/7/")
        assert {answer.status for answer in answers} == {200}
        assert len(answers) > 1


@pytest.mark.slow
def test_an_index_of_other_words_is_made_anew_behind_an_open_port(tmp_path: Path) -> None:
    write_issues(tmp_path / "weekly", range(1, MANY))
    reindex(tmp_path / "index", weekly=tmp_path / "weekly")
    (tmp_path / "wangqi.toml").write_text(
        '[archives]\nweekly = "weekly"\n\n[aliases]\n"小工具" = ["widget"]\n', "utf-8"
    )  # makes it stale
    with started(tmp_path) as server:
        answers = answers_until(server, "/api/v1/search?q=第 7 期的工具", "tools.example/7/")
        assert {answer.status for answer in answers[:-1]} == {503}


@pytest.mark.slow
def test_who_stands_in_ends_with_a_server_that_is_killed(tmp_path: Path) -> None:
    write_issues(tmp_path / "weekly", range(1, MANY))
    with started(tmp_path, "weekly=weekly") as server:
        assert server.ask("/").status == 503
        server.stop(signal.SIGKILL)
    until(lambda: not processes_with(str(tmp_path / "index")), "something is left")


@pytest.mark.slow
def test_a_server_that_was_killed_can_be_started_again_at_once(tmp_path: Path) -> None:
    write_issues(tmp_path / "weekly", range(1, MANY))
    with started(tmp_path, "weekly=weekly") as server:
        assert server.ask("/").status == 503
        server.stop(signal.SIGKILL)  # its reindex goes on, and keeps others out
    with started(tmp_path, "weekly=weekly") as server:
        until(lambda: says_that_it_serves(server), "the server does not start")
        assert server.ask("/api/v1/search?q=工具").status == 200


@pytest.mark.slow
def test_who_stands_in_leaves_the_port_while_a_client_stays(tmp_path: Path) -> None:
    write_issues(tmp_path / "weekly", range(1, MANY))
    with started(tmp_path, "weekly=weekly") as server, socket.create_connection((HOST, server.port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")  # and no more
        until(lambda: says_that_it_serves(server), "the server does not start")
        assert server.stop() == 0
        with socket.create_server((HOST, server.port)):
            pass


def test_an_archive_that_is_refused_ends_it_though_the_port_was_open(tmp_path: Path) -> None:
    with pytest.raises((AssertionError, OSError, HTTPException)), started(tmp_path, "weekly=nowhere") as server:
        server.ask("/")
    assert "nowhere" in (tmp_path / "server.log").read_text()
    assert processes_with(str(tmp_path / "index")) == []


def processes_with(argument: str) -> list[int]:
    """The processes that were started with `argument`."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and argument.encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:  # it has ended
            continue
    return [pid for pid in found if pid != os.getpid()]
