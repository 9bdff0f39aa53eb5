"""What every engine promises (`search.engine.protocol`), held against each of them."""

from __future__ import annotations

import gc
import hashlib
import shutil
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from samples import ANALYZER, ENGINES, make_issue, texts
from samples import find as find_tree

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.analyzer import spellings_of
from wangqi.search.answer import service
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.document import stored
from wangqi.search.document.links import canonical_link
from wangqi.search.document.stored import MODULES, stored_digest
from wangqi.search.engine import FACET_VALUES, Engine, Matches, Page, Searcher
from wangqi.search.engine.listing import stock_of
from wangqi.search.errors import NoIndexError
from wangqi.search.model import Issue
from wangqi.search.plan.making import make_plan
from wangqi.search.query.parser import parse
from wangqi.search.query.tree import Most
from wangqi.search.request import NO_FILTERS, Filters, SearchRequest

FACETS = ("kind", "year", "section", "site", "archive", "tag", "by")

ISSUES = [
    make_issue(
        1,
        {
            "title": "夜行灯",
            "text": "一盏骑车用的大灯，也能当手电。",
            "section": "工具",
            "url": "https://www.lamp.example/night",
        },
        {
            "title": "OpenMessaging",
            "text": "分布式消息的标准。",
            "section": "工具",
            "url": "https://github.com/om/spec",
        },
        {"title": "灯泡的历史", "text": "从碳丝到二极管。", "kind": "article", "section": "文章"},
        {"text": "𠮷野先生说，少即是多。", "kind": "quote", "section": "言论", "attribution": "𠮷野"},
        day=date(2021, 3, 5),
        title="第 1 期：光",
    ),
    make_issue(
        2,
        {
            "title": "蜻蜓",
            "text": "基于 P2P 的容器镜像分发系统。",
            "section": "工具",
            "url": "https://gist.github.com/x",
        },
        {"title": "C 语言入门", "text": "指针与数组。", "kind": "book", "section": "图书", "contributor": "XiaoMing"},
        {"title": "R 与统计", "text": "用 R 画图。", "kind": "course", "section": "资源"},
        {"title": "容器安全", "text": "Kubernetes 与 kubectl 的用法。", "kind": "article", "section": "文章"},
        day=date(2022, 7, 1),
    ),
    make_issue(
        3,
        {"title": "容器是什么", "text": "镜像的系统分发，不是镜像分发。", "kind": "article", "section": "文章"},
        {"title": "Vue 3 教程", "text": "前端框架。", "kind": "course", "section": "资源"},
        archive="other",
        day=None,
    ),
]


MakeEngine = Callable[[Analyzer], Engine]

CLUSTERS = {"opensearch, one shard": 1, "opensearch, three shards": 3}


@pytest.fixture(params=[*ENGINES, *(pytest.param(name, marks=pytest.mark.opensearch) for name in CLUSTERS)])
def make_engine(request: pytest.FixtureRequest) -> Iterator[MakeEngine]:
    if request.param in ENGINES:
        yield ENGINES[request.param]
        return
    from cluster import a_name, engine_of, remove_indexes

    cluster, name = request.getfixturevalue("cluster"), a_name()
    yield partial(engine_of, cluster, name=name, shards=CLUSTERS[request.param])
    remove_indexes(cluster, name)


@pytest.fixture
def engine(make_engine: MakeEngine) -> Engine:
    return make_engine(ANALYZER)


@pytest.fixture
def searcher(engine: Engine, tmp_path: Path) -> Searcher:
    return build(engine, tmp_path / "index", ISSUES)


def build(engine: Engine, folder: Path, issues: list[Issue], **options: object) -> Searcher:
    folder.mkdir()
    engine.build(folder, issues, **options)  # type: ignore[arg-type]
    return engine.open(folder)


def find(
    searcher: Searcher, q: str, *, limit: int = 100, offset: int = 0, sort: str = "relevance", least: int = 0
) -> Matches:
    parsed = parse(q)
    return find_tree(
        searcher, parsed.query, parsed.filters, sort=sort, offset=offset, limit=limit, facets=FACETS, least=least
    )


