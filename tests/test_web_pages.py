"""The pages, read as a browser builds them: what is found, every link of a search, issues, errors, headers."""

import gc
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urldefrag, urlsplit

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_site import ANALYZER, FixedSource, example_texts, generation_of, make_site

from wangqi.indexer.config import Config
from wangqi.search.errors import ConfigError
from wangqi.search.reference.memory import MemoryEngine
from wangqi.search.whoosh_engine import WhooshEngine
from wangqi.web.app import create_app
from wangqi.web.site.paging import page_numbers
from wangqi.web.site.parameters import SEARCH_PARAMETERS


@pytest.fixture
def client(example_site: Flask) -> FlaskClient:
    return example_site.test_client()


class Page:
    """A page as a strict parser sees it: a mistake in the markup is an error."""

    def __init__(self, client: FlaskClient, address: str, status: int = 200) -> None:
        response = client.get(address)
        assert response.status_code == status, response.text
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        self.root = parser.parse(response.text)
        self.headers = response.headers

    def all(self, tag: str, css_class: str = "") -> list[Any]:
        return [item for item in self.root.iter(tag) if not css_class or css_class in item.get("class", "").split()]

    def text(self, tag: str, css_class: str = "") -> list[str]:
        return [" ".join("".join(item.itertext()).split()) for item in self.all(tag, css_class)]

    def link(self, text: str) -> str:
        """Address of the first link with `text` (a count after it does not matter)."""
        for item in self.all("a"):
            if re.fullmatch(rf"{re.escape(text)}( \d+)?", " ".join("".join(item.itertext()).split())):
                return str(item.get("href"))
        raise AssertionError(f"no link {text!r} among {self.text('a')}")

    def choice(self, label: str) -> str:
        """Address of a value beside the hits, or on the start page, by which one filters."""
        for item in (link for each in self.all("ul", "choices") for link in each.iter("a")):
            if "".join(item.itertext()).split()[:1] == [label]:
                return str(item.get("href"))
        raise AssertionError(f"no value {label!r}")

    @property
    def titles(self) -> list[str]:
        return ["".join("".join(h2.itertext()).split()) for hit in self.all("article", "hit") for h2 in hit.iter("h2")]

    @property
    def total(self) -> int:
        found = re.search(r"\d+", self.text("p", "total")[0])
        return int(found[0]) if found else 0


def test_home_shows_newest_issues_and_what_there_is_to_browse(client: FlaskClient) -> None:
    page = Page(client, "/")
    assert page.text("h2") == ["青桐周报第 12 期", "年份", "类型", "栏目", "前几期"]  # one archive is no choice
    newest = page.all("section", "newest")[0]
    assert ["".join(name.itertext()) for name in newest.iter("dt")][:2] == ["资源", "工具"]  # sections of it
    assert page.text("span", "name")[:2] == ["青桐周报第 11 期", "青桐周报第 10 期"]
    assert "12 期，" in page.text("p", "stock")[0]
    kinds, sections = ({text.rpartition(" ")[0] for text in lines} for lines in browsed(page))
    assert kinds
    assert not kinds & sections  # no pill stands there twice
    place = urldefrag(next(newest.iter("dd")).find("a").get("href"))
    assert next(item for item in Page(client, place.url).root.iter() if item.get("id") == place.fragment) is not None
    assert Page(client, bars(page).popitem()[1]).total > 0
    assert Page(client, page.link("图书")).total > 0


def browsed(page: Page) -> Iterator[list[str]]:
    """The values of each facet on the start page, with their counts."""
    for each in page.all("ul", "choices"):
        yield [" ".join("".join(item.itertext()).split()) for item in each.iter("a")]


def test_the_page_says_why_when_that_is_asked_for(client: FlaskClient) -> None:
    page = Page(client, "/search?q=消息系统&explain=1")
    assert any("“消息” 在正文" in reason for reason in page.text("ul", "why"))
    assert "“消息”" in page.text("p", "notice")[0]
    assert Page(client, "/search?q=消息系统").all("ul", "why") == []


def test_a_hit_says_that_its_issue_holds_others(tmp_path: Path) -> None:
    lamps = "".join(f"{n}、[第 {n} 盏夜灯](https://lamp.example/{n})\n\n" for n in range(1, 31))
    texts = {
        ("甲", "1.md"): f"# 第 1 期\n\n## 工具\n\n{lamps}".encode(),
        ("甲", "2.md"): "## 工具\n\n1、台灯\n".encode(),
    }
    client = make_site(texts, tmp_path).test_client()
    page = Page(client, "/search?q=夜灯")
    assert page.text("p", "also") == ["本期另有 29 条 · 按期列出"]
    assert Page(client, "/search?q=夜灯&per_page=50").text("p", "also") == []  # all of them are in sight
    within = Page(client, page.link("本期另有 29 条"))
    assert (within.total, within.text("ul", "chips")) == (30, ["甲×，去掉第 1 期×，去掉 全部去掉"])
    assert within.text("p", "also") == []  # there it says nothing new


def test_results_can_be_listed_by_issue(tmp_path: Path) -> None:
    texts = {
        ("甲", f"{issue}.md"): f"# 第 {issue} 期\n\n## 工具\n\n{lamps(issue, count)}".encode()
        for issue, count in ((1, 30), (2, 1), (3, 2))
    }
    client = make_site(texts, tmp_path).test_client()
    page = Page(client, Page(client, "/search?q=夜灯&year=&sort=newest").link("每期一条"))
    assert (len(page.all("article", "hit")), page.total) == (3, 33)
    assert page.text("p", "total")[0].startswith("共 33 条，分在 3 期")
    assert page.text("p", "also") == ["本期另有 1 条", "本期另有 29 条"]
    assert [len(list(each.iter("a"))) for each in page.all("ul", "beside")] == [1, 3]
    assert page.text("ul", "chips") == ["每期一条×，去掉"]
    within = Page(client, page.link("本期另有 29 条"))
    assert (within.total, within.text("ul", "chips")) == (30, ["甲×，去掉第 1 期×，去掉 全部去掉"])
    assert len(Page(client, page.link("每期一条×，去掉")).all("article", "hit")) == 20
    second = Page(client, Page(client, "/search?q=夜灯&group=issue&per_page=2").link("2"))
    assert len(second.all("article", "hit")) == 1


