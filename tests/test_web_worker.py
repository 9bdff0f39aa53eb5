"""The server's own worker: clients that are slow, odd or many, each as a socket."""

import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

import pytest
from running import DEADLINE_S, HOST, free_port, program_environment, until

from wangqi.web.server.processes import pause_after

LARGE = 4_000_000
"""Bytes that no socket takes at once."""

SITE = f"""
import os
import sys

import time

from flask import Flask, abort, request
from wangqi.web.server import connection
from wangqi.web.server import line
from wangqi.web.server import processes as server
from wangqi.web.server import worker
from wangqi.web.http.environ import REFUSAL

connection.PATIENCE_S = float(os.environ.get("PATIENCE_S", connection.PATIENCE_S))
worker.LOOK_EVERY_S = min(worker.LOOK_EVERY_S, connection.PATIENCE_S / 2)

worker.MAX_WAITING = int(os.environ.get("MAX_WAITING", worker.MAX_WAITING))
line.MAX_WAIT_S = float(os.environ.get("MAX_WAIT_S", line.MAX_WAIT_S))
line.REFUSED_PER_S = float(os.environ.get("REFUSED_PER_S", line.REFUSED_PER_S))
line.REFUSED_AT_ONCE = 1
server.SETTINGS["worker_connections"] = int(os.environ.get("CONNECTIONS", 100))

site = Flask("sample")

@site.before_request
def refuse():
    if refusal := request.environ[REFUSAL]:
        abort(refusal.status, refusal.detail)

@site.get("/")
def echo():
    return f"{{os.getpid()}} {{request.args.get('q', '')}}"

@site.get("/slow")
def slow():
    time.sleep(1)
    return "slow"

@site.get("/large")
def large():
    return "x" * {LARGE}

def open_body(path, headers):
    assert path != "/bug"

manners = worker.Manners(open_body=open_body)
server.run_server(lambda: site, sys.argv[1], processes=int(sys.argv[2]), manners=manners)
"""


class Client:
    """A socket that asks for one thing after the other."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection((HOST, port), timeout=DEADLINE_S)
        self.file = self.sock.makefile("rb")

    def send(self, text: str) -> None:
        self.sock.sendall(text.encode())

    def ask(self, path: str) -> str:
        self.send(f"GET {path} HTTP/1.1\r\nHost: a.example\r\n\r\n")
        return self.read()[1]

    def read(self) -> tuple[list[str], str]:
        """Head and body of the next answer; nothing when the server has closed."""
        head = []
        while line := self.file.readline().decode().strip():
            head.append(line)
        sizes = [int(line.partition(":")[2]) for line in head if line.lower().startswith("content-length:")]
        return head, self.file.read(sizes[0]).decode() if sizes else ""

    def close(self) -> None:
        self.file.close()
        self.sock.close()


class Server:
    def __init__(self, processes: int, limit: str = "-S -n 1024") -> None:
        """`limit` is an option of the shell's `ulimit`."""
        self.port = free_port()
        self.clients: list[Client] = []
        command = [sys.executable, "-c", SITE, f"{HOST}:{self.port}", str(processes)]
        limited = ["sh", "-c", f'ulimit {limit} && exec "$@"', "sh", *command]
        self.process = subprocess.Popen(limited, env=program_environment())
        until(self._listens, "the server does not listen")

    def _listens(self) -> bool:
        assert self.process.poll() is None, "the server has ended"
        try:
            self.client().close()
        except OSError:
            return False
        return True

    def client(self) -> Client:
        self.clients.append(Client(self.port))
        return self.clients[-1]

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_S)


@pytest.fixture
def server() -> Iterator[Server]:
    """One process, so that all clients of a test meet there."""
    yield from started(1)


@pytest.fixture
def pair() -> Iterator[Server]:
    yield from started(2)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("PATIENCE_S", "0.4")
    yield from started(1)


@pytest.fixture
def short_of_patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("MAX_WAITING", "4")
    monkeypatch.setenv("MAX_WAIT_S", "1.5")
    yield from started(1)


