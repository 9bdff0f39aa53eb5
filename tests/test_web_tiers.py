"""What a page of results shows of its two tiers, of issues, and of filters among the words; over a real index."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sample_site import ANALYZER, example_texts, make_site
from test_web_pages import Page

from wangqi.search.whoosh_engine import WhooshEngine


@pytest.fixture(scope="module")
def whoosh_site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_site(example_texts(), tmp_path_factory.mktemp("site"), WhooshEngine(ANALYZER))


@pytest.fixture
def client(whoosh_site: Flask) -> FlaskClient:
    return whoosh_site.test_client()


def found(client: FlaskClient, address: str) -> int:
    """How many entries the page at `address` says there are: with all the words or, where none has them, with some."""
    return Page(client, address).total


BOTH = "/search?q=容器 网络"
"""Some entries hold both words, others one."""
PARTIAL = "/search?q=图床 骆驼刺"
"""No entry holds both words."""


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_what_holds_all_words_stands_in_a_list_of_its_own_above_the_others(client: FlaskClient, sort: str) -> None:
    page = Page(client, f"{BOTH}&sort={sort}")
    whole, others = page.all("ol", "hits")
    assert (whole.get("start"), others.get("start")) == ("1", str(len(whole) + 1))
    assert len(whole) == page.total
    (section,) = page.all("section", "partial")
    (heading,) = [h2 for h2 in section.iter("h2") if h2.get("id") == section.get("aria-labelledby")]
    assert others in list(section.iter("ol"))
    number = re.fullmatch(r"以下只含部分词（(\d+)）", "".join(heading.itertext()))
    assert number
    assert f"另有只含部分词的 {number[1]} 条" in page.text("p", "total")[0]


def test_ranks_go_on_from_page_to_page_and_the_line_is_on_each_that_has_others(client: FlaskClient) -> None:
    total = found(client, BOTH)
    first = Page(client, f"{BOTH}&per_page={total}")
    assert [each.get("start") for each in first.all("ol", "hits")] == ["1"]
    assert not first.all("section", "partial")
    second = Page(client, f"{BOTH}&per_page={total}&page=2")
    assert [each.get("start") for each in second.all("ol", "hits")] == [str(total + 1)]
    assert second.all("section", "partial")


def test_where_nothing_holds_all_words_the_page_says_which_are_missing(client: FlaskClient) -> None:
    page = Page(client, PARTIAL)
    assert "骆驼刺" in page.text("p", "notice")[0]
    assert page.text("p", "total")[0].startswith("只含部分词的")
    assert [each.get("start") for each in page.all("ol", "hits")] == ["1"]
    assert page.all("section", "partial")
    assert any("Only some of the words" in heading for heading in Page(client, f"{PARTIAL}&lang=en").text("h2"))


@pytest.mark.parametrize("address", [BOTH, PARTIAL])
def test_a_feed_speaks_of_the_first_tier_where_there_is_one(client: FlaskClient, address: str) -> None:
    page, feed = Page(client, address), client.get(address.replace("/search", "/search.atom")).text
    whole = next(hit for hit in page.all("ol", "hits") if hit.get("start") == "1")
    titles = {"".join(h2.itertext()) for h2 in whole.iter("h2")}
    assert titles >= set(re.findall(r"<entry>.*?<title>(.*?)</title>", feed, re.DOTALL)[: len(whole)])
    if address == BOTH:
        assert f"<opensearch:totalResults>{page.total}<" in feed
        assert feed.count("<entry>") == page.total


@pytest.mark.parametrize("q", ["第 6 期", "6期", "#6", "issue 6"])
def test_an_issue_that_is_asked_for_is_the_first_hit_and_looks_like_one(client: FlaskClient, q: str) -> None:
    page = Page(client, f"/search?q={q.replace('#', '%23')}")
    issue = page.all("article", "hit")[0]
    (link,) = issue.find("h2")
    assert link.get("href").startswith("/issues/qingtong/issue-06.md")
    assert "whole" in issue.get("class").split()
    assert " ".join("".join(issue.find("p").itertext()).split()).startswith("2024-08-01 期 ")


def test_the_kind_of_an_issue_is_said_in_the_language_of_the_page(client: FlaskClient) -> None:
    # Jinja works out a filter of a constant once, when the template is compiled: in whatever language that was.
    kinds = [Page(client, f"/search?q=第6期&lang={lang}").all("a", "kind")[0].text for lang in ("zh", "en")]
    assert kinds == ["期", "Issue"]


def test_an_issue_whose_title_does_not_tell_its_number_is_shown_with_it(tmp_path: Path) -> None:
    text = "# 夜里的灯塔\n\n## 工具\n\n1、[灯](https://lamp.example/)\n\n一盏灯。\n\n2、[桨](https://oar.example/)\n\n一支桨。\n"
    client = make_site({("甲", "7.md"): text.encode()}, tmp_path, WhooshEngine(ANALYZER)).test_client()
    page = Page(client, "/search?q=灯塔")
    assert page.titles == ["第7期：夜里的灯塔"]
    assert page.text("p", "meta") == ["期 2 条"]
    assert "<title>第 7 期：夜里的灯塔</title>" in client.get("/search.atom?q=灯塔").text


def test_a_filter_among_the_words_is_chosen_in_the_facets(client: FlaskClient) -> None:
    page = Page(client, "/search?q=工具 kind:工具")
    (chosen,) = [
        link for link in page.all("a") if link.get("aria-current") == "true" and "工具" in "".join(link.itertext())
    ]
    assert found(client, chosen.get("href")) == found(client, "/search?q=工具")
    other = Page(client, page.link("文章"))
    assert other.text("ul", "chips")[0].startswith("工具×，去掉文章×，去掉")


@pytest.mark.parametrize(
    ("q", "chip", "rest"),
    [
        ("工具 -类型：言论", "不要：言论", "工具"),
        ("kind:工具,文章 搜索", "工具", "搜索"),  # what is left of it is written as a parameter
        ('"镜像 分发" 栏目:工具', "栏目：工具", '"镜像 分发"'),
        ("kind:工具", "工具", ""),
    ],
)
def test_a_typed_filter_is_taken_out_of_the_box(client: FlaskClient, q: str, chip: str, rest: str) -> None:
    page = Page(client, f"/search?q={q}")
    after = Page(client, page.link(f"{chip}×，去掉"))
    assert after.all("input")[0].get("value") == rest
    assert f"{chip}×，去掉" not in after.text("a")


@pytest.mark.parametrize("q", ["！！！", '""', "%EF%BF%BD"])
def test_signs_alone_are_no_search_for_everything(client: FlaskClient, q: str) -> None:
    page = Page(client, f"/search?q={q}")
    assert (page.titles, page.text("h2")) == ([], ["没有可以搜索的字词"])


def test_what_comes_near_to_a_word_that_nothing_holds_is_a_link_with_its_count(tmp_path: Path) -> None:
    text = "# 第 1 期\n\n## 工具\n\n" + "".join(
        f"{n}、[rabbit {n}](https://rabbit.example/{n})\n\n画一只 rabbit，第 {n} 种画法。\n\n" for n in range(1, 8)
    )
    client = make_site({("甲", "1.md"): text.encode()}, tmp_path, WhooshEngine(ANALYZER)).test_client()
    page = Page(client, "/search?q=rabbitmq")
    assert "没有条目含有“rabbitmq”" in " ".join([*page.text("h2"), *page.text("p", "notice")])
    (near,) = [
        link for link in page.all("a") if "rabbit" in "".join(link.itertext()) and "q=rabbit" in link.get("href")
    ]
    assert found(client, near.get("href")) == 7


def choices(page: Page) -> Iterator[tuple[int, str]]:
    """Count and address of each value that the page offers to filter by. Not beside a value of the same kind that
    is chosen: there another is an alternative, and adds to it."""
    for group in [*page.all("section"), *page.all("nav", "years")]:
        lists = [group, *group.iter("ul")]
        links = [link for each in lists if each.get("class") in ("choices", "years") for link in each.iter("a")]
        if not any(link.get("aria-current") for link in links):
            for link in links:
                text = link.get("aria-label") or "".join(link.itertext())
                if text == "每期一条":  # no filter
                    continue
                yield int(re.findall(r"\d+", text)[-1]), link.get("href")


FACETED = [
    "/",
    "/search?q=容器",
    "/search?q=工具",
    PARTIAL,
    "/search?q=工具 kind:工具",
    "/search?q=工具&kind=tool&kind=article",
    "/search?q=site:github.com",
]


@pytest.mark.parametrize("address", FACETED)
def test_each_count_beside_a_filter_is_what_a_click_finds(client: FlaskClient, address: str) -> None:
    offered = list(choices(Page(client, address)))
    assert offered
    assert [(found(client, link), link) for _, link in offered] == offered


def test_one_number_says_how_many_entries_there_are(client: FlaskClient) -> None:
    home = Page(client, "/")
    stock = int(re.findall(r"(\d+) 条", home.text("p", "stock")[0])[0])
    by_kind = client.get("/api/v1/search?facets=kind").json
    assert by_kind
    assert stock == found(client, home.link("全部条目")) == client.get("/api/v1/status").json["entries"]  # type: ignore[index]
    assert stock == by_kind["total"] == sum(each["count"] for each in by_kind["facets"]["kind"])
