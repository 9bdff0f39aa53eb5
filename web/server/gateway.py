"""Between the bytes of HTTP and the site, which is a WSGI application: gunicorn reads requests and writes answers.

Whatever cannot be answered is refused by the site, in its own words. A refusal is the same for all who ask for the same
thing, and made once a second: a flood of what is refused anyway costs microseconds for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from logging import Logger
from time import time
from typing import Any, Final, NamedTuple

from gunicorn.http import RequestParser, wsgi

from wangqi.web.http.environ import A_BUG, BODY_DIGEST, REFUSAL, Refusal, RefusedError
from wangqi.web.server.connection import Connection
from wangqi.web.server.refusals import NO_HOST, refusal_of
from wangqi.web.server.request_bytes import readable, stand_in

MAX_LOGGED_BYTES: Final = 200
MAX_KEPT: Final = 64
"""Refusals that are kept: a page has five kilobytes."""


class Answer(NamedTuple):
    data: bytes | bytearray
    is_last: bool
    """The connection ends with it."""


class Outbox:
    """Stands for the socket while an answer is made, which then goes out in one piece: half the calls and packets."""

    def __init__(self) -> None:
        self.data = bytearray()

    def sendall(self, data: bytes) -> None:
        self.data += data

    send = sendall


class Gateway:
    def __init__(self, site: Callable[..., Iterable[bytes]], settings: Any, log: Logger, max_address: int) -> None:
        """`settings` are gunicorn's; an address of more than `max_address` characters is refused."""
        self._site = site
        self._settings = settings
        self._log = log
        self._max_address = max_address
        self._made_refusal = lru_cache(MAX_KEPT)(self._make_refusal)

    def answer(self, connection: Connection, *, is_last: bool = False) -> Answer:
        """The answer to what `connection` has received; `is_last` ends the connection whatever was asked for."""
        received = bytes(connection.received)
        is_last |= connection.has_more
        told = {REFUSAL: None, BODY_DIGEST: connection.digest}
        try:
            request = readable(received, self._max_address)
            return self._ask(request, connection.address, connection.server, told, is_last=is_last)
        except Exception as error:
            refusal = refusal_of(error)
            if refusal is A_BUG:
                self._log.exception("no answer to %r", received[:MAX_LOGGED_BYTES])
        return self.refuse(connection, refusal)

    def refuse(self, connection: Connection, refusal: Refusal) -> Answer:
        """The site's words for `refusal`; nothing where it cannot say them, and its log tells why."""
        request = stand_in(bytes(connection.received))
        try:
            data = self._made_refusal(request, refusal, connection.server, int(time()))
        except Exception:
            self._log.exception("no words for %r", refusal)
            data = b""
        return Answer(data, is_last=True)

    def _make_refusal(self, request: bytes, refusal: Refusal, server: Any, second: int) -> bytes:
        """`second` is that of the answer's `Date`. Nobody in particular asks."""
        told = {REFUSAL: refusal, BODY_DIGEST: None}
        return bytes(self._ask(request, ("", 0), server, told, is_last=True).data)

    def _ask(self, received: bytes, peer: Any, server: Any, told: dict[str, Any], *, is_last: bool) -> Answer:
        outbox = Outbox()
        request = next(RequestParser(self._settings, [received], peer))
        response, environ = wsgi.create(request, outbox, peer, server, self._settings)
        outbox.data.clear()  # "100 Continue" has been said, or comes too late
        environ |= told
        environ.pop("HTTP_UPGRADE", None)  # a wish, and may be ignored; Flask would say that it has no WebSocket here
        if not told[REFUSAL] and request.version > (1, 0) and "HTTP_HOST" not in environ:
            raise RefusedError(NO_HOST)
        is_unread = _has_body(request) and not told[BODY_DIGEST]
        if is_last or is_unread or "close" in _tokens(environ.get("HTTP_CONNECTION", "")):
            response.force_close()
        self._write(response, environ)
        return Answer(outbox.data, response.should_close())

    def _write(self, response: Any, environ: dict[str, Any]) -> None:
        body = self._site(environ, response.start_response)
        try:
            for piece in body:
                response.write(piece)
            response.close()
        finally:
            if hasattr(body, "close"):
                body.close()


def _has_body(request: Any) -> bool:
    """Whether a request has a body, which would be taken for the next request."""
    return any(name in ("CONTENT-LENGTH", "TRANSFER-ENCODING") for name, _ in request.headers)


def _tokens(value: str) -> set[str]:
    return {each.strip().lower() for each in value.split(",")}