def titles(searcher: Searcher, q: str, **options: int | str) -> list[str]:
    return [match.entry.title for match in find(searcher, q, **options).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("灯", {"夜行灯", "灯泡的历史"}),
        ("大灯", {"夜行灯"}),
        ("行灯", {"夜行灯"}),  # no word of the dictionary, but characters that stand together
        ("title:镜像", set()),  # in texts alone
        ("title:容器", {"容器安全", "容器是什么"}),
        ("title:容器 镜像", {"容器是什么"}),
        ("灯 -title:大灯", {"夜行灯", "灯泡的历史"}),
        ("灯 -title:历史", {"夜行灯"}),
        ("title:灯泡 OR title:安全", {"灯泡的历史", "容器安全"}),
        ("openmessaging", {"OpenMessaging"}),
        ("open messaging", {"OpenMessaging"}),
        ("vue3", {"Vue 3 教程"}),
        ("C", {"C 语言入门"}),
        ("r", {"R 与统计"}),
        ("C语言", {"C 语言入门"}),
        ("𠮷", {""}),
        ("鏡像", {"蜻蜓", "容器是什么"}),
        ("ＫＵＢＥＲＮＥＴＥＳ", {"容器安全"}),
        ('"镜像分发系统"', {"蜻蜓"}),
        ("“镜像分发”", {"蜻蜓", "容器是什么"}),
        ("镜像分发系统", {"蜻蜓", "容器是什么"}),
        ("kube*", {"容器安全"}),
        ("容器 -镜像", {"容器安全"}),
        ('容器 -"分发系统"', {"容器安全", "容器是什么"}),
        ("蜻蜓 OR 灯泡", {"蜻蜓", "灯泡的历史"}),
        ("lamp.example", {"夜行灯"}),
        ("https://github.com/om/spec", {"OpenMessaging"}),
        ("om/spec", {"OpenMessaging"}),
        ("xiaoming", {"C 语言入门"}),
        ("没有这个", set()),
        ("容器 kind:文章", {"容器安全", "容器是什么"}),
        ("容器 -kind:article", {"蜻蜓"}),
        ("issue:2..", {"蜻蜓", "C 语言入门", "R 与统计", "容器安全", "容器是什么", "Vue 3 教程"}),
        ("year:..2021", {"夜行灯", "OpenMessaging", "灯泡的历史", ""}),
        ("date:2022-07", {"蜻蜓", "C 语言入门", "R 与统计", "容器安全"}),
        ("-date:2022-07 -year:2021", {"容器是什么", "Vue 3 教程"}),
        ("-date:2022-07 -date:2021", {"容器是什么", "Vue 3 教程"}),
        ("site:github.com", {"OpenMessaging", "蜻蜓"}),
        ("section:資源", {"R 与统计", "Vue 3 教程"}),
        ("section:图书，資源", {"C 语言入门", "R 与统计", "Vue 3 教程"}),
        ("by:@xiaoming", {"C 语言入门"}),
        ("archive:other", {"容器是什么", "Vue 3 教程"}),
        ("archive:Ｏther", {"容器是什么", "Vue 3 教程"}),
    ],
)
def test_a_query_finds_exactly_these(searcher: Searcher, q: str, found: set[str]) -> None:
    matches = find(searcher, q)
    assert {match.entry.title for match in matches.hits} == found
    assert matches.total == len(matches.hits)


def test_name_of_a_section_may_hold_a_comma(engine: Engine, tmp_path: Path) -> None:
    sections = ("好书，好物", "好书", "文章")
    issue = make_issue(1, *({"title": name, "text": "灯", "kind": "other", "section": name} for name in sections))
    searcher = build(engine, tmp_path / "index", [issue])
    assert set(titles(searcher, "section:好书，好物")) == {"好书，好物", "好书"}
    assert titles(searcher, 'section:"好书，好物"') == ["好书，好物"]
    assert titles(searcher, "section:文章") == ["文章"]


def test_an_empty_query_finds_everything_newest_first(searcher: Searcher) -> None:
    matches = find(searcher, "")
    assert matches.total == 10
    assert [match.entry.title for match in matches.hits[:4]] == ["蜻蜓", "C 语言入门", "R 与统计", "容器安全"]


def test_the_entry_that_is_called_what_was_typed_comes_first(searcher: Searcher) -> None:
    assert titles(searcher, "容器是什么")[0] == "容器是什么"
    assert titles(searcher, "容器安全 OR 容器")[0] in {"容器安全", "容器是什么"}


def test_what_stands_together_ranks_above_what_is_scattered(engine: Engine, tmp_path: Path) -> None:
    issue = make_issue(
        1, *texts("系统的分发靠镜像，不多不少。", "镜像分发系统，不多不少的。", "镜像与系统，还有分发不少。")
    )
    searcher = build(engine, tmp_path / "index", [issue])
    assert find(searcher, "镜像分发系统").hits[0].entry.text.startswith("镜像分发系统")


def test_boilerplate_and_fronts_are_hits_only_where_no_entry_is(engine: Engine, tmp_path: Path) -> None:
    boilerplate = {"title": "订阅容器周刊", "text": "容器", "role": "boilerplate"}
    front = {"title": "卷首", "text": "容器与周刊", "role": "front"}
    entry = {"text": "一段提到容器的很普通的文字。"}
    searcher = build(engine, tmp_path / "index", [make_issue(1, boilerplate, front, entry)])
    assert [match.entry.role for match in find(searcher, "容器").hits] == ["entry"]
    assert [match.entry.role for match in find(searcher, "周刊").hits] == ["front", "boilerplate"]
    assert [match.entry.role for match in find(searcher, "").hits] == ["entry"]


def test_newer_entries_come_first_among_equals(engine: Engine, tmp_path: Path) -> None:
    issues = [make_issue(number, *texts("同一句话。"), day=date(2020, number, 1)) for number in (2, 3, 1)]
    searcher = build(engine, tmp_path / "index", issues)
    assert [match.entry.issue.number for match in find(searcher, "同一句话").hits] == [3, 2, 1]


def test_facets_count_all_matches_not_the_page(searcher: Searcher) -> None:
    facets = find(searcher, "容器", limit=1).facets
    assert [(count.value, count.count) for count in facets["kind"]] == [("article", 2), ("tool", 1)]
    assert [(count.value, count.count) for count in facets["year"]] == [("2022", 2)]
    assert [(count.value, count.count) for count in facets["section"]] == [("文章", 2), ("工具", 1)]
    assert [(count.value, count.count) for count in facets["site"]] == [("gist.github.com", 1)]
    assert [(count.value, count.count) for count in facets["archive"]] == [("qt", 2), ("other", 1)]


