"""Requests that are large, odd or slow: each gets a short answer that says why, and none keeps others waiting."""

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from newsletters import write_archive
from real_server import RealServer, serving
from running import HOST
from sample_site import example_texts, make_site

HEAD = "GET /search?q=Tool1a HTTP/1.1\r\nHost: localhost\r\n"
SMALL_HEAD = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    folder = tmp_path_factory.mktemp("requests")
    with serving(folder / "index", weekly=write_archive(folder / "weekly", 2), workers=1) as server:
        yield server
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("path", ["/search?q=", "/api/v1/search?q=", "/issues/weekly/", "/"])
@pytest.mark.parametrize("size", [4200, 8000, 9000, 1_000_000])
def test_address_of_more_than_four_kilobytes_is_a_414(server: RealServer, path: str, size: int) -> None:
    answer = server.ask(path + "%41" * (size // 3))  # as it is sent: read, it would be a third of it
    assert answer.status == 414
    assert ("problem+json" in answer.headers["Content-Type"]) == path.startswith("/api")


def test_address_below_the_limit_is_answered(server: RealServer) -> None:
    assert server.ask("/api/v1/search?q=" + "%41" * 1350).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "FOO"])
@pytest.mark.parametrize("path", ["/", "/search?q=x", "/api/v1/search?q=x", "/healthz", "/static/wangqi.css"])
def test_other_methods_are_a_405_that_names_those_there_are(server: RealServer, method: str, path: str) -> None:
    answer = server.ask(path, method)
    assert answer.status == 405
    assert {"GET", "HEAD"} <= set(answer.headers["Allow"].split(", "))
    assert not path.startswith("/api/") or "GET, HEAD" in answer.json["detail"]


@pytest.mark.parametrize(
    "length", ["Content-Length: 3\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"]
)
def test_a_body_is_refused_and_ends_the_connection(server: RealServer, length: str) -> None:
    answers = server.send(f"{HEAD}{length}{SMALL_HEAD}\r\n".encode())
    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"413"]
    assert b"Connection: close" in answers


@pytest.mark.parametrize(
    ("head", "statuses"),
    [
        # What two programs in a row may read differently is read by neither.
        ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", [b"400"]),
        ("Content-Length: 5\r\nContent-Length: 6\r\n", [b"400"]),
        ("Content-Length: +5\r\n", [b"400"]),
        ("Content-Length : 5\r\n", [b"400"]),
        ("Transfer-Encoding: xchunked\r\n", [b"501"]),
        ("Transfer-Encoding : chunked\r\n", [b"400"]),
        ("X: a\r\n Transfer-Encoding: chunked\r\n", [b"400"]),
        ("X: a\rTransfer-Encoding: chunked\r\n", [b"400"]),
        ("X\0Y: a\r\n", [b"400"]),
        ("Host: b.example\r\n", [b"400"]),
        ("X: y\r\n" * 101, [b"431"]),
        (f"X: {'y' * 9000}\r\n", [b"431"]),
        ("", [b"200"]),
    ],
)
def test_ambiguous_requests_are_refused(server: RealServer, head: str, statuses: list[bytes]) -> None:
    smuggled = f"{HEAD}{head}\r\n0\r\n\r\nGET /issues HTTP/1.1\r\nHost: localhost\r\n\r\n" if head else f"{HEAD}\r\n"
    assert re.findall(rb"HTTP/1.1 (\d+)", server.send(smuggled.encode())) == statuses


@pytest.mark.parametrize(
    "line",
    [
        "GET  / HTTP/1.1", "GET / HTTP/9.9", "GET /", "/ GET HTTP/1.1", "get / HTTP/1.1",
        "GET /\x01 HTTP/1.1", "\r\nGET / HTTP/1.1x", "PRI * HTTP/2.0",
    ],
)  # fmt: skip
def test_what_is_no_request_is_a_client_error_without_a_word_of_the_program(server: RealServer, line: str) -> None:
    answer = server.send(f"{line}\r\nHost: localhost\r\n\r\n".encode())
    assert re.match(rb"(HTTP/1.1 (4\d\d|505|501) |$)", answer), answer
    assert b"Traceback" not in answer
    assert b'File "' not in answer


