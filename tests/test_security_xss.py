"""Nothing that stands in an issue or a query becomes part of a page: over two hundred payloads, wherever text goes.

What a browser would build is compared with what it builds for harmless text: each element, attribute, class and id must
occur there too, and each address must be of the web or of the site. With the escaping turned off the same must fail.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import html5lib
import pytest
from attacks import PAYLOADS
from browsing import serving
from flask import Flask
from flask.testing import FlaskClient
from sample_site import ANALYZER, make_site

from wangqi.indexer.rendering import page as rendering
from wangqi.search.model import issue_id
from wangqi.search.whoosh_engine import WhooshEngine
from wangqi.web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

COMMON = "灯标"
"""A word of every entry."""

ISSUE = """---
title: {quoted}
author: {quoted}
---

{0} 灯标

## {0}

1、[{0}]({0})（@{0} 投稿）

灯标 {0} ![{0}]({0}) `{0}`

2、<a href="{0}">灯标</a> <img src="{0}">

### {0}

3、[灯标](<{0}>) {0}

```{0}
{0}
```

> 灯标 {0}

-- {0}
"""

HARMLESS = (
    "渔火",
    "[渔火](https://x.example/a) **渔** *火* ~~灯~~ `船`",
    "| 渔 |\n|-|\n| 火 |",
    "1. 渔\n2. 火\n\n- 灯\n\n---",
    "![渔火](https://x.example/a.png)",
) * 20
ADDRESS_ATTRIBUTES = frozenset({"href", "src", "action", "formaction", "poster", "data", "srcset", "xlink:href"})
OWN = ("http://localhost/", "https://", "http://")
Shape = set[tuple[str, ...]]


def issue(payload: str) -> bytes:
    text = ISSUE.format(payload.replace("\0", ""), quoted=json.dumps(payload.replace("\0", "")))
    return text.encode(errors="replace")


def site_of(payloads: tuple[str, ...], folder: Path) -> Flask:
    """A site of an issue for each payload."""
    return make_site(texts_of(payloads), folder, WhooshEngine(ANALYZER))


def texts_of(payloads: tuple[str, ...]) -> dict[tuple[str, str], bytes]:
    return {("weekly", f"{number}.md"): issue(payload) for number, payload in enumerate(payloads)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return site_of(PAYLOADS, tmp_path_factory.mktemp("attacked"))


def shape(html: str) -> Iterator[tuple[str, ...]]:
    """Every element, attribute, class, id and address that a browser would build, and every script."""
    for element in html5lib.parse(html, namespaceHTMLElements=False).iter():
        if not isinstance(element.tag, str):
            yield ("comment",)
            continue
        yield ("element", element.tag)
        if element.tag in ("script", "style") and (element.text or "").strip():
            yield ("inline", element.tag)
        for name, value in element.attrib.items():
            yield ("attribute", element.tag, name)
            if name in ADDRESS_ATTRIBUTES and not is_harmless(value):
                yield ("address", value)
            if name == "class":
                yield from (("class", word) for word in value.split())
            if name == "id":
                yield ("id", ANCHOR.sub("e-", value).rstrip("0123456789"))


ANCHOR: Final = re.compile(r"e-s?[a-z2-7]{8}(_\d+)?$")
"""Of an entry: made of its link or title, and nothing of it is left."""


def is_harmless(address: str) -> bool:
    """Of the web, or a place of this site or page; as a browser reads it, without blanks and with slashes alike."""
    address = "".join(char for char in address if char > " ").replace("\\", "/")
    own = address.startswith(("/", "#", "?")) and not address.startswith("//")
    return own or address.lower().startswith(("http://", "https://"))


def pages(client: FlaskClient, payloads: tuple[str, ...], every: int = 1, of: int = 0) -> Iterator[tuple[str, str]]:
    """Each page on which a payload can stand; with `every`, what is asked for by payload only for every so many."""
    for number, payload in list(enumerate(payloads))[of::every]:
        for path, query in (
            (f"/issues/weekly/{number}.md", {}),
            (f"/issues/weekly/{number}.md", {"hl": payload}),
            ("/search", {"q": payload}),
        ):
            yield payload, client.get(path, query_string=query).text
        issue = client.get(f"/api/v1/issues/{issue_id('weekly', f'{number}.md')}").get_json()
        for entry in (entry for section in issue["sections"] for entry in section["entries"]):
            yield payload, client.get(f"/entries/{entry['id']}").text
    yield from ((path, client.get(path).text) for path in ("/", "/issues", "/search?q=abc xyz"))
    for page in range(1, len(payloads) // 5):
        yield f"page {page} of hits", client.get("/search", query_string={"q": COMMON, "page": page}).text


def parameter_pages(client: FlaskClient, payloads: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for payload in payloads:
        for name in ("section", "by", "site", "archive", "kind", "sort", "page", "x"):
            yield payload, client.get("/search", query_string={"q": COMMON, name: payload}).text
        yield payload, client.get(f"/{payload.replace('?', '')}").text


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> Shape:
    """What pages are made of when nobody attacks."""
    client = site_of(HARMLESS, tmp_path_factory.mktemp("harmless")).test_client()
    found = [*pages(client, HARMLESS[:5]), *parameter_pages(client, HARMLESS[:5])]
    found += [("", client.get(f"/search?q={COMMON}&page={page}").text) for page in (2, 5)]
    # Searches of which entries hold only a part, or hold it in a link or a section.
    asked = ("渔火 灯 船 雪", "x.example png 船", "x.example", "第 1 期")
    found += [(q, client.get("/search", query_string={"q": q}).text) for q in asked]
    elements = {("element", f"h{level}") for level in range(2, 7)} | {("element", "dt"), ("element", "dd")}
    of_others = {("class", "more"), ("class", "untitled"), ("attribute", "h2", "class")}
    anchored = {("attribute", f"h{level}", "id") for level in range(2, 7)}
    return {each for _, page in found for each in shape(page)} | elements | anchored | of_others


def foreign(found: Iterator[tuple[str, str]], harmless: Shape) -> dict[str, Shape]:
    """What does not belong on the pages, by the payload that put it there."""
    strange = ((payload, set(shape(page)) - harmless) for payload, page in found)
    return {payload: each for payload, each in strange if each}


def test_there_are_two_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) >= 200


@pytest.mark.parametrize("of", [0, 1])
def test_no_page_holds_anything_of_an_attacker(site: Flask, harmless: Shape, of: int) -> None:
    assert foreign(pages(site.test_client(), PAYLOADS, 2, of), harmless) == {}


def test_no_parameter_becomes_part_of_a_page(site: Flask, harmless: Shape) -> None:
    assert foreign(parameter_pages(site.test_client(), PAYLOADS[::7]), harmless) == {}


def strings(body: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a JSON document, with the key that it stands under."""
    if isinstance(body, str):
        yield name, body
    for key, value in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        yield from strings(value, str(key) if isinstance(body, dict) else name)


