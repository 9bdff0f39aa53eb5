"""An exported site in a browser, from a host that serves files and nothing else, under a path."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from browsing import IN_BROWSER, chromium_alone, serving, until
from exporting import export_texts, hosted
from running import ROOT, program_environment, wangqi

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, Page, Route

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The bundled newsletter as the two commands make a site of it."""
    folder = tmp_path_factory.mktemp("exported")
    for arguments in (["reindex", f"qingtong={ROOT / 'examples' / 'newsletter'}"], ["export", "site"]):
        subprocess.run(wangqi(*arguments), cwd=folder, env=program_environment(), check=True, capture_output=True)
    with hosted(folder / "site") as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 800})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(f"uncaught: {error}"))
    yield page
    context.close()
    assert said == []


@pytest.fixture(scope="module")
def served(example_site: Flask) -> FlaskClient:
    return example_site.test_client()


def weekly_of_two(first: str, second: str) -> str:
    """An issue with the entries 甲 and 乙, which say this."""
    return f"# 周刊\n\n## 工具\n\n1、[甲](https://a.example/)\n\n{first}\n\n2、[乙](https://b.example/)\n\n{second}\n"


def titles(page: Page) -> list[str]:
    """The titles of the hits, once all are there."""
    done = "main:not([aria-busy]) .list:not([aria-busy])"
    page.locator(f"{done} .hits h2, {done} .empty h2").first.wait_for()
    return page.locator(".hits h2").all_inner_texts()


@pytest.mark.parametrize(
    "q",
    [
        "镜像分发",
        "鏡像分發",  # traditional characters
        "ｋｕｂｅｒｎｅｔｅｓ",  # full width
        "k8s",  # another name
        "open telemetry",
        "screenshots",  # another ending
        "C#",
        "kubrenetes",  # mistyped
        "obsidain 笔记",
        "第 3 期",
        "第7期",
        "issue 5",
        "#4",
        "kind:issue",
        "2024年 容器",
        "第5期以后的数据库",  # lifts what is from then
        "第5期之前的数据库",
        "https://github.com/kelseyhightower/kubernetes-the-hard-way",
        "编辑器 -vim",
        "灯",
        "了一个",  # a piece of a sentence
    ],
)
def test_the_first_hit_is_that_of_the_server(q: str, page: Page, address: str, served: FlaskClient) -> None:
    answer = served.get("/api/v1/search", query_string={"q": q}).json
    assert answer
    page.goto(f"{address}search/?q={quote(q)}")
    assert titles(page)[:1] == [hit["title"] for hit in answer["hits"][:1]]


def test_a_search_from_the_home_page_marks_words_and_leads_to_the_entry(page: Page, address: str) -> None:
    page.goto(address)
    page.fill("#q", "镜像分发")
    page.keyboard.press("Enter")
    page.wait_for_url("**/past/search/?q=*")
    assert titles(page)
    assert page.locator(".hits mark").first.inner_text() in ("镜像", "分发", "分发镜像")
    page.locator(".hits a.place").first.click()
    page.wait_for_url("**/past/issues/qingtong/**#e-*")
    assert page.locator("[id^=e-]:target").count() == 1


def test_the_file_of_an_entry_leads_to_its_place(page: Page, address: str, served: FlaskClient) -> None:
    answer = served.get("/api/v1/search", query_string={"q": "镜像分发"}).json
    assert answer
    page.route("**/favicon.ico", lambda route: route.fulfill(body=""))
    page.goto(f"{address}entries/{answer['hits'][0]['id']}.html")
    page.wait_for_url("**/past/issues/qingtong/**#e-*")
    assert page.locator("[id^=e-]:target").count() == 1


def test_the_host_of_a_picture_is_not_told_where_it_stands(page: Page, tmp_path: Path) -> None:
    """No picture says so itself: the head of the page does."""
    text = "# 周刊\n\n1、[甲](https://a.example/)\n\n![图](https://pictures.example/a.png)\n"
    export_texts({("plain", "issue-1.md"): text.encode()}, tmp_path / "index", tmp_path / "site")
    asked: list[Route] = []

    def answer(route: Route) -> None:
        asked.append(route)
        route.fulfill(body="")

    page.route("https://pictures.example/**", answer)
    with hosted(tmp_path / "site") as address:
        page.goto(f"{address}issues/plain/issue-1.md/")
        page.wait_for_load_state("networkidle")
    assert len(asked) == 1
    assert "referer" not in asked[0].request.all_headers()


