"""What the server answers by itself, and lets the site say: real requests, the real site, no network."""

import json
import logging
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from gunicorn.config import Config
from sample_site import example_texts, make_site

from wangqi.web.api.hook import NO_SECRET
from wangqi.web.http.environ import BUSY, TOO_SLOW, Refusal
from wangqi.web.server import gateway
from wangqi.web.server.connection import Connection
from wangqi.web.server.gateway import Gateway

LOG = logging.getLogger("test")
API, PAGE = b"GET /api/v1/search?q=x HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def connection() -> Iterator[Connection]:
    here, there = socket.socketpair()
    connection = Connection(here, ("192.0.2.1", 4321))
    connection.server = ("127.0.0.1", 8000)
    yield connection
    here.close()
    there.close()


@pytest.fixture
def site(tmp_path: Path) -> Flask:
    return make_site(example_texts(), tmp_path, rate=1)


def gateway_of(site: Any) -> Gateway:
    return Gateway(site, Config(), LOG, 4096)


def refused(answering: Gateway, connection: Connection, request: bytes, refusal: Refusal) -> tuple[str, str]:
    """Head and body."""
    connection.received[:] = request
    answer = answering.refuse(connection, refusal)
    assert answer.is_last
    head, _, body = bytes(answer.data).decode().partition("\r\n\r\n")
    assert "\r\nConnection: close\r\n" in head
    return head, body


@pytest.mark.parametrize(
    ("refusal", "heading", "retry_after_s"), [(BUSY, "现在问的人太多", 5), (TOO_SLOW, "等得太久了", None)]
)
def test_who_is_refused_by_the_line_or_by_the_clock_hears_it_from_the_site(
    site: Flask, connection: Connection, refusal: Refusal, heading: str, retry_after_s: int | None
) -> None:
    head, body = refused(gateway_of(site), connection, API, refusal)
    assert head.startswith(f"HTTP/1.1 {refusal.status} ")
    assert "\r\nContent-Type: application/problem+json\r\n" in head
    assert "\r\nAccess-Control-Allow-Origin: *" in head
    assert "\r\nCache-Control: no-store" in head
    assert (f"\r\nRetry-After: {retry_after_s}" in head) == bool(retry_after_s)
    assert (json.loads(body)["status"], json.loads(body)["detail"]) == (refusal.status, refusal.detail)
    head, body = refused(gateway_of(site), connection, PAGE, refusal)
    assert "\r\nContent-Type: text/html" in head
    assert f"<h1>{heading}</h1>" in body


def test_refusals_are_not_counted_as_requests(site: Flask, connection: Connection) -> None:
    answering = gateway_of(site)
    for number in range(30):  # the limit is one in a second, and ten at once
        request = PAGE.replace(b"GET /", b"GET /%d" % number)
        assert refused(answering, connection, request, BUSY)[0].startswith("HTTP/1.1 503 ")


def test_the_same_refusal_is_made_once_in_a_second(
    site: Flask, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[str]()

    def counted(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked.append(environ["PATH_INFO"])
        return site.wsgi_app(environ, start_response)

    answering = gateway_of(counted)
    for now in (1000.0, 1000.9, 1001.0):
        monkeypatch.setattr(gateway, "time", lambda now=now: now)
        for request in (API, API + b"more", API.replace(b"=x", b"=y"), PAGE):
            refused(answering, connection, request, BUSY)
        refused(answering, connection, API, NO_SECRET)
    assert asked == ["/api/v1/search", "/", "/api/v1/search"] * 2


def test_what_the_site_cannot_say_is_not_said(connection: Connection, caplog: pytest.LogCaptureFixture) -> None:
    def broken(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise RuntimeError("secret")

    connection.received[:] = PAGE
    answer = gateway_of(broken).answer(connection)
    assert (answer.data, answer.is_last) == (b"", True)
    assert "no answer to" in caplog.text
    assert "no words for" in caplog.text
