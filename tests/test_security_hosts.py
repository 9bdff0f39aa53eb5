"""What a visitor says of the site's own place is not believed: no address that is shown or cached comes from it."""

import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from newsletters import write_archive
from real_server import serving
from running import DEADLINE_S, free_port, program_environment, until, wangqi
from sample_site import example_texts, generation_of
from werkzeug.test import TestResponse

from wangqi.indexer.config import Config
from wangqi.search.errors import ConfigError
from wangqi.web.http.proxies import plain_path

ADDRESSES = (
    *("/", "/issues", "/search?q=NATS", "/issues/qingtong/issue-06.md", "/nothing-here", "/issues/", "/api/v1/search/"),
    *("/api/v1/search?q=NATS", "/api/v1/suggest?q=a", "/api/v1/issues", "/api/v1/lookup?url=https://nats.io/"),
    *("/search.atom?q=NATS", "/sitemap.xml", "/robots.txt", "/opensearch.xml", "/openapi.json", "/random", "//evil"),
)
EVIL = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "//evil.example",
    "X-Forwarded-Proto": "javascript",
    "X-Forwarded-Port": "666",
    "X-Forwarded-Server": "evil.example",
    "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil",
    "Forwarded": "host=evil.example;proto=javascript",
}


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Makes clients of the example site with these settings."""
    generation = generation_of(example_texts(), tmp_path_factory.mktemp("hosts"))

    def make_client(**settings: Any) -> FlaskClient:
        from sample_site import FixedSource

        from wangqi.web.app import create_app

        return create_app(FixedSource(generation), Config(**settings)).test_client()

    return make_client


def ask(client: FlaskClient, address: str, host: str | None = None, headers: Mapping[str, str] = {}) -> TestResponse:
    named = dict(headers) | ({"Host": host} if host is not None else {})
    return client.get(address, headers=named)


def root(client: FlaskClient, host: str | None = None, **headers: str) -> str:
    """Scheme, host and prefix in an address that the API gives."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = ask(client, "/api/v1/search?q=NATS", host, named)
    return (
        str(answer.get_json()["links"]["html"]).removesuffix("/search?q=NATS") if answer.status_code == 200 else "400"
    )


def shown(answer: TestResponse) -> str:
    """All that a visitor, or a cache, gets."""
    return f"{answer.headers}\n{answer.get_data(as_text=True)}"


@pytest.mark.parametrize(
    "settings", [{}, {"proxies": 1}, {"base_url": "https://weekly.example/x"}, {"host_names": ["a.example"]}]
)
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_header_of_a_visitor_gets_into_an_answer(make: Any, settings: dict[str, Any], address: str) -> None:
    client = make(**settings)
    host = "weekly.example" if "base_url" in settings else "a.example" if settings.get("host_names") else "localhost"
    answer = ask(client, address, host, EVIL)
    assert answer.status_code != 400
    assert "evil.example" not in shown(answer)
    assert "javascript:" not in shown(answer)
    assert not answer.headers.get("Location", "").startswith("//")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("weekly.example", "http://weekly.example"),
        ("WEEKLY.example.", "http://weekly.example"),  # one name, one answer: the next visitor has the usual form
        ("weekly.example:80", "http://weekly.example"),
        ("weekly.example:443", "400"),  # not where http is
        ("weekly.example:8443", "400"),
        ("xn--fsqu00a.xn--fiqs8s", "http://xn--fsqu00a.xn--fiqs8s"),
        ("other.example:8443", "http://other.example:8443"),
        ("other.example:9443", "400"),
        ("[2001:DB8::0:1]", "http://[2001:db8::1]"),
        ("localhost", "http://localhost"),
        ("127.0.0.1:9999", "http://127.0.0.1:9999"),  # through a tunnel
        ("[::1]", "http://[::1]"),
        ("evil.example", "400"),
        ("weekly.example.evil.example", "400"),
        ("evil-weekly.example", "400"),
        ("weekly.example@evil.example", "400"),
        ("weekly.example,evil.example", "400"),
        ("weekly.example/evil", "400"),
        ('"><script>', "400"),
        ("", "400"),
        ("weekly.example" + "x" * 5000, "400"),
        ("localhost.evil.example", "400"),
    ],
)
def test_the_site_goes_by_its_names_alone(make: Any, host: str, expected: str) -> None:
    names = ["weekly.example", "例子.中国", "other.example:8443", "2001:db8::1"]
    assert root(make(host_names=names), host) == expected


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("weekly.example", 200),
        ("weekly.example:8443", 200),
        ("www.example", 200),
        ("localhost", 200),
        ("evil.example", 400),
    ],
)
def test_with_a_base_url_its_host_is_a_name_and_the_one_that_is_shown(make: Any, host: str, status: int) -> None:
    client = make(base_url="https://Weekly.example:443/x", host_names=["www.example"])
    assert ask(client, "/", host).status_code == status
    if status == 200:
        assert root(client, host) == "https://weekly.example/x"