def test_of_very_many_results_the_page_says_how_many_are_listed_by_issue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wangqi.search.answer.service.GROUPED", 5)
    monkeypatch.setattr("wangqi.web.pages.view.GROUPED", 5)
    texts = {
        ("甲", f"{issue}.md"): f"# 第 {issue} 期\n\n## 工具\n\n{lamps(issue, 2)}".encode() for issue in range(1, 5)
    }
    page = Page(make_site(texts, tmp_path).test_client(), "/search?q=夜灯&sort=newest&group=issue")
    assert page.text("p", "total")[0].startswith("共 8 条，前 5 条分在 3 期")


def test_what_a_page_was_made_of_is_freed_with_it(client: FlaskClient) -> None:
    """Else the search for garbage walks through it, while readers wait."""
    client.get("/search?q=工具")
    gc.collect()
    for q in ("工具", "消息系统", "开源"):
        client.get(f"/search?q={q}").close()
    assert gc.collect() < 3 * 50  # the test's client itself leaves some; hits, facets and macros were hundreds


def lamps(issue: int, count: int) -> str:
    return "".join(f"{n}、[第 {n} 盏夜灯](https://lamp.example/{issue}/{n})\n\n" for n in range(1, count + 1))


PICTURES = """# 第 1 期

## 图片

1、[夜灯](https://lamp.example/a)

![](https://img.example/a.png) ![](https://img.example/b.png)

2、[台灯](https://lamp.example/b)

![](lamp.png)

## 工具

1、[灯的开关](https://lamp.example/c)

![](https://img.example/c.png)
"""


def test_a_hit_shows_its_first_picture(tmp_path: Path) -> None:
    client = make_site({("甲", "1.md"): PICTURES.encode()}, tmp_path).test_client()
    shown = Page(client, "/search?q=灯").all("img")
    assert {image.get("src") for image in shown} == {"https://img.example/a.png", "https://img.example/c.png"}
    for image in shown:
        assert (image.get("loading"), image.get("referrerpolicy"), image.get("alt")) == ("lazy", "no-referrer", "")
        assert (image.get("width"), image.get("height")) == ("72", "72")
    grid = Page(client, "/search?q=灯&kind=image")
    assert (len(grid.all("ol", "grid")), len(grid.all("img"))) == (1, 1)
    assert not Page(client, "/search?q=灯").all("ol", "grid")


def test_a_picture_beside_the_issue_is_shown_from_where_its_author_shows_it(tmp_path: Path) -> None:
    links = {"甲": "https://blog.example/{stem}/"}
    client = make_site({("甲", "1.md"): PICTURES.encode()}, tmp_path, links=links).test_client()
    assert "https://blog.example/1/lamp.png" in {each.get("src") for each in Page(client, "/search?q=灯").all("img")}


def test_no_hit_shows_a_picture_where_the_owner_shows_none(tmp_path: Path) -> None:
    client = make_site({("甲", "1.md"): PICTURES.encode()}, tmp_path, images=False).test_client()
    page = Page(client, "/search?q=灯&kind=image")
    assert (page.all("img"), page.all("ol", "grid")) == ([], [])


def test_a_link_that_returns_leads_to_its_places_in_the_other_issues(tmp_path: Path) -> None:
    again = "# 第 {} 期\n\n## 工具\n\n1、[{}](https://lamp.example/)\n\n夜里骑车用的灯。\n"
    texts = {
        ("甲", "1.md"): again.format(1, "夜灯").encode(),
        ("甲", "3.md"): again.format(3, "夜行灯").encode(),
        ("乙", "9.md"): again.format(9, "灯").encode(),
    }
    page = Page(make_site(texts, tmp_path).test_client(), "/search?q=夜灯")
    assert (page.titles, page.text("p", "also")) == (["夜灯"], ["也见于 乙 第 9 期、第 3 期"])
    assert re.search(r"/3\.md#e-[a-z2-7]{8}$", page.link("第 3 期"))


def test_who_said_a_quotation_is_marked_there_and_said_once(tmp_path: Path) -> None:
    text = "# 第 1 期\n\n## 言论\n\n> 灯亮着，人就还在路上。\n>\n> —— 林远\n"
    client = make_site({("甲", "1.md"): text.encode()}, tmp_path).test_client()
    page = Page(client, "/search?q=林远")
    [hit], [who] = page.all("article", "hit"), page.all("p", "who")
    assert ("".join(hit.itertext()).count("林远"), "".join(who.itertext())) == (1, "—— 林远")
    assert [mark.text for mark in who.iter("mark")] == ["林远"]


def test_a_hit_has_its_title_its_marks_and_both_links(client: FlaskClient) -> None:
    page = Page(client, "/search?q=消息系统")
    hit = page.all("article", "hit")[0]
    (title,) = hit.find("h2")
    assert ("".join(title.itertext()), title.get("href")) == ("NATS", "https://nats.io/")
    assert "".join(page.all("p", "meta")[0].itertext()) == "第 6 期 2024-08-01 资源 nats.io"
    assert [mark.text for mark in hit.iter("mark")] == ["消息系统"]
    links = {"".join(link.itertext()): link.get("href") for link in hit.iter("a")}
    assert urlsplit(links["第 6 期"]).path == "/issues/qingtong/issue-06.md"
    assert urlsplit(links["第 6 期"]).fragment
    assert links["整期"] == "/issues/qingtong/issue-06.md"
    assert Page(client, links["固定链接"]).text("h1") == ["NATS"]
    assert "site=nats.io" in links["只看 nats.io"]


def test_the_place_of_a_hit_is_an_anchor_of_the_issue_page(client: FlaskClient) -> None:
    for address in ("/search?q=工具", "/search?kind=quote", "/search?section=图书"):
        for link in Page(client, address).all("a"):
            path, fragment = urldefrag(link.get("href"))
            if fragment and path:
                assert any(item.get("id") == fragment for item in Page(client, path).root.iter()), link.get("href")


