"""`/search.atom`: a search to follow, as RFC 4287 wants it."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sample_site import example_texts, make_site

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

ODD = """# 第 {number} 期

## 工具

1、[灯 & <b>影</b>](https://lamp.example/a?b=1&c=2)

亮\x0b了 \ufffe。

## 言论

1、

少即是多，多即是少，不多不少才是刚刚好，可是谁又说得清楚什么叫做刚刚好，反正我说不清楚。

—— 某人

"""


@pytest.fixture
def client(example_site: Flask) -> FlaskClient:
    return example_site.test_client()


def feed(client: FlaskClient, address: str) -> ElementTree.Element:
    """The root of a feed in which everything is there that must be."""
    response = client.get(address)
    assert (response.status_code, response.content_type) == (200, "application/atom+xml; charset=utf-8"), response.text
    root = ElementTree.fromstring(response.text)
    check(root, ["id", "title", "updated", "author"])
    for entry in root.iter(f"{ATOM}entry"):
        check(entry, ["id", "title", "updated"])
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    return root


def check(element: ElementTree.Element, names: Sequence[str]) -> None:
    """What RFC 4287 (4.1.1, 4.1.2) asks of a feed and of an entry."""
    for name in names:
        assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert "".join(element.find(f"{ATOM}{name}").itertext()).strip(), name  # type: ignore[union-attr]
    assert INSTANT.fullmatch(element.findtext(f"{ATOM}updated") or "")
    alternates = element.findall(f"{ATOM}link[@rel='alternate']")
    assert len(alternates) == 1
    assert all(urlsplit(link.get("href")).scheme for link in element.findall(f"{ATOM}link"))


def links(element: ElementTree.Element) -> dict[str, str]:
    return {link.get("rel", ""): link.get("href", "") for link in element.findall(f"{ATOM}link")}


def get(client: FlaskClient, address: str) -> Any:
    return client.get(address).get_json()


def local(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def test_the_feed_of_a_search_is_what_its_json_leads_to(client: FlaskClient) -> None:
    found = get(client, "/api/v1/search?q=工具&kind=tool&sort=oldest&page=2&per_page=5")
    root = feed(client, local(found["links"]["atom"]))
    newest = get(client, "/api/v1/search?q=工具&kind=tool&sort=newest&per_page=5")
    assert [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")] == [
        hit["title"] for hit in newest["hits"]
    ]
    assert root.findtext(f"{OPENSEARCH}totalResults") == str(newest["total"])
    assert root.findtext(f"{OPENSEARCH}startIndex") == "1"
    assert root.findtext(f"{OPENSEARCH}itemsPerPage") == "5"
    assert root.findtext(f"{ATOM}title") == "往期：工具 · 工具"  # what was typed, and the kind


def test_an_entry_leads_outside_and_to_its_place(client: FlaskClient) -> None:
    [entry] = feed(client, "/search.atom?q=消息系统&match=all").iter(f"{ATOM}entry")
    hit = get(client, "/api/v1/search?q=消息系统&match=all")["hits"][0]
    assert links(entry) == {"alternate": hit["url"], "related": hit["permalink"]}
    assert entry.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}published") == "2024-08-01T00:00:00Z"
    assert entry.findtext(f"{ATOM}summary") == hit["text"]
    assert entry.find(f"{ATOM}category").attrib == {"term": "resource", "label": "资源"}  # type: ignore[union-attr]


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
def test_pages_lead_to_each_other(client: FlaskClient, sort: str) -> None:
    found, address = [], f"/search.atom?q=的&issue=1..6&per_page=30&sort={sort}"
    first = feed(client, address)
    while address:
        root = feed(client, address)
        assert root.findtext(f"{ATOM}id") == first.findtext(f"{ATOM}id")
        assert links(root)["first"] == links(first)["self"]
        found += [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry") if entry.find(f"{ATOM}link")]
        previous, address = address, local(links(root).get("next", "")).strip("?")
    assert local(links(root)["last"]) == previous
    assert local(links(root)["previous"])
    assert "previous" not in links(first)


def test_the_order_of_a_page_is_that_of_the_search(client: FlaskClient) -> None:
    for sort in ("oldest", "relevance"):
        hits = get(client, f"/api/v1/search?q=工具&sort={sort}&per_page=100")["hits"]
        entries = feed(client, f"/search.atom?q=工具&sort={sort}").iter(f"{ATOM}entry")
        assert [links(entry).get("related", links(entry)["alternate"]) for entry in entries] == [
            hit["permalink"] for hit in hits
        ]


def test_without_a_query_it_is_the_newest_entries(client: FlaskClient) -> None:
    root = feed(client, "/search.atom")
    assert root.findtext(f"{ATOM}title") == "往期"
    assert root.findtext(f"{ATOM}updated") == "2025-02-01T00:00:00Z"


def test_a_search_without_hits_is_a_feed_that_waits(client: FlaskClient) -> None:
    root = feed(client, "/search.atom?q=没有这样的东西&match=exact")
    assert not list(root.iter(f"{ATOM}entry"))
    assert root.findtext(f"{ATOM}updated") == "2025-02-01T00:00:00Z"  # not now: nothing has changed since


def test_ids_stay_when_the_site_is_indexed_again_or_gets_a_certificate(tmp_path: Path) -> None:
    found = []
    for number, base_url in enumerate(("http://h.example/weekly", "https://h.example/weekly")):
        (tmp_path / str(number)).mkdir()
        client = make_site(example_texts(), tmp_path / str(number), base_url=base_url).test_client()
        found.append([each.text for each in feed(client, "/search.atom?q=工具").iter(f"{ATOM}id")])
    assert found[0] == found[1]
    assert all(str(each).startswith("tag:h.example,2024:/weekly/") for each in found[0])


def test_any_text_makes_a_feed(tmp_path: Path) -> None:
    client = make_site({("周刊", "1.md"): ODD.format(number=1).encode()}, tmp_path, title="甲 & <乙>").test_client()
    assert feed(client, "/search.atom?q=灯 %00%1F%26 <b>").findtext(f"{ATOM}title") == "甲 & <乙>：灯 & <b>"
    root = feed(client, "/search.atom?q=灯 OR 即是")
    entries = {entry.findtext(f"{ATOM}title"): entry for entry in root.iter(f"{ATOM}entry")}
    lamp = entries["灯 & 影"]
    assert links(lamp)["alternate"] == "https://lamp.example/a?b=1&c=2"
    assert (lamp.findtext(f"{ATOM}summary") or "").startswith("亮")
    [quote] = [title for title in entries if title and title.startswith("少即是多")]
    assert quote.endswith("…")  # a quotation is called by its first words
    assert len(quote) == 40
    assert entries[quote].findtext(f"{ATOM}author/{ATOM}name") == "某人"
    assert links(entries[quote])["alternate"].startswith("http://localhost/issues/")  # it has no other
    # Without a date there is only the time at which the index was built.
    assert {entry.findtext(f"{ATOM}updated") for entry in entries.values()} == {"2024-01-01T00:00:00+00:00"}
    assert {entry.find(f"{ATOM}published") for entry in entries.values()} == {None}


def test_a_feed_reader_understands_it(client: FlaskClient) -> None:
    parsed = feedparser.parse(client.get("/search.atom?q=工具&per_page=3").data)
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert len(parsed.entries) == 3
    assert all(entry.updated_parsed and entry.link and entry.summary for entry in parsed.entries)


def issues_feed(client: FlaskClient, address: str = "/issues.atom") -> list[ElementTree.Element]:
    return list(feed(client, address).iter(f"{ATOM}entry"))


def test_the_newest_issues_are_a_feed_with_all_of_their_text(client: FlaskClient) -> None:
    items = issues_feed(client)
    assert len(items) == 10
    assert items[0].findtext(f"{ATOM}title") == "青桐周报第 12 期"
    parsed = feedparser.parse(client.get("/issues.atom").text).entries[0]
    page = client.get("/issues/qingtong/issue-12.md").text
    text = re.sub(r"\s+|<[^>]+>", "", parsed.content[0].value)
    for hit in client.get("/api/v1/search?issue=12&kind=tool,article&per_page=100").get_json()["hits"]:
        assert re.sub(r"\s+", "", hit["title"]) in text
        assert hit["title"] in page
    assert urlsplit(parsed.link).path == "/issues/qingtong/issue-12.md"


def test_the_issues_of_an_archive_are_a_feed(tmp_path: Path) -> None:
    texts = {(archive, f"{n}.md"): ODD.format(number=n).encode() for archive in ("甲", "乙") for n in (1, 2)}
    client = make_site(texts, tmp_path).test_client()
    assert len(issues_feed(client)) == 4
    items = issues_feed(client, "/issues.atom?archive=甲")
    assert len(items) == 2
    content = items[0].findtext(f"{ATOM}content") or ""
    assert '<h3><a href="https://lamp.example/a?b=1&amp;c=2">灯 &amp; 影</a></h3><p>亮了 。</p>' in content
    assert issues_feed(client, "/issues.atom?archive=丙") == []
    assert client.get("/issues.atom?archiv=甲").status_code == 400


def test_an_essay_has_its_title_once(tmp_path: Path) -> None:
    text = "# 第 1 期\n\n## 灯为什么亮\n\n夜里的灯亮得久，是因为它白天睡觉。\n\n## 工具\n\n1、[镜](https://a.example/)\n\n照人。\n"
    [item] = issues_feed(make_site({("甲", "1.md"): text.encode()}, tmp_path).test_client())
    content = item.findtext(f"{ATOM}content") or ""
    assert content.startswith("<h2>灯为什么亮</h2><p>夜里")


def test_a_very_long_issue_ends_with_a_link_to_the_rest(tmp_path: Path) -> None:
    text = "# 第 1 期\n\n## 文章\n\n" + "".join(
        f"{n}、[镜{n}](https://a.example/{n})\n\n{'说明。' * 100}\n\n" for n in range(1, 500)
    )
    [item] = issues_feed(make_site({("甲", "1.md"): text.encode()}, tmp_path).test_client())
    content = item.findtext(f"{ATOM}content") or ""
    assert len(content) < 101_000
    assert content.endswith('/issues/%E7%94%B2/1.md">…</a></p>')


def test_no_entry_of_the_newest_issue_is_missing_in_a_feed(tmp_path: Path) -> None:
    text = "# 第 1 期\n\n## 工具\n\n" + "".join(f"{n}、[镜{n}](https://a.example/{n})\n\n" for n in range(1, 61))
    client = make_site({("甲", "1.md"): text.encode()}, tmp_path).test_client()
    assert len(list(feed(client, "/search.atom").iter(f"{ATOM}entry"))) >= 60


def test_a_feed_of_what_only_holds_some_words_says_so(client: FlaskClient) -> None:
    assert feed(client, "/search.atom?q=图床 zzqqx").findtext(f"{ATOM}subtitle", "").startswith("没有条目含有全部的词")
    assert feed(client, "/search.atom?q=图床").find(f"{ATOM}subtitle") is None
