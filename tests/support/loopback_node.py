"""A node on the loopback that behaves as it is told: silent, slow, refusing, or a proxy that asks for a password.

with LoopbackNode(always({"took": 1})) as node:
    connect(read_access(node.url)).call("GET", "/", deadline=Deadline.after(5))
"""

from __future__ import annotations

import json
import ssl
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Final, Self
from urllib.parse import urlsplit

from running import DEADLINE_S, HOST, ROOT

CERTIFICATE: Final = ROOT / "tests" / "fixtures" / "tls" / "node.pem"
"""Signed by itself for 127.0.0.1, with its key: whom to trust, and what a node shows."""
ANOTHER_AUTHORITY: Final = ROOT / "tests" / "fixtures" / "tls" / "other.pem"


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    closing: Event
    """Set when the node ends."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    pause_s: float = 0.0
    """Between two bytes of the body; 0.0 sends it whole."""


Behaviour = Callable[[Asked], Reply]


def always(answer: object, status: int = 200) -> Behaviour:
    """The same for every request, as JSON."""
    return lambda asked: Reply(status, json.dumps(answer).encode())


def in_turn(*replies: Reply) -> Behaviour:
    """One reply after the other, then the last for ever."""
    left = list(replies)
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]


def frozen(asked: Asked) -> Reply:
    """No answer for longer than anybody waits."""
    asked.closing.wait(DEADLINE_S)
    return Reply()


def proxy_to(url: str, *, user: str = "", password: str = "") -> Behaviour:
    """What the server at `url` answers to those who know the password, as the security plug-in asks for one."""
    secret = "Basic " + b64encode(f"{user}:{password}".encode()).decode()

    def answer(asked: Asked) -> Reply:
        if user and asked.headers.get("Authorization") != secret:
            return Reply(401, b"Unauthorized", {"WWW-Authenticate": 'Basic realm="OpenSearch Security"'})
        connection = HTTPConnection(urlsplit(url).netloc, timeout=DEADLINE_S)
        passed = {name: value for name, value in asked.headers.items() if name in ("Content-Type", "Accept")}
        connection.request(asked.method, asked.path, asked.body or None, passed)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return Reply(response.status, body, {"Content-Type": response.getheader("Content-Type", "")})

    return answer


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up, or trust nobody, are what tests are about."""


class LoopbackNode:
    """A server that answers as `behaviour` says; `tls` with a certificate that signed itself."""

    def __init__(self, behaviour: Behaviour, *, tls: bool = False) -> None:
        self.asked: list[Asked] = []
        self._closing = Event()
        self._server = _Server((HOST, 0), self._handler(behaviour))
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://{HOST}:{self._server.server_port}"

    def _handler(self, behaviour: Behaviour) -> type[BaseHTTPRequestHandler]:
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else the body waits 40 ms for what the client says of the headers

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline()
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                length = int(self.headers.get("Content-Length", 0))
                asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length), node._closing)
                node.asked.append(asked)
                self._send(behaviour(asked))

            def _send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                for piece in [reply.body[i : i + 1] for i in range(len(reply.body))] if reply.pause_s else [reply.body]:
                    self.wfile.write(piece)
                    self.wfile.flush()
                    node._closing.wait(reply.pause_s)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
