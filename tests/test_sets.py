"""Sets of documents: both ways of working with them against Python's own sets, and against each other."""

import importlib
import math
import re
from random import Random
from types import ModuleType

import numpy as np
import pytest
from conftest import missing
from hypothesis import given, settings
from hypothesis import strategies as st
from running import run_python

from wangqi.search.plan.ranking import RANKING, saturation
from wangqi.search.whoosh_engine.sets import Docs, Scratch

SIZE = 300
MANY = 800
"""Of so many the first are found in another way than of few."""

WAYS = [pytest.param("compiled", marks=pytest.mark.compiler), "plain"]


@pytest.fixture(params=WAYS, scope="module")
def ops(request: pytest.FixtureRequest) -> ModuleType:
    try:
        return importlib.import_module(f"wangqi.search.whoosh_engine.sets.{request.param}")
    except ImportError:
        missing("compiler", "not compiled: install a C compiler and the headers of Python, then `make clean test`")
        raise


def docs_of(numbers: set[int]) -> Docs:
    return np.array(sorted(numbers), np.int32)


sets = st.sets(st.integers(0, SIZE - 1), max_size=80)
every_size = sets | st.just(set(range(SIZE)))
"""Small ones and one that holds all: postings that are much longer than what is sought in them."""


@settings(max_examples=100, deadline=None)
@given(several=st.lists(every_size, min_size=1, max_size=5))
def test_union_intersection_and_difference_are_those_of_sets(ops: ModuleType, several: list[set[int]]) -> None:
    scratch = Scratch(SIZE)
    held = [docs_of(each) for each in several]
    assert ops.unite(held, scratch).tolist() == sorted(set().union(*several))
    assert ops.intersect(held, scratch).tolist() == sorted(several[0].intersection(*several[1:]))
    assert ops.subtract(held[0], held[-1], scratch).tolist() == sorted(several[0] - several[-1])
    assert ops.members(held[0], held[-1], scratch).tolist() == [doc in several[-1] for doc in sorted(several[0])]
    assert not scratch.sums.any()
    assert not scratch.bits.any()


@settings(max_examples=200, deadline=None)
@given(
    documents=st.lists(st.tuples(st.text("ab", max_size=6), st.text("ab", max_size=20)), min_size=1, max_size=12),
    spelling=st.dictionaries(st.integers(0, 4), st.sampled_from("abc"), min_size=1, max_size=3),
)
def test_grams_stand_together_where_they_are_spelled_so(
    ops: ModuleType, documents: list[tuple[str, str]], spelling: dict[int, str]
) -> None:
    offsets = {offset - min(spelling): gram for offset, gram in spelling.items()}  # one of them is the first
    # As in an index: what stands at the end of one document is never next to the start of another.
    texts = [f"{title}|{text}|||||" for title, text in documents]
    starts = np.cumsum([0, *map(len, texts)]).astype(np.int32)
    everything = "".join(texts)
    places = {gram: docs_of({at for at, unit in enumerate(everything) if unit == gram}) for gram in "abc"}
    grams = [(places[gram], offset) for offset, gram in offsets.items()]
    docs, in_title = ops.contiguous(grams, starts, np.array([len(title) for title, _ in documents], np.int32))

    pattern = re.compile("".join(offsets.get(offset, ".") for offset in range(max(offsets) + 1)))
    first = {doc: found.start() for doc, text in enumerate(texts) if (found := pattern.search(text))}
    assert docs.tolist() == list(first)
    assert in_title.tolist() == [start < len(documents[doc][0]) for doc, start in first.items()]


frequencies = st.floats(0.125, 50, width=32)
parts = st.lists(
    st.tuples(st.dictionaries(st.integers(0, SIZE - 1), frequencies, max_size=80), st.booleans(), st.floats(0, 9)),
    max_size=5,
)


@settings(max_examples=100, deadline=None)
@given(sought=every_size, drawn=parts)
def test_what_parts_give_is_added_up(
    ops: ModuleType, sought: set[int], drawn: list[tuple[dict[int, float], bool, float]]
) -> None:
    scratch = Scratch(SIZE)
    given_parts, expected = [], dict.fromkeys(sorted(sought), 0.0)
    for held, is_weighted, factor in drawn:
        ordered = [held[doc] for doc in sorted(held)]
        given_parts.append((docs_of(set(held)), np.array(ordered, np.float32) if is_weighted else None, factor))
        for doc in sought & held.keys():
            expected[doc] += factor * (saturation(held[doc], RANKING.k1) if is_weighted else 1)
    for times in (None, np.arange(SIZE, dtype=np.float32), np.arange(len(sought), dtype=np.float32)):
        sums = ops.add_up(docs_of(sought), given_parts, RANKING.k1, scratch, times)
        multiplied = [
            value * (1 if times is None else doc if len(times) == SIZE else at)
            for at, (doc, value) in enumerate(expected.items())
        ]
        assert sums.tolist() == pytest.approx(multiplied, rel=1e-4, abs=1e-5)
        assert not scratch.sums.any()


