"""Answers in gzip: who gets them, and that they are the same answers."""

import gzip

import pytest
from flask import Flask

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("address", ["/", "/search?q=的", "/issues", "/api/v1/search?q=的", "/static/wangqi.css"])
def test_whoever_reads_gzip_gets_the_same_in_less(example_site: Flask, address: str) -> None:
    client = example_site.test_client()
    with client.get(address) as plain, client.get(address, headers=GZIP) as packed:
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert len(packed.data) < len(plain.data) / 2
        assert int(packed.headers["Content-Length"]) == len(packed.data)
        if not address.startswith(("/search", "/api")):  # these two say how long they took
            assert gzip.decompress(packed.data) == plain.data


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0"])
def test_whoever_does_not_gets_text(example_site: Flask, accepted: str) -> None:
    answer = example_site.test_client().get("/search?q=的", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert answer.text.endswith("</html>")


@pytest.mark.parametrize("address", ["/search?q=的", "/api/v1/search?q=的", "/static/wangqi.css"])
def test_a_packed_answer_is_known_again(example_site: Flask, address: str) -> None:
    client = example_site.test_client()
    with client.get(address, headers=GZIP) as first:
        etag = first.headers["ETag"]
    assert etag.startswith("W/")  # the bytes differ from those of the text
    with client.get(address, headers=GZIP | {"If-None-Match": etag}) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_what_is_small_stays_as_it_is(example_site: Flask) -> None:
    assert "Content-Encoding" not in example_site.test_client().get("/healthz", headers=GZIP).headers
