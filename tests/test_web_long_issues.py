"""The page of an issue of megabytes: in parts, each made once, with every entry at its anchor in one of them."""

from __future__ import annotations

import re
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from newsletters import issue_text, make_engine, run_reindex
from sample_site import ANALYZER, FixedSource, generation_of, make_site

from wangqi.indexer.reader import read_issue
from wangqi.indexer.reader.sections import MAX_ENTRIES
from wangqi.indexer.rendering import RenderedIssue, render_markdown
from wangqi.indexer.store.opening import LONG, open_current
from wangqi.search.model import entry_id, issue_id
from wangqi.search.processes import seldom_collecting
from wangqi.search.whoosh_engine import WhooshEngine
from wangqi.web.app import create_app
from wangqi.web.pages import issues as reading
from wangqi.web.pages.rendered import Kept
from wangqi.web.site.addresses import anchor_of

SHORT: Final = issue_text(1, "Bronze").encode()
SECTIONS, TOOLS = 9, 50
ABOUT: Final = "说明。" * 60
MANY: Final = "# 青铜周刊（第 2 期）\n" + "".join(
    f"\n## 工具{section}\n\n"
    + "".join(
        f"{tool}、[Tool{section}x{tool}](https://a.example/)\n\n{'说明。' * 60}\n\n" for tool in range(1, TOOLS + 1)
    )
    for section in range(SECTIONS)
)
LONG_TEXT: Final = "# 青铜周刊（第 2 期）\n\n## 文章\n\n".encode() + ("说明文字。" * 40 + "\n\n").encode() * (
    LONG // 500
)
ISSUE: Final = issue_id("样刊", "long.md")


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of parts that were rendered."""
    texts: list[str] = []
    render = render_markdown

    def noted(text: str, **options: Any) -> RenderedIssue:
        texts.append(text)
        return render(text, **options)

    monkeypatch.setattr(reading, "render_markdown", noted)
    return texts


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """With an issue of many entries."""
    return site(tmp_path_factory.mktemp("many"), MANY.encode())


def site(tmp_path: Path, text: bytes = LONG_TEXT) -> FlaskClient:
    return make_site({("样刊", "short.md"): SHORT, ("样刊", "long.md"): text}, tmp_path).test_client()


def parts_of(client: FlaskClient) -> list[str]:
    """All parts of the long issue, by the links from one to the next."""
    pages = [client.get("/issues/样刊/long.md").text]
    while found := re.search(r'href="([^"]*part=\d+)">下一页', pages[-1]):
        pages.append(client.get(found[1]).text)
    return pages


def test_every_entry_is_in_one_part_and_its_links_lead_there(many: FlaskClient) -> None:
    pages = parts_of(many)
    assert len(pages) > 3
    anchors = [name for page in pages for name in re.findall(r'id="e-([^"]+)"', page)]
    entries = [entry.id.rpartition("-")[2] for entry in read_issue("样刊", "long.md", MANY.encode()).entries()]
    assert anchors == entries
    assert len(set(anchors)) == SECTIONS * TOOLS
    for number in (1, SECTIONS * TOOLS // 2, SECTIONS * TOOLS):
        place = many.get(f"/entries/{entry_id(ISSUE, number)}/place").location
        assert f'id="{place.partition("#")[2]}"' in many.get(place).text


def test_a_part_lists_its_own_sections(many: FlaskClient) -> None:
    listed = [re.findall(r'<li><a href="#h-\d+">([^<]*)', page) for page in parts_of(many)]
    assert [name for names in listed for name in names] == [f"工具{section}" for section in range(SECTIONS)]


def test_a_hit_leads_to_its_part_with_its_words_marked(many: FlaskClient) -> None:
    word, (*_, last) = "Tool8x50", read_issue("样刊", "long.md", MANY.encode()).entries()
    anchor = anchor_of(last.id)
    found = re.search(rf'href="(/entries/[^"]*/place\?hl={word})"', many.get(f"/search?q={word}").text)
    assert found
    place = many.get(found[1]).location
    assert f"hl={word}#{anchor}" in place
    page = many.get(place).text
    assert f'id="{anchor}"' in page
    assert '<mark id="first-mark">' in page
    assert re.search(rf'part=\d+&amp;hl={word}">上一页', page)


def test_a_program_is_led_to_the_part_too(many: FlaskClient) -> None:
    answer = many.get("/api/v1/search?q=Tool8x50").json
    assert answer
    hit = answer["hits"][0]
    assert hit["permalink"] == f"http://localhost/entries/{hit['id']}/place"


def test_a_part_names_itself(tmp_path: Path) -> None:
    client = site(tmp_path)
    first, second = client.get("/issues/样刊/long.md").text, client.get("/issues/样刊/long.md?part=2&hl=Tool9").text
    assert re.search(r'rel="canonical" href="[^"]*/long\.md"', first)
    assert re.search(r'rel="canonical" href="[^"]*/long\.md\?part=2"', second)
    assert "<title>青铜周刊（第 2 期） - " in first
    assert re.search(r"<title>青铜周刊（第 2 期） \(2/\d+\) - ", second)
    assert client.get("/sitemap.xml").text.count("long.md") == 1


def test_a_part_that_is_none_is_said_to_be(tmp_path: Path) -> None:
    client = site(tmp_path)
    for part in ("0", "99999", "x", "-1"):
        assert client.get(f"/issues/样刊/long.md?part={part}").status_code == 400
        assert client.get(f"/issues/样刊/short.md?part={part}").status_code == 200


def test_a_part_is_rendered_once_and_another_issue_each_time_as_a_whole(rendered: list[str], tmp_path: Path) -> None:
    client = site(tmp_path)
    for query in ("", "?x=1", "?part=1", "?part=2", "?part=2&x=1"):
        assert "<mark" not in client.get(f"/issues/样刊/long.md{query}").text
    assert len(rendered) == 2
    for _ in range(2):
        assert "<mark" in client.get("/issues/样刊/short.md?hl=Bronze").text
    assert len(rendered) == 2


@pytest.mark.parametrize(
    ("text", "is_long"),
    [
        ("- 铜\n" * 6000, True),  # a list of so many items takes longer than 200 KB of prose
        ("- 铜\n" * 5900, False),
        ("说明。" * 20_000, False),
        ("说明。" * 23_000, True),
    ],
)
def test_issue_of_much_text_or_markup_is_shown_in_parts(text: str, is_long: bool, tmp_path: Path) -> None:
    data = f"# 青铜周刊（第 2 期）\n\n## 工具\n\n{text}".encode()
    (tmp_path / "weekly").mkdir()
    (tmp_path / "weekly/long.md").write_bytes(data)
    run_reindex(tmp_path / "index", weekly=tmp_path / "weekly")
    with closing(open_current(tmp_path / "index", make_engine())) as generation:
        assert [generation.is_long(issue_id("weekly", "long.md")) for _ in range(2)] == [is_long, is_long]
    (tmp_path / "site").mkdir()
    assert (len(parts_of(site(tmp_path / "site", data))) > 1) == is_long


def test_another_language_has_its_own_page(rendered: list[str], tmp_path: Path) -> None:
    """Its links to other issues keep the language."""
    client = site(tmp_path, "[邻](short.md)\n\n".encode() + LONG_TEXT)
    assert "short.md?lang=en" not in client.get("/issues/样刊/long.md").text
    assert "short.md?lang=en" in client.get("/issues/样刊/long.md?lang=en").text
    assert len(rendered) == 2


DENSE: Final = {
    "entries": MANY,
    "short entries": "# 题\n\n## 工具\n\n" + "".join(f"{number}、a\n\n" for number in range(1, 1000)),
    "list": "## 工具\n\n" + "- [a](http://a.b/)\n" * 1000,
    "lists": "## 甲\n\n" + "- 铜\n* 铁\n+ 锡\n" * 300,
    "one line": "铜镜，",
    "bold": "**铜** ",
    "code": "```\n甲\n```\n",
    "table": "## 甲\n\n|a|b|\n|-|-|\n" + "|甲|乙|\n" * 900,
    "references": "".join(f"[a{number}]: https://a.example/{number}\n[a{number}]\n\n" for number in range(1000)),
}

ENTRIES: Final = {"short entries": 999, "list": 1000}
"""In a piece: a file may have `MAX_ENTRIES`."""


@pytest.mark.slow
@pytest.mark.parametrize("name", DENSE)
def test_any_part_of_the_longest_issue_is_there_at_once(name: str, tmp_path: Path) -> None:
    piece = DENSE[name]
    lines = 390_000 if name == "code" else 60_000  # else it is no issue
    times = int(min(4_900_000 // len(piece.encode()), lines // (piece.count("\n") or 0.1)))
    times = min(times, MAX_ENTRIES // ENTRIES[name]) if name in ENTRIES else times
    texts = {("样刊", "long.md"): (piece * times).encode()}
    generation = generation_of(texts, tmp_path, engine=WhooshEngine(ANALYZER))
    spent = []
    for part in ("1", "2", "30", "1&hl=甲"):
        client = create_app(FixedSource(generation)).test_client()  # that has not shown it before
        client.get("/")
        with seldom_collecting():  # as a server does
            started = time.process_time()
            assert client.get(f"/issues/样刊/long.md?part={part}").status_code == 200
            spent.append(round((time.process_time() - started) * 1000))
    print(f"{name}: {len(texts['样刊', 'long.md']) / 1e6:.1f} MB, {spent} ms")
    assert max(spent) <= 200


def test_no_more_is_remembered_than_there_is_room_for() -> None:
    kept = Kept(max_bytes=5000)
    made: list[str] = []

    def make(name: str) -> RenderedIssue:
        made.append(name)
        return RenderedIssue("a" * 2000, ())

    for name in ("a", "b", "a", "c", "a", "b"):
        kept.get(name, lambda name=name: make(name))  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]  # "b" was asked for longest ago when "c" came
    assert len(kept) == 2
    kept.get("large", lambda: RenderedIssue("a" * 9000, ()))
    assert len(kept) == 0