def test_filters_are_added_shown_and_taken_away(client: FlaskClient) -> None:
    every = Page(client, "/search?q=工具")
    tools = Page(client, every.link("工具"))
    assert 0 < tools.total < every.total
    assert tools.text("ul", "chips") == ["工具×，去掉"]
    both = Page(client, tools.link("2024"))
    assert 0 < both.total < tools.total
    assert Page(client, both.link("工具×，去掉")).text("ul", "chips") == ["2024 年×，去掉"]
    assert Page(client, both.link("全部去掉")).total == every.total


def test_a_section_whose_name_holds_a_comma_is_chosen_alone(tmp_path: Path) -> None:
    text = "# 第 1 期\n\n## 文章\n\n1、夜灯\n\n## 教程\n\n1、台灯\n\n## 文章,教程\n\n1、路灯\n\n2、吊灯\n"
    client = make_site({("甲", "1.md"): text.encode()}, tmp_path).test_client()
    counted = Page(client, "/search?q=灯&facets=section")
    chosen = Page(client, counted.link("文章,教程"))
    assert (counted.total, chosen.total) == (4, 2)
    assert chosen.text("ul", "chips") == ["栏目：文章,教程×，去掉"]
    assert Page(client, "/search?q=灯&section=文章,教程").total == 4


def test_a_wish_is_a_chip_that_can_be_taken_away(client: FlaskClient) -> None:
    wished = Page(client, "/search?q=2024年的工具&kind=tool")
    assert wished.text("ul", "chips") == ["2024年优先×，去掉工具×，去掉 全部去掉"]
    without = Page(client, wished.link("2024年优先×，去掉"))
    assert without.text("ul", "chips") == ["工具×，去掉"]
    assert without.all("input")[0].get("value") == "工具"
    assert without.total == wished.total
    assert Page(client, wished.link("全部去掉")).all("input")[0].get("value") == "工具"


def test_what_is_typed_as_a_filter_is_a_chip_too(client: FlaskClient) -> None:
    typed = Page(client, "/search?q=工具 kind:工具 年份：2024&archive=qingtong")
    assert typed.text("ul", "chips") == ["工具×，去掉2024 年×，去掉qingtong×，去掉 全部去掉"]
    without = Page(client, typed.link("工具×，去掉"))
    assert without.text("ul", "chips") == ["2024 年×，去掉qingtong×，去掉 全部去掉"]
    assert without.all("input")[0].get("value") == "工具 年份：2024"
    assert Page(client, typed.link("全部去掉")).total == Page(client, "/search?q=工具").total


def test_every_filter_is_a_chip_that_takes_it_away(client: FlaskClient) -> None:
    address = (
        "/search?q=a&archive=qingtong&kind=tool&section=工具&issue=1..9&year=..2024&from=2024-02&to=2024&by=x&site=y.z"
    )
    page = Page(client, address)
    chips = [text.removesuffix("×，去掉") for text in page.text("a") if text.endswith("去掉")]
    assert chips == [
        "qingtong", "工具", "栏目：工具", "第 1–9 期", "–2024 年", "2024-02-01 起", "2024-12-31 止", "投稿：x", "y.z",
        "全部去掉",
    ]  # fmt: skip
    for chip in chips[:-1]:
        rest = Page(client, page.link(f"{chip}×，去掉"))
        assert f"{chip}×，去掉" not in rest.text("a")
        assert len(rest.all("ul", "chips")[0]) == len(chips) - 1


def test_other_words_keep_the_filters_and_the_order(client: FlaskClient) -> None:
    page = Page(client, "/search?q=工具&kind=tool&sort=newest&page=1")
    hidden = [(item.get("name"), item.get("value")) for item in page.all("input") if item.get("type") == "hidden"]
    assert hidden == [("kind", "tool"), ("sort", "newest")]


def test_sort_links_reorder_the_same_hits(client: FlaskClient) -> None:
    page = Page(client, "/search?q=搜索&match=all")
    newest, oldest = Page(client, page.link("最新")), Page(client, page.link("最早"))
    assert sorted(newest.titles) == sorted(oldest.titles) == sorted(page.titles)
    days = [item.get("datetime") for item in newest.all("time")]
    assert days == sorted(days, reverse=True)


def test_without_words_the_newest_come_first_and_say_so(client: FlaskClient) -> None:
    page = Page(client, "/search?kind=quote")
    assert [item.text for item in page.all("a") if item.get("aria-current")] == ["最新", "言论 "]
    days = [item.get("datetime") for item in page.all("time")]
    assert days == sorted(days, reverse=True)


def test_pages_are_links_and_the_present_one_is_marked(client: FlaskClient) -> None:
    first = Page(client, "/search?q=的")
    second = Page(client, first.link("下一页"))
    assert [item.text for item in second.all("a", "number") if item.get("aria-current")] == ["2"]
    assert Page(client, second.link("上一页")).titles == first.titles
    assert not set(first.titles) & set(second.titles)
    assert second.all("ol", "hits")[0].get("start") == "21"


@pytest.mark.parametrize(
    ("page", "last", "numbers"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, 3, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, 6, None, 9]),
        (5, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9]),  # a gap of one number shows the number
        (50, 99, [1, None, 48, 49, 50, 51, 52, None, 99]),
    ],
)
def test_page_numbers_skip_what_is_far(page: int, last: int, numbers: list[int | None]) -> None:
    assert page_numbers(page, last) == numbers


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/search?q=图床", "图床"),
        ("/search?q=图床&kind=tool&year=2024", "图床 · 工具 · 2024 年"),
        ("/search?q=&sort=newest&page=2", "全部条目 · 第 2 页"),
        ("/search?q=的&page=2&lang=en", "的 · page 2"),
    ],
)
def test_the_title_tells_pages_of_a_search_apart(client: FlaskClient, address: str, title: str) -> None:
    assert Page(client, address).text("title")[0].rpartition(" - ")[0] == title


