"""The search of an export beside the served one, over queries drawn at random and with filters: first hits, what
is corrected, chips, hits by issue."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
from browsing import IN_BROWSER
from exporting import export_texts, hosted
from sample_site import ROOT, example_texts

from wangqi.indexer.reader import read_issue
from wangqi.search.correction.pinyin import readings_of

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, Page

pytestmark = IN_BROWSER

ASK = """async ([path, asked]) => {
  const { openIndex } = await import(path.replace("query", "index"));
  const { search } = await import(path);
  const index = await openIndex(new URL("../search/", path));
  return Promise.all(asked.map(async (one) => {
    const { total, partial, issues, hits, correction } = await search(index, one);
    const shown = await Promise.all(hits.map(({ whole }) => whole));
    return {
      total, partial, issues, corrected: correction?.shown ? correction.q : null,
      hits: shown.map(({ issue, anchor, others, beside }) => [issue.path, anchor, others, beside.length]),
    };
  }));
}"""
FILTERS = ["kind:工具", "类型:文章,工具", "year:2023..2024", "site:github.com", "date:2024", "-kind:tool", "issue:2..6"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("answers")
    export_texts(example_texts(), folder / "index", folder / "site")
    with hosted(folder / "site") as address:
        yield address


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page(bypass_csp=True, locale="zh-CN", viewport={"width": 390, "height": 800})
    page.goto(f"{address}issues/")
    yield page
    page.close()


@pytest.fixture(scope="module")
def client(example_site: Flask) -> FlaskClient:
    return example_site.test_client()


def ask(page: Page, address: str, asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = page.evaluate(ASK, [f"{address}static/files-query.js", asked])
    return answers


def of_server(client: FlaskClient, **asked: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(client.get("/api/v1/search", query_string=asked).data)
    return answer


def place(hit: dict[str, Any]) -> tuple[str, str]:
    """The file and the anchor that a hit of the API leads to."""
    at = urlsplit(hit["permalink"])
    return at.path.rpartition("/")[2], at.fragment


def texts() -> list[str]:
    read = (read_issue(archive, path, data) for (archive, path), data in example_texts().items())
    entries = [entry for issue in read for entry in issue.indexed() if entry.role == "entry"]
    return sorted({text for entry in entries for text in (entry.title, entry.text[:200]) if len(text) > 3})


def drawn(random: Random, count: int) -> list[str]:
    """Pieces of titles and texts as one types what one remembers, with filters, and two of them."""
    held = texts()

    def piece(most: int) -> str:
        text = random.choice(held)
        size = random.randint(2, min(most, len(text)))
        start = random.randint(0, len(text) - size)
        return " ".join(text[start : start + size].split())

    forms = (lambda: piece(8), lambda: f"{piece(4)} {piece(4)}", lambda: f"{piece(3)} {random.choice(FILTERS)}")
    return [random.choice(forms)() for _ in range(count)]


def judged() -> list[str]:
    lines = (ROOT / "examples" / "judgments.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["query"] for line in lines]


def test_most_first_hits_are_those_of_the_server(page: Page, address: str, client: FlaskClient) -> None:
    queries = [*judged(), *drawn(Random(17), 150)]
    served = [of_server(client, q=q, per_page="1") for q in queries]
    answers = ask(page, address, [{"q": q} for q in queries])
    first = [(answer["hits"] or [["", ""]])[0][:2] for answer in answers]
    wanted = [place(answer["hits"][0]) if answer["hits"] else ("", "") for answer in served]
    same = [tuple(one) == other for one, other in zip(first, wanted, strict=True)]
    totals = [one["total"] == other["total"] for one, other in zip(answers, served, strict=True)]
    assert sum(same) >= 0.9 * len(queries)
    assert sum(totals) >= 0.85 * len(queries)
    assert sum(same[: len(judged())]) >= 0.9 * len(judged())


def test_hits_by_issue_are_those_of_the_server(page: Page, address: str, client: FlaskClient) -> None:
    """Where both find the same documents: the same issues, each with as many others, as many of them named."""
    queries = ["工具", "开源", "镜像", "kind:工具", "year:2024", "", *drawn(Random(5), 40)]
    served = [of_server(client, q=q, group="issue", per_page="10", sort="newest") for q in queries]
    answers = ask(page, address, [{"q": q, "group": "issue", "sort": "newest"} for q in queries])
    compared = 0
    for q, one, other in zip(queries, answers, served, strict=True):
        if (one["total"], one["partial"]) == (other["total"], other["partial"]["total"]):
            compared += 1
            assert one["issues"] == other["issues"], q
            if not one["partial"]:
                groups = [(place(hit)[0], hit["same_issue"]["total"]) for hit in other["hits"]]
                assert [(path, others) for path, _, others, _ in one["hits"]] == groups, q
                assert all(named == min(3, others) for _, _, others, named in one["hits"])
    assert compared > 25


@pytest.mark.parametrize("q", ["zzqxxq 工具", "zzqxxq 数据库", "容器 zzqxxq"])
def test_a_word_that_nothing_holds_leaves_what_the_others_find(
    q: str, page: Page, address: str, client: FlaskClient
) -> None:
    [answer] = ask(page, address, [{"q": q}])
    assert (answer["total"], answer["partial"]) == (0, of_server(client, q=q)["partial"]["total"])
    assert answer["partial"]


def meant_by_server(notices: Sequence[dict[str, str]]) -> str | None:
    """What a query was taken for, or might be."""
    corrected = [re.findall("“(.*?)”", notice["message"])[0] for notice in notices if notice["code"] == "corrected"]
    offered = [notice["q"] for notice in notices if notice["code"] == "did-you-mean"]
    return next(iter(corrected + offered), None)


def mistyped(random: Random, word: str) -> str:
    """`word` with another character of the same sound somewhere, as an input method offers it."""
    at = random.randrange(len(word))
    alike = [char for char in COMMON if readings_of(char)[:1] == readings_of(word[at])[:1] and char != word[at]]
    return word[:at] + random.choice(alike or [word[at]]) + word[at + 1 :]


COMMON = [
    char for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
    if (char := bytes([row, cell]).decode("gb2312", "ignore"))
]  # fmt: skip


def test_wrong_characters_become_the_right_ones(page: Page, address: str, client: FlaskClient) -> None:
    """Hardly ever others than the server finds, where it finds any; and what is right stays."""
    random = Random(3)
    words = [word for text in texts() for word in re.findall("[\u4e00-\u9fff]{3,6}", text)]
    queries = [mistyped(random, random.choice(words)) for _ in range(100)]
    found = [answer["corrected"] for answer in ask(page, address, [{"q": q} for q in queries])]
    served = [meant_by_server(of_server(client, q=q, per_page="1")["notices"]) for q in queries]
    both = [(one, other) for one, other in zip(found, served, strict=True) if one and other]
    assert len(both) > 40
    assert [one == other for one, other in both].count(False) <= len(both) // 20
    as_written = ask(page, address, [{"q": word} for word in random.sample(words, 150)])
    assert [answer["corrected"] for answer in as_written].count(None) >= 148


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("镜相分发", "镜像分发"),
        ("容器王络", "容器网络"),
        ("镜相", None),  # two characters may be a name: it is offered
        ("镜像", None),
        ("『镜相分发』", None),  # a phrase is meant as it is
    ],
)
def test_characters_of_the_same_sound(typed: str, meant: str | None, page: Page, address: str) -> None:
    [answer] = ask(page, address, [{"q": typed}])
    assert answer["corrected"] == meant


CHIP = re.compile(r'<li><a href="([^"]*)" title="去掉这个筛选">(.*?)<span aria-hidden')


@pytest.mark.parametrize(
    "asked",
    [
        "q=工具 kind:工具",
        "q=开源 kind:文章,工具 year:2023..2024",
        "q=kind:工具 开源 site:github.com",
        "q=date:2024-01..2024-06 工具",
        "q=-kind:tool 开源",
        "q=标签：前端 开源&kind=tool",
        "q=栏目:工具 开源&group=issue",
        "q=去年的工具 issue:2..9",
        "kind=tool&q=工具",
        "q=constructor:工具 kind:nothing",  # no filters
    ],
)
def test_typed_filters_are_chips_that_go_away(asked: str, page: Page, address: str, client: FlaskClient) -> None:
    """The same chips as on the server; without one, as many are found as there."""
    chips = [
        (unescape(to), re.sub("<.*?>", "", unescape(label)))
        for to, label in CHIP.findall(client.get(f"/search?{asked}").text)
    ]
    page.goto(f"{address}search/?{asked}")
    page.locator("main:not([aria-busy]) .tools").wait_for()
    shown = page.locator(".chips a:not(.plain)")
    labels = [text.partition("×")[0].strip() for text in shown.all_inner_texts()]
    assert sorted(labels) == sorted(label for _, label in chips)
    assert page.locator(".chips a.plain").count() == (len(chips) > 1)
    for to, label in chips:
        page.goto(f"{address}search/?{asked}")
        page.locator(".chips a:not(.plain)").nth(labels.index(label)).click()
        page.locator("main:not([aria-busy]) .list:not([aria-busy])").wait_for()
        total = json.loads(client.get(f"/api/v1{to}").data)["total"] if "?" in to else None
        if total:
            assert page.locator(".total").inner_text().startswith(f"共 {total} 条"), (asked, label)
            left = [text.partition("×")[0].strip() for text in page.locator(".chips a").all_inner_texts()]
            assert label not in left, asked


def test_a_kind_is_chosen_in_place_of_the_one_that_was_typed(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q={quote('开源 kind:工具')}")
    page.locator(".fold summary").click()
    page.locator(".choices a[aria-current]", has_text="工具").click()
    page.wait_for_url(re.compile(r"\?q=[^&:]*$"))
    page.locator(".chips").wait_for(state="detached")


def test_the_list_by_issue_names_others_and_leads_to_all_of_them(page: Page, address: str) -> None:
    page.goto(f"{address}search/?q={quote('工具')}")
    page.locator(".fold summary").click()
    page.locator(".choices a", has_text="每期一条").click()
    page.wait_for_url("**group=issue")
    page.locator("main:not([aria-busy]) .list:not([aria-busy])").wait_for()
    assert "期" in page.locator(".chips").inner_text()
    hit = page.locator(".hits > li", has=page.locator(".beside")).first
    others = int(re.findall(r"本期另有 (\d+) 条", hit.inner_text())[0])
    assert hit.locator(".beside li").count() == min(3, others)
    hit.locator(".also a", has_text="本期另有").click()
    page.wait_for_url(re.compile("issue=[0-9]+"))
    page.locator("main:not([aria-busy]) .list:not([aria-busy])").wait_for()
    assert page.locator(".hits > li").count() == min(10, others + 1)
