"""What is known of a request before it is parsed."""

import pytest

from wangqi.web.http.environ import RefusedError
from wangqi.web.server.request_bytes import MAX_HEAD_BYTES, head_size, readable, sketch, stand_in, target_of

REST = b" HTTP/1.1\r\nHost: a.example\r\n\r\n"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("/search?q=tools", "/search?q=tools"),
        ("/search?q=图床", "/search?q=%E5%9B%BE%E5%BA%8A"),
        ("/issues/青铜/第1期", "/issues/%E9%9D%92%E9%93%9C/%E7%AC%AC1%E6%9C%9F"),
        ("/search?q=%E5%9B%BE床", "/search?q=%E5%9B%BE%E5%BA%8A"),  # half of it was encoded
        ("/search?q=𠮷", "/search?q=%F0%A0%AE%B7"),
    ],
)
def test_characters_in_an_address_are_read_as_if_they_were_encoded(typed: str, sent: str) -> None:
    assert readable(b"GET " + typed.encode() + REST, 4096) == b"GET " + sent.encode() + REST


def test_bytes_of_another_encoding_are_kept() -> None:
    assert readable(b"GET /search?q=" + "图床".encode("gbk") + REST, 4096) == b"GET /search?q=%CD%BC%B4%B2" + REST


@pytest.mark.parametrize("size", [4095, 4096])
def test_the_longest_address_is_left_as_it_is(size: int) -> None:
    request = b"GET /" + b"x" * (size - 1) + REST
    assert readable(request, 4096) == request


@pytest.mark.parametrize("address", [b"/" + b"x" * 4096, b"/" + b"x" * 100_000, "图".encode() * 1000])
def test_a_longer_address_is_refused(address: bytes) -> None:
    with pytest.raises(RefusedError, match="more than 4096") as raised:
        readable(b"GET " + address + REST, 4096)
    assert raised.value.refusal.status == 414


@pytest.mark.parametrize(
    ("received", "size"),
    [
        (b"", None),
        (b"GET", None),
        (b"GET /", None),
        (b"GET / HTTP/1.1\r", None),
        (b"GET / HTTP/1.1\r\nHost: a.exa", None),
        (b"\r\nGET / HTTP/1.1\r\n", None),  # one empty line may stand before a request
        (b"GET / HTTP/1.1\r\n\r\n", 18),
        (b"GET / HTTP/1.1\r\n\r\nGET", 18),
        # What never becomes a head is not waited for.
        (b"GET /\r\n", 7),  # HTTP/0.9
        (b"\x16\x03\x01\x02\x00", 5),  # TLS
        (b"GET / HTTP/1.1\nHost: a\n", 23),
        (b"{", 1),
        (b'{"q": 1}', 8),
        (b"x" * 40, 40),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * MAX_HEAD_BYTES, MAX_HEAD_BYTES + 1),
    ],
)
def test_a_head_is_whole_or_awaited_or_refused(received: bytes, size: int | None) -> None:
    assert head_size(bytearray(received), 0) == size


def test_a_head_is_found_wherever_it_was_cut_into_pieces() -> None:
    whole = b"GET /?q=x" + REST
    for cut in range(1, len(whole)):
        assert head_size(bytearray(whole[:cut]), 0) is None
        assert head_size(bytearray(whole), cut) == len(whole)


@pytest.mark.parametrize(
    ("received", "line"),
    [
        (b"GET /api/v1/search?q=x HTTP/9.9\r\n\r\n", b"GET /api/v1/search HTTP/1.1"),
        (b"\r\nget /api/v1/search?q=x y HTTP/1.1\r\n\r\n", b"GET /api/v1/search HTTP/1.1"),
        (b"HEAD /\x01\xe5 HTTP/1.1\r\n\r\n", b"HEAD /%E5 HTTP/1.1"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/1.1"),
        (b"\x16\x03\x01 /\r\n", b"GET / HTTP/1.1"),
        (b"", b"GET / HTTP/1.1"),
    ],
)
def test_a_refusal_is_made_for_the_address_as_far_as_it_is_known(received: bytes, line: bytes) -> None:
    assert stand_in(received) == line + b"\r\nConnection: close\r\n\r\n"


def test_a_refusal_speaks_the_language_that_was_asked_for() -> None:
    refused = stand_in(b"GET / HTTP/1.1\r\nX Y: z\r\nAccept-Language: en\r\nHost: a\r\n\r\n")
    assert refused == b"GET / HTTP/1.1\r\nConnection: close\r\nAccept-Language: en\r\n\r\n"


@pytest.mark.parametrize(
    ("received", "target"),
    [
        (b"GET /healthz HTTP/1.1\r\n", b"/healthz"),
        (b"HEAD /healthz HTTP/1.1\r\n", b"/healthz"),
        (b"POST /healthz HTTP/1.1\r\n", b""),
        (b"GET /x/healthz HTTP/1.1\r\n", b"/x/healthz"),
    ],
)
def test_the_target_is_what_a_get_or_head_asks_for(received: bytes, target: bytes) -> None:
    assert target_of(bytearray(received)) == target


def test_a_sketch_has_the_path_and_the_headers() -> None:
    head = b"POST /hooks/reindex?x HTTP/1.1\r\nHost: a\r\nX-Event:  push \r\nodd\r\n\r\n"
    assert sketch(head) == ("/hooks/reindex", {"host": "a", "x-event": "push"})