@pytest.mark.parametrize(
    ("q", "heading"),
    [
        ('"魑魅魍魉"', "没有找到“魑魅魍魉”"),
        ("“魑魅魍魉”", "没有找到“魑魅魍魉”"),
        ('"魑魅" "魍魉"', '没有找到“"魑魅" "魍魉"”'),
    ],
)
def test_nothing_found_quotes_once(client: FlaskClient, q: str, heading: str) -> None:
    assert Page(client, f"/search?q={quote(q)}&match=exact").text("h2")[0] == heading


@pytest.mark.parametrize(("address", "status"), [("/search?q=图床&page=x", 400), ("/search?q=图床&kind=nope", 400)])
def test_words_of_a_search_that_went_wrong_are_there_to_be_mended(
    client: FlaskClient, address: str, status: int
) -> None:
    [box] = [item for item in Page(client, address, status).all("input") if item.get("name") == "q"]
    assert box.get("value") == "图床"


@pytest.mark.parametrize(("address", "text"), [("/", "12 期"), ("/issues/qingtong/issue-01.md", "、")])
def test_a_page_that_is_shared_describes_itself(client: FlaskClient, address: str, text: str) -> None:
    metas = Page(client, address).all("meta")
    named = {item.get(key): item.get("content") for item in metas for key in ("name", "property")}
    assert text in named["description"]
    assert named["og:description"] == named["description"]
    assert named["og:title"] in Page(client, address).text("title")[0]


def test_a_page_beyond_the_last_leads_back(client: FlaskClient) -> None:
    page = Page(client, "/search?q=图床&page=50")
    assert "这一页没有内容" in page.text("h2")
    assert Page(client, page.link("回到第一页")).titles


def test_nothing_found_offers_what_would_find_something(client: FlaskClient) -> None:
    page = Page(client, "/search?q=图床&year=1999")
    assert "没有找到“图床”" in page.text("h2")
    ways = [" ".join("".join(item.itertext()).split()) for item in page.all("section", "empty")[0].iter("li")]
    assert ways == [f"去掉筛选 {Page(client, page.link('去掉筛选')).total} 条"]
    words = Page(client, "/search?q=图床 魑魅魍魉&match=exact")
    for way in ("放宽匹配再找", "只找“图床”"):
        assert Page(client, words.link(way)).total > 0
    assert "只找“魑魅魍魉”" not in words.text("a")  # that finds nothing either


def test_a_word_is_offered_alone_once_and_only_if_it_says_something(client: FlaskClient) -> None:
    page = Page(client, "/search?q=图床 的 魑魅魍魉 图床 怎么&match=exact")
    assert [way for way in page.text("a") if way.startswith("只找")] == ["只找“图床”"]


def test_of_several_filters_each_can_go_alone_where_nothing_is_found(client: FlaskClient) -> None:
    page = Page(client, "/search?q=图床&kind=book&year=2024")
    ways = [way for way in page.text("a") if way.startswith("去掉筛选")]
    assert "去掉筛选" in ways
    assert all(Page(client, page.link(way)).total > 0 for way in ways)


def test_values_of_one_filter_are_alternatives(client: FlaskClient) -> None:
    tools = Page(client, "/search?q=的&kind=tool&match=all")
    both = Page(client, tools.choice("文章"))
    assert both.text("ul", "chips") == ["工具×，去掉文章×，去掉 全部去掉"]
    assert both.total == tools.total + Page(client, "/search?q=的&kind=article&match=all").total
    assert Page(client, both.choice("工具")).text("ul", "chips") == ["文章×，去掉"]  # a chosen value is taken away


def bars(page: Page) -> dict[str, str]:
    return {item.get("aria-label"): item.get("href") for item in page.all("div", "bars")[0].iter("a")}


def test_a_bar_for_each_year_narrows_to_it_and_back(client: FlaskClient) -> None:
    every = Page(client, "/search?q=工具&match=all")
    counts = {label: int(re.findall(r"\d+", label)[1]) for label in bars(every)}
    assert sum(counts.values()) == every.total
    for label, address in bars(every).items():
        narrowed = Page(client, address)
        assert narrowed.total == counts[label]
        assert list(bars(narrowed)) == list(counts)  # the other years stay to be chosen
        assert Page(client, bars(narrowed)[label]).total == every.total


def test_two_bars_are_a_range_and_a_third_begins_anew(tmp_path: Path) -> None:
    years = {2019: 1, 2020: 2, 2022: 3}
    texts = {}
    for year, lamps in years.items():
        entries = "".join(f"{n}、[第 {n} 盏灯](https://lamp.example/{year}/{n})\n\n" for n in range(1, lamps + 1))
        texts["甲", f"{year}.md"] = f"---\ndate: {year}-01-05\n---\n# {year}\n\n## 工具\n\n{entries}".encode()
    client = make_site(texts, tmp_path).test_client()
    first = Page(client, bars(Page(client, "/search?q=灯"))["2022 年、3 条"])
    both = Page(client, bars(first)["2020 年、2 条"])
    assert (both.total, both.text("ul", "chips")) == (5, ["2020–2022 年×，去掉"])
    assert [item.get("data-year") for item in both.all("a") if item.get("data-year") and item.get("aria-current")] == [
        "2020",
        "2022",
    ]
    anew = Page(client, bars(both)["2020 年、2 条"])
    assert (anew.total, anew.text("ul", "chips")) == (2, ["2020 年×，去掉"])


def test_bars_tell_the_share_of_the_entries_of_their_year(client: FlaskClient) -> None:
    held = {label[:4]: int(re.findall(r"\d+", label)[1]) for label in bars(Page(client, "/"))}
    page = Page(client, "/search?q=工具&match=all")
    for bar in page.all("div", "bars")[0].iter("a"):
        year, count = re.findall(r"\d+", bar.get("aria-label"))
        assert "".join(bar.itertext()) == f"{year} 年 · {count} 条 · {int(count) / held[year]:.1%}"
    assert page.text("label", "switch") == ["占当年的比例"]
    assert not Page(client, "/").all("label", "switch")  # all of it is no share


