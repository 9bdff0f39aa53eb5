"""The block of `docs/operating.md` in a real nginx with a cache, in front of a server of ours."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from real_server import Answer, RealServer
from running import DEADLINE_S, HOST, ROOT, until

CACHE = """
daemon off; master_process off; pid nginx.pid; error_log error.log;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path body; proxy_temp_path proxied; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
    proxy_cache_path kept keys_zone=pages:1m;
    server {
        listen %(host)s:%(port)d;
        proxy_cache %(cache)s;
        proxy_cache_valid any 10m;  # errors as well, where the site does not forbid it
        add_header X-Cache $upstream_cache_status always;
        %(block)s
    }
}
"""


def documented_block(port: int) -> str:
    """What stands in the documentation, with the port of the server behind it."""
    block = re.search(r"```nginx\n(.*?)```", (ROOT / "docs/operating.md").read_text(encoding="utf-8"), re.S)
    assert block
    assert "127.0.0.1:8000" in block[1]
    return block[1].replace("127.0.0.1:8000", f"{HOST}:{port}")


class Front:
    """nginx, as the browser of a reader sees it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.name = f"weekly.example:{port}"

    def ask(
        self, address: str, headers: dict[str, str] | None = None, method: str = "GET", body: bytes | None = None
    ) -> Answer:
        connection = HTTPConnection(HOST, self.port, timeout=DEADLINE_S)
        connection.request(method, address, body, headers={"Host": self.name} | (headers or {}))
        answer = connection.getresponse()
        try:
            return Answer(answer.status, dict(answer.headers), answer.read())
        finally:
            connection.close()


@contextmanager
def in_front_of(server: RealServer, nginx: str, folder: Path, port: int, *, keeps: bool = True) -> Iterator[Front]:
    """nginx at `port`; unless it `keeps` answers as long as the site allows, each is asked of the server."""
    folder.mkdir()
    settings = folder / "nginx.conf"
    cache, block = "pages" if keeps else "off", documented_block(server.port)
    settings.write_text(CACHE % {"host": HOST, "port": port, "cache": cache, "block": block})
    process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(settings), "-e", "error.log"])
    front = Front(port)
    try:
        until(lambda: process.poll() is not None or is_up(front), "nginx does not answer")
        assert process.poll() is None, (folder / "error.log").read_text()
        yield front
    finally:
        process.terminate()
        process.wait(DEADLINE_S)


def is_up(front: Front) -> bool:
    try:
        return front.ask("/weekly/healthz").status == 200
    except OSError:
        return False