def test_without_names_the_site_answers_to_the_address_that_is_asked(make: Any) -> None:
    client = make()
    assert root(client, "localhost") == "http://localhost"
    assert root(client, "weekly.example") == "400"
    here = {"SERVER_NAME": "192.0.2.7", "SERVER_PORT": "8000"}
    for host, status in {"192.0.2.7:8000": 200, "192.0.2.7": 400, "192.0.2.8:8000": 400}.items():
        assert client.get("/", headers={"Host": host}, environ_overrides=here).status_code == status
    address = client.get("/api/v1/search", environ_overrides={**here, "HTTP_HOST": "192.0.2.7:8000"})
    assert address.get_json()["links"]["html"].startswith("http://192.0.2.7:8000/")


def test_another_name_is_refused_in_the_words_of_the_site(make: Any) -> None:
    client = make(host_names=["weekly.example"])
    page, problem = ask(client, "/", "<evil>"), ask(client, "/api/v1/search?q=x", "evil.example")
    assert (page.status_code, page.mimetype) == (400, "text/html")
    assert "这个网站不叫 <code>&lt;evil&gt;</code>" in page.get_data(as_text=True)
    assert (problem.status_code, problem.mimetype) == (400, "application/problem+json")
    assert "host_names" in problem.get_json()["detail"]
    # One visitor's mistake is not kept for the next one.
    assert {page.headers["Cache-Control"], problem.headers["Cache-Control"]} == {"no-store"}
    # Whoever watches over the site asks by any name, and is told nothing that depends on it.
    assert ask(client, "/healthz", "evil.example").status_code == 200


def test_what_is_right_for_one_visitor_alone_is_not_kept_for_others(make: Any) -> None:
    client = make(host_names=["weekly.example"])
    assert ask(client, "/sitemap.xml", "weekly.example").headers["Cache-Control"] == "public, max-age=60"
    assert ask(client, "/sitemap.xml", "localhost").headers["Cache-Control"] == "private, max-age=60"
    assert ask(make(), "/sitemap.xml", "localhost").headers["Cache-Control"] == "public, max-age=60"


def test_through_a_proxy_only_the_names_of_the_site_count(make: Any) -> None:
    client = make(host_names=["weekly.example"], proxies=1)
    assert root(client, "weekly.example", X_Forwarded_For="192.0.2.1") == "http://weekly.example"
    for host in ("localhost", "127.0.0.1:8000", "weekly.example:8000"):
        assert root(client, host, X_Forwarded_For="192.0.2.1") == "400"


