"""The array engine against the plain scoring of the in-memory engine, and its files."""

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import ANALYZER, find, make_varied_issue

from wangqi.search.engine import Searcher
from wangqi.search.errors import DamagedIndexError, NoIndexError, StaleIndexError
from wangqi.search.model import Issue, Link, issue_id
from wangqi.search.query.parser import parse
from wangqi.search.query.tree import Literally, Most, Query
from wangqi.search.reference.memory import MemoryEngine
from wangqi.search.whoosh_engine import WhooshEngine
from wangqi.search.whoosh_engine.engine import FORMAT
from wangqi.search.whoosh_engine.index.unpickling import SegmentUnpickler
from wangqi.search.whoosh_engine.segment import arrays
from wangqi.search.whoosh_engine.segment.term_numbers import Numbering
from wangqi.search.whoosh_engine.segment.terms import pack_terms, terms_of

WORDS = [
    "容器",
    "镜像",
    "镜像分发",
    "灯",
    "大灯",
    "k8s",
    "Kubernetes",
    "OpenMessaging",
    "open",
    "Vue3",
    "C++",
    "𠮷",
    "编辑器",
    "的",
    "文本编辑器",
    "download",
    "downloads",
    "下载",
]


texts = st.lists(st.sampled_from([*WORDS, " ", "，", "\n"]), max_size=8).map("".join)
issues = st.lists(
    st.tuples(
        st.lists(st.tuples(texts, texts), max_size=6),
        st.none() | st.dates(date(2019, 1, 1), date(2024, 12, 31)),
    ),
    min_size=1,
    max_size=6,
).map(lambda drawn: [make_varied_issue(number, entries, day=day) for number, (entries, day) in enumerate(drawn, 1)])
queries = st.lists(
    st.sampled_from(
        [
            *WORDS,
            '"镜像分发"',
            '"open messaging"',
            "-容器",
            "ku*",
            "title:容器",
            "op*",
            "OR",
            "kind:tool",
            "section:资源",
            "year:2020..",
        ]
    ),
    max_size=4,
).map(" ".join)


WRAPPERS: dict[str, Callable[[Query], Query]] = {
    "as parsed": lambda query: query,
    "relaxed": lambda query: Most(query, 0.4),
    "literally": Literally,
}


def answers(
    searcher: Searcher, q: str, sort: str = "relevance", wrapper: str = "as parsed"
) -> tuple[int, list[tuple[str, float]], object]:
    """Total; ids and scores; facets, and where the links stand besides."""
    parsed = parse(q)
    facets = ("kind", "year", "section", "site")
    found = find(searcher, WRAPPERS[wrapper](parsed.query), parsed.filters, sort=sort, limit=50, facets=facets)
    also_in = {hit.entry.id: [other.id for other in hit.also_in] for hit in found.hits}
    tiers = found.partial, {hit.entry.id: hit.partial for hit in found.hits}, len(found.missing)
    return found.total, [(hit.entry.id, round(hit.score, 6)) for hit in found.hits], (found.facets, also_in, tiers)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    issues=issues,
    q=queries,
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    wrapper=st.sampled_from(list(WRAPPERS)),
)
def test_it_finds_counts_and_ranks_as_plain_scoring_does(
    issues: list[Issue], q: str, sort: str, wrapper: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    plain, fast = tmp_path_factory.mktemp("plain"), tmp_path_factory.mktemp("arrays")
    MemoryEngine(ANALYZER).build(plain, issues)
    WhooshEngine(ANALYZER).build(fast, issues)
    expected = answers(MemoryEngine(ANALYZER).open(plain), q, sort, wrapper)
    got = answers(WhooshEngine(ANALYZER).open(fast), q, sort, wrapper)
    assert got[0] == expected[0]
    assert got[2] == expected[2]
    scores = dict(expected[1])
    assert dict(got[1]) == pytest.approx(scores, rel=1e-4)
    ids = [found_id for found_id, _ in got[1]]
    if sort != "relevance":
        assert ids == list(scores)
    # Scores are 32 bits wide here: documents that differ in the last digits may change places, others may not. The
    # second tier begins anew.
    ordered = [pair for at, pair in enumerate(pairwise(ids), 1) if sort == "relevance" and at != expected[0]]
    assert all(scores[first] >= scores[then] * (1 - 1e-4) for first, then in ordered)


def test_a_prefix_leaves_the_scores_of_the_words_before_it_alone(tmp_path: Path) -> None:
    held = [make_varied_issue(1, [("", "容器OpenMessaging"), ("容器", "open source"), ("灯", "op 容器")])]
    for engine, folder in ((MemoryEngine(ANALYZER), tmp_path / "plain"), (WhooshEngine(ANALYZER), tmp_path / "arrays")):
        folder.mkdir()
        engine.build(folder, held)
    expected = answers(MemoryEngine(ANALYZER).open(tmp_path / "plain"), "容器 op*")
    got = answers(WhooshEngine(ANALYZER).open(tmp_path / "arrays"), "容器 op*")
    assert [score for _, score in got[1]] == pytest.approx([score for _, score in expected[1]], rel=1e-4)
    assert got[0] == expected[0] == 3


COMMON = ("python", "github", "工具", "容器镜像", "编辑器", "gitea")


@pytest.fixture(scope="module")
def held_by_thousands(tmp_path_factory: pytest.TempPathFactory) -> tuple[Searcher, Searcher]:
    """Three thousand entries of few words, in the in-memory engine and in arrays."""
    random = Random(16)

    def text(most: int) -> str:
        return " ".join(random.choices(COMMON, k=random.randint(0, most)))

    issues = [make_varied_issue(number, [(text(4), text(9)) for _ in range(50)]) for number in range(1, 61)]
    plain, arrays = tmp_path_factory.mktemp("plain"), tmp_path_factory.mktemp("arrays")
    MemoryEngine(ANALYZER).build(plain, issues)
    WhooshEngine(ANALYZER).build(arrays, issues)
    return MemoryEngine(ANALYZER).open(plain), WhooshEngine(ANALYZER).open(arrays)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from([*COMMON, "git*", "g*"]), min_size=1, max_size=2, unique=True))