@settings(max_examples=100, deadline=None)
@given(
    sought=sets,
    drawn=st.lists(st.tuples(every_size, sets, st.floats(0, 9), st.integers(1, 9)), max_size=4),
    size=st.integers(0, 30),
)
def test_a_title_is_worth_its_words_times_the_part_that_they_fill(
    ops: ModuleType, sought: set[int], drawn: list[tuple[set[int], set[int], float, int]], size: int
) -> None:
    given_parts = [
        (docs_of(held), np.array([doc in titled for doc in sorted(held)], bool), worth, float(units))
        for held, titled, worth, units in drawn
    ]
    scratch, docs = Scratch(SIZE), docs_of(sought)
    scores, factors = np.ones(len(docs), np.float32), np.arange(len(docs), dtype=np.float32)
    ops.add_titles(scores, factors, docs, given_parts, np.full(SIZE, size, np.int32), 0.05, scratch)
    for number, doc in enumerate(sorted(sought)):
        holding = [(worth, length) for held, titled, worth, length in drawn if doc in held & titled]
        filled = min(1.0, sum(length for _, length in holding) / size) if size else 1.0
        bonus = math.fsum(worth for worth, _ in holding) ** 2 * 0.05 * filled * number
        assert scores[number] == pytest.approx(1 + bonus, rel=1e-4, abs=1e-5)
    assert not scratch.sums.any()
    assert not scratch.titles.any()


@settings(max_examples=100, deadline=None)
@given(
    held=sets | st.just(set(range(MANY))),
    keys=st.lists(st.integers(-3, 3), min_size=80, max_size=80).map(lambda drawn: drawn * (MANY // 80)),
    count=st.integers(0, 90),
    seed=st.randoms(),
)
def test_the_first_in_order_have_the_largest_keys_then_the_lowest_ranks(
    ops: ModuleType, held: set[int], keys: list[int], count: int, seed: Random
) -> None:
    docs, ranks = docs_of(held), seed.sample(range(MANY), MANY)
    for given_keys in (np.array(keys[: len(docs)], np.float32), None):
        order = sorted(range(len(docs)), key=lambda at: (-keys[at] if given_keys is not None else 0, ranks[docs[at]]))
        assert ops.first(docs, given_keys, np.array(ranks, np.int32), count).tolist() == order[:count]


@given(codes=st.lists(st.integers(0, 7), min_size=1, max_size=50), chosen=st.data())
def test_codes_below_a_number_are_counted(ops: ModuleType, codes: list[int], chosen: st.DataObject) -> None:
    docs = chosen.draw(st.sets(st.integers(0, len(codes) - 1)))
    for width in (np.uint8, np.int32):
        counts = ops.tally(np.array(codes, width), docs_of(docs), 5).tolist()
        assert counts == [sum(codes[doc] == code for doc in docs) for code in range(5)]


def test_documents_that_are_none_are_an_error_and_leave_the_cells_clean() -> None:
    compiled = pytest.importorskip("wangqi.search.whoosh_engine.sets.compiled", exc_type=ImportError)
    scratch = Scratch(64)
    for wrong in (64, 1 << 20, -1):
        held = np.array([3, wrong], np.int32)
        with pytest.raises(IndexError, match=str(wrong)):
            compiled.add_up(docs_of(set(range(10))), [(held, None, 1.0)], 1.2, scratch)
        with pytest.raises(IndexError):
            compiled.unite([held, docs_of({1})], scratch)
        assert not scratch.sums.any()
        assert not scratch.bits.any()


@pytest.mark.parametrize("places", [{20}, {6, 13, 20}])
def test_places_behind_the_last_document_are_an_error(ops: ModuleType, places: set[int]) -> None:
    starts, title_units = np.array([0, 8, 12], np.int32), np.ones(2, np.int32)
    with pytest.raises(IndexError):
        ops.contiguous([(docs_of(places), 0)], starts, title_units)


def test_values_of_another_number_or_type_are_refused() -> None:
    compiled = pytest.importorskip("wangqi.search.whoosh_engine.sets.compiled", exc_type=ImportError)
    docs, scratch, one = docs_of({1, 2}), Scratch(10), np.ones(1, np.float32)
    with pytest.raises(ValueError, match="one value"):
        compiled.add_up(docs, [(docs, np.ones(3, np.float32), 1.0)], 1.2, scratch)
    with pytest.raises(ValueError, match="a score and a factor"):
        compiled.add_titles(one, one, docs, [], docs, 1.0, scratch)
    with pytest.raises(ValueError, match="as many keys"):
        compiled.first(docs, np.ones(3, np.float32), np.arange(10, dtype=np.int32), 1)
    with pytest.raises(ValueError, match="a title and a result"):
        compiled.contiguous([(docs, 0)], docs, docs)
    with pytest.raises(IndexError, match="2"):
        compiled.first(docs, None, np.arange(2, dtype=np.int32), 1)
    with pytest.raises(TypeError, match="4 bytes"):
        compiled.add_up(docs, [(docs.astype(np.int64), None, 1.0)], 1.2, scratch)


def test_numpy_serves_where_nothing_was_compiled() -> None:
    program = (
        "import sys; sys.modules['wangqi.search.whoosh_engine.sets._sets'] = None\n"
        "from wangqi.search.whoosh_engine.sets import operations; print(operations.__name__)"
    )
    assert run_python(program).stdout.strip() == "wangqi.search.whoosh_engine.sets.plain"
