"""The server where processes cannot be forked (Windows): one process, for an author and a few readers.

It is Werkzeug's, which comes with Flask. A thread waits for each client, and one after the other is answered, as in
`web.server.worker`.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from wangqi.web.server.request_bytes import encoded

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

WAIT_S: Final = 10.0
"""Time for a client to send its request."""


class _Handler(WSGIRequestHandler):
    """Logs nothing of who asks; a client that says nothing is let go."""

    timeout = WAIT_S
    raw_requestline: bytes

    def parse_request(self) -> bool:
        self.raw_requestline = encoded(self.raw_requestline)  # else it would be taken for Latin-1
        return super().parse_request()

    def log(self, type: str, message: str, *args: Any) -> None:
        pass

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def serve_alone(
    make_site: Callable[[], Flask],
    listener: socket.socket,
    *,
    ready: Callable[[], None],
    begin: Callable[[Flask, Callable[[bytes], None]], None],
) -> None:
    """Answer at an open port until the process ends; `make_site`, `ready` and `begin` are as for `run_server`."""
    site = make_site()
    begin(site, lambda record: None)
    ready()
    server(site, listener).serve_forever()


def server(site: WSGIApplication, listener: socket.socket) -> BaseWSGIServer:
    host, port = listener.getsockname()[:2]
    one_by_one = _one_by_one(site)
    return make_server(host, port, one_by_one, threaded=True, request_handler=_Handler, fd=listener.fileno())


def _one_by_one(site: WSGIApplication) -> WSGIApplication:
    lock = Lock()

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with lock:
            return list(site(environ, start_response))

    return answer
