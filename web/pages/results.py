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
from wangqi.search.document.filters import narrow_filters
from wangqi.search.document.links import typed_address
from wangqi.search.engine import Facet, FacetCount
from wangqi.search.query.parser import parse
from wangqi.search.request import SearchRequest
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
from wangqi.web.words.reasons import weights_text

ISSUES_COUNTED: Final = 3
"""Issues of a page whose entries are counted."""


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
        images=current_site().config.images,
        of_issue=_found_in_issues(result, generation),
    )
    instead = [] if _count(result) else ways_out(result, lambda request: _count(found(request, generation)))
    return render_template(
        "results.html",
        view=view,
        hits=HitList(view, absolute_addresses(), language_of_issues()),
        result=result,
        weights=weights_text(result.words) if result.words else "",
        asked=asked,
        instead=instead,
        recommended=recommended(asked.q, generation.searcher),
    )


def _found_in_issues(result: SearchResult, generation: Generation) -> dict[str, int]:
    """How many entries each issue holds that has several hits on the page and others elsewhere: a few issues, those of
    the first hits. {} where the words that were typed are not what was searched for."""
    request, parsed = result.request, parse(result.request.q)
    is_as_typed = request.match != "exact" and not result.wishes and not typed_address(request.q)
    is_all_told = result.pages < 2 or result.issues is not None
    if is_all_told or not is_as_typed or any(notice.code == "corrected" for notice in result.notices):
        return {}
    filters = narrow_filters(request.filters, parsed.filters)
    refs = [hit.entry.issue for hit in result.hits if not hit.partial and hit.entry.role != "issue"]
    shown = Counter(ref.id for ref in refs)
    several = {ref.id: ref for ref in refs if shown[ref.id] > 1 and ref.number is not None}
    if filters.issue or not several or not budget.allows_offers():
        return {}
    issues = list(islice(several.values(), ISSUES_COUNTED))
    plan = generation.index.plan(parsed.query)
    counts = generation.searcher.count([(plan, in_issue(filters, issue)) for issue in issues])
    return {ref.id: count for ref, count in zip(issues, counts, strict=True) if count > shown[ref.id]}


def _count(result: SearchResult) -> int:
    return result.total or result.partial


def _alternatives(request: SearchRequest, generation: Generation) -> Iterator[tuple[Facet, list[FacetCount]]]:
    """Counts without the filter of the same name, for every filter that holds: what else could be chosen there.

    Beside an answer that has taken long already, only what is chosen is counted.
    """
    request = lifted(request)
    for name in FACETS:
        if getattr(request.filters, name) and budget.allows_offers():
            others = replace(request.filters, **{name: ()})  # type: ignore[arg-type]
            counted = replace(request, filters=others, page=1, per_page=1, facets=(name,), group="entry")
            yield name, found(counted, generation).facets[name]
