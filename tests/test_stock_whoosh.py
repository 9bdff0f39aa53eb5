"""The engine against stock Whoosh, on questions that Whoosh answers rightly: one field, words, and, or, not, prefix."""

import warnings
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import ANALYZER, find, make_varied_issue

from wangqi.search.document.fields import field_texts
from wangqi.search.model import Issue
from wangqi.search.query.tree import And, Match, Not, Or, Prefix, Query
from wangqi.search.whoosh_engine import WhooshEngine

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import whoosh.query as whoosh_query
    from whoosh.fields import ID, KEYWORD, Schema
    from whoosh.filedb.filestore import RamStorage
    from whoosh.index import FileIndex

WORDS = ("alpha", "beta", "gamma", "delta", "alpine")

texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
# Two entries in each: the third ones share their link, and count as one result here.
issues = st.lists(st.lists(st.tuples(texts, texts), max_size=2), min_size=1, max_size=10).map(
    lambda drawn: [make_varied_issue(number, entries) for number, entries in enumerate(drawn, 1)]
)
leaves: st.SearchStrategy[Query] = st.sampled_from([*map(Match, WORDS), Prefix("al"), Prefix("b"), Prefix("zz")])
negated: st.SearchStrategy[Query] = leaves.map(Not)
queries: st.SearchStrategy[Query] = st.one_of(
    leaves,
    st.lists(leaves, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
    st.tuples(st.lists(leaves, min_size=1, max_size=3), st.lists(negated, min_size=1, max_size=2)).map(
        lambda parts: And((*parts[0], *parts[1]))
    ),
)


def stock_index(held: Sequence[Issue]) -> FileIndex:
    index = FileIndex.create(RamStorage(), Schema(id=ID(stored=True), grams=KEYWORD), "stock")
    writer = index.writer()
    for issue in held:
        for entry in issue.documents():
            grams = {gram for text in field_texts(entry) for gram in ANALYZER.index(text).grams}
            writer.add_document(id=entry.id, grams=" ".join(sorted(grams)))
    writer.commit()
    return index


def stock_query(query: Query) -> whoosh_query.Query:
    match query:
        case Match(text):
            return whoosh_query.Term("grams", text)
        case Prefix(text):
            return whoosh_query.Prefix("grams", text)
        case Not(inner):
            return whoosh_query.Not(stock_query(inner))
        case And(parts):
            return whoosh_query.And([stock_query(part) for part in parts])
        case Or(parts):
            return whoosh_query.Or([stock_query(part) for part in parts])
    raise AssertionError(query)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=issues, query=queries)
def test_the_same_entries_are_found(held: list[Issue], query: Query, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("index")
    WhooshEngine(ANALYZER).build(folder, held)
    found = find(WhooshEngine(ANALYZER).open(folder), query)
    with stock_index(held).searcher() as searcher:
        expected = {hit["id"] for hit in searcher.search(stock_query(query), limit=None)}
    assert {hit.entry.id for hit in found.hits} == expected
    assert found.total == len(expected)
