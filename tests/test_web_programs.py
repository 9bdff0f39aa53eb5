"""What all addresses for programs have in common, and what browsers and crawlers read: search, sitemap, robots."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_site import FixedSource, example_texts, generation_of, make_site

from wangqi.web.app import create_app

PROBLEM = "application/problem+json"

ANSWERED = [
    "/api/v1/search?q=图床",
    "/api/v1/entries/kibji655rfono-7nfqyb6i",
    "/api/v1/issues",
    "/api/v1/issues/kibji655rfono",
    "/api/v1/suggest?q=n",
    "/api/v1/lookup?url=nats.io",
    "/api/v1/status",
    "/search.atom?q=图床",
    "/sitemap.xml",
    "/sitemap-1.xml",
]
"""What is made of the index."""
ALWAYS_THERE = ["/openapi.json", "/opensearch.xml", "/robots.txt"]

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


@pytest.fixture
def client(example_site: Flask) -> FlaskClient:
    return example_site.test_client()


@pytest.fixture(scope="module")
def mounted(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The same site below a path of another host."""
    folder = tmp_path_factory.mktemp("mounted")
    return make_site(example_texts(), folder, base_url="https://weekly.example/往期/x", title="青铜周刊").test_client()


@pytest.mark.parametrize("address", [*ANSWERED, *ALWAYS_THERE, "/healthz"])
def test_head_is_get_without_the_body(client: FlaskClient, address: str) -> None:
    got, head = client.get(address), client.head(address)
    assert (head.status_code, head.data) == (200, b"")
    informative = {"Content-Length"}  # took_ms may have another number of digits
    assert {name: value for name, value in head.headers if name not in informative} == {
        name: value for name, value in got.headers if name not in informative
    }


@pytest.mark.parametrize("address", [*ANSWERED, *ALWAYS_THERE])
def test_who_has_the_answer_already_gets_304(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(address, headers={"If-None-Match": 'W/"0"'}).status_code == 200


@pytest.mark.parametrize("address", [*ANSWERED, *ALWAYS_THERE])
def test_an_answer_is_the_same_in_whatever_language_it_is_asked_for(client: FlaskClient, address: str) -> None:
    chinese, english = (client.get(address, headers={"Accept-Language": language}) for language in ("zh", "en"))
    took = re.compile('"took_ms":[0-9.]+')
    assert took.sub("", english.text) == took.sub("", chinese.text)
    assert "Accept-Language" not in english.vary  # nothing that a cache would have to keep apart


@pytest.mark.parametrize("address", [*ANSWERED, *ALWAYS_THERE, "/healthz"])
def test_other_methods_are_refused_with_those_there_are(client: FlaskClient, address: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        response = client.open(address, method=method)
        assert (response.status_code, response.content_type) == (405, PROBLEM)
        assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("address", [*ANSWERED, *ALWAYS_THERE, "/healthz", "/api/v1/search?page=0", "/api/v1/none"])
def test_pages_of_any_origin_may_ask(client: FlaskClient, address: str) -> None:
    headers = client.get(address, headers={"Origin": "https://blog.example"}).headers
    assert headers.getlist("Access-Control-Allow-Origin") == ["*"]
    assert headers["Access-Control-Expose-Headers"] == "Link, ETag"
    assert "Access-Control-Allow-Credentials" not in headers


def test_a_browser_that_asks_before_it_asks_may(client: FlaskClient) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match"}
    response = client.options("/api/v1/search", headers={"Origin": "https://blog.example", **asked})
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in response.headers["Access-Control-Allow-Methods"]
    assert "If-None-Match" in response.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("address", [*ANSWERED, "/healthz"])
def test_without_an_index_the_answer_says_what_to_run(address: str) -> None:
    response = create_app(FixedSource(None)).test_client().get(address)
    assert (response.status_code, response.content_type) == (503, PROBLEM)
    assert "wangqi reindex" in response.get_json()["detail"]
    assert "secret" not in response.text  # the source's own error names a folder of the server
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize("address", ALWAYS_THERE)
def test_what_needs_no_index_is_there_without_one(address: str) -> None:
    assert create_app(FixedSource(None)).test_client().get(address).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/sitemap-2.xml", 404),
        ("/sitemap-0.xml", 404),
        ("/sitemap-x.xml", 404),
        ("/api/v1", 404),
        ("/search.atom?q=" + "x" * 5000, 414),
        ("/search.atom?colour=red", 400),
        ("/sitemap.xml?page=2", 400),
        ("/opensearch.xml?q=x", 400),
    ],
)
def test_errors_are_problems_at_every_address_for_programs(client: FlaskClient, address: str, status: int) -> None:
    response = client.get(address)
    assert (response.status_code, response.content_type) == (status, PROBLEM)
    assert response.get_json()["status"] == status