def test_a_host_counts_what_lies_below_it_each_link_once(engine: Engine, tmp_path: Path) -> None:
    issues = [
        make_issue(
            1, {"title": "灯一", "url": "https://lamp.example/a"}, {"title": "灯二", "url": "https://a.b.lamp.example/"}
        ),
        make_issue(
            2, {"title": "灯三", "url": "https://b.lamp.example/c"}, {"title": "灯四", "url": "https://other.example/"}
        ),
        make_issue(3, {"title": "灯五", "url": "https://lamp.example/a"}),  # returns
        make_issue(4, {"title": "灯六", "url": "https://m.youtube.com/watch?v=1"}),
        make_issue(5, {"title": "灯七", "url": "https://www.youtube.com/watch?v=1"}),  # the same page
    ]
    searcher = build(engine, tmp_path / "index", issues)
    counts = {each.value: each.count for each in find(searcher, "灯").facets["site"]}
    assert counts["lamp.example"] == 3
    assert counts["youtube.com"] == 1
    for value, count in counts.items():
        assert find(searcher, f"灯 site:{value}").total == count


def test_names_that_are_one_to_a_filter_are_counted_as_one(engine: Engine, tmp_path: Path) -> None:
    issues = [
        make_issue(1, {"title": "灯一", "section": "AI 工具"}, {"title": "灯二", "section": "ＡＩ 工具"}),
        make_issue(2, {"title": "灯三", "section": "ai 工具"}, {"title": "灯四", "section": "文章"}, {"title": "灯五"}),
    ]
    counts = find(build(engine, tmp_path / "index", issues), "灯").facets["section"]
    assert [(each.value, each.count) for each in counts] == [("AI 工具", 3), ("文章", 1)]


def test_only_pages_of_the_web_are_on_a_site(engine: Engine, tmp_path: Path) -> None:
    addresses = ("https://www.Lamp.example:443/a", "ftp://files.example/a", "mailto:a@b.example", "http://[", None)
    issue = make_issue(7, *({"title": f"灯 {number}", "url": url} for number, url in enumerate(addresses)))
    (count,) = find(build(engine, tmp_path / "index", [issue]), "灯").facets["site"]
    assert (count.value, count.count) == ("lamp.example", 1)


def test_only_the_facets_asked_for_are_counted(searcher: Searcher) -> None:
    matches = find_tree(searcher, parse("灯").query, facets=["kind"])
    assert set(matches.facets) == {"kind"}


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_fewer_than_what_is_asked_for_are_only_counted(searcher: Searcher, sort: str) -> None:
    whole = find(searcher, "容器", sort=sort)
    assert find(searcher, "容器", sort=sort, least=3) == whole
    few = find(searcher, "容器", sort=sort, least=4)
    assert (few.total, list(few.hits), few.facets) == (3, [], {})


def test_sorting_changes_the_order_but_not_the_set(searcher: Searcher) -> None:
    newest, oldest = (titles(searcher, "灯 OR 容器", sort=sort) for sort in ("newest", "oldest"))
    assert newest == ["蜻蜓", "容器安全", "夜行灯", "灯泡的历史", "容器是什么"]  # no issue of its archive is dated
    assert oldest == ["夜行灯", "灯泡的历史", "蜻蜓", "容器安全", "容器是什么"]
    assert set(titles(searcher, "灯 OR 容器")) == set(newest)


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_pages_neither_repeat_nor_skip(searcher: Searcher, sort: str) -> None:
    whole = [match.entry.id for match in find(searcher, "", sort=sort).hits]
    paged = [
        match.entry.id for page in range(5) for match in find(searcher, "", sort=sort, limit=3, offset=3 * page).hits
    ]
    assert paged == whole
    assert find(searcher, "", offset=100).total == len(whole)


def test_a_relaxed_query_finds_what_holds_most_of_it(searcher: Searcher) -> None:
    query = parse("容器 镜像 量子").query
    found = find_tree(searcher, Most(query, 0.9))
    assert {match.entry.title for match in found.hits} == {"蜻蜓", "容器是什么"}
    assert (found.total, found.partial, {hit.partial for hit in found.hits}) == (0, 2, {True})


def test_a_relaxed_query_keeps_its_exclusions(searcher: Searcher) -> None:
    query = parse("容器 量子 -蜻蜓").query
    found = find_tree(searcher, Most(query, 0.1), Filters(kind=("tool",)))
    assert found.total == 0


def test_titles_are_completed_from_any_word(searcher: Searcher) -> None:
    assert completions(searcher, "open") == ["OpenMessaging"]
    assert completions(searcher, "容器") == ["容器安全", "容器是什么"]
    assert completions(searcher, "教程") == ["Vue 3 教程"]
    assert completions(searcher, "灯") == ["灯泡的历史", "夜行灯"]  # those that begin so come first
    assert completions(searcher, "c") == ["C 语言入门"]
    assert completions(searcher, "essaging") == []
    assert completions(searcher, "*") == []
    assert completions(searcher, " ") == []
    assert completions(searcher, "容器", limit=1) == ["容器安全"]


def completions(searcher: Searcher, prefix: str, limit: int = 8) -> list[str]:
    return [entry.title for entry in searcher.suggest(prefix, limit=limit)]


def test_a_title_that_returns_is_completed_once_to_its_newest_entry(engine: Engine, tmp_path: Path) -> None:
    issues = [make_issue(number, {"title": "夜灯"}, day=date(2020 + number, 1, 1)) for number in (1, 3, 2)]
    [entry] = build(engine, tmp_path / "index", issues).suggest("夜")
    assert entry.issue.number == 3


