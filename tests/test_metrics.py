"""`/metrics`: counts of all processes together, as Prometheus reads them, and nothing of who asked or for what."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest
from flask import Flask
from newsletters import write_archive
from real_server import RealServer, reindex, serving
from running import until
from sample_site import example_texts, make_site

LINE = re.compile(r'(wangqi_[a-z_]+)(?:\{((?:[a-z]+="[^"\n]*",?)+)\})? (\d+(?:\.\d+)?)')

COMMENT = re.compile(r"# (HELP wangqi_[a-z_]+ [A-Z].*\.|TYPE wangqi_[a-z_]+ (counter|gauge|histogram))")


def metrics_of(text: str) -> dict[str, float]:
    """Value by name and labels; every line must be one, or a comment about the names that follow."""
    found: dict[str, float] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            assert COMMENT.fullmatch(line), line
            continue
        read = LINE.fullmatch(line)
        assert read, line
        found[f"{read[1]}{{{read[2]}}}" if read[2] else read[1]] = float(read[3])
    return found


@pytest.fixture
def site(tmp_path: Path) -> Flask:
    return make_site(example_texts(), tmp_path, metrics=True)


def test_it_is_there_where_the_settings_want_it(site: Flask, example_site: Flask) -> None:
    assert site.test_client().get("/metrics").mimetype == "text/plain"
    assert example_site.test_client().get("/metrics").status_code == 404


def test_requests_are_counted_by_route_and_status_and_by_nothing_else(site: Flask) -> None:
    client = site.test_client()
    for address in (
        "/search?q=秘密图床",
        "/api/v1/search?q=图床",
        "/api/v1/search?page=x",
        "/nowhere/秘密",
        "/issues/x/y.md",
    ):
        client.get(address, headers={"X-Forwarded-For": "198.51.100.7"})
    text = client.get("/metrics").text
    found = metrics_of(text)
    assert found['wangqi_requests_total{route="/search",status="2xx"}'] == 1
    assert found['wangqi_requests_total{route="/api/v1/search",status="2xx"}'] == 1
    assert found['wangqi_requests_total{route="/api/v1/search",status="4xx"}'] == 1
    assert found['wangqi_requests_total{route="/issues/<archive>/<path:path>",status="4xx"}'] == 1
    assert found['wangqi_requests_total{route="other",status="4xx"}'] == 1
    assert not re.search("秘密|图床|198.51|127.0.0|%E", text)


def test_the_times_add_up(site: Flask) -> None:
    client = site.test_client()
    for _ in range(5):
        client.get("/search?q=图床")
    found = metrics_of(client.get("/metrics").text)
    buckets = [value for name, value in found.items() if "_bucket" in name]
    assert buckets == sorted(buckets)
    assert buckets[-1] == found["wangqi_request_seconds_count"] == 5
    assert 0 < found["wangqi_request_seconds_sum"] < 5


def test_the_index_is_told(site: Flask) -> None:
    found = metrics_of(site.test_client().get("/metrics").text)
    assert found["wangqi_entries"] == 127
    assert found["wangqi_issues"] == 12
    assert found["wangqi_index_created_timestamp_seconds"] > 1.7e9


def searches(server: RealServer) -> set[float]:
    """How many were answered, as each process tells it."""
    name = 'wangqi_requests_total{route="/api/v1/search",status="2xx"}'
    return {metrics_of(answer.body.decode())[name] for answer in server.ask_each("/metrics") if answer}


def test_processes_count_together_and_what_one_that_died_has_counted_stays(tmp_path: Path) -> None:
    reindex(tmp_path / "index", weekly=write_archive(tmp_path / "weekly", 2))
    with serving(tmp_path / "index", "--metrics", workers=2) as server:
        for asked in (20, 40):
            for _ in range(20):
                assert server.ask("/api/v1/search?q=Tool1a").status == 200
            assert searches(server) == {asked}
            kill_one(server)


def kill_one(server: RealServer) -> None:
    """Another takes its place."""
    before = server.workers()
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(server.workers()) == 2 and server.workers() != before)