def test_filters_stay_where_they_leave_everything_or_nothing(client: FlaskClient) -> None:
    page = Page(client, "/search?q=NATS&match=all")
    assert "kind=resource" in page.choice("资源")
    nothing = Page(client, "/search?q=NATS&kind=book&match=all")
    [chosen] = [item for item in nothing.all("a") if item.get("aria-current") == "true"]
    assert "".join(chosen.itertext()) == "图书 0"
    assert Page(client, chosen.get("href")).titles == page.titles


@pytest.mark.parametrize("address", ["/search?q=工具 kind:工具 年份：2024", "/search?q=工具&kind=tool&year=2024"])
def test_what_is_typed_is_chosen_as_what_is_clicked(client: FlaskClient, address: str) -> None:
    page = Page(client, address)
    chosen = {"".join(item.itertext()).split()[0] for item in page.all("a") if item.get("aria-current") == "true"}
    assert chosen == {"相关度", "工具", "2024"}


@pytest.mark.parametrize("address", ["/", "/search?q=工具&facets=site"])
def test_links_ask_for_no_more_than_they_say(client: FlaskClient, address: str) -> None:
    addresses = [item.get("href", "") for item in Page(client, address).root.iter()]
    searches = [href for href in addresses if "/search?" in href and "lang=" not in href]
    assert searches
    assert not [href for href in searches if "per_page" in href or "facets" in href]


def test_an_emptied_box_shows_what_the_first_page_shows(client: FlaskClient) -> None:
    assert Page(client, "/search?q=").text("h2") == Page(client, "/").text("h2")
    assert Page(client, Page(client, "/").link("全部条目")).total > 100


def test_some_entry_is_drawn_anew_each_time(client: FlaskClient) -> None:
    places = set()
    for _ in range(20):
        response = client.get("/random")
        assert (response.status_code, response.headers["Cache-Control"]) == (302, "no-store")
        places.add(response.location)
    assert len(places) > 5
    path, fragment = urldefrag(places.pop())
    assert any(item.get("id") == fragment for item in Page(client, path).root.iter())


def test_an_entry_has_an_address_that_leads_to_its_place(client: FlaskClient) -> None:
    hit = client.get("/api/v1/search?q=NATS").get_json()["hits"][0]
    response = client.get(f"/entries/{hit['id']}/place?lang=en")
    assert response.status_code == 302
    assert response.location == urlsplit(hit["permalink"]).path + "?lang=en#" + urlsplit(hit["permalink"]).fragment
    assert Page(client, "/entries/nope-1", 404).link("全部期数")


def test_the_owner_has_a_line_of_their_own_on_every_page(tmp_path: Path) -> None:
    footer = "[备00号](https://beian.example/) <script>alert(1)</script> ![图](https://img.example/a.png)"
    texts = {("甲", "1.md"): "# 第 1 期\n\n## 工具\n\n1、[夜灯](https://lamp.example/)\n".encode()}
    client = make_site(
        texts, tmp_path, home="https://weekly.example/", footer=footer, description="一份周刊。"
    ).test_client()
    for path, status in {"/": 200, "/search?q=夜灯": 200, "/issues": 200, "/issues/甲/1.md": 200, "/nope": 404}.items():
        page = Page(client, path, status)
        assert page.link("主页") == "https://weekly.example/"
        assert page.link("备00号") == "https://beian.example/"
        assert page.all("div", "owner")[0].findall(".//script") + page.all("div", "owner")[0].findall(".//img") == []
    assert Page(client, "/").root.find(".//meta[@name='description']").get("content") == "一份周刊。"
    assert 'class="owner"' not in make_site(texts, tmp_path).test_client().get("/").text


def test_an_id_of_before_leads_to_the_entry_at_that_place(client: FlaskClient) -> None:
    hit = client.get("/api/v1/search?q=NATS").get_json()["hits"][0]
    counted = f"{hit['issue']['id']}-1"
    assert client.get(f"/entries/{counted}").location == f"/entries/{hit['id']}"
    assert client.get(f"/entries/{counted}/place").location == urlsplit(hit["permalink"]).path + "#e-" + hit["id"][-8:]
    assert client.get(f"/api/v1/entries/{counted}").get_json()["id"] == hit["id"]


@pytest.mark.parametrize("key", ["abcdefgh", "00", "999", "1" * 400, "²"])
def test_an_entry_that_its_issue_no_longer_has_is_gone(client: FlaskClient, key: str) -> None:
    issue = client.get("/api/v1/search?q=NATS").get_json()["hits"][0]["issue"]
    page = Page(client, f"/entries/{issue['id']}-{key}", 410)
    assert urlsplit(page.link(issue["title"])).path == urlsplit(issue["url"]).path
    problem = client.get(f"/api/v1/entries/{issue['id']}-{key}")
    assert (problem.status_code, problem.get_json()["issue"]["id"]) == (410, issue["id"])


def test_the_searched_words_are_marked_on_the_page_of_the_issue(client: FlaskClient) -> None:
    hit = Page(client, "/search?q=消息系统").all("article", "hit")[0]
    place = next(link.get("href") for link in hit.iter("a") if link.get("class") == "place")
    page = Page(client, place)
    marks = ["".join(mark.itertext()) for mark in page.all("mark")]
    assert marks
    assert set(marks) == {"消息系统"}
    assert page.text("p", "notice")[0].startswith(f"标出“消息系统” {len(marks)} 处")
    assert page.link("第一处") == "#" + page.all("mark")[0].get("id")
    assert not Page(client, page.link("不再标出")).all("mark")


def test_a_phrase_over_bold_is_marked_once_at_its_place(tmp_path: Path) -> None:
    text = "# 第 1 期\n\n## 工具\n\n1、台灯\n\n夜里行走。\n\n2、提灯\n\n一盏夜行**的灯**，很轻。\n"
    client = make_site({("甲", "1.md"): text.encode()}, tmp_path).test_client()
    place = next(
        link.get("href") for link in Page(client, '/search?q="夜行的灯"').all("a") if link.get("class") == "place"
    )
    page = Page(client, place)
    marks = ["".join(mark.itertext()) for mark in page.all("mark")]
    assert ("".join(marks), [mark.get("id") for mark in page.all("mark")]) == ("夜行的灯", ["first-mark", None])
    assert page.text("p", "notice")[0].startswith('标出“"夜行的灯"” 1 处')