def test_titles_are_listed_folded_and_once(engine: Engine, tmp_path: Path) -> None:
    boilerplate = {"title": "订阅", "role": "boilerplate"}
    issues = [make_issue(number, {"title": "Ｖue 教程"}, {"text": "没有标题。"}, boilerplate) for number in (1, 2)]
    assert list(build(engine, tmp_path / "index", issues).vocabulary().titles) == ["vue 教程"]
    assert list(build(engine, tmp_path / "nothing", []).vocabulary().titles) == []


def test_words_are_counted_by_document(searcher: Searcher) -> None:
    held = searcher.vocabulary()
    words = list(held.words())
    assert list(held.words()) == words  # it is gone through once for each table of corrections
    counts = dict(words)
    assert len(words) == len(counts)
    assert (counts["镜像"], counts["kubernetes"], counts["openmessaging"], counts["灯泡"]) == (2, 1, 1, 1)
    assert "没有这个" not in counts


def test_issues_are_listed_newest_first_and_hold_their_documents(searcher: Searcher) -> None:
    listed = searcher.issues()
    assert [(info.ref.number, info.entries) for info in listed] == [(2, 4), (1, 4), (3, 2)]
    for issue in ISSUES:
        assert searcher.documents(issue.ref.id) == issue.documents()
        assert all(searcher.entry(entry.id) == entry for entry in issue.documents())
        documents = issue.documents()
        assert searcher.documents(issue.ref.id, lines=range(documents[-1].line, 1000)) == [
            entry for entry in documents if entry.line >= documents[-1].line
        ]
    assert searcher.documents("nowhere") == []
    assert searcher.entry("nowhere-1") is None


def test_issues_are_listed_by_page_and_by_archive(searcher: Searcher) -> None:
    whole = searcher.issues()
    assert [searcher.issues(offset=at, limit=1) for at in range(4)] == [[whole[0]], [whole[1]], [whole[2]], []]
    assert searcher.issues(offset=1) == whole[1:]
    assert [info.ref.number for info in searcher.issues(["qt"])] == [2, 1]
    assert [info.ref.number for info in searcher.issues(["other", "qt"], offset=1, limit=5)] == [1, 3]
    assert searcher.issues(["nowhere"]) == []
    assert [searcher.issue(info.ref.id) for info in whole] == whole
    assert searcher.issue("nowhere") is None
    archives = [(archive.name, archive.issues, archive.entries) for archive in searcher.archives()]
    assert archives == [("qt", 2, 8), ("other", 1, 2)]


def test_the_stock_of_an_index_names_its_issues_and_their_versions(engine: Engine, tmp_path: Path) -> None:
    searcher = build(engine, tmp_path / "1", ISSUES[:2])
    assert searcher.stock() == stock_of((issue.ref.id, issue.digest) for issue in reversed(ISSUES[:2]))
    later = build(engine, tmp_path / "2", [ISSUES[2]], base=tmp_path / "1", removed={ISSUES[0].ref.id})
    assert later.stock() == stock_of((issue.ref.id, issue.digest) for issue in ISSUES[1:])
    edited = replace(ISSUES[1], digest="another")
    assert build(engine, tmp_path / "3", [edited], base=tmp_path / "1").stock() != searcher.stock()


def test_what_is_let_go_of_takes_nothing_with_it(engine: Engine, tmp_path: Path) -> None:
    kept, gone = tmp_path / "kept", tmp_path / "gone"
    build(engine, gone, ISSUES[:2])
    searcher = build(engine, kept, ISSUES[2:], base=gone)
    engine.discard(gone)
    shutil.rmtree(gone)
    (tmp_path / "empty").mkdir()
    engine.discard(tmp_path / "empty")  # of a build that had hardly begun
    engine.sweep(tmp_path, [kept])
    assert titles(engine.open(kept), "灯") == titles(searcher, "灯") != []


def test_no_more_values_of_a_facet_are_told_than_anybody_reads(engine: Engine, tmp_path: Path) -> None:
    often = {"text": "灯", "url": "https://often.example/"}
    pages = [{"text": "灯", "url": f"https://site{at:04}.example/"} for at in range(FACET_VALUES + 5)]
    counts = find(build(engine, tmp_path / "index", [make_issue(1, *pages, often, often)]), "灯").facets["site"]
    assert len(counts) == FACET_VALUES
    assert [(each.value, each.count) for each in counts[:2]] == [("often.example", 2), ("site0000.example", 1)]


def test_undated_issues_stand_by_their_number_between_dated_ones(engine: Engine, tmp_path: Path) -> None:
    days = {1: date(2022, 7, 1), 2: None, 3: date(2022, 7, 8)}
    issues = [make_issue(number, {"title": f"灯 {number}"}, day=day) for number, day in days.items()]
    build(engine, tmp_path / "before", issues).close()
    added = make_issue(4, {"title": "灯 4"})  # not committed yet
    searcher = build(engine, tmp_path / "index", [added], base=tmp_path / "before")
    newest, oldest = (titles(searcher, "灯", sort=sort) for sort in ("newest", "oldest"))
    assert newest == ["灯 4", "灯 3", "灯 2", "灯 1"]
    assert oldest == newest[::-1]
    assert [info.ref.number for info in searcher.issues()] == [4, 3, 2, 1]


