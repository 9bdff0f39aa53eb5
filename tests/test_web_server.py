"""The real server as a process: it indexes, serves, follows a new issue, and stops when told."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
ISSUE = "---\ntitle: 晨报第 {0} 期\ndate: 2024-01-0{0}\n---\n\n## 工具\n\n1、[{1}](https://{1}.example/)\n\n{2}\n"
DEADLINE_S = 60.0


def wangqi(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from web.cli import main; main()", *arguments]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    def __init__(self, archive: Path, index: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        command = wangqi("serve", f"demo={archive}", "--index", str(index), "--port", str(port), "--workers", "2")
        self.process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=archive)

    def get(self, path: str) -> Any:
        # No proxy of the machine's: the server is here.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.address + path, timeout=10) as response:
            return response.read()

    def wait_for(self, path: str, text: str) -> None:
        """Until the answer of `path` holds `text`; before the server listens there is none."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "the server has stopped"
            try:
                if text in self.get(path).decode():
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"no {text!r} at {path} within {DEADLINE_S} s")

    def wait_for_all(self, path: str, text: str, answers: int = 20) -> None:
        """Until so many answers in a row, which no worker gives alone, hold `text`."""
        deadline = time.monotonic() + DEADLINE_S
        while not all(text in self.get(path).decode() for _ in range(answers)):
            assert time.monotonic() < deadline, f"some answers of {path} are without {text!r} after {DEADLINE_S} s"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "issues"
    folder.mkdir()
    (folder / "1.md").write_text(ISSUE.format(1, "fzf", "模糊查找文件"), encoding="utf-8")
    return folder


@pytest.fixture
def server(archive: Path, tmp_path: Path) -> Iterator[Server]:
    server = Server(archive, tmp_path / "index", free_port())
    yield server
    server.process.kill()
    server.process.wait()


def test_a_server_indexes_serves_follows_and_stops(server: Server, archive: Path, tmp_path: Path) -> None:
    server.wait_for("/healthz", "ok")
    assert "fzf" in server.get("/search?q=%E6%A8%A1%E7%B3%8A").decode()
    assert "fzf" in server.get("/issues/demo/1.md").decode()

    (archive / "2.md").write_text(ISSUE.format(2, "atuin", "记住命令行历史"), encoding="utf-8")
    reindex = wangqi("reindex", f"demo={archive}", "--index", str(tmp_path / "index"), "--json")
    done = subprocess.run(reindex, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    generation = json.loads(done.stdout)["generation"]
    server.wait_for("/api/v1/status", generation)
    server.wait_for_all("/api/v1/status", generation)
    assert "atuin" in server.get("/search?q=%E5%91%BD%E4%BB%A4%E8%A1%8C").decode()

    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=DEADLINE_S) == 0


def test_an_address_that_is_too_long_is_refused_in_the_words_of_the_site(server: Server) -> None:
    server.wait_for("/healthz", "ok")
    with pytest.raises(urllib.error.HTTPError) as refused:
        server.get("/api/v1/search?q=" + "%E5%AD%97" * 460)
    assert (refused.value.code, refused.value.headers["Content-Type"]) == (414, "application/problem+json")
    refused.value.close()
