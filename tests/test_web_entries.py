"""The page of an entry: its text, its neighbours, what other issues said of it, what is near to it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sample_site import make_site

FIRST = """---
title: 青铜周刊（第 1 期）
date: 2022-03-01
---

## 工具

1、[夜灯](https://lamp.example/)

给走廊用的小夜灯，天黑以后**自己亮**。

![夜灯的样子](https://img.example/lamp.png)

2、[墨水屏日历](https://github.com/moyin/calendar)

挂在墙上的墨水屏日历，一天刷新一次。

3、[静音键盘](https://keys.example/)

按键没有声音的键盘。

## 言论

1、

写下来的，才算想过。

-- [竹溪](https://zhuxi.example/)
"""
SECOND = """---
title: 青铜周刊（第 2 期）
date: 2023-03-01
---

## 文章

1、[墨水屏日历是怎么做的](https://github.com/moyin/calendar/blob/dev/docs/how.md)

从拆一块旧的墨水屏开始。

2、[小夜灯的电路](https://circuit.example/lamp)

走廊里的小夜灯，电路图和元件都在里面。
"""
THIRD = """---
title: 青铜周刊（第 3 期）
date: 2024-03-01
---

## 工具

1、[夜灯](http://www.lamp.example/?utm_source=x)

出了第二版的小夜灯。

2、[墨水屏日历](https://github.com/moyin/calendar/issues/7)

有人问能不能一小时刷新一次。
"""
TEXTS = {("样刊", f"{n}.md"): text.encode() for n, text in enumerate((FIRST, SECOND, THIRD), start=1)}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return make_site(TEXTS, tmp_path_factory.mktemp("entries"), title="青铜周刊").test_client()


def id_of(client: FlaskClient, title: str, issue: int) -> str:
    hits = client.get("/api/v1/search", query_string={"q": f"issue:{issue}", "per_page": 50}).get_json()["hits"]
    return next(str(hit["id"]) for hit in hits if title in (hit["title"] or hit["text"]))


class EntryPage:
    def __init__(self, client: FlaskClient, entry_id: str, query: str = "") -> None:
        response = client.get(f"/entries/{entry_id}{query}")
        assert response.status_code == 200
        self.text = response.text
        self.root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.text)

    def section(self, heading: str) -> list[str]:
        """The names of the entries below a heading; [] without it."""
        for section in self.root.iter("section"):
            if section.find("h2").text == heading:
                return [said(name) for name in section.iter("span") if name.get("class") == "name"]
        return []

    def one(self, tag: str, **attributes: str) -> Any:
        found = [
            each
            for each in self.root.iter(tag)
            if all(each.get(name.rstrip("_")) == value for name, value in attributes.items())
        ]
        assert len(found) == 1, found
        return found[0]


def said(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def test_the_page_shows_the_text_as_the_issue_does(client: FlaskClient) -> None:
    page = EntryPage(client, id_of(client, "夜灯", 1))
    assert said(page.one("h1")) == "夜灯"
    assert page.one("h1").find("a").get("href") == "https://lamp.example/"
    prose = page.one("div", class_="prose")
    assert said(prose) == "给走廊用的小夜灯，天黑以后自己亮。"  # the heading says the title
    assert said(next(prose.iter("strong"))) == "自己亮"
    assert next(prose.iter("img")).get("src") == "https://img.example/lamp.png"


def test_the_page_says_where_it_stands_and_leads_there(client: FlaskClient) -> None:
    entry_id = id_of(client, "墨水屏日历", 1)
    page = EntryPage(client, entry_id)
    (meta,) = [each for each in page.root.iter("p") if each.get("class") == "meta"]
    assert said(meta) == "第 1 期 2022-03-01 工具 2/3 github.com"
    place = next(link.get("href") for link in page.root.iter("a") if said(link) == "本期位置")
    assert place == f"/issues/%E6%A0%B7%E5%88%8A/1.md#e-{entry_id.partition('-')[2]}"
    assert f'id="{place.partition("#")[2]}"' in client.get(place).text


def test_its_neighbours_are_those_of_its_section(client: FlaskClient) -> None:
    page = EntryPage(client, id_of(client, "墨水屏日历", 1))
    nav = next(each for each in page.root.iter("nav") if each.get("aria-label") == "同一栏目")
    lines = [link for link in nav.iter("a") if link.get("class") == "line"]
    assert [said(link) for link in lines] == ["夜灯", "墨水屏日历", "静音键盘"]
    assert [link.get("aria-current") for link in lines] == [None, "page", None]
    for link in lines:
        assert client.get(link.get("href")).status_code == 200


@pytest.mark.parametrize(
    ("title", "issue", "later", "earlier"),
    [
        ("夜灯", 1, ["夜灯"], []),  # however the address is written
        ("夜灯", 3, [], ["夜灯"]),
        ("墨水屏日历", 1, ["墨水屏日历是怎么做的"], []),  # a page of the same repository, but not what is asked there
        ("墨水屏日历是怎么做的", 2, [], ["墨水屏日历"]),
        ("静音键盘", 1, [], []),
        ("写下来的", 1, [], []),
    ],
)
def test_other_issues_on_the_same_page_or_project_come_through_the_years(
    client: FlaskClient, title: str, issue: int, later: list[str], earlier: list[str]
) -> None:
    page = EntryPage(client, id_of(client, title, issue))
    assert (page.section("后来"), page.section("更早")) == (later, earlier)


def test_what_shares_rare_words_is_related_and_what_is_listed_above_is_not_named_twice(client: FlaskClient) -> None:
    page = EntryPage(client, id_of(client, "夜灯", 1))
    assert page.section("相近的条目") == ["小夜灯的电路"]


def test_an_entry_without_a_title_is_called_by_its_kind(client: FlaskClient) -> None:
    page = EntryPage(client, id_of(client, "写下来的", 1))
    assert said(page.one("h1")) == "言论 · 第 1 期"
    assert said(page.one("div", class_="prose")).startswith("写下来的，才算想过。")
    assert page.one("title").text == "言论 · 第 1 期 - 青铜周刊"


def test_the_page_describes_itself_to_whom_it_is_shared_with(client: FlaskClient) -> None:
    entry_id = id_of(client, "夜灯", 1)
    page = EntryPage(client, entry_id, "?lang=en")
    told = {meta.get(key): meta.get("content") for meta in page.root.iter("meta") for key in ("name", "property")}
    assert told["description"] == told["og:description"] == "给走廊用的小夜灯，天黑以后自己亮。"
    assert told["og:title"] == "夜灯"
    assert told["og:type"] == "article"
    assert told["og:image"] == "https://img.example/lamp.png"
    assert told["og:url"] == f"http://localhost/entries/{entry_id}"
    assert page.one("link", rel="canonical").get("href") == f"http://localhost/entries/{entry_id}"  # in any language


def test_copying_takes_title_link_newsletter_issue_and_permalink(client: FlaskClient) -> None:
    entry_id = id_of(client, "静音键盘", 1)
    copied = EntryPage(client, entry_id).one("button", class_="copy").get("data-markdown")
    assert copied == (
        "[静音键盘](<https://keys.example/>)：按键没有声音的键盘。"
        f"（青铜周刊 [第 1 期](<http://localhost/entries/{entry_id}>)）"
    )


def test_pictures_stay_away_where_the_site_shows_none(tmp_path: Path) -> None:
    client = make_site(TEXTS, tmp_path, images=False).test_client()
    page = EntryPage(client, id_of(client, "夜灯", 1))
    assert "<img" not in page.text
    assert "og:image" not in page.text


def test_what_is_no_entry_leads_to_its_place(example_site: Flask) -> None:
    client = example_site.test_client()
    hit = client.get("/api/v1/search?q=第 6 期&kind=issue").get_json()["hits"][0]
    assert client.get(f"/entries/{hit['id']}").location == "/issues/qingtong/issue-06.md"
    assert client.get("/entries/nope-1").status_code == 404


def test_who_has_the_page_gets_a_304(client: FlaskClient) -> None:
    address = f"/entries/{id_of(client, '夜灯', 1)}"
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["/entries/甲/nope-1", "/api/v1/entries/甲/nope-1", "/api/v1/entries/nope"])
def test_what_is_not_there_is_no_304_for_who_would_take_anything(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers={"If-None-Match": "*"}).status_code in (404, 410)


def test_entries_on_one_line_and_in_tables_are_plain_text(tmp_path: Path) -> None:
    rows = [
        "| 名字 | 说明 |",
        "|---|---|",
        "| [夜灯](https://lamp.example/) | 自己亮 |",
        "| [键盘](https://keys.example/) | 静 |",
    ]
    table = "# 第 1 期\n\n## 工具\n\n" + "\n".join(rows)
    client = make_site({("甲", "1.md"): table.encode()}, tmp_path).test_client()
    page = EntryPage(client, id_of(client, "夜灯", 1))
    assert said(page.one("div", class_="prose")) == "自己亮"
    assert not re.search(r"<p>\|", page.text)
