"""The block of `docs/operating.md` in a real nginx with a cache: what one visitor sends is not what the next gets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from newsletters import write_archive
from nginx_front import Front, in_front_of
from real_server import serving
from running import free_port

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
