"""Searches that ask for less, each with its count, where a search found nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from wangqi.search import budget
from wangqi.search.answer.result import SearchResult
from wangqi.search.document.links import site_of
from wangqi.search.plan.stopwords import STOP_WORDS
from wangqi.search.query.notice import Notice
from wangqi.search.request import NO_FILTERS, Filters, SearchRequest
from wangqi.web.pages.filters import without_each
from wangqi.web.pages.typed import lifted
from wangqi.web.words.language import current_language, gettext

MAX_WORDS: Final = 6
"""Words that are tried alone."""

MAX_FILTERS: Final = 6
"""Filters that are tried without."""

WayOut = tuple[str, SearchRequest, int]
"""What it is in words, the search, and how many entries it finds: never none."""


def ways_out(result: SearchResult, count: Callable[[SearchRequest], int]) -> list[WayOut]:
    """Looser searches than the one that found nothing in `result`, those that keep most of it first."""
    ways = []
    for label, request in _looser(result):
        if not budget.allows_offers():
            break
        entries = count(replace(request, page=1, per_page=1, facets=(), group="entry"))
        ways += [(label, replace(request, page=1), entries)] if entries else []
    return ways


def is_near(notice: Notice) -> bool:
    """Whether a notice offers what comes near to words that nothing holds."""
    return any(name == "near" for name, _ in notice.values)


def _looser(result: SearchResult) -> Iterator[tuple[str, SearchRequest]]:
    request, words = lifted(result.request), " ".join(result.terms)
    for notice in result.notices:
        if is_near(notice) and notice.q:
            near = gettext("相近的：%(near)s") % notice.values_in(current_language().comma)
            yield near, replace(result.request, q=notice.q)
        if notice.code == "never-recommended" and (site := site_of(request.q)):
            yield gettext("来自 %(site)s 的条目") % {"site": site}, SearchRequest(filters=Filters(site=(site,)))
    if request.match != "auto":
        yield gettext("放宽匹配再找"), replace(request, match="auto")
    filters = list(without_each(request.filters))
    if len(filters) > 1:
        for label, rest in filters[:MAX_FILTERS]:
            yield gettext("去掉筛选“%(filter)s”") % {"filter": label}, replace(request, filters=rest)
    if filters:
        yield gettext("去掉筛选"), replace(request, filters=NO_FILTERS)
    if words and words != request.q:  # quotes, minus signs and fields are gone
        yield gettext("只按这些词找：%(words)s") % {"words": words}, SearchRequest(q=words)
    if len(result.terms) > 1:
        telling = dict.fromkeys(word for word in result.terms if word not in STOP_WORDS)
        for word in islice(telling, MAX_WORDS):
            yield gettext("只找“%(word)s”") % {"word": word}, SearchRequest(q=word)
