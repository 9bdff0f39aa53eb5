"""Whoosh 2.7.4, as it is, over an index of ours: it reads the segments, finds by its own queries, and scores."""

import warnings
from pathlib import Path
from typing import Any

import pytest
from samples import ANALYZER, make_varied_issue

from wangqi.search.model import issue_id
from wangqi.search.whoosh_engine import WhooshEngine

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import whoosh.query as q
    from whoosh.index import open_dir


def plain_whoosh(folder: Path) -> Any:
    return open_dir(str(folder), indexname="wangqi")


def title(hit: Any) -> str:
    """That of a stored entry, which is the fourth of its fields."""
    return str(hit["entry"].split("\0")[3])


@pytest.fixture
def two_segments(tmp_path: Path) -> Path:
    """Written by two publishes, the second of which deleted an issue."""
    engine, (first, second) = WhooshEngine(ANALYZER), (tmp_path / "1", tmp_path / "2")
    first.mkdir()
    engine.build(first, [make_varied_issue(1, [("容器", "镜像")]), make_varied_issue(2, [("容器", "镜像")])])
    second.mkdir()
    engine.build(second, [make_varied_issue(3, [("灯", "镜像")])], base=first, removed=[issue_id("甲", "1.md")])
    return second


def test_it_reads_the_segments(tmp_path: Path) -> None:
    held = [make_varied_issue(number, [("容器", "镜像 分发"), ("灯", f"第 {number} 盏")]) for number in (1, 2, 3)]
    WhooshEngine(ANALYZER).build(tmp_path, held)
    reader = plain_whoosh(tmp_path).reader()
    assert reader.doc_count() == 9  # the issues too
    assert reader.doc_frequency("words", "镜像") == 3
    assert sorted(reader.postings("grams", "灯").all_ids()) == [2, 5, 8]
    assert "容器" in reader.stored_fields(1)["entry"].split("\0")
    assert ("words", "没有") not in reader
    assert "容器".encode() in set(reader.lexicon("grams"))
    assert reader.frequency("words", "镜像") == pytest.approx(3 * reader.postings("words", "镜像").weight())
    assert {(field, text) for (field, text), _ in reader} == set(reader.all_terms())
    assert {text for _, text in reader.terms_from("words", "镜")} >= {"镜像".encode()}
    assert reader.field_length("words") == reader.doc_count() * reader.max_field_length("words")


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        (q.Term("words", "镜像"), ["容器", "灯"]),
        (q.And([q.Term("words", "容器"), q.Term("words", "镜像")]), ["容器"]),
        (q.Or([q.Term("words", "容器"), q.Term("words", "灯")]), ["容器", "灯"]),
        (q.AndNot(q.Term("words", "镜像"), q.Term("words", "灯")), ["容器"]),
        (q.Prefix("grams", "镜"), ["容器", "灯"]),
        (q.Term("words", "没有"), []),
    ],
)
def test_it_searches_the_index(query: Any, titles: list[str], two_segments: Path) -> None:
    with plain_whoosh(two_segments).searcher() as searcher:
        assert sorted(map(title, searcher.search(query))) == titles


def test_it_scores_with_the_weights_of_the_arrays(tmp_path: Path) -> None:
    """Its BM25F with lengths of 1, since ours are part of the weights: idf · w · (K1 + 1) / (w + K1), K1 = 1.2."""
    WhooshEngine(ANALYZER).build(tmp_path, [make_varied_issue(1, [("灯", "一盏"), ("容器", "灯")])])
    with plain_whoosh(tmp_path).searcher() as searcher:
        hits = searcher.search(q.Term("words", "灯"))
        assert list(map(title, hits)) == ["灯", "容器"]  # in the title a word weighs more
        postings = searcher.postings("words", "灯")
        weights = {}
        while postings.is_active():
            weights[postings.id()] = postings.weight()
            postings.next()
        idf = searcher.idf("words", "灯")
        expected = [idf * weights[hit.docnum] * 2.2 / (weights[hit.docnum] + 1.2) for hit in hits]
        assert [hit.score for hit in hits] == pytest.approx(expected)
