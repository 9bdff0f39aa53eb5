"""A host of static files that counts what it sends, as GitHub Pages would send it, and a browser on a slow network."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

COMPRESSED: Final = ("text/html", "text/css", "text/javascript", "image/svg+xml", "application/json")
FAST_3G: Final = {"latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8, "offline": False}
"""Round trip in ms, bytes per second: the profile that Lighthouse and WebPageTest call so."""


class CountingHost:
    """Serves the files of `folder` below `/site/`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sent = 0
        self.requests = 0
        self.address = ""

    def count(self) -> tuple[int, int]:
        """Bytes of bodies and requests since the last time."""
        counted = self.sent, self.requests
        self.sent = self.requests = 0
        return counted


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away is none."""


@contextmanager
def hosting(folder: Path) -> Iterator[CountingHost]:
    host = CountingHost(folder)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"host": host}))
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    host.address = f"http://127.0.0.1:{server.server_address[1]}/site/"
    yield host
    server.shutdown()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: CountingHost

    def do_GET(self) -> None:  # its name is http.server's
        path = unquote(urlsplit(self.path).path).removeprefix("/site/")
        file = self.host.folder / path / "index.html" if path.endswith("/") or not path else self.host.folder / path
        if not file.is_file():
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        kind = guess_type(file.name)[0] or "application/octet-stream"
        data = _compressed(file) if kind in COMPRESSED else file.read_bytes()
        self.host.sent += len(data)
        self.host.requests += 1
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if kind in COMPRESSED:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@cache
def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), 6)


def throttled(context: BrowserContext, page: Page) -> None:
    """Let the page have the network of `FAST_3G` from now on."""
    context.new_cdp_session(page).send("Network.emulateNetworkConditions", FAST_3G)