def test_a_kind_narrows_the_results_and_back_widens_them(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q=工具")
    before = page.locator(".total").inner_text()
    page.locator(".fold summary").click()
    page.locator(".choices a", has_text="文章").click()
    page.wait_for_url(re.compile("kind=article"))
    titles(page)
    assert set(page.locator(".hits .kind").all_inner_texts()) == {"文章"}
    page.go_back()
    page.wait_for_url(re.compile(r"q=[^&]*$"))
    titles(page)
    assert page.locator(".total").inner_text().split("·")[0] == before.split("·")[0]


def test_the_first_hit_stands_there_before_its_text_has_come(page: Page, address: str) -> None:
    """What is shown of it comes with the postings of words that many entries hold; it stays where it is."""
    waiting: list[Route] = []
    page.route("**/search/entries/**", lambda route: waiting.append(route))
    page.goto(f"{address}search/?q=代码")
    first = page.locator(".hits > li").first
    first.locator("h2").wait_for()
    title, place = first.locator("h2").inner_text(), first.locator("a.place").get_attribute("href")
    top = first.locator("h2").bounding_box()
    assert waiting
    assert page.locator("main[aria-busy]").count() == 0  # nothing is dimmed
    assert not first.locator(".snippet").inner_text()
    for route in waiting:
        route.continue_()
    titles(page)
    assert first.locator("h2").inner_text() == title
    assert first.locator("a.place").get_attribute("href") == place
    assert first.locator("h2").bounding_box() == top
    assert first.locator(".snippet").inner_text()


def test_a_mistyped_word_is_put_right_and_can_be_searched_for_as_it_is(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q=kubrenetes")
    titles(page)
    assert page.locator(".notice").first.inner_text() == '已为您显示“kubernetes”的结果，仍可搜索"kubrenetes"'
    page.locator(".notice a").first.click()
    page.wait_for_url("**%22kubrenetes%22")
    assert titles(page) == []


def test_two_words_are_found_as_one(page: Page, tmp_path: Path) -> None:
    text = weekly_of_two("给 Open Lantern 加一层网页界面。", "lantern 的 open 版本。")
    export_texts({("plain", "issue-1.md"): text.encode()}, tmp_path / "index", tmp_path / "site")
    with hosted(tmp_path / "site") as address:
        page.goto(f"{address}search/?q=openlantern")
        assert titles(page) == ["甲"]


def test_a_name_with_digits_is_found_as_it_is(page: Page, tmp_path: Path) -> None:
    text = weekly_of_two("转成 MP3 的工具，也转 GPT-4 说的话。", "一位 MP 的 3 个月，他和 GPT 的 4 次谈话。")
    export_texts({("plain", "issue-1.md"): text.encode()}, tmp_path / "index", tmp_path / "site")
    with hosted(tmp_path / "site") as address:
        for q in ("mp3", "MP3", "gpt-4", "gpt4"):
            page.goto(f"{address}search/?q={q}")
            assert titles(page) == ["甲"], q


@pytest.mark.parametrize("q", ["！！！？", "...", "-", '""'])
def test_what_holds_no_word_finds_nothing_and_says_so(q: str, page: Page, address: str) -> None:
    page.goto(f"{address}search/?q={quote(q)}")
    assert titles(page) == []
    assert page.get_by_text("没有可以搜索的字词").is_visible()


def test_an_address_that_never_ran_is_said_to_be_none(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q={quote('https://github.com/kelseyhightower/kubernetes-the-hard-way/')}")
    assert titles(page)
    assert page.get_by_text("没有条目推荐过").count() == 0
    page.goto(f"{address}search/?q={quote('https://github.com/nobody/kubernetes')}")
    titles(page)
    assert page.get_by_text("没有条目推荐过这个网址").is_visible()


def test_who_sent_an_entry_in_is_a_filter(page: Page, tmp_path: Path) -> None:
    text = weekly_of_two("好用的甲。（[@Lin](https://github.com/lin) 投稿）", "好用的乙。")
    export_texts({("plain", "issue-1.md"): text.encode()}, tmp_path / "index", tmp_path / "site")
    with hosted(tmp_path / "site") as address:
        page.goto(f"{address}search/?q=好用 by:@lin")
        assert titles(page) == ["甲"]
        page.goto(f"{address}search/?q=好用&by=LIN")
        assert titles(page) == ["甲"]
        page.goto(f"{address}search/?q=好用 -by:lin")
        assert titles(page) == ["乙"]


def test_a_wish_lifts_and_hides_nothing_and_can_be_taken_away(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q=2024年的工具")
    found = titles(page)
    chip = page.locator(".chips a", has_text="2024年优先")
    chip.click()
    page.wait_for_url("**/search/?q=%E5%B7%A5%E5%85%B7")
    page.locator(".chips").wait_for(state="detached")
    assert len(titles(page)) == len(found)


def test_the_help_shows_searches_that_find_something(page: Page, address: str) -> None:
    page.goto(f"{address}search/")
    page.locator(".help summary").click()
    for example in page.locator(".help dt a").all():
        assert (example.get_attribute("href") or "").startswith("../search/?q=")
    page.locator(".help dt a", has_text="OR").click()
    page.wait_for_url("**/search/?q=*OR*")


def test_a_hit_is_copied_as_a_line_of_markdown(page: Page, address: str, served: FlaskClient) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}search/?q=镜像分发")
    titles(page)
    page.locator(".hits .menu summary").first.click()
    page.locator(".hits button.copy").first.click()
    page.locator("#live", has_text="复制好了").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    button = re.search('data-markdown="([^"]*)"', served.get("/search", query_string={"q": "镜像分发"}).text)
    assert button
    of_server = unescape(button[1])
    assert copied.partition("（")[0] == of_server.partition("（")[0]
    assert f"{address}issues/qingtong/" in copied


def test_two_bars_choose_the_years_between(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q=开源")
    titles(page)
    page.locator(".fold summary").first.click()
    bars = page.locator(".bars a")
    assert page.locator(".years .switch").count() == 1
    years = [bar.get_attribute("data-year") for bar in bars.all()]
    bars.first.click()
    page.wait_for_url(f"**year={years[0]}")
    page.locator(".bars a[aria-current]").wait_for()
    bars.last.click()
    page.wait_for_url(f"**year={years[0]}..{years[-1]}")


def test_filters_of_the_address_are_read_as_the_server_reads_them(
    page: Page, address: str, served: FlaskClient
) -> None:
    for asked in (
        "kind=工具&q=工具",
        "site=GitHub.com",
        "from=2024-06&to=2024-08-15&q=工具",
        "section=工具,文章&year=2024",
    ):
        answer = served.get(f"/api/v1/search?{asked}&sort=newest&per_page=10").json
        assert answer
        page.goto(f"{address}search/?{asked}&sort=newest")
        assert len(titles(page)) == len(answer["hits"]) > 0
        assert page.locator(".total").inner_text().split("·")[0].strip() == f"共 {answer['total']} 条"


def test_entries_with_every_word_come_before_a_line(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q=容器 网络 镜像")
    titles(page)
    assert re.match("以下只含部分词", page.locator("#partial-heading").inner_text())


def test_nothing_found_says_so(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q=zzqqxx")
    assert titles(page) == []
    assert page.locator(".empty h2").inner_text() == "没有找到“zzqqxx”"


def test_filters_without_words_list_the_newest_first(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".browse .choices a", has_text="工具").first.click()
    page.wait_for_url(re.compile("kind=tool"))
    titles(page)
    days = page.locator(".hits time").all_inner_texts()
    assert days == sorted(days, reverse=True)


def test_a_quoted_phrase_stands_in_a_row(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q=“镜像分发”")
    for text in page.locator(".hits > li").all_inner_texts():
        assert "镜像分发" in text.replace(" ", "")


def test_typing_replaces_the_results_and_adds_no_step(page: Page, address: str) -> None:
    page.goto(f"{address}search/")
    steps = page.evaluate("history.length")
    page.locator("#q").press_sequentially("镜像")
    assert titles(page)
    assert page.evaluate("history.length") == steps


def test_what_is_typed_before_the_scripts_are_there_is_searched_for(page: Page, address: str) -> None:
    held: list[Route] = []
    page.route("**/static/files-search.js*", lambda route: held.append(route))
    page.goto(f"{address}search/", wait_until="commit")
    page.locator("#q").press_sequentially("镜像")
    until(page, "document.activeElement.value === '镜像'")
    for route in held:
        route.continue_()
    assert titles(page)
    assert page.locator("#q").input_value() == "镜像"


def test_the_search_box_of_a_blog_searches_the_files(page: Page, address: str) -> None:
    script = f'<script type="module" src="{address}static/wangqi-search.js" data-files="yes"></script>'

    def blog(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [f"<!doctype html><link rel=icon href=data:,><body>{script}</body>".encode()]

    with serving(blog) as elsewhere:
        page.goto(elsewhere)
        page.locator("wangqi-search input").fill("镜像分发")
        hit = page.locator("wangqi-search li").first
        hit.wait_for()
        assert hit.locator(".title").inner_text() == "P2P 分发镜像的那些坑"
        assert hit.locator("mark").count()
        assert (hit.locator("a.place").get_attribute("href") or "").startswith(
            f"{address}issues/qingtong/issue-02.md/#e-"
        )
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}search/?q=*")
        assert titles(page)


@pytest.mark.parametrize("text", ["# Weekly\n\n## Tools\n\n1. [Alpha](https://a.example/)\n", ""])
def test_an_archive_without_chinese_or_without_entries_is_searched(text: str, page: Page, tmp_path: Path) -> None:
    export_texts({("plain", "issue-1.md"): text.encode()}, tmp_path / "index", tmp_path / "site")
    with hosted(tmp_path / "site") as address:
        page.goto(f"{address}search/?q=nothinglikeit")
        assert titles(page) == []
        page.goto(f"{address}search/?q=alpha")
        assert titles(page) == (["Alpha"] if text else [])


def test_without_scripts_the_page_says_what_to_do(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    chromium_alone(page, "scripts cannot be turned off there")
    page.goto(f"{address}search/?q=镜像")
    assert "需要 JavaScript" in page.locator("main").inner_text()
    page.locator("main a", has_text="全部期数").click()
    page.wait_for_url("**/past/issues/")
    context.close()
