"""Windows and macOS, as far as that can be tried elsewhere: without the modules and functions that they lack."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from newsletters import write_issue
from other_systems import MACOS, WINDOWS, environment
from running import free_port, until, wangqi

pytestmark = pytest.mark.drill

Run = Callable[..., subprocess.CompletedProcess[str]]

SYSTEMS = {"windows": WINDOWS, "macos": MACOS}


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> str:
    return SYSTEMS[request.param]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A newsletter with settings."""
    for number in (1, 2):
        write_issue(tmp_path / "weekly", number, f"Tool{number}a", f"Tool{number}b")
    (tmp_path / "wangqi.toml").write_text('[archives]\nweekly = "weekly"\n', encoding="utf-8")
    return tmp_path


def run(folder: Path, system: str, command: list[str], *, code: int = 0) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment(folder, system), capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("missing", ["fcntl", "resource", "pwd", "os.fork", "os.pread", "os.O_NOFOLLOW"])
def test_what_windows_lacks_is_not_there(missing: str, tmp_path: Path) -> None:
    module, _, name = missing.partition(".")
    code = f"import {module}" + (f"; {module}.{name}" if name else "")
    assert "Error" in run(tmp_path, WINDOWS, [sys.executable, "-c", code], code=1)


def test_everything_but_serving_works(folder: Path) -> None:
    def does(*arguments: str) -> str:
        return run(folder, WINDOWS, wangqi(*arguments))

    assert "generation 000001: 4 entries; there was no index" in does("reindex")
    write_issue(folder / "weekly", 3, "Tool3a")
    report = json.loads(does("reindex", "--json"))
    assert (report["generation"], report["issues"]["added"]) == ("000002", 1)
    assert does("search", "Tool3a").startswith("1 entry\n")
    assert "generation 000002" in does("status", "--problems")
    assert "every byte is as it was written (serves)" in does("verify")
    assert "the same link" not in does("check", "weekly/issue-03.md")
    assert "Tool3a" in does("parse", "weekly/issue-03.md")
    assert "accepted" in does("accept")
    assert "files: " in does("export", "site")
    assert "generation 000001 serves" in does("rollback")
    for number in (4, 5):  # old generations go
        write_issue(folder / "weekly", number, f"Tool{number}a")
        does("reindex")
    assert len(list((folder / ".wangqi" / "generations").glob("0*"))) == 3


def test_a_link_is_not_followed(folder: Path) -> None:
    (folder / "outside.md").write_text("# 第 9 期\n\n## 工具\n\n1、[外](https://outside.example)\n", encoding="utf-8")
    (folder / "weekly" / "issue-09.md").symlink_to(folder / "outside.md")
    assert "is a link, and no link in an archive is followed" in run(folder, WINDOWS, wangqi("reindex"))
    assert run(folder, WINDOWS, wangqi("search", "外")).startswith("0 entries")


def test_a_second_reindex_is_told_who_is_at_it(folder: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from wangqi.indexer.store.lock import writer_lock\n"
        "with writer_lock(Path('.wangqi')): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code], cwd=folder, env=environment(folder, WINDOWS), stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        said = run(folder, WINDOWS, wangqi("reindex"), code=3)
        assert re.search(rf"another reindex is writing .* \(pid {holder.pid}, since ", said)
        holder.kill()
    assert "generation 000001" in run(folder, WINDOWS, wangqi("reindex"))


def test_readers_share_a_generation_and_keep_it(folder: Path) -> None:
    run(folder, WINDOWS, wangqi("reindex"))
    code = (
        "from pathlib import Path; from wangqi.indexer.store.holding import Hold, unheld\n"
        "folder = Path('.wangqi/generations/000001')\n"
        "def is_free():\n"
        "    with unheld(folder) as free: return free\n"
        "one, other = Hold(folder), Hold(folder)\n"
        "said = [is_free()]; one.close(); said.append(is_free()); other.close(); print([*said, is_free()])"
    )
    assert run(folder, WINDOWS, [sys.executable, "-c", code]) == "[False, False, True]\n"


def test_several_processes_work_together(tmp_path: Path, system: str) -> None:
    (tmp_path / "work.py").write_text(
        "from wangqi.search.processes import in_processes\n"
        "if __name__ == '__main__': print(list(in_processes(len, ['a', 'bc', ''], processes=2)))",
        encoding="utf-8",
    )
    assert run(tmp_path, system, [sys.executable, "work.py"]) == "[1, 2, 0]\n"


@contextmanager
def serving(folder: Path, system: str) -> Iterator[tuple[int, Path]]:
    """Port and log of a server, which ends well when it is told to."""
    port, log = free_port(), folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            wangqi("serve", "--port", str(port)), cwd=folder, env=environment(folder, system), stderr=output
        )
    try:
        until(lambda: b"wangqi: serving" in log.read_bytes() or process.poll() is not None)
        yield port, log
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def asked(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return str(answer.read().decode())


def test_a_site_is_served_and_follows_new_generations(folder: Path, system: str) -> None:
    with serving(folder, system) as (port, log):
        assert json.loads(asked(port, "/api/v1/search?q=Tool2a"))["total"] == 1
        assert "Tool2a" in asked(port, "/search?q=Tool2a")
        assert ("one process answers" in log.read_text()) == (system == WINDOWS)
        write_issue(folder / "weekly", 3, "Tool3a")
        run(folder, system, wangqi("reindex"))
        until(lambda: json.loads(asked(port, "/api/v1/search?q=Tool3a"))["total"] == 1)


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_where_one_process_answers_addresses_are_read_as_they_are_typed(folder: Path, charset: str) -> None:
    write_issue(folder / "weekly", 3, "图床")
    with serving(folder, WINDOWS) as (port, _), socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall("GET /api/v1/search?q=图床 HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode(charset))
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["total"] == 1


def test_where_one_process_answers_a_client_that_says_nothing_keeps_nobody_waiting(folder: Path) -> None:
    with serving(folder, WINDOWS) as (port, _), socket.create_connection(("127.0.0.1", port)) as silent:
        silent.sendall(b"GET / HTTP/1.1\r\n")
        started = time.monotonic()
        assert "Tool2a" in asked(port, "/search?q=Tool2a")
        assert time.monotonic() - started < 5