def test_an_issue_without_entries_is_held_as_well(engine: Engine, tmp_path: Path) -> None:
    searcher = build(engine, tmp_path / "index", [make_issue(9)])
    (info,) = searcher.issues()
    assert info.ref.number == 9
    assert searcher.documents(info.ref.id) == []
    assert searcher.entry(f"{info.ref.id}-1") is None
    assert find(searcher, "").total == 0


def test_an_index_of_nothing_answers(engine: Engine, tmp_path: Path) -> None:
    searcher = build(engine, tmp_path / "index", [])
    assert (searcher.issues(), find(searcher, "灯 a* -b").total, searcher.suggest("灯")) == ([], 0, [])


def test_opening_an_empty_folder_says_what_to_run(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match="wangqi reindex"):
        engine.open(tmp_path)


def test_a_build_on_a_base_equals_one_from_nothing(engine: Engine, tmp_path: Path) -> None:
    first, second, third = ISSUES
    edited = make_issue(2, {"title": "蜻蜓", "text": "改写过的容器说明。"}, day=date(2022, 7, 1))
    build(engine, tmp_path / "base", [first, second])
    grown = build(engine, tmp_path / "grown", [edited, third], base=tmp_path / "base", removed=[first.ref.id])
    fresh = build(engine, tmp_path / "fresh", [third, edited])
    assert grown.issues() == fresh.issues()
    assert sorted(grown.vocabulary().words()) == sorted(fresh.vocabulary().words())  # without those of what was removed
    for q in ["", "容器", "镜像 OR 蜻蜓", "P2P", "灯", "说*"]:
        ours, theirs = find(grown, q), find(fresh, q)
        assert ours.total == theirs.total
        assert ours.facets == theirs.facets
        assert [hit.entry for hit in ours.hits] == [hit.entry for hit in theirs.hits]
        assert [hit.score for hit in ours.hits] == pytest.approx([hit.score for hit in theirs.hits])


def test_a_build_leaves_its_base_untouched(engine: Engine, tmp_path: Path) -> None:
    held = build(engine, tmp_path / "base", ISSUES[:2])
    before = hashes(tmp_path / "base")
    build(engine, tmp_path / "next", [ISSUES[2]], base=tmp_path / "base", removed=[ISSUES[0].ref.id])
    assert hashes(tmp_path / "base") == before
    assert titles(held, "大灯") == ["夜行灯"]
    assert titles(engine.open(tmp_path / "base"), "大灯") == ["夜行灯"]


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def test_threads_share_a_searcher(searcher: Searcher) -> None:
    queries = ["灯", "容器 -镜像", "kube*", '"镜像分发"', "", "C语言", "𠮷", "site:github.com"] * 12
    alone = [[hit.entry.id for hit in find(searcher, q).hits] for q in queries]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda q: [hit.entry.id for hit in find(searcher, q).hits], queries))
    assert together == alone


@pytest.mark.parametrize("module", MODULES)
def test_what_decides_on_stored_values_is_part_of_the_fingerprint(engine: Engine, module: str, tmp_path: Path) -> None:
    source = Path(stored.__file__).parent
    shutil.copytree(source, tmp_path, dirs_exist_ok=True)
    assert stored_digest(tmp_path) == stored_digest(source)
    assert stored_digest() in engine.fingerprint
    with (tmp_path / f"{module}.py").open("a") as file:
        file.write("# changed\n")
    stored_digest.cache_clear()
    assert stored_digest(tmp_path) != stored_digest(source)


def test_the_fingerprint_names_the_analyzer(engine: Engine, make_engine: MakeEngine) -> None:
    assert engine.fingerprint != make_engine(Analyzer(words=["青铜周刊"])).fingerprint
    assert engine.fingerprint == make_engine(ANALYZER).fingerprint


def test_a_relaxed_query_keeps_its_phrases(searcher: Searcher) -> None:
    query = parse('"镜像分发系统" 容器 量子').query
    found = find_tree(searcher, Most(query, 0.1))
    assert [match.entry.title for match in found.hits] == ["蜻蜓"]


def tiers(searcher: Searcher, q: str, sort: str = "relevance", **filters: Any) -> Matches:
    return find_tree(searcher, Most(parse(q).query, 0.4), Filters(**filters), sort=sort, facets=FACETS)


TIERS = [
    make_issue(1, {"title": "容器编排系统"}, {"title": "容器", "kind": "book"}, day=date(2021, 1, 1)),
    make_issue(2, {"title": "系统"}, {"text": "系统里的容器", "kind": "article"}, day=date(2022, 1, 1)),
    make_issue(3, {"title": "容器，又是容器", "kind": "book"}, *texts("别的", "还有别的"), day=date(2023, 1, 1)),
]


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_what_holds_every_word_comes_first_under_every_order(engine: Engine, tmp_path: Path, sort: str) -> None:
    searcher = build(engine, tmp_path / "index", TIERS)
    found = tiers(searcher, "容器 系统", sort)
    assert [hit.partial for hit in found.hits] == [False, False, True, True, True]
    assert (found.total, found.partial) == (2, 3)
    first = [hit.entry.issue.number for hit in found.hits[:2]]
    assert first == ([2, 1] if sort == "newest" else [1, 2])
    # The second tier is always by relevance.
    others = [hit.score for hit in found.hits[2:]]
    assert others == sorted(others, reverse=True)
    assert {count.value: count.count for count in found.facets["kind"]} == {"tool": 1, "article": 1}