def test_a_hit_can_be_copied_with_a_link_that_lasts(client: FlaskClient) -> None:
    page = Page(client, '/search?q="等于没有写下来"')
    (button,) = page.all("button", "copy")
    hit = client.get('/api/v1/search?q="等于没有写下来"').get_json()["hits"][0]
    copied = f"[{hit['text']}](<http://localhost/entries/{hit['id']}>)（往期 第 11 期）"
    assert button.get("data-markdown") == copied
    assert "hidden" in button.attrib  # without a script nothing happens when it is pressed


def test_words_that_stand_nowhere_in_the_issue_mark_nothing(client: FlaskClient) -> None:
    page = Page(client, "/issues/qingtong/issue-06.md?hl=魑魅魍魉")
    assert not page.all("mark")
    assert "第一处" not in page.text("a")


def test_a_notice_stands_above_the_hits(client: FlaskClient) -> None:
    page = Page(client, "/search?q=图床 魑魅魍魉")
    assert page.titles
    assert len(page.text("p", "notice")) == 1


@pytest.mark.parametrize(
    ("q", "said"),
    [
        ("https://www.nats.io/?utm_source=x", ["推荐过： 第 6 期"]),
        ("nats.io", ["推荐过： 第 6 期"]),
        ("https://nowhere.example/x", ["没有条目推荐过 https://nowhere.example/x"]),
        ("nowhere.example/x", ["没有条目推荐过 nowhere.example/x"]),
        ("TCP/IP", []),  # a repository by its form, and hardly by what is meant
        ("node.js", []),
        ("图床", []),
    ],
)
def test_a_pasted_link_is_told_whether_it_was_recommended(client: FlaskClient, q: str, said: list[str]) -> None:
    response = client.get("/search", query_string={"q": q})
    said_on_page = re.findall(r'<p class="notice">(.*?)</p>|<h2 data-live>(.*?)</h2>', response.text)
    texts = [re.sub("<[^>]*>", " ", notice or heading).strip() for notice, heading in said_on_page]
    assert [text for text in texts if "推荐过" in text] == said


def test_an_issue_is_shown_with_its_sections_and_neighbours(client: FlaskClient) -> None:
    page = Page(client, "/issues/qingtong/issue-06.md")
    assert page.text("h1") == ["青桐周报第 6 期"]
    sections = ["".join(link.itertext()) for link in page.all("ul", "contents")[0].iter("a")]
    assert sections == ["资源", "工具", "精彩文章", "图书", "精彩句子", "订阅"]
    around = {link.get("rel"): link.get("href") for link in page.all("nav", "around")[0].iter("a")}
    assert around == {"prev": "/issues/qingtong/issue-05.md", "next": "/issues/qingtong/issue-07.md"}
    ids = [item.get("id") for item in page.root.iter() if item.get("id")]
    assert len(ids) == len(set(ids))
    assert set(Page(client, "/issues/qingtong/issue-12.md").all("nav", "around")[0][0].attrib["rel"].split()) == {
        "prev"
    }


def test_all_issues_stand_by_year(client: FlaskClient) -> None:
    page = Page(client, "/issues")
    assert page.text("h2") == ["2025", "2024"]
    assert len(page.all("a", "issue")) == 12
    assert ["open" in year.attrib for year in page.all("details", "year")] == [True, False]


ODD = {
    ("刊物 一", "往期/第 7 期#终?.md"): "# 第 7 期\n\n## 工具\n\n1、[甲](https://a.example/)\n\n见[上期](./6.md)和[别处](nowhere.md)\n",
    ("刊物 一", "往期/6.md"): "## 工具\n\n没有标题，也没有日期。\n",
    ("别刊", "1.md"): "## 工具\n\n1、[乙](https://b.example/)\n",
    ("空", "empty.md"): "",
    ("图", "1.md"): "## 图片\n\n1、![](https://img.example/a.png)\n",
}  # fmt: skip


@pytest.fixture(scope="module", params=[MemoryEngine, WhooshEngine])
def odd_site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    texts = {place: text.encode() for place, text in ODD.items()}
    return make_site(texts, tmp_path_factory.mktemp("odd"), request.param(ANALYZER))


def test_an_issue_without_a_date_is_the_newest_by_its_number_and_listed_after_all_years(tmp_path: Path) -> None:
    days = {1: "2023-12-29", 2: "2024-01-05", 3: None, 4: "2024-01-12", 5: None}
    texts = {}
    for number, day in days.items():
        setting = f"---\ndate: {day}\n---\n" if day else ""
        texts["甲", f"{number}.md"] = f"{setting}# 第 {number} 期\n\n## 工具\n\n一盏灯。\n".encode()
    client = make_site(texts, tmp_path).test_client()
    assert Page(client, "/issues").text("h2") == ["2024", "2023", "没有日期"]
    assert "第 5 期" in Page(client, "/").text("h2")


def test_odd_names_undated_and_empty_issues_have_their_pages(odd_site: Flask) -> None:
    client = odd_site.test_client()
    listing = Page(client, "/issues")
    assert listing.text("h2") == ["没有日期"]
    for link in listing.all("a", "issue"):
        assert Page(client, link.get("href")).text("h1")


def test_an_entry_without_any_text_is_called_by_its_kind(odd_site: Flask) -> None:
    page = Page(odd_site.test_client(), "/search?archive=图")
    assert page.titles == ["图片"]
    assert page.all("button", "copy")[0].get("data-markdown").startswith("[图片](<http://localhost/entries/")


def test_where_there_are_several_archives_each_hit_says_its_own(odd_site: Flask) -> None:
    client = odd_site.test_client()
    assert "刊物" in Page(client, "/").text("h2")
    assert Page(client, "/search?q=甲").text("p", "meta")[0].startswith("刊物 一 第 7 期 工具")


