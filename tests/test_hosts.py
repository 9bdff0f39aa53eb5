"""Names of hosts as requests and settings have them, in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangqi.indexer.config.hosts import host_at, host_in_settings, read_host


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("weekly.example", "weekly.example"),
        ("Weekly.EXAMPLE", "weekly.example"),
        ("weekly.example.", "weekly.example"),  # the dot of the root
        ("weekly.example:8443", "weekly.example:8443"),
        ("weekly.example:", "weekly.example"),  # RFC 3986, 3.2.3: the port may be empty
        ("xn--fsqu00a.xn--fiqs8s", "xn--fsqu00a.xn--fiqs8s"),
        ("192.0.2.7:80", "192.0.2.7:80"),
        ("[2001:DB8:0:0::1]:8000", "[2001:db8::1]:8000"),
        ("my_box", "my_box"),
    ],
)
def test_a_host_is_written_in_one_way(text: str, host: str) -> None:
    assert str(read_host(text)) == host


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "..", "a..b", "a b", "a/b", "a@b", "a\\b", "a,b", "a:b", "a:0", "a:65536", "a:8000:1", "[::1", "::1",
        "[a]", "[fe80::1%eth0]", "http://a", "例子.中国", "a\x00", "a\n", "a" * 254,
    ],
)  # fmt: skip
def test_what_names_no_host_is_none(text: str) -> None:
    assert read_host(text) is None


@pytest.mark.parametrize(
    ("text", "is_loopback"),
    [
        ("localhost:8000", True), ("LOCALHOST.", True), ("app.localhost", True), ("127.0.0.1", True), 
        ("127.9.9.9", True), ("[::1]:8000", True), ("[0:0:0:0:0:0:0:1]", True),
        ("localhost.example", False), ("127.0.0.1.example", False), ("0.0.0.0", False),
        ("[::]", False), ("192.0.2.1", False),
    ],
)  # fmt: skip
def test_what_names_the_machine_of_whoever_asks(text: str, is_loopback: bool) -> None:
    host = read_host(text)
    assert host is not None
    assert host.is_loopback is is_loopback


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("例子.中国", "xn--fsqu00a.xn--fiqs8s"),
        ("例子.中国:8443", "xn--fsqu00a.xn--fiqs8s:8443"),
        (" weekly.example ", "weekly.example"),
        ("2001:db8::1", "[2001:db8::1]"),
        ("[2001:db8::1]:8000", "[2001:db8::1]:8000"),
    ],
)
def test_settings_may_be_written_as_people_write(text: str, host: str) -> None:
    assert str(host_in_settings(text)) == host


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("192.0.2.7", "192.0.2.7:8000"),
        ("::1", "[::1]:8000"),
        ("::ffff:192.0.2.7", "192.0.2.7:8000"),  # a client of IPv4 at a listener of IPv6
        ("fe80::1%eth0", "[fe80::1]:8000"),
    ],
)
def test_the_end_of_a_connection_is_called_as_the_other_end_calls_it(address: str, host: str) -> None:
    assert str(host_at(address, "8000")) == host


@given(st.text(max_size=30) | st.from_regex(r"[\[\]A-Fa-f0-9.:-]{1,20}", fullmatch=True))
def test_what_was_read_reads_the_same_again(text: str) -> None:
    for host in (read_host(text), host_in_settings(text)):
        assert host is None or read_host(str(host)) == host
