"""One search from the typed text to a page of results: parse, find, correct words that nothing holds, relax when all
words are too much, cut snippets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain, repeat
from time import perf_counter
from typing import Final, get_args

from wangqi.search.analysis import Analyzer
from wangqi.search.answer import notices
from wangqi.search.answer.explaining import Explanation, explain
from wangqi.search.answer.grouping import GROUPED, IssueHits, by_issue
from wangqi.search.answer.highlighting import Highlighter, Mark, merged, positive_parts
from wangqi.search.answer.lookup import page_named_by
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.answer.places import place_of_link, places_of
from wangqi.search.answer.result import Hit, Place, SearchResult
from wangqi.search.answer.snippets import make_snippet
from wangqi.search.correction.candidate import Certainty
from wangqi.search.correction.correct import Correction, Corrector
from wangqi.search.document.filters import narrow_filters
from wangqi.search.engine import Facet, Matches, Page, ScoredEntry
from wangqi.search.plan.plan import Plan, as_typed
from wangqi.search.query.parser import parse
from wangqi.search.query.tree import And, Entries, Everything, Literally, Most, Not, Phrase, Query
from wangqi.search.query.wishes import split_wishes
from wangqi.search.request import NO_FILTERS, Filters, SearchRequest

FEW: Final = 10
"""A single word that finds fewer entries may be misspelled in these as well."""

BESIDE: Final = 3
"""Other entries of its issue that a hit names."""

EXPLAINED: Final = 10
"""Hits of a page that are explained: each takes as long as finding them all."""


def search(index: OpenIndex, request: SearchRequest, *, today: date | None = None) -> SearchResult:
    """The page of hits that `request` asks for. Nothing inside `q` is an error; see `notices`. 去年 is the year before
    `today`, which is the present day where nothing else is said."""
    started = perf_counter()
    asked = _Search(index, request, today or date.today())
    if not asked.is_for_a_page and not asked.asks_nothing:
        if request.match != "exact" and index.ranking.corrects:
            asked.correct()
        if asked.found.total < asked.least:
            asked.relax() if asked.is_scarce else asked.show()
    return asked.result(started)


class _Search:
    """The steps of one request: its query, which each may change, and the hits found so far."""

    def __init__(self, index: OpenIndex, request: SearchRequest, today: date) -> None:
        self._index, self._request = index, request
        parsed = parse(request.q)
        is_exact = request.match == "exact"
        named = page_named_by(parsed.query, index)
        self.is_for_a_page: Final = named is not None
        """Whether the query is the address of a page: then its entries are the answer, and nothing else is."""
        wishes, query = ((), parsed.query) if is_exact or named else split_wishes(parsed.query, today)
        if wishes and query != Everything() and self._is_in_a_title(parsed.query):
            wishes, query = (), parsed.query
        self._wishes: Final = wishes
        self._query: Query = named or (Literally(query) if is_exact else query)
        self._plan = self._planned()
        self._match = "exact" if is_exact else "all"
        self._typed_filters: Final = parsed.filters
        self._filters = narrow_filters(request.filters, parsed.filters)
        self._notices = list(parsed.notices)
        is_relaxed = request.match == "auto" and not named and self._plan.scored
        # Of an issue that was asked for by its number there is one, and that is enough.
        self.least: Final = (index.ranking.enough if self._plan.issue is None else 1) if is_relaxed else 0
        """What finds less is relaxed, and so is only counted before: nobody sees it."""
        self.asks_nothing: Final = parsed.asks_nothing
        """Whether signs were typed of which none can be searched for: that is no search for everything."""
        self._near: Query | None = None
        """What comes near to the query, of which nothing holds all words; it is relaxed in its place."""
        self.found = self._nothing() if parsed.asks_nothing else self._find(self.least)
        if named and not self.found.total and not index.count(named, NO_FILTERS):
            self._notices.append(notices.never_recommended(str(named)))

    def _planned(self) -> Plan:
        return self._index.plan(self._query, self._wishes, may_relax=self._request.match == "auto")

    def correct(self) -> None:
        """Search for what was probably meant, where the words do not find it."""
        corrector = Corrector(self._query, self._index)
        documents = self.found.total if self._filters == NO_FILTERS else self._index.count(self._query, NO_FILTERS)
        meant = corrector.correct_characters() if documents else corrector.correct()
        if meant and meant.certainty is Certainty.SURE:
            if documents or self._request.match == "auto" or self._index.count(meant.query, self._filters):
                self._notices.insert(0, notices.corrected(meant, self._query, self._request.q))
                self._query = meant.query
                self._plan = self._planned()
                self.found = self._find(self.least)
        elif meant and not documents:
            self._offer(meant)
        elif not meant and 0 < documents < FEW and (better := corrector.suggest(documents)):
            self._notices.append(notices.did_you_mean(better, self._request.q))

    def _offer(self, meant: Correction) -> None:
        """Offer what comes near to what nothing holds; where it is likely, it is also what is relaxed."""
        if meant.certainty is Certainty.SHOWN:
            self._near = meant.query
        if self._index.searcher.is_remote:
            self._expect([meant.query], self._filters)
        entries = self._index.count(meant.query, self._filters)
        if entries:
            self._notices.insert(0, notices.nearest(meant, entries, self._request.q))

    @property
    def is_scarce(self) -> bool:
        """Whether so little is there without the filters too. Where there is enough, a filter that leaves something
        shows that, and not what holds less."""
        if not self.found.total or self._filters == NO_FILTERS:
            return True
        [unfiltered] = self._index.searcher.count([(self._plan, NO_FILTERS)])
        return unfiltered < self._index.ranking.enough

    def show(self) -> None:
        """Fetch what was only counted."""
        self.found = self._find()

    def relax(self) -> None:
        """Search for what holds most of the words, too."""
        self._plan = self._relaxed()
        self._query = self._most
        self.found = self._find()
        missing = self._missing_words()
        if self.found.partial:
            self._match = "relaxed"
            self._notices.append(notices.relaxed(self.found.total, missing))
        elif missing and len(self._plan.most) > 1:
            self._notices.append(notices.missing(missing))

    def _expect(self, counted: Sequence[Query], filters: Filters) -> None:
        """Tell the engine what will be asked for if little is found, and what will be counted before."""
        searches = [(self._index.plan(query), filters) for query in counted]
        self._index.searcher.expect(searches=[(self._relaxed(), self._filters), *searches])

    @property
    def _most(self) -> Most:
        return Most(self._query, self._index.ranking.relaxed_share, self._near)

    def _relaxed(self) -> Plan:
        """The plan for what holds most of the words."""
        return self._index.plan(self._most, self._wishes, whole=self._plan)

    def result(self, started: float) -> SearchResult:
        query, found = self._query, self.found
        groups = by_issue(found.hits) if self._is_grouped else [IssueHits(hit, ()) for hit in found.hits]
        shown = groups[self._offset :][: self._request.per_page] if self._is_grouped else groups
        explained = [group.best for group in shown[:EXPLAINED]] if self._request.explain else []
        explanation = explain(self._index, self._plan, explained) if self._request.explain else None
        return SearchResult(
            request=self._request,
            terms=(str(query),) if self.is_for_a_page else tuple(part.text for part in positive_parts(query)),
            excluded=tuple(_excluded(query)),
            filters=self._typed_filters,
            match=self._match,
            total=found.total,
            partial=found.partial,
            hits=_hits(shown, query, self._index.analyzer, explanation),
            facets=found.facets,
            notices=tuple(self._notices),
            wishes=self._wishes,
            issues=len(groups) if self._is_grouped else None,
            took_ms=(perf_counter() - started) * 1000,
            words=explanation.words if explanation else None,
        )

    @property
    def _is_grouped(self) -> bool:
        return self._request.group == "issue"

    @property
    def _offset(self) -> int:
        return (self._request.page - 1) * self._request.per_page

    @property
    def _facets(self) -> list[Facet]:
        return [facet for facet in get_args(Facet) if facet in self._request.facets]

    def _nothing(self) -> Matches:
        return Matches(total=0, hits=[], facets={facet: [] for facet in self._facets})

    def _find(self, least: int = 0) -> Matches:
        asked, searcher = self._request, self._index.searcher
        if least and searcher.is_remote:
            corrects = self._index.ranking.corrects
            self._expect(Corrector(self._query, self._index).counted_first if corrects else (), NO_FILTERS)
        offset, limit = (0, GROUPED) if self._is_grouped else (self._offset, asked.per_page)
        page = Page(sort=asked.sort, offset=offset, limit=limit, facets=self._facets, least=least)
        return searcher.find(self._plan, self._filters, page)

    def _is_in_a_title(self, query: Query) -> bool:
        """Whether a title holds in a row what was typed: then 2019年 is a part of a name."""
        return self._index.count(Phrase(str(query), in_title=True), NO_FILTERS) > 0

    def _missing_words(self) -> tuple[str, ...]:
        """The words, as typed, that no hit holds where none holds all; without hits, those that no entry does. Words
        of grammar only when nothing else is missing."""
        missing = self.found.missing
        return tuple(dict.fromkeys(as_typed([word for word in missing if word.weight == 1.0] or missing)))


def _hits(groups: Sequence[IssueHits], query: Query, analyzer: Analyzer, explanation: Explanation | None) -> list[Hit]:
    matches = [group.best for group in groups]
    highlighter = Highlighter(query, analyzer)
    marks = highlighter.find_in_each([(match.entry.title, match.entry.text) for match in matches])
    places = _places(matches, marks, query, highlighter)
    reasons = chain(explanation.hits if explanation else (), repeat(()))
    return [
        Hit(
            entry=match.entry,
            score=match.score,
            partial=match.partial,
            title_ranges=merged(title),
            text_ranges=merged(text),
            snippet=make_snippet(match.entry.text, text),
            places=where,
            also_in=match.also_in,
            explanation=lines,
            others=len(group.others),
            beside=[other.entry for other in group.others[:BESIDE]],
        )
        for group, match, (title, text), where, lines in zip(groups, matches, marks, places, reasons, strict=False)
    ]


def _places(
    matches: Sequence[ScoredEntry], marks: Sequence[Sequence[Sequence[Mark]]], query: Query, highlighter: Highlighter
) -> list[tuple[Place, ...]]:
    """For each of `matches` the places of words that its title and text, with their `marks`, do not show."""
    if isinstance(query, Entries):
        return [place_of_link(match.entry, query) for match in matches]
    all_words = range(highlighter.words)
    shown = [
        # What holds only some of the words lacks others anyway.
        all_words if match.partial and any(fields) else {mark.word for field in fields for mark in field}
        for match, fields in zip(matches, marks, strict=True)
    ]
    return places_of([match.entry for match in matches], highlighter, shown)


def _excluded(query: Query) -> list[str]:
    match query:
        case Not(inner):
            return [part.text for part in positive_parts(inner)]
        case And(parts):
            return [text for part in parts for text in _excluded(part)]
        case Most(inner) | Literally(inner):
            return _excluded(inner)
        case _:
            return []
