"""The block of `docs/operating.md` in a real nginx with a cache: what one visitor sends is not what the next gets."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from newsletters import write_archive
from real_server import Answer, RealServer, serving
from running import DEADLINE_S, HOST, ROOT, free_port, until

pytestmark = pytest.mark.nginx

ADDRESSES = (
    *("/weekly/", "/weekly/issues", "/weekly/search?q=Tool1a", "/weekly/issues/weekly/issue-01.md", "/weekly/nothing"),
    *("/weekly/api/v1/search?q=Tool1a", "/weekly/api/v1/suggest?q=Tool", "/weekly/search.atom?q=Tool1a"),
    *("/weekly/sitemap.xml", "/weekly/robots.txt", "/weekly/opensearch.xml", "/weekly/openapi.json"),
)
POISON = (
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Prefix": "//evil.example"},
    {"X-Forwarded-Prefix": "/evil.example"},
    {"X-Forwarded-Proto": "javascript"},
    {"X-Forwarded-Proto": "https, javascript"},
    {"Forwarded": "host=evil.example;proto=https"},
    {"Host": "evil.example"},
    {"Host": "WEEKLY.example."},
    {"Host": "weekly.example:666"},
    {"Host": "localhost"},
    {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "//evil.example"},
)
CACHE = """
daemon off; master_process off; pid nginx.pid; error_log error.log;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path body; proxy_temp_path proxied; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
    proxy_cache_path kept keys_zone=pages:1m;
    server {
        listen %(host)s:%(port)d;
        proxy_cache pages;
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

    def ask(self, address: str, headers: dict[str, str] | None = None) -> Answer:
        connection = HTTPConnection(HOST, self.port, timeout=DEADLINE_S)
        connection.request("GET", address, headers={"Host": self.name} | (headers or {}))
        answer = connection.getresponse()
        try:
            return Answer(answer.status, dict(answer.headers), answer.read())
        finally:
            connection.close()


@contextmanager
def in_front_of(server: RealServer, nginx: str, folder: Path, port: int) -> Iterator[Front]:
    folder.mkdir()
    settings = folder / "nginx.conf"
    settings.write_text(CACHE % {"host": HOST, "port": port, "block": documented_block(server.port)})
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


SETTINGS = {
    "base_url": ((), {"WANGQI_BASE_URL": "http://{name}/weekly"}),
    "switches": (("--host-names", "{name}", "--forwarded-host", "--forwarded-prefix"), {}),
}


@pytest.fixture(scope="module", params=SETTINGS)
def front(request: pytest.FixtureRequest, nginx: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    options, variables = SETTINGS[request.param]
    name = f"weekly.example:{port}"
    with (
        serving(
            folder / "index",
            "--proxies",
            "1",
            *(option.format(name=name) for option in options),
            workers=1,
            environment={variable: value.format(name=name) for variable, value in variables.items()},
            weekly=write_archive(folder / "weekly", 2),
        ) as server,
        in_front_of(server, nginx, folder / "nginx", port) as front,
    ):
        yield front


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_visitors_make_up_is_in_no_answer_to_the_next_one(front: Front, address: str) -> None:
    poisoned = [front.ask(address, headers) for headers in POISON]
    clean = front.ask(address)
    for answer in (*poisoned, clean):
        told = (str(answer.headers).encode() + answer.body).replace(b"<code>evil.example</code>", b"")
        if answer.status != 400:  # that page says by which name the site was asked
            assert b"evil.example" not in told
            assert b"javascript:" not in told
    assert clean.status == (404 if "nothing" in address else 200)
    assert b"weekly.example:666" not in clean.body
    assert b"localhost" not in clean.body


def test_addresses_are_those_that_readers_see_and_the_cache_is_one(front: Front) -> None:
    address = "/weekly/api/v1/search?q=Tool1a"
    assert front.ask(address).json["links"]["html"] == f"http://{front.name}/weekly/search?q=Tool1a"
    assert front.ask(address).headers["X-Cache"] == "HIT"
    assert front.ask(address, {"X-Forwarded-Host": "evil.example"}).json["links"] == front.ask(address).json["links"]
    page = front.ask("/weekly/search?q=Tool1a").body
    assert f'"http://{front.name}/weekly/'.encode() in front.ask("/weekly/issues").body
    assert b'"/weekly/issues/weekly/issue-01.md' in page


def test_refusals_are_not_kept(front: Front) -> None:
    assert front.ask("/weekly/random-page", {"Host": "evil.example"}).status == 400
    assert front.ask("/weekly/random-page").status == 404
