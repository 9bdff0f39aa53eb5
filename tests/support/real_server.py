"""`wangqi serve` as a process of its own, and clients that send it what they like, byte by byte."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from running import DEADLINE_S, HOST, free_port, program_environment, until, wangqi


def reindex(index: Path, *options: str, **archives: Path) -> dict[str, Any]:
    """The report of a reindex in another process, as the author runs it."""
    named = [f"{name}={path}" for name, path in archives.items()]
    command = wangqi("reindex", "--json", "--index", str(index), *options, *named)
    done = subprocess.run(command, check=True, capture_output=True, env=program_environment(), cwd=index.parent)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


HELD: Final = 8
"""Connections that are kept while every process is asked."""
EVERY_S: Final = 0.03
"""Time between two of them: in a rush of clients none are left to the other processes."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """A connection that is kept. Raises `OSError` or `HTTPException` when there is no whole answer."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection(HOST, port, timeout=DEADLINE_S)

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, quote(path, safe="/?&=%+:"), body, named)
        return self.read()

    def read(self) -> Answer:
        answer = self.connection.getresponse()
        return Answer(answer.status, dict(answer.headers), answer.read())

    def close(self) -> None:
        self.connection.close()


class RealServer:
    def __init__(self, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
        self.port = port
        self.process = process
        self.log = log

    def client(self) -> Client:
        return Client(self.port)

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """An answer on a connection of its own."""
        client = self.client()
        try:
            return client.ask(path, method, body, **headers)
        finally:
            client.close()

    def ask_each(self, path: str) -> list[Answer | None]:
        """An answer from each process; ends with None where one died of the question."""
        answers: dict[int, Answer] = {}
        held = deque[Client](maxlen=HELD)  # the process with fewer clients takes the next one
        end = time.monotonic() + DEADLINE_S
        with ExitStack() as opened:
            while set(self.workers()) - answers.keys():
                assert time.monotonic() < end, f"{path} is answered by {sorted(answers)} of {self.workers()} alone"
                if len(held) == HELD:
                    held[0].close()
                held.append(opened.enter_context(closing(self.client())))
                try:
                    answer = held[-1].ask(path)
                except (OSError, HTTPException):
                    return [*answers.values(), None]
                answers.update(dict.fromkeys(self._holders(held[-1]), answer))
                if answers.keys() != set(self.workers()):
                    time.sleep(EVERY_S)
        return list(answers.values())

    def _holders(self, client: Client) -> list[int]:
        """The process that the client is connected to; none when it has ended, or has closed the connection."""
        if client.connection.sock is None:
            return []
        ports = [f":{port:04X}" for port in (self.port, client.connection.sock.getsockname()[1])]
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        sockets = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(ports[0]) and row[2].endswith(ports[1])}
        return [pid for pid in self.workers() if sockets & _open_files(pid)]

    def send(self, data: bytes) -> bytes:
        """All that comes back for `data` until the server closes."""
        with socket.create_connection((HOST, self.port), timeout=DEADLINE_S) as sock:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: sock.recv(65536), b""))

    def workers(self) -> list[int]:
        """The processes that answer."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_S)


@contextmanager
def serving(
    index: Path, *options: str, workers: int = 2, environment: Mapping[str, str] | None = None, **archives: Path
) -> Iterator[RealServer]:
    """A server that has brought `index` up to date with the archives and answers; stopped when the block ends."""
    port = free_port()
    named = [f"{name}={path}" for name, path in archives.items()]
    command = wangqi("serve", "--index", str(index), "--port", str(port), "--workers", str(workers), *options, *named)
    log = index.parent / f"server-{port}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, env=program_environment(**environment or {}), cwd=index.parent, stdout=errors, stderr=errors
        )
    server = RealServer(port, process, log)
    try:
        until(lambda: _answers(server) and len(server.workers()) == workers, "the server does not answer")
        yield server
    finally:
        if process.poll() is None:
            server.stop()


def _open_files(pid: int) -> set[str]:
    with suppress(FileNotFoundError):  # it ends, or closes one of them
        return {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()}
    return set()


def _answers(server: RealServer) -> bool:
    """Whether it has said that it serves what is up to date; then it answers."""
    log = server.log.read_text()
    assert server.process.poll() is None, log
    return f":{server.port}/ (Ctrl-C stops)" in log