def test_pages_run_through_both_tiers(engine: Engine, tmp_path: Path) -> None:
    searcher = build(engine, tmp_path / "index", TIERS)
    whole = [hit.entry.id for hit in tiers(searcher, "容器 系统").hits]
    query = Most(parse("容器 系统").query, 0.4)
    pages = [find_tree(searcher, query, offset=at, limit=2).hits for at in (0, 2, 4, 6)]
    assert [hit.entry.id for page in pages for hit in page] == whole
    assert [len(page) for page in pages] == [2, 2, 1, 0]


def test_where_nothing_holds_every_word_counts_are_those_of_the_second_tier(engine: Engine, tmp_path: Path) -> None:
    searcher = build(engine, tmp_path / "index", TIERS)
    found = tiers(searcher, "容器 编排 别的")
    assert found.total == 0
    assert found.partial
    for count in found.facets["kind"]:
        assert tiers(searcher, "容器 编排 别的", kind=(count.value,)).partial == count.count


def test_a_word_that_nothing_holds_weighs_as_much_as_the_rarest(engine: Engine, tmp_path: Path) -> None:
    # 工具 stands in every other entry: with a name that nothing holds, that is no answer.
    issue = make_issue(1, *texts(*["一个工具"] * 20, *["别的"] * 20, "蜻蜓"))
    searcher = build(engine, tmp_path / "index", [issue])
    assert tiers(searcher, "xyzabcq 工具").partial == 0
    assert tiers(searcher, "xyzabcq 蜻蜓").partial == 1
    assert tiers(searcher, "xyzabcq 一个 的").partial == 0  # words of grammar alone


def test_words_of_grammar_need_not_be_held(searcher: Searcher) -> None:
    assert set(titles(searcher, "怎么 C 语言")) == {"C 语言入门"}
    assert set(titles(searcher, "的")) == set(titles(searcher, '"的"'))  # unless nothing else was typed


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("时区", ["时区换算"]),  # jieba sees 时 and 区
        ("大模型", ["大模型入门"]),
        ("大模型部署", ["大模型入门"]),  # a longer run by the pieces that stand somewhere
        ("模型大", ["大模型入门", "很大的模型"]),  # nowhere in a row: its words
        ("大模型的部署", ["大模型入门"]),  # words of grammar join nothing
    ],
)
def test_what_no_dictionary_knows_and_some_entry_holds_is_found_in_a_row(
    engine: Engine, tmp_path: Path, q: str, found: list[str]
) -> None:
    named = ("时区换算", "有时在城区", "很大的模型")
    issue = make_issue(1, *({"title": title} for title in named), {"title": "大模型入门", "text": "怎样部署。"})
    searcher = build(engine, tmp_path / "index", [issue])
    assert set(titles(searcher, q)) == set(found)


def test_a_guess_that_nothing_holds_gives_way_to_what_some_entry_holds(engine: Engine, tmp_path: Path) -> None:
    # jieba guesses 贴外 in 贴外链.
    searcher = build(engine, tmp_path / "index", [make_issue(1, *texts("怎样贴一个外链", "外面的链子", "贴着门外"))])
    assert [hit.entry.text for hit in find(searcher, "贴外链").hits] == ["怎样贴一个外链"]


def test_characters_that_stand_apart_are_of_the_second_tier(engine: Engine, tmp_path: Path) -> None:
    issue = make_issue(1, {"title": "很大的模型"}, {"title": "大模型入门"}, *texts("别的", "还有"))
    found = tiers(build(engine, tmp_path / "index", [issue]), "大模型")
    assert [(hit.entry.title, hit.partial) for hit in found.hits] == [("大模型入门", False), ("很大的模型", True)]


def test_han_and_latin_in_one_piece_come_first_where_they_stand_so(engine: Engine, tmp_path: Path) -> None:
    issue = make_issue(1, {"title": "AI 做的工具"}, {"text": "一款很不错的 AI工具，用来画图"}, *texts("别的", "还有"))
    searcher = build(engine, tmp_path / "index", [issue])
    assert titles(searcher, "AI工具") == ["", "AI 做的工具"]


def test_a_name_is_above_its_aliases_and_these_are_one_term(make_engine: MakeEngine, tmp_path: Path) -> None:
    analyzer = Analyzer(aliases={"k8s": ["Kubernetes", "容器编排器"]})
    listing = {"title": "Kubernetes、容器编排器、Kubernetes"}
    issue = make_issue(1, listing, {"text": "备份 k8s 集群"}, {"title": "容器编排器备份"}, *texts(*["别的"] * 9))
    searcher = build(make_engine(analyzer), tmp_path / "index", [issue])
    found = find_tree(searcher, parse("k8s").query, analyzer=analyzer)
    assert (found.hits[0].entry.text, found.total) == ("备份 k8s 集群", 3)
    found = find_tree(searcher, Most(parse("Kubernetes 备份").query, 0.4), analyzer=analyzer)
    assert [hit.partial for hit in found.hits] == [False, False, True]


