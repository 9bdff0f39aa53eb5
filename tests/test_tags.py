"""Tags: how the settings of an issue are read, and that filter, facet and JSON agree on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sample_site import make_site
from samples import ENGINES, find, make_issue

from wangqi.indexer.reader import issue_as_dict, read_issue
from wangqi.search.analysis import Analyzer, fold_key
from wangqi.search.engine import Engine, Matches, Searcher
from wangqi.search.model import Issue
from wangqi.search.query.parser import parse
from wangqi.search.query.tree import Everything, Most
from wangqi.search.request import Filters

EVERYTHING = Everything()


def issue_with(settings: str) -> Issue:
    return read_issue(
        "甲", "1.md", f"---\ntitle: 第 1 期\n{settings}\n---\n\n- [名](https://a.example/)：说明\n".encode()
    )


@pytest.mark.parametrize(
    ("settings", "tags"),
    [
        ("tags: [前端, 工具]", ["前端", "工具"]),
        ("tags: 前端, 工具，后端", ["前端", "工具", "后端"]),
        ("tags: 前端、工具；后端", ["前端", "工具", "后端"]),
        ("tags:\n  - 前端\n  - 工具", ["前端", "工具"]),
        ("tags:\n- AI,设计\n- 工具", ["AI", "设计", "工具"]),  # a list whose author wrote commas into it
        ("tags: 前端 工具", ["前端", "工具"]),  # Jekyll's way
        ("tags: machine learning", ["machine learning"]),
        ("tags: Vue 教程", ["Vue 教程"]),
        ("tags: '#前端 #工具'", ["前端", "工具"]),
        ("tags: ['#前端', \"工具\"]", ["前端", "工具"]),
        ("tags: AI, ai, ＡＩ", ["AI"]),
        ("tags: [2024, 3.5, true, null]", ["2024", "3.5"]),  # a yes is no tag
        ("Tags: Weekly,Zh ", ["Weekly", "Zh"]),
        ("tag: 前端", ["前端"]),
        ("categories: [[周刊, 技术], [周刊, 生活]]", ["周刊", "技术", "生活"]),  # Hexo's
        ("category: 周刊\ntags: [前端]", ["前端", "周刊"]),
        ("标签: 前端, 工具", ["前端", "工具"]),
        ("keywords: 前端, 工具", []),  # for search engines
        ("tags: {a: b}", []),
        ("tags:", []),
        ("tags: []", []),
        (f"tags: [前端, {'长' * 60}]", ["前端"]),  # a sentence
        ("description: tags", []),
    ],
)
def test_tags_of_settings(settings: str, tags: list[str]) -> None:
    issue = issue_with(settings)
    assert list(issue.ref.tags) == tags
    assert issue_as_dict(issue)["tags"] == tags
    assert {entry.issue.tags for entry in issue.indexed()} == {tuple(tags)}


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        (
            "Title: 第 1 期\nTags: Weekly, 前端\nCategory: 周刊\n\n正文。\n",
            ["Weekly", "前端", "周刊"],
        ),
        (
            '+++\ntitle = "第 1 期"\n[taxonomies]\ntags = ["前端"]\ncategories = ["周刊"]\n+++\n\n',
            ["前端", "周刊"],
        ),
        ('{\n"title": "第 1 期",\n"tags": ["前端", "工具"]\n}\n\n正文。\n', ["前端", "工具"]),
        ("---\n标题：第 1 期\n标签：前端，工具\n---\n\n正文。\n", ["前端", "工具"]),
        ("# 第 1 期\n\n标签：这不是设置。\n", []),
    ],
)
def test_tags_of_the_settings_of_other_generators(text: str, tags: list[str]) -> None:
    assert list(read_issue("甲", "1.md", text.encode()).ref.tags) == tags


@given(st.lists(st.text("前端工具#, ab A、", max_size=8), max_size=4))
def test_no_tag_is_empty_twice_there_or_holds_what_parts_tags(written: list[str]) -> None:
    quoted = ", ".join(f'"{each}"' for each in written)
    for settings in (f"tags: [{quoted}]", f'tags: "{" ".join(written)}"'):
        tags = issue_with(settings).ref.tags
        assert len({fold_key(tag) for tag in tags}) == len(tags)
        assert all(tag.strip() == tag and tag and not set(tag) & set(",，、\n") for tag in tags)


TAGGED = [
    make_issue(1, {"title": "蜻蜓", "url": "https://a.example/"}, {"title": "图床"}, tags=("前端", "AI")),
    make_issue(2, {"title": "蜻蜓", "url": "https://a.example/"}, {"title": "编译器"}, tags=("ＡＩ", "后端")),
    make_issue(3, {"title": "瓦片"}, {"title": "蜻蜓", "url": "https://b.example/"}, tags=("后端",)),
    make_issue(4, {"title": "蜻蜓"}),
]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return ENGINES[request.param](Analyzer())


@pytest.fixture
def searcher(engine: Engine, tmp_path: Path) -> Searcher:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    engine.build(first, TAGGED[:2])
    engine.build(second, TAGGED[2:], base=first)  # a second segment, whose tags are numbered anew
    return engine.open(second)


def titles(found: Matches) -> list[str]:
    return [hit.entry.title for hit in found.hits]


def test_a_tag_filters_the_entries_of_its_issues(searcher: Searcher) -> None:
    assert titles(find(searcher, EVERYTHING, Filters(tag=("后端",)))) == ["瓦片", "蜻蜓", "蜻蜓", "编译器"]
    assert titles(find(searcher, EVERYTHING, Filters(tag=("ai",)))) == ["蜻蜓", "编译器", "蜻蜓", "图床"]
    assert titles(find(searcher, EVERYTHING, Filters(tag=("前端", "没有的")))) == ["蜻蜓", "图床"]
    assert titles(find(searcher, EVERYTHING, Filters(exclude=(Filters(tag=("ai", "后端")),)))) == ["蜻蜓"]
    assert titles(find(searcher, EVERYTHING, Filters(tag=("前",)))) == []  # part of a tag is none


@pytest.mark.parametrize("q", ["", "蜻蜓", "图床", "蜻蜓 编译器"])
def test_a_tag_counts_what_choosing_it_finds(searcher: Searcher, q: str) -> None:
    query = Most(parse(q).query, 0.4) if q else parse(q).query
    counts = find(searcher, query, facets=("tag",)).facets["tag"]
    assert counts or not q
    for each in counts:
        chosen = find(searcher, query, Filters(tag=(each.value,)))
        assert (chosen.total or chosen.partial) == each.count, each


def test_entries_that_share_a_link_count_once_for_each_tag(searcher: Searcher) -> None:
    counts = find(searcher, parse("蜻蜓").query, facets=("tag",)).facets["tag"]
    # The first two share their link; AI is a tag of both.
    assert [(each.value, each.count) for each in counts] == [("后端", 2), ("AI", 1), ("前端", 1)]


def test_a_deleted_issue_takes_its_tags_along(engine: Engine, searcher: Searcher, tmp_path: Path) -> None:
    (tmp_path / "third").mkdir()
    engine.build(tmp_path / "third", [], base=tmp_path / "second", removed=[TAGGED[0].ref.id])
    counts = find(engine.open(tmp_path / "third"), EVERYTHING, facets=("tag",)).facets["tag"]
    assert [(each.value, each.count) for each in counts] == [("后端", 4), ("ＡＩ", 2)]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    texts = {
        ("甲", "1.md"): "---\ntitle: 第 1 期\ntags: [前端, AI]\n---\n\n## 工具\n\n- [图床](https://a.example/)：说明\n",
        ("甲", "2.md"): "---\ntitle: 第 2 期\ntags: ai\n---\n\n## 工具\n\n- [图床](https://b.example/)：说明\n",
        ("甲", "3.md"): "---\ntitle: 第 3 期\n---\n\n## 工具\n\n- [图床](https://c.example/)：说明\n",
    }
    site = make_site({place: text.encode() for place, text in texts.items()}, tmp_path_factory.mktemp("tags"))
    return site.test_client()


@pytest.mark.parametrize("typed", ["tag:前端", "标签:前端", "標籤：前端", "tag:#前端", 'tags:"前端"'])
def test_a_tag_is_typed(client: FlaskClient, typed: str) -> None:
    answer = client.get("/api/v1/search", query_string={"q": f"图床 {typed}"}).get_json()
    assert [hit["issue"]["tags"] for hit in answer["hits"]] == [["前端", "AI"]]
    assert answer["query"]["filters"] == {"tag": ["前端"]}


def test_a_tag_is_a_parameter_a_facet_and_a_chip(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=图床&facets=tag").get_json()
    assert answer["facets"] == {"tag": [{"value": "AI", "count": 2}, {"value": "前端", "count": 1}]}
    assert client.get("/api/v1/search?q=图床&tag=AI").get_json()["total"] == 2
    page = client.get("/search?q=图床&tag=AI").text
    assert "标签：AI" in page
    assert "<h2>标签</h2>" in page
    assert "Tag: AI" in client.get("/search?q=图床&tag=AI&lang=en").text


def test_issues_tell_their_tags(client: FlaskClient) -> None:
    listed = client.get("/api/v1/issues").get_json()["issues"]
    assert [issue["tags"] for issue in listed] == [[], ["ai"], ["前端", "AI"]]
    assert client.get(f"/api/v1/issues/{listed[2]['id']}").get_json()["tags"] == ["前端", "AI"]


def test_of_tags_in_the_box_and_in_a_parameter_those_count_that_both_name(client: FlaskClient) -> None:
    def total(q: str, tag: str) -> int:
        answer = client.get("/api/v1/search", query_string={"q": q, "tag": tag})
        found: int = answer.get_json()["total"]
        return found

    assert total("图床 tag:ai,前端", "AI") == 2
    assert total("图床 tag:前端", "AI") == 0  # though an issue has both