def test_relative_links_lead_to_the_page_of_that_issue(odd_site: Flask) -> None:
    client = odd_site.test_client()
    address = next(
        link.get("href") for link in Page(client, "/issues").all("a", "issue") if "%E7%AC%AC" in link.get("href")
    )
    page = Page(client, address)
    assert Page(client, page.link("上期")).all("div", "prose")
    assert "别处" not in page.text("a")


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/nope", 404, "没有这一页"),
        ("/issues/qingtong/nope.md", 404, "没有这一页"),
        ("/issues/qingtong/../../etc/passwd", 404, "没有这一页"),
        ("/static/nope.css", 404, "没有这一页"),
        ("/search?page=x", 400, "这个网址里有不对的地方"),
        ("/search?kind=%3Cscript%3E", 400, "这个网址里有不对的地方"),
        ("/search?q=" + "x" * 5000, 414, "网址太长了"),
    ],
)
def test_errors_are_friendly_pages(client: FlaskClient, address: str, status: int, heading: str) -> None:
    page = Page(client, address, status)
    assert page.text("h1") == [heading]
    assert page.all("form")  # the box is there


def test_parameters_of_others_do_not_disturb_a_page(client: FlaskClient) -> None:
    assert Page(client, "/search?q=图床&utm_source=weixin&from_app=1").titles


def test_only_get_is_served(client: FlaskClient) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert client.open("/search?q=x", method=method).status_code == 405


def test_without_an_index_the_page_says_what_to_run() -> None:
    client = create_app(FixedSource(None)).test_client()
    for address in ("/", "/search?q=x", "/issues", "/issues/a/b.md"):
        page = Page(client, address, 503)
        assert page.text("h1") == ["还没有索引"]
        assert "wangqi reindex" in page.text("pre")[0]
    with client.get("/static/wangqi.css") as style:
        assert style.status_code == 200


def test_a_bug_shows_an_id_and_no_trace(tmp_path: Path, monkeypatch: Any, caplog: Any) -> None:
    client = create_app(FixedSource(generation_of(example_texts(), tmp_path))).test_client()
    monkeypatch.setattr("wangqi.search.answer.service.search", lambda *_: 1 / 0)
    page = Page(client, "/search?q=x", 500)
    (error_id,) = page.text("code")
    assert error_id in caplog.text
    assert "ZeroDivisionError" not in "".join(page.root.itertext())


@pytest.mark.parametrize(
    "address", ["/", "/search?q=x", "/issues", "/nope", "/api/v1/search?q=x", "/static/wangqi.css"]
)
def test_every_answer_has_the_headers_that_leave_no_room(client: FlaskClient, address: str) -> None:
    with client.get(address) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_no_page_needs_what_its_policy_forbids(client: FlaskClient) -> None:
    for address in ("/", "/search?q=工具", "/search?q=魑魅", "/issues", "/issues/qingtong/issue-06.md", "/nope"):
        page = Page(client, address, 404 if address == "/nope" else 200)
        assert not page.all("style")
        assert not [item for item in page.all("script") if not item.get("src")]
        assert not [
            item for item in page.root.iter() if item.get("style") or any(n.startswith("on") for n in item.attrib)
        ]


def test_settings_change_what_they_name(tmp_path: Path) -> None:
    texts = {("demo", "1.md"): "## 图片\n\n![湖](https://x.example/lake.png)\n".encode()}
    app = make_site(texts, tmp_path, title="青桐", images=False, frame_ancestors="https://blog.example")
    client = app.test_client()
    page = Page(client, "/issues/demo/1.md")
    assert not page.all("img")
    assert page.link("〔图片：湖〕") == "https://x.example/lake.png"
    assert "青桐" in page.text("title")[0]
    assert "img-src 'self';" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors https://blog.example" in page.headers["Content-Security-Policy"]


ATTACK = """"><script>alert(1)</script><img src=x onerror=alert(1)>' onmouseover='alert(1)"""
HOSTILE = f"""# {ATTACK}

## {ATTACK}

1、[{ATTACK}](javascript:alert(1))

{ATTACK} ![{ATTACK}](javascript:alert(1)) `{ATTACK}`

2、[好](https://x.example/"onclick="alert(1))（@{ATTACK} 投稿）

> {ATTACK}

-- [{ATTACK}](data:text/html,x)
"""


def hostile_pages(client: FlaskClient) -> Iterator[Page]:
    yield from (Page(client, address) for address in ("/", "/issues", "/search", "/search?q=alert"))
    yield from (Page(client, link.get("href")) for link in Page(client, "/issues").all("a", "issue"))
    for name in ("q", "section", "by", "site", "archive"):
        response = client.get("/search", query_string={name: ATTACK})
        yield Page(client, response.request.full_path)
    yield Page(client, "/search?page=%22%3E%3Cscript%3E", 400)
    yield Page(client, "/%22%3E%3Cscript%3Ealert(1)%3C/script%3E", 404)


def test_nothing_of_an_attacker_becomes_markup(tmp_path: Path) -> None:
    place = ("<b>甲", '<i>"onclick=x.md')
    client = make_site({place: HOSTILE.encode()}, tmp_path, title="<u>往期").test_client()
    for page in hostile_pages(client):
        for item in page.root.iter():
            assert item.tag != "script" or (item.get("src", "").startswith("/static/") and not item.text)
            assert item.tag not in ("img", "iframe", "svg", "b", "i", "u"), page.root
            assert not any(name.startswith("on") for name in item.attrib)
            for name in ("href", "src", "action"):
                assert item.get(name, "/").startswith(("/", "#", "https://x.example/", "http://localhost/"))


PAGES = {
    "/": 200,
    "/search?q=工具&kind=tool&page=2": 200,
    "/search?q=魑魅魍魉&year=2024&lang=en": 200,
    "/issues": 200,
    "/issues/qingtong/issue-06.md?hl=NATS": 200,
    "/entries/kibji655rfono-7nfqyb6i": 200,
    "/entries/nope": 404,
    "/search?page=x": 400,
}
OTHER_SITES = re.compile(r"https://(?!blog\.example/)")