def test_an_issue_is_found_by_its_title_and_its_entries_are_not(engine: Engine, tmp_path: Path) -> None:
    issues = [
        make_issue(300, {"text": "灯"}, {"text": "泡"}, title="周刊第 300 期：同步的争论", day=date(2023, 1, 1)),
        make_issue(30, {"text": "三百个 300 期以内的灯"}, title="周刊第 30 期", day=date(2022, 1, 1)),
    ]
    searcher = build(engine, tmp_path / "index", issues)
    (hit,) = find(searcher, "争论").hits
    assert (hit.entry.kind, hit.entry.role, hit.entry.title, hit.entry.text) == (
        "issue", "issue", "周刊第 300 期：同步的争论", "2 条",
    )  # fmt: skip
    assert searcher.entry(hit.entry.id) == hit.entry
    assert hit.entry not in searcher.documents(issues[0].ref.id)
    assert [(count.value, count.count) for count in find(searcher, "争论").facets["kind"]] == [("issue", 1)]
    for q in ("第 300 期", "第300期", "300期", "issue 300", "Issue #300", "#300"):
        assert find(searcher, q).hits[0].entry.title == "周刊第 300 期：同步的争论", q
    assert find(searcher, "").total == 3
    assert len(find(searcher, "kind:issue").hits) == 2


def test_issues_are_listed_beside_the_other_kinds_that_are_asked_for(engine: Engine, tmp_path: Path) -> None:
    pages: list[dict[str, Any]] = [{"title": "灯", "kind": "tool"}, {"title": "泡", "kind": "book"}]
    front = {"text": "刊首的话", "kind": "other", "role": "front"}
    searcher = build(engine, tmp_path / "index", [make_issue(1, *pages, front), make_issue(2, pages[0])])
    totals = {q: find(searcher, q).total for q in ("kind:tool", "kind:issue", "kind:tool,issue", "-kind:book", "")}
    assert totals == {"kind:tool": 2, "kind:issue": 2, "kind:tool,issue": 4, "-kind:book": 2, "": 3}
    assert find(searcher, "kind:other").total == 1  # no entry is of that kind
    assert find(searcher, "kind:other,issue").total == 2
    counted = {each.value: each.count for each in find(searcher, "kind:book,issue").facets["kind"]}
    assert counted == {"issue": 2, "book": 1}


def test_the_name_that_a_title_begins_with_is_as_good_as_the_whole(engine: Engine, tmp_path: Path) -> None:
    titled = ("图床管家：拖一下就能传", "图床", "图床管家与图床", "图床管家的图床管家，图床管家")
    searcher = build(engine, tmp_path / "index", [make_issue(1, *({"title": title} for title in titled))])
    assert titles(searcher, "图床管家")[0] == "图床管家：拖一下就能传"


LINK = "https://lamp.example/night"
RETURNING = [
    make_issue(7, {"title": "夜灯", "text": "骑车用的夜灯。", "url": LINK}, day=date(2021, 1, 1)),
    make_issue(
        33,
        {
            "title": "灯",
            "text": "又一次介绍。",
            "url": "http://www.lamp.example/night/?utm_source=weekly",
            "kind": "article",
        },
        {"title": "台灯", "text": "夜里读书。", "url": "https://lamp.example/desk"},
        day=date(2022, 1, 1),
    ),
    make_issue(40, {"title": "夜行", "text": "第三次。", "url": f"{LINK}#top"}, day=date(2023, 1, 1), archive="other"),
]


@pytest.fixture
def returning(engine: Engine, tmp_path: Path) -> Searcher:
    return build(engine, tmp_path / "returning", RETURNING)


def also_in(matches: Matches) -> dict[str, list[int | None]]:
    return {hit.entry.title: [other.issue.number for other in hit.also_in] for hit in matches.hits}


def test_a_link_that_returns_is_one_result_that_names_the_others(returning: Searcher) -> None:
    found = find(returning, "夜灯")
    # "灯" does not hold 夜灯, but stands beside it all the same.
    assert (found.total, also_in(found)) == (1, {"夜灯": [40, 33]})
    assert [other.id for other in found.hits[0].also_in] == [RETURNING[2].entries()[0].id, RETURNING[1].entries()[0].id]


def test_of_the_entries_with_one_link_the_best_stays_whatever_the_order(returning: Searcher) -> None:
    for sort in ("relevance", "newest", "oldest"):
        assert set(titles(returning, "灯", sort=sort)) == {"灯", "台灯"}
    assert titles(returning, "夜", sort="newest") == ["台灯", "夜灯"]  # 夜行, newer than both, is folded into 夜灯


def test_of_equal_entries_with_one_link_the_newest_stays(engine: Engine, tmp_path: Path) -> None:
    issues = [make_issue(number, {"text": "同一句话。", "url": LINK}) for number in (2, 3, 1)]
    searcher = build(engine, tmp_path / "index", issues)
    assert [hit.entry.issue.number for hit in find(searcher, "同一句话").hits] == [3]


def test_totals_and_pages_are_those_of_folded_results(returning: Searcher) -> None:
    found = find(returning, "夜", limit=1)
    assert (found.total, len(found.hits)) == (2, 1)
    assert [len(titles(returning, "夜", limit=1, offset=offset)) for offset in (0, 1, 2)] == [1, 1, 0]


def test_each_count_is_what_a_filter_for_the_value_finds(returning: Searcher) -> None:
    facets = find(returning, "夜").facets
    # One link in two archives: it is there for either filter, and once without.
    assert [(count.value, count.count) for count in facets["archive"]] == [("qt", 2), ("other", 1)]
    for name in ("archive", "kind", "year"):
        for count in facets[name]:
            assert find(returning, f"夜 {name}:{count.value}").total == count.count, count