def test_answers_say_what_their_addresses_depend_on(make: Any) -> None:
    def varies(**settings: Any) -> set[str]:
        host = "localhost" if "base_url" not in settings else "weekly.example"
        return set(ask(make(**settings), "/sitemap.xml", host).vary.as_set()) - {"accept-encoding"}

    assert varies() == {"host"}
    assert varies(proxies=1) == {"host", "x-forwarded-proto"}
    switches = {"forwarded_host": True, "forwarded_prefix": True}
    assert varies(**switches) == {"host"}
    assert varies(proxies=1, **switches) == {"host", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-prefix"}
    assert varies(proxies=1, base_url="https://weekly.example") == set()


@pytest.mark.parametrize(
    ("proto", "scheme"),
    [
        ("https", "https"),
        ("HTTPS", "https"),
        ("http, https", "https"),  # the proxy adds what it knows to what the visitor wrote
        ("https, http", "http"),
        ("javascript", "http"),
        ("https://evil.example", "http"),
        ("https,javascript", "http"),
        ("", "http"),
        (",", "http"),
        ("x" * 8000, "http"),
    ],
)
def test_a_proxy_may_say_http_or_https_alone(make: Any, proto: str, scheme: str) -> None:
    assert root(make(proxies=1), X_Forwarded_Proto=proto) == f"{scheme}://localhost"


def test_only_as_many_proxies_are_believed_as_there_are(make: Any) -> None:
    client = make(proxies=2)
    assert root(client, X_Forwarded_Proto="https") == "http://localhost"  # one of them has said nothing
    assert root(client, X_Forwarded_Proto="https, http") == "https://localhost"
    assert root(client, X_Forwarded_Proto="https, http, http") == "http://localhost"


def test_host_and_prefix_count_only_where_a_switch_says_that_proxies_set_them(make: Any) -> None:
    told = {"X_Forwarded_Host": "www.example", "X_Forwarded_Prefix": "/weekly"}
    names = ["localhost", "www.example"]
    assert root(make(proxies=1, host_names=names), **told) == "http://localhost"
    assert root(make(proxies=1, host_names=names, forwarded_host=True), **told) == "http://www.example"
    assert root(make(proxies=1, forwarded_prefix=True), **told) == "http://localhost/weekly"
    assert root(make(forwarded_host=True, forwarded_prefix=True), **told) == "http://localhost"  # no proxies
    assert root(make(proxies=1, forwarded_host=True), **told) == "400"  # no name of the site


def test_a_proxy_may_cut_its_prefix_off_or_pass_it_on(make: Any) -> None:
    client = make(proxies=1, forwarded_prefix=True)
    for address in ("/weekly/issues", "/issues"):
        page = ask(client, address, headers={"X-Forwarded-Prefix": "/weekly"})
        assert page.status_code == 200
        assert '"/weekly/search"' in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("prefix", "path"),
    [
        ("/weekly", "/weekly"),
        ("/weekly/", "/weekly"),
        ("/a/b-c_d.e~", "/a/b-c_d.e~"),
        ("/%E5%BE%80%E6%9C%9F", "/往期"),
        ("/往期".encode().decode("latin-1"), "/往期"),
        ("/", ""), ("", ""), ("weekly", ""), ("//evil.example", ""), ("/weekly//evil", ""), ("/\\evil", ""),
        ("/../x", ""), ("/x/..", ""), ("/x/./y", ""), ("/%2e%2e/x", ""), ("/%2fevil.example", ""), ("/%5cevil", ""),
        ("https://evil.example", ""), ("/https://evil", ""), ("/x?y", ""), ("/x#y", ""), ("/x%0d%0aLocation: y", ""),
        ("/x\ty", ""), ("/x y", ""), ('/"><script>', ""), ("/x%00", ""), ("/%ff", ""), ("/" + "x" * 200, ""),
    ],
)  # fmt: skip
def test_a_prefix_is_a_plain_path(prefix: str, path: str) -> None:
    assert plain_path(prefix) == path.encode().decode("latin-1")


@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=30))
def test_no_prefix_whatever_leads_elsewhere(prefix: str) -> None:
    path = plain_path(prefix)
    assert path == "" or (path.startswith("/") and "//" not in path and not set(path) & set('\\?#%:<>"\r\n\t '))


@pytest.mark.parametrize("names", [["a b"], ["https://weekly.example"], [""]])
def test_a_name_that_is_no_host_is_refused_at_the_start(make: Any, names: list[str]) -> None:
    with pytest.raises(ConfigError, match="host_names"):
        make(host_names=names)


@pytest.fixture(scope="module")
def weekly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_archive(tmp_path_factory.mktemp("hosts-served") / "weekly", 1)


def said_at_the_start(folder: Path, weekly: Path, *options: str, **variables: str) -> str:
    """What `serve` has said when it serves."""
    port = free_port()
    command = wangqi("serve", "--index", "index", "--port", str(port), "--workers", "1", *options, f"weekly={weekly}")
    log = folder / f"{port}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(command, env=program_environment(**variables), cwd=folder, stderr=errors)
    try:
        until(lambda: "serving generation" in log.read_text() or process.poll() is not None)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(DEADLINE_S)
    return log.read_text()


@pytest.mark.parametrize(
    ("options", "is_warned"),
    [
        ((), False),
        (("--host", "::1"), False),
        (("--host", "0.0.0.0"), True),
        (("--proxies", "1"), True),
        (("--host", "0.0.0.0", "--host-names", "weekly.example"), False),
    ],
)
def test_a_server_for_others_that_has_no_name_says_so(
    tmp_path: Path, weekly: Path, options: tuple[str, ...], is_warned: bool
) -> None:
    assert ("set base_url or host_names" in said_at_the_start(tmp_path, weekly, *options)) == is_warned


def test_switches_for_proxies_without_proxies_are_wrong_usage(tmp_path: Path, weekly: Path) -> None:
    assert "whom --proxies trusts" in said_at_the_start(tmp_path, weekly, "--forwarded-host")
    assert "--host-names: must be names of hosts" in said_at_the_start(tmp_path, weekly, "--host-names", "http://x")


def test_a_real_server_has_names_from_its_settings(tmp_path: Path, weekly: Path) -> None:
    names = {"WANGQI_HOST_NAMES": "weekly.example, www.example:8443"}
    with serving(tmp_path / "index", workers=1, environment=names, weekly=weekly) as server:
        for host, status in {
            "weekly.example": 200, "www.example:8443": 200, f"weekly.example:{server.port}": 200,
            f"127.0.0.1:{server.port}": 200, "www.example": 400, "evil.example": 400,
        }.items():  # fmt: skip
            assert server.ask("/robots.txt", Host=host).status == status, host