def test_titles_count_in_every_document_that_holds_the_words(
    words: list[str], held_by_thousands: tuple[Searcher, Searcher]
) -> None:
    plain, arrays = (find(each, parse(" ".join(words)).query, limit=5000) for each in held_by_thousands)
    scores = {hit.entry.id: hit.score for hit in plain.hits}
    assert {hit.entry.id: hit.score for hit in arrays.hits} == pytest.approx(scores, rel=1e-4)
    # Those of equal scores stand in an order of their own, which may differ in their last digits.
    ranked = [scores[hit.entry.id] for hit in arrays.hits]
    assert all(score >= following * (1 - 1e-4) for score, following in pairwise(ranked))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=issues, second=issues, q=queries, data=st.data())
def test_an_index_grown_in_steps_equals_one_built_at_once(
    first: list[Issue], second: list[Issue], q: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    engine = WhooshEngine(ANALYZER)
    folders = [tmp_path_factory.mktemp("step") for _ in range(3)]
    gone = data.draw(st.sampled_from(first)).ref.id
    kept = {issue.ref.id: issue for issue in [*first, *second] if issue.ref.id != gone or issue in second}
    engine.build(folders[0], first)
    before = {path.name: path.read_bytes() for path in folders[0].iterdir()}
    engine.build(folders[1], second, base=folders[0], removed=[gone])
    engine.build(folders[2], kept.values())
    assert answers(engine.open(folders[1]), q) == answers(engine.open(folders[2]), q)
    assert {path.name: path.read_bytes() for path in folders[0].iterdir()} == before


def test_what_does_not_fit_in_memory_at_once_is_written_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [
        make_varied_issue(number, [("镜像分发系统", "基于 P2P 的容器镜像"), ("编辑器", "灯泡")])
        for number in range(1, 30)
    ]
    whole, pieces = tmp_path / "whole", tmp_path / "pieces"
    whole.mkdir()
    pieces.mkdir()
    engine = WhooshEngine(ANALYZER)
    engine.build(whole, held)
    monkeypatch.setattr("wangqi.search.whoosh_engine.index.writing.ALONE_S", 0)
    monkeypatch.setattr("wangqi.search.whoosh_engine.index.writing.BATCH_S", 0)
    monkeypatch.setattr("wangqi.search.whoosh_engine.segment.merging.CHUNK", 7)
    engine.build(pieces, held)
    assert len(list(pieces.iterdir())) == len(list(whole.iterdir()))
    for q in ("镜像分发", "灯", '"容器镜像"', "p2p"):
        assert answers(engine.open(pieces), q) == answers(engine.open(whole), q)


@pytest.mark.parametrize("mapped_bytes", [0, 1 << 20])
def test_entries_come_back_as_they_were(mapped_bytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wangqi.search.whoosh_engine.segment.stored_entries.MAPPED_BYTES", mapped_bytes)
    (first, *_), plain = make_varied_issue(1, [("灯", "泡"), ("容器", "")]).entries(), make_varied_issue(2, [("", "")])
    others = [
        replace(first, id="甲-1", title="", text="第一行\n第二行 𠮷", url=None, links=(Link("", "https://a.example"),)),
        replace(first, id="甲-2", images=("", "b.png"), contributor="小明", attribution="老王", role="front"),
        replace(first, id="甲-3", links=(Link("甲", "乙"), Link("丙", "丁")), images=("a.png",), text="\ud800"),
    ]
    issue = make_varied_issue(1, [])
    held = replace(issue, sections=(replace(issue.sections[0], entries=(first, *others)),))
    WhooshEngine(ANALYZER).build(tmp_path, [held, plain])
    searcher = WhooshEngine(ANALYZER).open(tmp_path)
    assert searcher.documents(held.ref.id) == [first, *others]
    assert searcher.documents(plain.ref.id) == plain.entries()


def test_a_zero_byte_in_an_entry_is_replaced_as_markdown_says(tmp_path: Path) -> None:
    WhooshEngine(ANALYZER).build(tmp_path, [make_varied_issue(1, [("灯\0泡", "\0")])])
    (entry,) = WhooshEngine(ANALYZER).open(tmp_path).documents(issue_id("甲", "1.md"))
    assert (entry.title, entry.text) == ("灯\ufffd泡", "\ufffd")


def test_few_segments_remain_after_many_small_changes(tmp_path: Path) -> None:
    engine, base = WhooshEngine(ANALYZER), None
    for number in range(1, 41):
        folder = tmp_path / str(number)
        folder.mkdir()
        engine.build(folder, [make_varied_issue(number, [("容器", "镜像"), ("灯", "泡")])], base=base)
        base = folder
    assert base
    assert len(list(base.glob("*.postings"))) <= 4
    assert find(engine.open(base), parse("容器").query).total == 40


@pytest.mark.parametrize("term", ["", "a", "abcdefgh", "abcdefghi", "abcdefghj", "镜像分发", "𠮷", "zz"])
def test_terms_are_found_by_name_and_by_prefix(term: str) -> None:
    # abcdefghi and abcdefghj share the eight bytes that are compared as a number.
    names = sorted(
        each.encode() for each in ["a", "abcdefgh", "abcdefghi", "abcdefghj", "镜", "镜像", "镜像分发", "𠮷"]
    )
    packed = {f"words.{name}": values for name, values in pack_terms(names).items()}
    table = terms_of(packed, "words")
    assert table.find(term) == (names.index(term.encode()) if term.encode() in names else -1)
    expected = [at for at, name in enumerate(names) if name.startswith(term.encode())]
    assert list(range(*table.prefix(term))) == expected


@settings(max_examples=200, deadline=None)
@given(
    several=st.lists(st.sets(st.text("ab字", min_size=1, max_size=30), max_size=12), min_size=1, max_size=4),
    data=st.data(),
)
def test_terms_of_several_segments_are_numbered_as_one_list(several: list[set[str]], data: st.DataObject) -> None:
    tables = [sorted(term.encode() for term in terms) for terms in several]
    merged = sorted(set().union(*tables))
    packed = [{f"words.{name}": values for name, values in pack_terms(table).items()} for table in tables]
    numbering = Numbering(packed, "words")
    assert len(numbering) == len(merged)
    assert [each.tolist() for each in numbering.maps] == [[merged.index(term) for term in table] for table in tables]

    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(merged), max_size=len(merged))), bool)
    expected = pack_terms([term for term, stays in zip(merged, kept.tolist(), strict=True) if stays])
    assert {name: values.tolist() for name, values in numbering.pack(kept).items()} == {
        name: values.tolist() for name, values in expected.items()
    }


