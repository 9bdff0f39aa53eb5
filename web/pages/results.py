"""A search as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from flask import Response, render_template

from wangqi.search import budget
from wangqi.search.answer.result import SearchResult
from wangqi.search.engine import Facet, FacetCount
from wangqi.search.request import SearchRequest
from wangqi.web.pages.filters import without_facet
from wangqi.web.pages.hits import HitList
from wangqi.web.pages.home import home_page
from wangqi.web.pages.nothing_found import ways_out
from wangqi.web.pages.recommended import recommended
from wangqi.web.pages.shared import answer, blueprint, found, language_of_issues, page_addresses
from wangqi.web.pages.typed import lifted
from wangqi.web.pages.view import ResultsView, in_issue
from wangqi.web.pages.whole_archive import whole_archive
from wangqi.web.site import routes
from wangqi.web.site.leases import (
    Generation,
    absolute_addresses,
    current_site,
    page_arguments,
    with_notice_of_encoding,
)
from wangqi.web.site.parameters import DEFAULT, read_search
from wangqi.web.words.labels import FACETS

ISSUES_COUNTED: Final = 3
"""Issues of a page that are searched by themselves."""


@blueprint.get(routes.SEARCH)
def search() -> Response:
    # Which facets are counted is the page's own affair.
    asked = replace(read_search(page_arguments()), facets=DEFAULT.facets)
    # An empty box is the same wherever it was emptied.
    return answer(home_page if asked == DEFAULT else lambda generation: _results_page(asked, generation))


def _results_page(asked: SearchRequest, generation: Generation) -> str:
    result = found(replace(asked, facets=FACETS), generation)
    current_site().note(result)
    facets = result.facets | dict(_alternatives(asked, generation))
    result = replace(with_notice_of_encoding(result), request=asked, facets=facets)
    whole = whole_archive(generation)
    view = ResultsView(
        result,
        page_addresses(),
        archives=whole.archives,
        issue=generation.searcher.issue,
        entries=whole.entries,
        images=current_site().images,
        of_issue=dict(_found_in_issues(result, generation)),
    )
    instead = [] if _count(result) else ways_out(result, lambda request: _count(found(request, generation)))
    return render_template(
        "results.html",
        view=view,
        hits=HitList(view, absolute_addresses(), language_of_issues()),
        result=result,
        asked=asked,
        instead=instead,
        recommended=recommended(asked.q, generation.searcher),
    )


def _found_in_issues(result: SearchResult, generation: Generation) -> Iterator[tuple[str, int]]:
    """How many entries each issue holds that has several hits on the page and others elsewhere: a few issues, those of
    the first hits."""
    if result.pages < 2 or lifted(result.request).filters.issue:
        return
    hits = Counter(hit.entry.issue.id for hit in result.hits if not hit.partial and hit.entry.role != "issue")
    issues = {hit.entry.issue.id: hit.entry.issue for hit in result.hits}
    for issue, shown in islice(((issue, count) for issue, count in hits.items() if count > 1), ISSUES_COUNTED):
        asked = in_issue(result.request, issues[issue])
        if asked is None or not budget.allows_offers():
            continue
        entries = found(replace(asked, per_page=1, facets=()), generation).total
        if entries > shown:
            yield issue, entries


def _count(result: SearchResult) -> int:
    return result.total or result.partial


def _alternatives(request: SearchRequest, generation: Generation) -> Iterator[tuple[Facet, list[FacetCount]]]:
    """Counts without the filter of the same name, for every filter that holds: what else could be chosen there.

    Beside an answer that has taken long already, only what is chosen is counted.
    """
    request = lifted(request)
    for name in FACETS:
        if getattr(request.filters, name) and budget.allows_offers():
            others = without_facet(request.filters, name)
            counted = replace(request, filters=others, page=1, per_page=1, facets=(name,))
            yield name, found(counted, generation).facets[name]