def texts_of(value: Any) -> Iterator[str]:
    """Every text of a JSON value."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_of(each)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("address", sorted({*ANSWERED, *ALWAYS_THERE} - {"/api/v1/status"}))  # which names none
def test_every_address_of_the_site_is_below_its_own(mounted: FlaskClient, address: str) -> None:
    response = mounted.get(address)
    root = "https://weekly.example/%E5%BE%80%E6%9C%9F/x/"
    if response.is_json or "json" in (response.content_type or ""):
        found = [text for text in texts_of(response.get_json(force=True)) if "weekly.example" in text]
    else:
        parts = response.text.replace('"', " ").replace("<", " ").replace(">", " ").split()
        found = [part for part in parts if "weekly.example" in part and not part.startswith("tag:")]
    assert found
    assert all(f"{text}/".startswith(root) for text in found), found
    assert "localhost" not in response.text


def urls_of(text: str) -> dict[str, str]:
    """Templates of an OpenSearch description by their media type."""
    return {
        url.get("type", ""): url.get("template", "") for url in ElementTree.fromstring(text).iter(f"{OPENSEARCH}Url")
    }


def test_a_browser_learns_how_to_search_the_site(mounted: FlaskClient) -> None:
    response = mounted.get("/opensearch.xml")
    assert response.mimetype == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(response.text)
    assert root.findtext(f"{OPENSEARCH}ShortName") == "青铜周刊"
    assert root.findtext(f"{OPENSEARCH}InputEncoding") == "UTF-8"
    image = root.find(f"{OPENSEARCH}Image")
    assert image is not None
    with mounted.get(urlsplit(image.text or "").path) as picture:  # a file, to be closed
        assert picture.mimetype == image.get("type")
    assert set(urls_of(response.text)) == {
        "text/html",
        "application/json",
        "application/atom+xml",
        "application/x-suggestions+json",
        "application/opensearchdescription+xml",
    }


@pytest.mark.parametrize("page", ["", "1"])  # a browser leaves out what it does not know
def test_what_a_browser_asks_then_is_answered(mounted: FlaskClient, page: str) -> None:
    for media_type, template in urls_of(mounted.get("/opensearch.xml").text).items():
        filled = template.replace("{searchTerms}", "%E6%B6%88%E6%81%AF").replace("{startPage?}", page)
        parts = urlsplit(filled.replace("{count?}", page))
        response = mounted.get(f"{parts.path}?{parts.query}")
        assert (response.status_code, response.mimetype) == (200, media_type)


def test_a_long_title_makes_a_short_name(tmp_path: Path) -> None:
    title = "一份名字特别特别长的<青铜> & 铁器周刊"
    client = make_site(example_texts(), tmp_path, title=title).test_client()
    root = ElementTree.fromstring(client.get("/opensearch.xml").text)
    assert root.findtext(f"{OPENSEARCH}ShortName") == title[:16]
    assert title in (root.findtext(f"{OPENSEARCH}Description") or "")


def test_the_sitemap_holds_what_there_is_to_read(client: FlaskClient) -> None:
    urls = ElementTree.fromstring(client.get("/sitemap.xml").text).findall(f"{SITEMAP}url")
    places = {url.findtext(f"{SITEMAP}loc"): url.findtext(f"{SITEMAP}lastmod") for url in urls}
    issues = client.get("/api/v1/issues?per_page=100").get_json()["issues"]
    newest = issues[0]["date"]
    lists = {"http://localhost/": newest, "http://localhost/issues": newest}
    assert places == lists | {issue["url"]: issue["date"] for issue in issues}
    assert all(client.get(urlsplit(place or "").path).status_code == 200 for place in places)


def test_an_issue_without_a_date_has_none_in_the_sitemap(tmp_path: Path) -> None:
    client = make_site({("周刊", "卷 1/甲&乙.md"): "# 周刊\n\n1、灯\n".encode()}, tmp_path).test_client()
    urls = ElementTree.fromstring(client.get("/sitemap.xml").text).findall(f"{SITEMAP}url")
    assert [url.findtext(f"{SITEMAP}lastmod") for url in urls] == [None, None, None]
    assert client.get(urlsplit(urls[2].findtext(f"{SITEMAP}loc") or "").path).status_code == 200


def test_a_sitemap_that_is_too_long_is_parted(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {url.text for url in ElementTree.fromstring(client.get("/sitemap.xml").text).iter(f"{SITEMAP}loc")}
    monkeypatch.setattr("wangqi.web.feeds.discovery.MAX_ADDRESSES", 5)  # 50 000 issues would take a while to make
    index = ElementTree.fromstring(client.get("/sitemap.xml").text)
    assert index.tag == f"{SITEMAP}sitemapindex"
    found = []
    for place in index.iter(f"{SITEMAP}loc"):
        part = ElementTree.fromstring(client.get(urlsplit(place.text or "").path).text)
        found.append([url.text for url in part.iter(f"{SITEMAP}loc")])
    assert [len(part) for part in found] == [5, 5, 4]
    assert {place for part in found for place in part} == whole


def test_robots_are_led_to_the_sitemap_and_not_into_results(mounted: FlaskClient) -> None:
    response = mounted.get("/robots.txt")
    assert response.mimetype == "text/plain"
    lines = dict.fromkeys(response.text.split("\n"))
    assert "Disallow: /%E5%BE%80%E6%9C%9F/x/search" in lines
    assert "Sitemap: https://weekly.example/%E5%BE%80%E6%9C%9F/x/sitemap.xml" in lines


@settings(max_examples=40, deadline=None)
@given(
    address=st.sampled_from(["/api/v1/lookup?url=", "/api/v1/suggest?q=", "/search.atom?q="]),
    typed=st.text(max_size=30) | st.text("https://例a.b:?#[]@%\0 /", max_size=30),
)
def test_nothing_that_is_typed_is_a_server_error(example_site: Flask, address: str, typed: str) -> None:
    response = example_site.test_client().get(address + quote(typed.encode("utf-8", "surrogatepass")))
    assert response.status_code in ((200, 400) if "url=" in address else (200,))
    if "atom" in address:
        assert ElementTree.fromstring(response.text).tag.endswith("feed")


def test_a_site_of_nothing_has_a_sitemap(tmp_path: Path) -> None:
    client = create_app(FixedSource(generation_of({}, tmp_path))).test_client()
    assert client.get("/sitemap.xml").text.count("<loc>") == 2