def test_terms_of_many_segments_are_numbered_in_little_memory() -> None:
    rng = Random(7)
    tables = [
        sorted({f"词{rng.getrandbits(18):x}{'长' * rng.choice((0, 0, 4))}".encode() for _ in range(60_000)})
        for _ in range(8)
    ]
    packed = [{f"words.{name}": values for name, values in pack_terms(table).items()} for table in tables]
    merged = sorted(set().union(*tables))
    tracemalloc.start()
    numbering = Numbering(packed, "words")
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    places = {term: place for place, term in enumerate(merged)}
    assert [each.tolist() for each in numbering.maps] == [[places[term] for term in table] for table in tables]
    print(f"{len(merged)} different of {sum(map(len, tables))} terms: {held / 1e6:.1f} MB, {peak / 1e6:.1f} on the way")
    assert peak - held <= 15e6


def test_a_file_that_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.postings"
    path.write_bytes(b"something else, long enough to hold a head")
    with pytest.raises(DamagedIndexError, match="is not an index file"):
        arrays.load(path)
    arrays.save(path, {"docs": np.arange(100, dtype="<i4")})
    whole = path.read_bytes()
    path.write_bytes(whole[:-200])
    with pytest.raises(DamagedIndexError, match="damaged"):
        arrays.load(path)
    path.write_bytes(whole[:8] + b"\x63" + whole[9:])
    with pytest.raises(StaleIndexError, match="wangqi reindex"):
        arrays.load(path)


def test_opening_an_empty_folder_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match="wangqi reindex"):
        WhooshEngine(ANALYZER).open(tmp_path)


def test_a_class_that_segments_name_stays_where_it_is_or_the_format_is_another_one() -> None:
    """Else `reindex` finds nothing to do, and the index of the version before cannot be opened."""
    assert FORMAT == "whoosh-arrays-11", "the names below are those of this format: write down those of the new one"
    for name in ("ArraySegment", "ArrayCodec"):
        assert SegmentUnpickler(BytesIO()).find_class("wangqi.search.whoosh_engine.index.codec", name).__name__ == name
