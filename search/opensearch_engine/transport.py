"""One request to one node, by urllib3. Imported when a cluster is first asked: urllib3 is optional."""

from __future__ import annotations

import os
import ssl
from base64 import b64encode
from contextlib import closing
from time import monotonic
from typing import Final

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError, SSLError, TimeoutError

from wangqi.search.errors import ConfigError
from wangqi.search.opensearch_engine.access import Access
from wangqi.search.opensearch_engine.answers import NoAnswer

KEPT: Final = 16
"""Connections kept open to each node: as many as the threads of a server."""
SHARE_TO_SEND: Final = 0.4
"""Of the time for a request: what connecting may take, and sending it."""
PIECE: Final = 1 << 16


class Transport:
    """Connections to the nodes of a cluster. Safe to use from several threads, and after a fork."""

    def __init__(self, access: Access) -> None:
        """Raises `ConfigError` when the certificate of the authority cannot be used."""
        self._tls = _tls(access)
        # Of the bodies that are lines of objects too: `_bulk` and `_msearch` take either name.
        self._headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if access.user:
            secret = b64encode(f"{access.user}:{access.password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {secret}"
        self._connect()

    def _connect(self) -> None:
        self._process = os.getpid()
        self._pool = urllib3.PoolManager(maxsize=KEPT, ssl_context=self._tls, retries=False)

    def send(self, url: str, method: str, body: bytes | None, seconds: float) -> tuple[int, bytes]:
        """Status and body that are answered within `seconds`, connecting and sending included.

        Raises `NoAnswer` when there is none or a part of one alone."""
        if self._process != os.getpid():
            self._connect()  # two processes on one connection would read each other's answers
        ends = monotonic() + seconds
        timeout = urllib3.Timeout(total=seconds, connect=seconds * SHARE_TO_SEND)
        try:
            response = self._pool.request(
                method, url, body=body, headers=self._headers, timeout=timeout, preload_content=False, redirect=False
            )
            with closing(response):  # one read to its end is with the others already
                return response.status, _read(response, ends, seconds)
        except (NewConnectionError, SSLError) as error:
            raise NoAnswer(_cause(error)) from error
        except TimeoutError as error:
            raise NoAnswer(f"no answer within {seconds:.1f} s") from error
        except HTTPError as error:
            raise NoAnswer(f"broke off: {_cause(error)}") from error

    def close(self) -> None:
        self._pool.clear()


def _read(response: urllib3.BaseHTTPResponse, ends: float, seconds: float) -> bytes:
    """The body. For urllib3 each piece may take as long as the first: so the socket is told what time is left."""
    sock = getattr(response.connection, "sock", None)  # None when the node closes after this answer
    pieces = [b""]
    while (left := ends - monotonic()) > 0:
        if sock:
            sock.settimeout(left)
        piece = response.read1(PIECE)
        if not piece:
            if sock:
                sock.settimeout(seconds)  # the next request is sent by it
            return b"".join(pieces)
        pieces.append(piece)
    raise TimeoutError("in the middle of the answer")


def _cause(error: BaseException) -> str:
    """What the system said, which urllib3 wraps in what it was about to do."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _tls(access: Access) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=access.ca_certificate)
    except OSError as error:  # ssl.SSLError, of a file that holds no certificate, is one
        reason = error.strerror or error
        raise ConfigError(
            "{ca_certificate}: not a certificate in PEM for the cluster: {reason}",
            ca_certificate=access.ca_certificate,
            reason=reason,
        ) from error
