"""Facets over real archives: what stands beside a value is what a reader gets who chooses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest
from newsletters import reindex_all

from wangqi.indexer.store.opening import open_current
from wangqi.search.analysis import Analyzer
from wangqi.search.answer import service
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.answer.result import SearchResult
from wangqi.search.engine import Facet, Searcher
from wangqi.search.request import NO_FILTERS, Filters, SearchRequest
from wangqi.search.whoosh_engine import WhooshEngine

SEED = 11
QUERIES = 60
VALUES = 8
"""Values of each facet that are chosen: the most frequent, and as many drawn from the others."""

ANALYZER = Analyzer()


@pytest.mark.shared
def test_each_value_of_each_facet_counts_what_choosing_it_finds(shared: Path, tmp_path: Path) -> None:
    archives = {name: shared / "corpora" / name for name in ("kuring", "openbiox")}
    reindex_all(tmp_path / "index", archives, WhooshEngine(ANALYZER))
    index, random = open_current(tmp_path / "index", WhooshEngine(ANALYZER)).index, Random(SEED)
    wrong = [
        (q, facet, value, count, chosen)
        for q in ["", "工具", "google", *queries(index.searcher, random)]
        for facet, value, count in drawn_values(answer(index, q), random)
        if (chosen := found(answer(index, q, filter_for(facet, value)))) != count
    ]
    assert not wrong


def answer(index: OpenIndex, q: str, filters: Filters = NO_FILTERS) -> SearchResult:
    return service.search(index, SearchRequest(q=q, filters=filters, facets=get_args(Facet), per_page=1))


def found(result: SearchResult) -> int:
    """What facets speak of: the first tier, or the second where that is empty."""
    return result.total or result.partial


def filter_for(facet: Facet, value: str) -> Filters:
    chosen: dict[str, Any] = {facet: ((int(value), int(value)),) if facet == "year" else (value,)}
    return Filters(**chosen)


def drawn_values(result: SearchResult, random: Random) -> Iterator[tuple[Facet, str, int]]:
    for facet, counts in result.facets.items():
        others = counts[VALUES:]
        for each in counts[:VALUES] + random.sample(others, min(VALUES, len(others))):
            yield facet, each.value, each.count


def queries(searcher: Searcher, random: Random) -> Iterator[str]:
    """Pieces of titles; of every second one a character is left out."""
    titles = sorted({entry.title for info in searcher.issues() for entry in searcher.documents(info.ref.id)})
    for number, title in enumerate(random.sample([title for title in titles if len(title) > 8], QUERIES)):
        start, gone = random.randrange(len(title) - 4), random.randrange(1, 5)
        piece = title[start : start + random.randint(6, 16)]
        yield piece if number % 2 else piece[:gone] + piece[gone + 1 :]
