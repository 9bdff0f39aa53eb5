"""One search from the typed text to a page of results: parse, find, correct words that nothing holds, relax when all
words are too much, cut snippets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from time import perf_counter
from typing import Final, get_args

from search.analysis import Analyzer
from search.correction.correct import Correction, Corrector
from search.engine import Facet, Matches, Searcher
from search.engine import Match as Found
from search.explaining import Explanation, Line, explain
from search.highlight import Highlighter, merged, positive_parts
from search.plain_scoring import DocumentSet, TokenizedDocument
from search.query.fields import narrow_filters
from search.query.parser import parse
from search.query.plan import as_typed, make_plan
from search.query.tree import And, Literally, Most, Not, Query
from search.request import Filters, SearchRequest
from search.result import Hit, Notice, SearchResult
from search.snippets import make_snippet

ENOUGH: Final = 30
"""With fewer entries that hold all words, those follow that hold most of them or say the same otherwise. nDCG@10 over
15 topics: 0.773 at 10, 0.784 from 30 on; known items the same throughout."""

FEW: Final = 10
"""A single word that finds fewer entries may be misspelled in these as well."""

RELAXED_SHARE: Final = 0.4
"""How much of what the best entry holds the others must hold, by worth, when not all words are required. nDCG@10 over
15 topics: 0.48 at 0.8, 0.70 at 0.5, 0.72 from 0.4 down; known items the same throughout."""


def search(searcher: Searcher, analyzer: Analyzer, request: SearchRequest) -> SearchResult:
    """The page of hits that `request` asks for. Nothing inside `q` is an error; see `notices`."""
    started = perf_counter()
    parsed = parse(request.q)
    find = _Find(searcher, request, narrow_filters(request.filters, parsed.filters))
    query: Query = Literally(parsed.query) if request.match == "exact" else parsed.query
    notices = list(parsed.notices)
    match = "exact" if request.match == "exact" else "all"
    # What will be relaxed is only counted before: nobody sees it.
    least = ENOUGH if request.match == "auto" and make_plan(query, analyzer).scored else 0
    matches = find(query, least)
    if request.match != "exact":
        corrector = Corrector(query, searcher, analyzer, find.filters)
        corrected = _corrected(corrector, matches.total, find)
        if corrected:
            notices.insert(0, _corrected_notice(corrected, query, request.q))
            query, matches = corrected.query, find(corrected.query, least)
        elif 0 < matches.total < FEW:
            notices += _suggestion(corrector, matches.total, request.q)
    if matches.total < least:
        query, all_words = Most(query, RELAXED_SHARE), matches.total
        matches = find(query)
        if matches.total > all_words:
            match = "relaxed"
            best = find.best(query, matches) if not all_words else None
            notices.append(_relaxed_notice(query, all_words, best, analyzer))
    explanation = explain(searcher, analyzer, query, matches.hits) if request.explain else None
    return SearchResult(
        request=request,
        terms=tuple(part.text for part in positive_parts(query)),
        excluded=tuple(_excluded(query)),
        match=match,
        total=matches.total,
        hits=_hits(matches, query, analyzer, explanation),
        facets=matches.facets,
        notices=tuple(notices),
        took_ms=(perf_counter() - started) * 1000,
        words=explanation.words if explanation else None,
    )


@dataclass(frozen=True)
class _Find:
    """One request's questions to the index, which differ in the query only."""

    searcher: Searcher
    request: SearchRequest
    filters: Filters

    def __call__(self, query: Query, least: int = 0) -> Matches:
        request = self.request
        facets: list[Facet] = [facet for facet in get_args(Facet) if facet in request.facets]
        offset = (request.page - 1) * request.per_page
        return self.searcher.find(
            query, self.filters, sort=request.sort, offset=offset, limit=request.per_page, facets=facets, least=least
        )

    def best(self, query: Query, matches: Matches) -> Found | None:
        """The first hit by relevance, whatever page and order were asked for in `matches`."""
        if self.request.page == 1 and self.request.sort == "relevance":
            return matches.hits[0] if matches.hits else None
        hits = self.searcher.find(query, self.filters, sort="relevance", offset=0, limit=1).hits
        return hits[0] if hits else None


def _corrected(corrector: Corrector, documents: int, find: _Find) -> Correction | None:
    """What to search for instead of what finds so many `documents`; None when that stands."""
    if documents:
        return corrector.correct_characters()
    correction = corrector.correct()
    if correction and find.request.match == "all" and not find(correction.query).total:
        return None
    return correction


def _corrected_notice(correction: Correction, typed: Query, q: str) -> Notice:
    values = (("shown", str(correction.query)), ("typed", str(typed)))
    template = "已为您显示“%(shown)s”的结果，仍可搜索“%(typed)s”"
    return Notice(code="corrected", template=template, values=values, q=correction.make_exact(q))


def _suggestion(corrector: Corrector, documents: int, q: str) -> list[Notice]:
    meant = corrector.suggest(documents)
    return [Notice(code="did-you-mean", template="您要找的是不是", q=meant.apply(q))] if meant else []


def _hits(matches: Matches, query: Query, analyzer: Analyzer, explanation: Explanation | None) -> list[Hit]:
    highlighter = Highlighter(query, analyzer)
    reasons = explanation.hits if explanation else repeat(())
    return [_hit(match, highlighter, lines) for match, lines in zip(matches.hits, reasons, strict=False)]


def _hit(match: Found, highlighter: Highlighter, explanation: tuple[Line, ...]) -> Hit:
    entry = match.entry
    title, text = highlighter.find([entry.title, entry.text])
    return Hit(
        entry=entry,
        score=match.score,
        title_ranges=merged(title),
        text_ranges=merged(text),
        snippet=make_snippet(entry.text, text),
        also_in=match.also_in,
        explanation=explanation,
    )


def _relaxed_notice(query: Most, all_words: int, best: Found | None, analyzer: Analyzer) -> Notice:
    """Says what the best hit lacks or, where some entries hold all words, that others follow."""
    if all_words:
        template = "含有全部词的条目只有 %(entries)s 条，也列出了含有其中大部分词或意思相同的词的条目。"
        return Notice(code="relaxed", template=template, values=(("entries", all_words),))
    missing = _missing_words(query, best, analyzer) if best else []
    if not missing:
        return Notice(code="relaxed", template="没有条目含有全部的词，已放宽。")
    template = "没有条目含有全部的词，已略去%(words)s。"
    return Notice(code="relaxed", template=template, values=(("words", tuple(missing)),))


def _missing_words(query: Most, best: Found, analyzer: Analyzer) -> list[str]:
    """The words of `query` that `best` does not hold, as typed; words of grammar only when nothing else is missing."""
    document = TokenizedDocument(best.entry, analyzer)
    missing = [word for word in make_plan(query, analyzer).most if not DocumentSet(()).meets(document, word)]
    return list(dict.fromkeys(as_typed([word for word in missing if word.telling == 1.0] or missing)))


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