def own_addresses(page: Page) -> list[str]:
    """What the page links to, loads and sends forms to, but places on it and other sites."""
    names = ("href", "src", "action")
    found = [item.get(name) for item in page.root.iter() for name in names if item.get(name)]
    return [address for address in found if not address.startswith("#") and not OTHER_SITES.match(address)]


def under(prefix: str, addresses: list[str]) -> list[str]:
    """The path of each without `prefix`; fails for one that is not below it."""
    paths = [address.removeprefix("https://blog.example").removeprefix("http://localhost") for address in addresses]
    assert [path for path in paths if not path.startswith(f"{prefix}/")] == []
    return [path.removeprefix(prefix) for path in paths]


@pytest.mark.parametrize("strips", [True, False])
def test_a_site_under_a_path_links_and_serves_under_it(tmp_path: Path, strips: bool) -> None:
    app = make_site(example_texts(), tmp_path, base_url="https://blog.example/往期/x/")
    client, prefix = app.test_client(), "" if strips else "/往期/x"
    quoted = "/%E5%BE%80%E6%9C%9F/x"
    linked = set()
    for address, status in PAGES.items():
        linked.update(under(quoted, own_addresses(Page(client, prefix + address, status))))
    assert len(linked) > 50
    for path in random.Random(0).sample(sorted(linked), 50):
        with client.get(prefix + path) as answer:
            assert answer.status_code in (200, 302) or "nope" in path or "page=x" in path, path
    hit = client.get(f"{prefix}/api/v1/search").get_json()["hits"][0]
    for path in ("/random", f"/entries/{hit['id']}/place"):
        assert client.get(prefix + path).location.startswith(f"{quoted}/issues/qingtong/")
    hit = client.get(f"{prefix}/api/v1/search?q=NATS").get_json()["hits"][0]
    assert hit["permalink"].startswith(f"https://blog.example{quoted}/issues/qingtong/issue-06.md#e-")


def test_a_server_that_mounts_the_site_is_followed(example_site: Flask) -> None:
    client = example_site.test_client()
    mounted_at = {"SCRIPT_NAME": "/wangqi"}
    for address, status in PAGES.items():
        answer = client.get(address, environ_overrides=mounted_at)
        assert answer.status_code == status
        found = re.findall(r'(?:href|src|action)="([^"#][^"]*)"', answer.text)
        assert under("/wangqi", [address for address in found if not OTHER_SITES.match(address)])
    assert client.get("/random", environ_overrides=mounted_at).location.startswith("/wangqi/issues/")


@pytest.mark.parametrize(
    "base_url", ["blog.example", "/wangqi", "ftp://blog.example", "https://", "https://a/?q=1", "https://a b"]
)
def test_a_base_url_that_is_none_is_refused(base_url: str) -> None:
    with pytest.raises(ConfigError, match="base_url"):
        create_app(FixedSource(None), Config(base_url=base_url))


NAMES = st.sampled_from([*SEARCH_PARAMETERS, "x"])
VALUES = st.text(max_size=12) | st.sampled_from(
    ['"', "-", "a OR", "kind:", "issue:1..", "2024", "1..", "tool", "newest", "https://[", "\u0000", "𠮷*", "((((", "%"]
)  # fmt: skip
QUERY_STRINGS = st.one_of(
    st.lists(st.tuples(NAMES, VALUES), max_size=4),
    st.binary(max_size=30),
)


@settings(max_examples=150, deadline=None)
@given(query=QUERY_STRINGS, path=st.sampled_from(["/search", "/api/v1/search", "/api/v1/issues", "/api/v1/suggest"]))
def test_no_query_string_whatever_is_a_server_error(example_site: Flask, query: Any, path: str) -> None:
    client = example_site.test_client()
    if isinstance(query, bytes):
        response = client.get(path, environ_overrides={"QUERY_STRING": query.decode("latin-1")})
    else:
        pairs = [(name, value.encode("utf-8", "surrogatepass")) for name, value in query]
        response = client.get(path, query_string=pairs)
    assert response.status_code in (200, 400)


@settings(max_examples=100, deadline=None)
@given(path=st.text(max_size=20))
def test_no_path_whatever_is_a_server_error(example_site: Flask, path: str) -> None:
    environ = {"PATH_INFO": "/" + path.encode("utf-8", "surrogatepass").decode("latin-1")}
    for prefix in ("/", "/issues/", "/api/v1/entries/"):
        response = example_site.test_client().get(
            prefix, environ_overrides={"PATH_INFO": prefix + environ["PATH_INFO"][1:]}
        )
        assert response.status_code in (200, 308, 400, 404)


LINKS = {"qingtong": "https://blog.example/{number:02d}/{stem}.html?from={path}&b=<1>"}


def test_an_issue_leads_to_where_its_author_shows_it(tmp_path: Path) -> None:
    client = make_site(example_texts(), tmp_path, links=LINKS).test_client()
    page = client.get("/issues/qingtong/issue-06.md").get_data(as_text=True)
    address = "https://blog.example/06/issue-06.html?from=issue-06.md&amp;b=&lt;1&gt;"
    assert f'<a href="{address}" rel="noopener">原刊</a>' in page


def test_without_a_template_no_issue_leads_elsewhere(tmp_path: Path) -> None:
    client = make_site(example_texts(), tmp_path, links={"other": "https://blog.example/{stem}"}).test_client()
    assert "原刊" not in client.get("/issues/qingtong/issue-06.md").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/search", "/api/v1/search", "/search.atom"])
@pytest.mark.parametrize("q", ["！！！", '""', "...", "\ufffd"])
def test_signs_alone_with_a_filter_are_answered(client: FlaskClient, path: str, q: str) -> None:
    answer = client.get(path, query_string={"q": q, "year": "2024", "kind": "tool", "explain": "1"})
    assert answer.status_code == 200
    if answer.is_json:
        assert answer.get_json()["facets"] == {"kind": [], "year": []}