API, PAGE = b"/api/v1/search?q=x", b"/search?q=x"
REFUSED = [
    (400, b"GET %b HTTP/1.1\r\nHost: localhost\r\nX Y: z\r\n\r\n"),
    (400, b"GET %b HTTP/1.1\r\nHost: localhost\r\nHost: b.example\r\n\r\n"),
    (400, b"GET %b HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n"),
    (400, b"GET %b HTTP/1.1\r\nHost: localhost\r\nX: a\nY: b\r\n\r\n"),
    (400, b"GET %b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
    (400, b"GET %b x HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    (400, b"get %b HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    (400, b"GET %b\r\n"),  # HTTP/0.9
    (400, b"GET %b HTTP/1.1\nHost: localhost\n\n"),
    (400, b"GET %b HTTP/1.1\r\nAccept: *\r\n\r\n"),  # no host
    (405, b"POST %b HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    (413, b"GET %b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"),
    (413, b"GET %b HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    (414, b"GET %b" + b"x" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    (414, b"GET %b" + "图".encode() * 1400 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    (417, b"GET %b HTTP/1.1\r\nHost: localhost\r\nExpect: gold\r\n\r\n"),
    (431, b"GET %b HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 101 + b"\r\n"),
    (431, b"GET %b HTTP/1.1\r\nHost: localhost\r\nCookie: " + b"y" * 9000 + b"\r\n\r\n"),
    (501, b"GET %b HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n"),
    (505, b"GET %b HTTP/9.9\r\nHost: localhost\r\n\r\n"),
]

REFUSED_BUT_READ = [
    (405, b"TRACE %b HTTP/1.1\r\nHost: localhost\r\n\r\n"),
]
"""After these it is clear where the next request begins."""
ALL_REFUSED = REFUSED + REFUSED_BUT_READ


@pytest.mark.parametrize(
    ("status", "request_bytes"), ALL_REFUSED, ids=[f"{status} {sent[:60]!r}" for status, sent in ALL_REFUSED]
)
def test_the_site_says_no_where_its_server_does(server: RealServer, status: int, request_bytes: bytes) -> None:
    problem, page = (server.send(request_bytes.replace(b"%b", path, 1)) for path in (API, PAGE))
    for answer in (problem, page):
        assert answer.startswith(b"HTTP/1.1 %d " % status)
        assert (b"\r\nConnection: close\r\n" in answer) == ((status, request_bytes) in REFUSED)
        assert b"\r\nContent-Security-Policy: " in answer
    head, _, body = problem.partition(b"\r\n\r\n")
    assert b"\r\nContent-Type: application/problem+json\r\n" in head
    assert b"\r\nAccess-Control-Allow-Origin: *\r\n" in head
    assert json.loads(body)["status"] == status
    assert page.count(b"</html>") == 1
    assert "全部期数".encode() in page


@pytest.mark.parametrize(
    "sent",
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 100,  # TLS
        b"nothing of HTTP\r\n\r\n",
        b'{"jsonrpc": "2.0"}',
        b"GET http://[ HTTP/1.1\r\nHost: a.example\r\n\r\n",
    ],
)
def test_what_names_no_address_gets_the_page_of_errors_at_once(server: RealServer, sent: bytes) -> None:
    with socket.create_connection((HOST, server.port), timeout=5) as client:
        client.sendall(sent)  # and waits
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert re.match(rb"HTTP/1.1 (400|404|505) ", answer)
    assert "全部期数".encode() in answer


def test_a_refusal_has_no_body_for_a_head(server: RealServer) -> None:
    answer = server.send(b"HEAD / HTTP/1.1\r\nHost: localhost\r\nX Y: z\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("version", "connection", "kept"),
    [
        ("1.1", "", True),
        ("1.1", "keep-alive", True),
        ("1.1", "close", False),
        ("1.1", "TE, Close", False),
        ("1.0", "", False),
        ("1.0", "keep-alive", True),
    ],
)
def test_connection_is_kept_as_it_was_asked_for(server: RealServer, version: str, connection: str, kept: bool) -> None:
    header = f"Connection: {connection}\r\n" if connection else ""
    asked = f"HEAD /healthz HTTP/{version}\r\nHost: localhost\r\n{header}\r\n".encode()
    with socket.create_connection((HOST, server.port), timeout=5) as client:
        client.sendall(asked)
        answer = client.recv(65536)
        assert (b"\r\nConnection: keep-alive\r\n" in answer) == kept
        assert (b"\r\nConnection: close\r\n" in answer) != kept
        if kept:
            client.sendall(asked)
        assert bool(client.recv(65536)) == kept


@pytest.mark.parametrize("path", [API, PAGE])
@pytest.mark.parametrize(
    ("connection", "protocol"),
    [
        ("Upgrade", "websocket"),
        ("keep-alive, Upgrade", "WebSocket"),
        ("Upgrade, HTTP2-Settings", "h2c"),  # curl --http2
        ("Upgrade", "TLS/1.2, websocket"),
        ("keep-alive", "websocket"),
    ],
)
def test_another_protocol_is_not_taken_up(server: RealServer, path: bytes, connection: str, protocol: str) -> None:
    headers = f"Host: localhost\r\nConnection: {connection}\r\nUpgrade: {protocol}\r\n".encode()
    answer = server.send(b"GET %b HTTP/1.1\r\n%b\r\n" % (path, headers))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nConnection: keep-alive\r\n" in answer
    assert b"\r\nupgrade:" not in answer.lower()


@pytest.mark.parametrize(
    "path",
    [
        "/issues/weekly/../../../../etc/passwd", "/issues/weekly/..%2f..%2f..%2fetc%2fpasswd", "/static/../app.py",
        "/static/%2e%2e/app.py", "/static/..%5capp.py", "/issues/weekly//etc/passwd", "/issues/%00/%00", "//etc/passwd",
        "/entries/%ff%fe", "/.git/config", "/wangqi.toml", "/console", "/static/",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_site(server: RealServer, path: str) -> None:
    answer = server.ask(path)
    assert answer.status in (308, 404)
    assert b"root:" not in answer.body


def test_no_variable_of_the_framework_turns_debugging_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    monkeypatch.setattr("wangqi.search.answer.service.search", lambda *_: 1 / 0)
    client = make_site(example_texts(), tmp_path).test_client()
    for path in ("/search?q=x", "/api/v1/search?q=x"):
        answer = client.get(path)
        assert answer.status_code == 500
        assert "ZeroDivisionError" not in answer.text
        assert "Traceback" not in answer.text


def test_what_a_visitor_says_of_scheme_and_script_name_is_not_believed(server: RealServer) -> None:
    lying = "GET /api/v1/search?q=Tool1a HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\nSCRIPT_NAME: /x\r\n"
    answer = server.send(f"{lying}Connection: close\r\n\r\n".encode())
    assert b'"self":"http://localhost/api/v1/search' in answer


def half_requests(server: RealServer, count: int) -> list[socket.socket]:
    clients = [socket.create_connection((HOST, server.port), timeout=30) for _ in range(count)]
    for client in clients:
        client.sendall(HEAD.encode())  # its end never comes
    return clients


def test_slow_clients_hold_a_socket_and_nobody_else(server: RealServer) -> None:
    slow = half_requests(server, 50)
    assert [server.ask("/search?q=Tool1a").status for _ in range(5)] == [200] * 5
    slow[0].sendall(b"\r\n")
    assert slow[0].recv(12) == b"HTTP/1.1 200"
    for client in slow:
        client.close()


@pytest.mark.slow
def test_slow_clients_are_let_go_after_ten_seconds(server: RealServer) -> None:
    started = time.monotonic()
    for client in half_requests(server, 50):
        assert client.recv(12) == b"HTTP/1.1 408"
        client.close()
    print(f"\n50 clients without an end: let go after {time.monotonic() - started:.1f} s")