def test_without_words_each_entry_stands_for_itself(returning: Searcher) -> None:
    found = find(returning, "")
    assert found.total == sum(info.entries for info in returning.issues()) == 4
    assert sum(count.count for count in found.facets["kind"]) == 4


def test_filters_choose_before_links_are_folded(returning: Searcher) -> None:
    assert also_in(find(returning, "灯 archive:qt kind:tool")) == {"夜灯": [40, 33], "台灯": []}
    assert also_in(find(returning, "issue:33")) == {"灯": [40, 7], "台灯": []}


@pytest.mark.parametrize("fields", [{"kind": "quote"}, {"role": "boilerplate"}, {"role": "front"}, {"url": "/about"}])
def test_what_is_no_recommendation_stands_for_itself(engine: Engine, tmp_path: Path, fields: dict[str, str]) -> None:
    issues = [make_issue(number, {"text": f"灯 {number}", "url": LINK, **fields}) for number in (1, 2)]
    found = find(build(engine, tmp_path / "index", issues), "灯")
    assert (found.total, also_in(found)) == (2, {"": []})


def test_a_link_that_stands_twice_in_an_issue_tells_nothing(engine: Engine, tmp_path: Path) -> None:
    talks = [{"title": title, "text": "大会演讲", "url": LINK} for title in ("前端趋势", "数据库设计")]
    found = find(build(engine, tmp_path / "index", [make_issue(1, *talks), make_issue(2, talks[0])]), "演讲")
    assert (found.total, also_in(found)) == (3, {"前端趋势": [], "数据库设计": []})


def test_links_are_folded_anew_when_an_issue_is_gone(engine: Engine, tmp_path: Path) -> None:
    build(engine, tmp_path / "base", RETURNING)
    later = build(engine, tmp_path / "later", [], base=tmp_path / "base", removed=[RETURNING[2].ref.id])
    assert also_in(find(later, "夜灯")) == {"夜灯": [33]}


def test_entries_folded_into_one_count_as_one(returning: Searcher) -> None:
    assert find(returning, "夜", least=2).hits
    assert not find(returning, "夜", least=3).hits  # three entries, two of them with one link


def test_the_entries_about_a_page_are_found_by_its_link(engine: Engine, tmp_path: Path) -> None:
    # A quotation is about the page that it names as its source; boilerplate is about nothing.
    quote = make_issue(41, {"text": "夜里也亮。", "kind": "quote", "url": LINK}, day=date(2024, 1, 1))
    other = make_issue(42, {"title": "订阅", "role": "boilerplate", "url": LINK}, day=date(2024, 2, 1))
    build(engine, tmp_path / "1", [*RETURNING, quote, other])
    searcher = build(engine, tmp_path / "2", [], base=tmp_path / "1", removed={RETURNING[1].ref.id})
    assert [entry.issue.number for entry in searcher.linked(canonical_link(LINK))] == [41, 40, 7]
    assert searcher.linked("lamp.example/day") == []
    assert searcher.linked("") == []


@pytest.mark.parametrize(
    ("q", "missing"),
    [
        ("容器 量子", ["量子"]),
        ("灯泡 蜻蜓", []),  # each is held by another document: neither is left out
        ("镜像 青蛙 分发", ["青蛙"]),
        ("青蛙 量子", ["青蛙", "量子"]),  # nothing is found: what no document holds
        ("容器 镜像", []),  # documents hold all
    ],
)
def test_words_that_are_missing_are_named(searcher: Searcher, q: str, missing: list[str]) -> None:
    assert [word.typed for word in tiers(searcher, q).missing] == missing


def test_questions_are_counted_together_as_each_alone(returning: Searcher) -> None:
    analyzer = OpenIndex(returning, ANALYZER).analyzer
    asked = [parse(q) for q in ("夜灯", "灯 kind:article", "灯 -台灯", "没有这个", "", "灯 archive:qt")]
    questions = [(make_plan(each.query, analyzer), each.filters) for each in asked]
    questions.append((make_plan(Most(parse("夜灯 青蛙").query, 0.1), analyzer), NO_FILTERS))
    alone = [returning.find(plan, filters, Page(limit=10)).total for plan, filters in questions]
    assert returning.count(questions) == alone == [1, 1, 1, 0, 4, 2, 0]
    assert returning.count([]) == []


def test_documents_that_hold_a_spelling_are_counted(searcher: Searcher) -> None:
    spellings = [spellings_of(text)[0] for text in ("灯", "镜像分发", "青蛙", "open")]
    assert searcher.document_frequencies(spellings) == [2, 2, 0, 1]
    assert searcher.document_frequencies([]) == []


def test_index_that_nobody_asks_any_more_is_let_go(engine: Engine, tmp_path: Path) -> None:
    """Whatever is remembered of questions must not hold it, nor be part of a circle: a server opens a new one after
    each publish, and searches seldom for garbage."""
    searcher = build(engine, tmp_path / "index", ISSUES)
    index = OpenIndex(searcher, ANALYZER)
    asked = ("大灯", "容器 安全", '"镜像分发"', "open messaging", "kube*", "dengpao", "qwertz", "containers", "大灯泡")
    for q in asked:
        service.search(index, SearchRequest(q=q, explain=True))
    index.searcher.suggest("容")
    held = [weakref.ref(each) for each in (searcher, index.analyzer, index.vocabulary, index.vocabulary.latin)]
    gc.collect()
    gc.disable()
    try:
        del searcher, index
        assert [each() for each in held] == [None] * len(held)
    finally:
        gc.enable()