@pytest.fixture
def short_of_patience_pair(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("MAX_WAIT_S", "1.5")
    yield from started(2)


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("CONNECTIONS", "10")
    yield from started(1)


@pytest.fixture
def crowded_and_slow_to_refuse(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("CONNECTIONS", "10")
    monkeypatch.setenv("REFUSED_PER_S", "1")
    yield from started(1)


@pytest.fixture(params=["-S -n 80", "-n 160"])
def short_of_files(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("CONNECTIONS", "200")
    yield from started(1, request.param)


def started(processes: int, limit: str = "-S -n 1024") -> Iterator[Server]:
    server = Server(processes, limit)
    yield server
    for client in server.clients:
        client.close()
    server.process.kill()
    server.process.wait()


def test_connection_is_kept_for_many_requests(server: Server) -> None:
    client = server.client()
    assert [client.ask(f"/?q={number}").split()[1] for number in range(3)] == ["0", "1", "2"]


def processes_of(server: Server) -> set[str]:
    """Those that answer, once there are two."""
    end, answered = time.monotonic() + DEADLINE_S, set[str]()
    while len(answered) < 2 and time.monotonic() < end:
        client = server.client()
        answered.add(client.ask("/").split()[0])
        client.close()
    return answered


def test_several_processes_answer(pair: Server) -> None:
    answered = processes_of(pair)
    assert len(answered) == 2
    assert str(pair.process.pid) not in answered


def test_clients_that_come_at_once_are_shared_out(pair: Server) -> None:
    both = processes_of(pair)
    together = [pair.client() for _ in range(8)]
    answered = [client.ask("/").split()[0] for client in together]
    assert set(answered) == both


def test_clients_that_send_nothing_or_half_a_request_keep_nobody_waiting(server: Server) -> None:
    slow = [server.client() for _ in range(20)]
    for client in slow[::2]:
        client.send("GET /?q=late HTTP/1.1\r\nHost: a.ex")
    assert server.client().ask("/?q=soon").endswith(" soon")
    slow[0].send("ample\r\n\r\n")
    assert slow[0].read()[1].endswith(" late")


def test_who_waits_while_others_are_answered_is_not_late(impatient: Server) -> None:
    first, second = impatient.client(), impatient.client()
    second.ask("/")
    first.send("GET /slow HTTP/1.1\r\nHost: a.example\r\n\r\n")
    time.sleep(0.2)
    second.send("GET /?q=2 HTTP/1.1\r\nHost: a.example\r\n\r\n")
    assert first.read()[1] == "slow"
    assert second.read()[1].split()[1:] == ["2"]


def test_client_that_does_not_take_its_answer_keeps_nobody_waiting_and_gets_all_of_it(server: Server) -> None:
    slow = server.client()
    slow.send("GET /large HTTP/1.1\r\nHost: a.example\r\n\r\n")
    assert server.client().ask("/?q=soon").endswith(" soon")
    assert slow.read()[1] == "x" * LARGE
    assert slow.ask("/?q=next").endswith(" next")


def test_head_of_an_answer_has_no_body(server: Server) -> None:
    client = server.client()
    client.send("HEAD /?q=none HTTP/1.1\r\nHost: a.example\r\n\r\n")
    while client.file.readline().strip():
        pass
    assert client.ask("/?q=next").endswith(" next")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n", "200"),
        ("GET / HTTP/1.0\r\n\r\n", "200"),
        ("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\n\r\nabc", "405"),
        ("GET / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\n\r\n", "200"),  # its body is no request
        # The second of two requests at once is asked again by whoever reads that the connection ends.
        ("GET / HTTP/1.1\r\nHost: a.example\r\n\r\nGET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "200"),
        ("nothing of HTTP\r\n\r\n", "400"),
        (f"GET /{'x' * 9000} HTTP/1.1\r\nHost: a.example\r\n\r\n", "414"),
    ],
)
def test_answer_that_is_the_last_says_so_and_the_connection_ends(server: Server, sent: str, status: str) -> None:
    client = server.client()
    client.send(sent)
    head, _ = client.read()
    assert head[0].split()[1] == status
    assert "Connection: close" in head
    assert client.file.read() == b""


@pytest.mark.parametrize("size", [4097, 8170, 8180, 9000, 60_000, 1_000_000])
def test_address_that_is_too_long_is_refused_by_the_site(server: Server, size: int) -> None:
    client = server.client()
    client.send(f"GET /{'x' * (size - 1)} HTTP/1.1\r\nHost: a.example\r\n\r\n")
    head, body = client.read()
    assert head[0].split()[1] == "414"
    assert "more than 4096 characters" in body
    assert client.file.read() == b""


def test_longest_address_is_answered_and_the_connection_kept(server: Server) -> None:
    client = server.client()
    assert client.ask("/?q=" + "x" * 4092).endswith("x" * 4092)
    assert client.ask("/?q=next").endswith(" next")


def test_request_without_an_end_is_not_read_for_ever(server: Server) -> None:
    client = server.client()
    client.send("GET / HTTP/1.1\r\n" + "X-Header: value\r\n" * 5000)
    assert not client.read()[0] or client.file.read() == b""
    assert server.client().ask("/?q=next").endswith(" next")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_answers_under_way_are_finished_before_the_end(server: Server, number: int) -> None:
    idle, slow = server.client(), server.client()
    idle.ask("/")
    slow.send("GET /large HTTP/1.1\r\nHost: a.example\r\n\r\n")
    server.client().ask("/")  # the large answer is made by now
    server.process.send_signal(number)
    assert idle.file.read() == b""
    assert slow.read()[1] == "x" * LARGE
    slow.close()
    assert server.process.wait(DEADLINE_S) == 0


def test_characters_in_an_address_arrive_as_they_were_typed(server: Server) -> None:
    client = server.client()
    assert client.ask("/?q=图床").endswith(" 图床")
    assert client.ask("/?q=next").endswith(" next")  # the connection is kept


def test_late_half_of_a_request_is_a_408(impatient: Server) -> None:
    silent, half = impatient.client(), impatient.client()
    half.send("GET / HTTP/1.1\r\nHost: a.ex")
    assert half.read()[0][0].split()[1] == "408"
    assert half.file.read() == b""
    assert silent.file.read() == b""  # who asks nothing is told nothing


def ask_and_leave(server: Server, path: str, *, at_once: bool) -> None:
    client = server.client()
    client.send(f"GET {path} HTTP/1.1\r\nHost: a.example\r\n\r\n")
    if at_once:  # and hears no more: the system says so by a reset
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


@pytest.mark.parametrize("at_once", [False, True])
def test_nothing_is_computed_for_who_has_hung_up(server: Server, at_once: bool) -> None:
    begun = time.monotonic()
    for _ in range(20):
        ask_and_leave(server, "/slow", at_once=at_once)  # each would take a second
    assert server.client().ask("/?q=soon").endswith(" soon")
    assert time.monotonic() - begun < 5


def test_who_has_only_closed_the_own_side_is_answered(server: Server) -> None:
    client = server.client()
    client.send("GET /?q=whole HTTP/1.1\r\nHost: a.example\r\n\r\n")
    client.sock.shutdown(socket.SHUT_WR)
    head, body = client.read()
    assert head[0] == "HTTP/1.1 200 OK"
    assert body.endswith(" whole")
    assert client.file.read() == b""


def test_who_closes_the_own_side_while_others_are_answered_is_answered_too(server: Server) -> None:
    first, client = server.client(), server.client()
    first.send("GET /slow HTTP/1.1\r\nHost: a.example\r\n\r\n")
    time.sleep(0.1)
    client.send("GET /?q=whole HTTP/1.1\r\nHost: a.example\r\n\r\n")
    client.sock.shutdown(socket.SHUT_WR)
    assert client.read()[1].endswith(" whole")


def test_a_full_line_and_one_that_waited_too_long_are_told_to_come_again(short_of_patience: Server) -> None:
    clients = [short_of_patience.client() for _ in range(8)]
    for client in clients:
        client.send("GET /slow HTTP/1.1\r\nHost: a.example\r\n\r\n")
    statuses = [client.read()[0][0].split()[1] for client in clients]
    # Of eight at once one is answered and four may wait, two of them for less than a second and a half.
    assert statuses.count("200") in (2, 3)
    assert statuses.count("503") == len(clients) - statuses.count("200")


def test_who_closes_the_own_side_does_not_get_past_a_full_line(short_of_patience: Server) -> None:
    slow, *clients = [short_of_patience.client() for _ in range(9)]
    slow.send("GET /slow HTTP/1.1\r\nHost: a.example\r\n\r\n")
    time.sleep(0.2)
    for client in clients:
        client.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
        client.sock.shutdown(socket.SHUT_WR)
    statuses = [client.read()[0][0].split()[1] for client in clients]
    assert sorted(statuses) == ["200"] * 4 + ["503"] * 4


def test_a_bug_in_looking_at_a_request_ends_its_connection_alone(server: Server) -> None:
    other, client = server.client(), server.client()
    before = other.ask("/")
    client.send("POST /bug HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1\r\n\r\n")
    assert client.file.read() == b""
    assert other.ask("/") == before  # the same process


def test_who_comes_finds_room_whoever_holds_it_by_half_requests(crowded: Server) -> None:
    slow = [crowded.client() for _ in range(30)]
    for client in slow:
        client.send("GET / HTTP/1.1\r\nHost: a.ex")
    assert [crowded.client().ask(f"/?q={number}").split()[1] for number in range(3)] == ["0", "1", "2"]
    with suppress(ConnectionResetError):  # the one that was silent for longest made room
        assert slow[0].file.read() == b""


def test_who_comes_finds_room_whoever_waits_to_be_refused(crowded_and_slow_to_refuse: Server) -> None:
    for client in [crowded_and_slow_to_refuse.client() for _ in range(30)]:
        client.send("nothing of HTTP\r\n\r\n")
    begun = time.monotonic()
    for _ in range(4):  # these do not take their answers, and keep their places
        crowded_and_slow_to_refuse.client().send("GET /large HTTP/1.1\r\nHost: a.example\r\n\r\n")
    assert crowded_and_slow_to_refuse.client().ask("/?q=whole").endswith(" whole")
    assert time.monotonic() - begun < 1


def test_no_more_clients_are_held_than_files_may_be_open(short_of_files: Server) -> None:
    slow = [short_of_files.client() for _ in range(199)]
    for client in slow:
        client.send("GET / HTTP/1.1\r\nHost: a.ex")
    assert short_of_files.client().ask("/?q=whole").endswith(" whole")


@pytest.mark.parametrize(
    ("at_s", "pauses_s"),
    [
        ([0, 1, 2, 3], [0.05, 0.1, 0.2, 0.4]),
        ([0, 100, 200], [0.05, 0.05, 0.05]),  # seldom enough
        (range(20), [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, *[5.0] * 13]),
        ([*range(10), 100], [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0, 0.05]),
    ],
)
def test_processes_that_die_one_after_the_other_are_replaced_ever_more_slowly(
    at_s: Sequence[float], pauses_s: Sequence[float]
) -> None:
    faults: list[float] = []
    assert [pause_after(faults, now_s) for now_s in at_s] == list(pauses_s)


def test_nobody_waits_longer_than_the_line_allows_while_answers_are_slow(short_of_patience_pair: Server) -> None:
    """A new connection each: one taken in after each answer of a second, the last would wait for ten."""
    began = time.monotonic()
    clients = [short_of_patience_pair.client() for _ in range(20)]
    for client in clients:
        client.send("GET /slow HTTP/1.1\r\nHost: a.example\r\n\r\n")
    heads = [client.read()[0] for client in clients]
    assert time.monotonic() - began < 1.5 + 2 * 1  # in the line, its own; and one for a slow machine
    told = {head[0].split()[1] for head in heads}
    assert told == {"200", "503"}