def json_answers(client: FlaskClient) -> Iterator[Any]:
    for page in range(1, len(PAYLOADS) * 3 // 100):
        yield client.get("/api/v1/search", query_string={"q": COMMON, "page": page, "per_page": 100})
    yield from (client.get("/api/v1/search", query_string={"q": payload}) for payload in PAYLOADS)
    yield from (client.get("/api/v1/lookup", query_string={"url": payload}) for payload in PAYLOADS)
    yield from (client.get("/api/v1/suggest", query_string={"q": payload}) for payload in PAYLOADS)


def test_json_is_data_with_addresses_of_the_web_alone(site: Flask) -> None:
    links = {"url", "permalink", "html", "atom", "self", "next", "prev", "source_url", "images"}
    wrong, seen = [], 0
    for answer in json_answers(site.test_client()):
        assert "json" in answer.content_type
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        body = {} if answer.status_code >= 400 else answer.get_json()
        asked = body.get("url") if isinstance(body, dict) else None
        for name, value in strings(body):
            if name in links and value != asked:
                seen += 1
                wrong += [value] if not value.startswith(OWN) else []
    assert wrong == []
    assert seen > 1000


def test_feed_is_xml_with_addresses_of_the_web_alone(site: Flask) -> None:
    client, entries = site.test_client(), 0
    for query in (COMMON, *PAYLOADS):
        feed = ET.fromstring(client.get("/search.atom", query_string={"q": query}).text)
        entries += len(feed.findall("{*}entry"))
        for element in feed.iter():
            assert element.tag.startswith(("{http://www.w3.org/2005/Atom}", "{http://a9.com/"))
            assert element.get("type") not in ("html", "xhtml")  # texts are text
            assert element.get("href", OWN[0]).startswith(OWN)
    assert entries > 100


@pytest.mark.parametrize("setting", ["'none'", "'self' https://blog.example"])
def test_pages_leave_no_room_for_what_would_get_through(tmp_path: Path, setting: str) -> None:
    client = make_site({("weekly", "1.md"): issue("渔火")}, tmp_path, frame_ancestors=setting).test_client()
    for path in (
        "/",
        "/search?q=渔火",
        "/issues/weekly/1.md",
        "/nowhere",
        "/api/v1/search?q=渔火",
        "/search.atom?q=渔火",
    ):
        headers = client.get(path).headers
        rules = dict(rule.strip().split(" ", 1) for rule in headers["Content-Security-Policy"].split(";"))
        assert rules["default-src"] == rules["base-uri"] == "'none'"
        assert rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'"
        assert rules["frame-ancestors"] == setting
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


# The same checks must notice when what protects is taken away.


def test_pages_without_escaping_would_be_noticed(site: Flask, harmless: Shape, monkeypatch: pytest.MonkeyPatch) -> None:
    attacked = site_without(site, lambda env: setattr(env, "autoescape", False))
    noticed = foreign(pages(attacked, PAYLOADS[:40]), harmless)
    assert len(noticed) > 30


def site_without(site: Flask, change: Callable[[Any], None]) -> FlaskClient:
    """The same site with other templates."""
    source = site.extensions["wangqi"]

    other = create_app(source.source)
    change(other.jinja_env)
    return other.test_client()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("web_address", lambda address: address),  # any address is good enough
        ("RENDERER", None),  # texts as they are
    ],
)
def test_issues_without_the_protection_would_be_noticed(
    site: Flask, harmless: Shape, monkeypatch: pytest.MonkeyPatch, name: str, value: Any
) -> None:
    if name == "RENDERER":
        monkeypatch.setattr("markdown_it.renderer.escapeHtml", lambda text: text)
    else:
        monkeypatch.setattr(rendering, name, value)
    client = site.test_client()
    found = ((payload, client.get(f"/issues/weekly/{n}.md").text) for n, payload in enumerate(PAYLOADS))
    assert len(foreign(found, harmless)) > 30


