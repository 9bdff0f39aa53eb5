"""The limit for one address: what is counted as one, when the next is answered, and whom the site believes."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from newsletters import write_archive
from real_server import serving
from sample_site import example_texts, make_site

from wangqi.indexer.config.hosts import read_networks
from wangqi.search.errors import ConfigError
from wangqi.web.http import rate
from wangqi.web.http.clients import counted_as, is_among
from wangqi.web.http.rate import CostLimit, RateLimit

SAVED = int(rate.SAVED_S)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def taken(limit: RateLimit, address: str, asked: int) -> int:
    """How many of so many requests at once are answered."""
    return sum(limit.wait_s(address) == 0 for _ in range(asked))


@pytest.mark.parametrize("per_second", [1, 5, 100])
def test_as_many_at_once_as_were_saved_up_then_so_many_per_second(per_second: int, clock: Clock) -> None:
    limit = RateLimit(per_second, clock=clock)
    assert taken(limit, "192.0.2.1", 2000) == per_second * SAVED
    assert 0 < limit.wait_s("192.0.2.1") <= 1 / per_second + 1e-6
    clock.now += 3
    assert taken(limit, "192.0.2.1", 2000) == pytest.approx(per_second * 3, abs=1)
    clock.now += 1000  # more than can be saved up
    assert taken(limit, "192.0.2.1", 2000) == per_second * SAVED


def test_who_is_told_to_wait_is_answered_then(clock: Clock) -> None:
    limit = RateLimit(0.05, clock=clock)
    assert limit.wait_s("192.0.2.1") == 0
    wait = limit.wait_s("192.0.2.1")
    clock.now += wait
    assert limit.wait_s("192.0.2.1") == 0


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),  # one subscriber has all of a /64
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("unknown", "unknown", True),
        ("", "unknown", False),
        ("x" * 5000, "x" * 6000, True),  # not kept at any length
    ],
)
def test_addresses_that_one_visitor_can_have_count_together(one: str, other: str, together: bool, clock: Clock) -> None:
    limit = RateLimit(1, clock=clock)
    taken(limit, one, 100)
    assert (limit.wait_s(other) > 0) == together
    assert (counted_as(one) == counted_as(other)) == together


def many_addresses(network: str, count: int) -> Iterator[str]:
    return (f"{network}.{number >> 8}.{number & 255}" for number in range(count))


def test_a_flood_of_addresses_hardly_hinders_others(clock: Clock) -> None:
    limit = RateLimit(1, clock=clock)
    for address in many_addresses("10.0", 5000):
        taken(limit, address, SAVED)
    hindered = sum(limit.wait_s(address) > 0 for address in many_addresses("192.0", 2000))
    assert hindered < 2000 * 0.03  # (5000 / 65536)² by chance, times four for the pairs


def test_a_flood_of_addresses_takes_no_memory(clock: Clock) -> None:
    limit = RateLimit(1, clock=clock)
    tracemalloc.start()
    try:
        held = [held_after(limit, network) for network in ("10.0", "10.1", "10.2", "10.3")]
    finally:
        tracemalloc.stop()
    # The latest thousand are remembered; 5000 more of them, kept, would be 500 KB.
    assert max(held[1:]) < held[0] + 100_000


def held_after(limit: RateLimit, network: str) -> int:
    """Bytes that are held when 5000 addresses have asked."""
    for address in many_addresses(network, 5000):
        limit.wait_s(address)
    return tracemalloc.get_traced_memory()[0]


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return make_site(example_texts(), tmp_path, rate=1, proxies=1).test_client()


def ask(client: FlaskClient, path: str, forwarded: str, peer: str = "127.0.0.1") -> int:
    with client.get(path, headers={"X-Forwarded-For": forwarded}, environ_overrides={"REMOTE_ADDR": peer}) as answer:
        return answer.status_code


def test_who_asks_too_much_is_told_when_to_come_again(client: FlaskClient) -> None:
    for _ in range(SAVED):
        assert client.get("/").status_code == 200
    page, problem = client.get("/search?q=x"), client.get("/api/v1/search?q=x")
    assert (page.status_code, problem.status_code) == (429, 429)
    assert page.headers["Retry-After"] == problem.headers["Retry-After"] == "1"
    assert "问得太快了" in page.text
    assert (problem.content_type, problem.get_json()["status"]) == ("application/problem+json", 429)
    assert problem.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/healthz").status_code == 429


def test_each_visitor_behind_the_proxy_has_a_limit_of_his_own(client: FlaskClient) -> None:
    assert [ask(client, "/", "192.0.2.1") for _ in range(SAVED + 1)] == [200] * SAVED + [429]
    assert ask(client, "/", "192.0.2.2") == 200
    # What a visitor writes himself stands before what the proxy adds.
    assert ask(client, "/", "203.0.113.9, 192.0.2.1") == 429


def test_who_comes_past_the_proxy_cannot_name_another_address(client: FlaskClient) -> None:
    statuses = [ask(client, "/", f"192.0.2.{number}", peer="198.51.100.7") for number in range(SAVED + 1)]
    assert statuses == [200] * SAVED + [429]


def test_proxies_are_where_they_are_said_to_be(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"rate": 1, "proxies": 1, "proxies_at": read_networks("198.51.100.0/24, 2001:db8::1")}
    client = make_site(example_texts(), tmp_path, **settings).test_client()
    for peer in ("198.51.100.7", "2001:db8::1"):
        assert {ask(client, "/robots.txt", f"203.0.113.{number}", peer=peer) for number in range(SAVED)} == {200}
    assert 429 in {ask(client, "/", f"192.0.2.{number}", peer="10.0.0.1") for number in range(SAVED + 1)}


@pytest.mark.parametrize("text", ["proxy.example", "10.0.0.0/99", "1.2.3", "10.0.0.1;"])
def test_place_of_a_proxy_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="no address of a proxy"):
        read_networks(text)


def test_what_is_no_address_is_among_no_networks() -> None:
    assert not is_among("unknown", read_networks("0.0.0.0/0 ::/0"))


def test_processes_count_together(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "weekly", 1)
    with serving(tmp_path / "index", "--rate", "3", workers=3, weekly=archive) as server:
        statuses = [server.ask("/robots.txt").status for _ in range(4 * 3 * SAVED)]
    # One was taken by the look whether the server answers.
    assert 3 * SAVED - 1 <= statuses.count(200) < 2 * 3 * SAVED
    assert statuses[-1] == 429


def test_who_has_taken_more_of_the_processor_waits_until_it_is_his(clock: Clock) -> None:
    limit = CostLimit(0.25, clock=clock)
    answered = 0
    while not limit.wait_s("192.0.2.1"):
        limit.charge("192.0.2.1", 0.1)
        answered += 1
    assert answered == 26  # 10 s of saved quarters are 2.5 s; the one that is too much is known when it is made
    assert limit.wait_s("192.0.2.1") == pytest.approx(0.4)  # 0.1 s is a quarter of that
    assert limit.wait_s("192.0.2.2") == 0
    clock.now += 0.4
    assert limit.wait_s("192.0.2.1") == pytest.approx(0, abs=1e-6)
    clock.now += 1000
    limit.charge("192.0.2.1", 2.4)
    assert limit.wait_s("192.0.2.1") == 0


def test_dear_answers_are_limited_where_requests_are_not(tmp_path: Path) -> None:
    client = make_site(example_texts(), tmp_path, cpu=0.0001).test_client()
    statuses = [client.get("/api/v1/search?q=容器&per_page=100&explain=1").status_code for _ in range(20)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    refused = client.get("/api/v1/search?q=容器")
    assert "too much time" in refused.get_json()["detail"]
    assert int(refused.headers["Retry-After"]) > 0
    assert client.get("/", environ_overrides={"REMOTE_ADDR": "192.0.2.9"}).status_code == 200


@pytest.mark.parametrize(
    ("settings", "is_limited"), [({}, False), ({"rate": 1000}, True), ({"rate": 1000, "cpu": 0}, False)]
)
def test_a_site_with_a_rate_limits_what_answers_cost(
    tmp_path: Path, settings: dict[str, Any], is_limited: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wangqi.web.app.CPU", 0.0001)
    client = make_site(example_texts(), tmp_path, **settings).test_client()
    statuses = {client.get("/api/v1/search?q=容器&per_page=100&explain=1").status_code for _ in range(20)}
    assert (429 in statuses) == is_limited


def test_processes_count_what_answers_cost_together(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "weekly", 1)
    with serving(tmp_path / "index", "--cpu", "0.005", workers=3, weekly=archive) as server:
        answers = [server.ask("/search?q=Tool1a") for _ in range(200)]
    assert {answer.status for answer in answers} == {200, 429}
    assert answers[-1].status == 429
