"""An open index with what is made of it once: the analyzer that knows its words, and the tables of corrections.

index = OpenIndex(engine.open(folder), engine.analyzer)
index.find(parse("图床").query, NO_FILTERS, Page(limit=20))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from threading import Lock
from typing import Final

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.analyzer import Spelling, spellings_of
from wangqi.search.analysis.units import cut_runs
from wangqi.search.correction.vocabulary import Vocabulary
from wangqi.search.engine import Matches, Page, Searcher
from wangqi.search.plan.making import make_plan
from wangqi.search.plan.plan import Plan
from wangqi.search.plan.ranking import RANKING, Ranking
from wangqi.search.plan.runs import MAX_CHARS, RunJoiner
from wangqi.search.processes import give_back_memory
from wangqi.search.query.tree import Query
from wangqi.search.query.wishes import Wish
from wangqi.search.request import NO_FILTERS, Filters

RUNS_REMEMBERED: Final = 4096

LONGEST: Final = 40
"""Characters of a run: of a longer one that many counts would take longer than they save."""


class OpenIndex:
    """An open index with the analyzer that plans its queries. Threads share it."""

    def __init__(self, searcher: Searcher, analyzer: Analyzer, ranking: Ranking = RANKING) -> None:
        """`analyzer` is the one that the index was built with."""
        self.searcher: Final = searcher
        self.ranking: Final = ranking

        @lru_cache(RUNS_REMEMBERED)
        def documents_with(run: str) -> int:
            [count] = searcher.document_frequencies(spellings_of(run))
            return count

        self.analyzer: Final = analyzer.joining(RunJoiner(documents_with, analyzer.knows))
        """Cuts queries: knows more words than a dictionary, those that the index holds (`search.plan.runs`)."""
        self._vocabulary: Vocabulary | None = None
        self._lock = Lock()

    def plan(
        self, query: Query, wishes: Sequence[Wish] = (), whole: Plan | None = None, *, may_relax: bool = False
    ) -> Plan:
        """Plan `query` for this index (`search.plan.making.make_plan`)."""
        self._expect_words(query)
        return make_plan(query, self.analyzer, wishes, whole, self.ranking, may_relax=may_relax)

    def find(self, query: Query, filters: Filters, page: Page) -> Matches:
        return self.searcher.find(self.plan(query), filters, page)

    def holds(self, text: str) -> bool:
        """Whether some document holds `text` in a row."""
        return any(self.searcher.document_frequencies(spellings_of(text)))

    def count(self, query: Query, filters: Filters) -> int:
        """How many results `query` has."""
        [found] = self.counts([query], filters)
        return found

    def counts(self, queries: Sequence[Query], filters: Filters) -> list[int]:
        """How many results each of `queries` has, asked together."""
        self._expect_words(*queries)
        return self.searcher.count([(self.plan(query), filters) for query in queries])

    def _expect_words(self, *queries: Query) -> None:
        """Which words a query has depends on how many documents hold its characters in a row, and that is asked step by
        step: where each step is a round trip, what may be asked is told ahead."""
        if self.searcher.is_remote:
            self.searcher.expect(spellings=_spellings_inside(map(str, queries)))

    def expect(self, queries: Sequence[Query]) -> None:
        """Hear which queries may be counted next, in whatever order, and one of them searched for
        (`search.engine.Searcher.expect`)."""
        if self.searcher.is_remote:
            self._expect_words(*queries)
            self.searcher.expect(searches=[(self.plan(query), NO_FILTERS) for query in queries])

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the index, as corrections look them up."""
        with self._lock:
            if self._vocabulary is None:
                self._vocabulary = Vocabulary(self.searcher)
            return self._vocabulary

    def warm_up(self) -> None:
        """Make before anybody waits for it what is else made on first use: the tables of corrections and of
        completions, some tenths of a second each at 20 000 entries."""
        _ = self.vocabulary
        self.searcher.suggest("a")
        give_back_memory()


def _spellings_inside(texts: Iterable[str]) -> list[Spelling]:
    """The parts of `texts`, as they stand between blanks, and in them the runs of Han characters with all pieces that
    may become a word."""
    parts = dict.fromkeys(part for text in texts for part in text.split() if not part.isascii())
    pieces = dict.fromkeys(piece for part in parts for run in _han_runs(part) for piece in (*_pieces(run), run))
    return list(dict.fromkeys(spelling for piece in (*pieces, *parts) for spelling in spellings_of(piece)))


def _han_runs(text: str) -> Iterator[str]:
    for run in cut_runs(text):
        if run[0].script == "cjk" and len(run) <= LONGEST:
            yield "".join(unit.text for unit in run)


def _pieces(run: str) -> Iterator[str]:
    for start in range(len(run)):
        for end in range(start + 1, min(start + MAX_CHARS, len(run)) + 1):
            yield run[start:end]