class Visit:
    """A browser without any policy: what it does and asks for is what the pages themselves allow."""

    def __init__(self, browser: Browser, *origins: str) -> None:
        self.page = browser.new_context(bypass_csp=True).new_page()
        self.strange: list[str] = []
        self.page.on("dialog", lambda dialog: self.strange.append(dialog.message))
        self.page.on("request", self._look_at)
        self._origins = origins

    def _look_at(self, request: Any) -> None:
        if not request.url.startswith(self._origins):
            self.strange.append(request.url)

    def see(self, payload: str) -> None:
        """Nothing was done so far, and nothing of the payload is an element."""
        assert self.page.evaluate("document.documentElement.dataset.done") is None, payload
        assert self.page.locator("[class~=evil], #evil, [onerror], [onload], [onclick], [onmouseover]").count() == 0
        assert self.strange == [], payload


def typed(payload: str) -> str:
    return f"{COMMON} {' '.join(payload.split())[:100]}"


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_browser_without_a_policy_does_nothing_for_an_attacker(tmp_path: Path, browser: Browser) -> None:
    site = make_site(texts_of(PAYLOADS), tmp_path, WhooshEngine(ANALYZER), images=False)
    with serving(site) as address:
        visit = Visit(browser, address)
        for number, payload in list(enumerate(PAYLOADS))[::14]:
            visit.page.goto(f"{address}/issues/weekly/{number}.md")
            visit.see(payload)
        visit.page.goto(f"{address}/search")
        for payload in PAYLOADS[::14]:
            visit.page.locator("input[type=search]").first.fill(typed(payload))
            visit.page.wait_for_timeout(200)
            visit.see(payload)
        visit.page.context.close()


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_search_box_on_another_page_does_nothing_for_an_attacker(site: Flask, browser: Browser) -> None:
    def blog(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        script = f'<script type="module" src="{address}/static/wangqi-search.js"></script>'
        return [f"<!doctype html><title>x</title>{script}<wangqi-search per-page=20></wangqi-search>".encode()]

    with serving(site) as address, serving(blog) as other:
        visit = Visit(browser, address, other)
        visit.page.goto(other)
        box = visit.page.locator("wangqi-search input")
        seen = 0
        for payload in PAYLOADS[::14]:
            box.fill(typed(payload))
            visit.page.wait_for_timeout(300)
            visit.see(payload)
            seen += visit.page.locator("wangqi-search .title").count()
        assert seen > len(PAYLOADS) // 14
        visit.page.context.close()
