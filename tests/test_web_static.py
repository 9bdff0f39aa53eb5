"""The files that pages load: small, for a build of their own, and open to pages of other origins."""

import gzip
from pathlib import Path

import pytest
from flask import Flask

from wangqi import web

FILES = sorted((Path(web.__path__[0]) / "static").iterdir())
HOUR, YEAR = 3600, 365 * 24 * 3600


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_is_under_8_kb_compressed(path: Path) -> None:
    assert len(gzip.compress(path.read_bytes())) < 8_000


@pytest.mark.parametrize(("address", "seconds"), [("wangqi-search.js", HOUR), ("wangqi-search.js?v=1a2b", YEAR)])
def test_other_origins_may_load_and_keep_the_script(example_site: Flask, address: str, seconds: int) -> None:
    client = example_site.test_client()
    with client.get(f"/static/{address}") as response:
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert response.cache_control.max_age == seconds
        assert response.mimetype == "text/javascript"
        known = {"If-None-Match": response.headers["ETag"]}
    with client.get(f"/static/{address}", headers=known) as again:
        assert again.status_code == 304
