"""Results as plain dictionaries, in the shape that `docs/json-api.md` promises; the API and `wangqi search` share it.

Text is plain text and ranges are half-open in code points. Nothing here is HTML, and no address is other than http or
https: whoever calls will make links of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from wangqi.search.answer.explaining import ScoreReason, WordShare
from wangqi.search.answer.result import Hit, Range, SearchResult
from wangqi.search.document.links import site_of, web_address
from wangqi.search.model import Entry, IssueInfo, IssueRef
from wangqi.search.query.notice import Notice
from wangqi.search.request import Filters
from wangqi.web.site.addresses import Addresses
from wangqi.web.site.paging import neighbour_pages
from wangqi.web.site.parameters import DEFAULT, write_filters

Json = dict[str, Any]


def result_as_dict(result: SearchResult, *, generation: str, addresses: Addresses) -> Json:
    """The answer of a search. `addresses` decides whether permalinks are absolute."""
    shown = {
        "query": {
            "q": result.request.q,
            "terms": list(result.terms),
            "excluded": list(result.excluded),
            "match": result.match,
            "filters": filters_as_dict(result.filters),
            "wishes": [{"label": wish.typed, "q": wish.taken_from(result.request.q)} for wish in result.wishes],
        },
        "total": result.total,
        "partial": {"total": result.partial},
        "page": result.request.page,
        "per_page": result.request.per_page,
        "pages": result.pages,
        "took_ms": round(result.took_ms, 1),
        "generation": generation,
        "hits": [
            hit_as_dict(hit, addresses) if result.issues is None else _issue_as_dict(hit, addresses)
            for hit in result.hits
        ],
        "facets": {
            name: [{"value": value.value, "count": value.count} for value in values]
            for name, values in result.facets.items()
        },
        "notices": [_notice(notice) for notice in result.notices],
        "links": search_links(result, addresses),
    }
    shown |= {} if result.issues is None else {"issues": result.issues}
    return shown if result.words is None else shown | {"explain": _words(result.words)}


def filters_as_dict(filters: Filters) -> Json:
    """Filters under the names and with the values of the parameters; those to leave out under `exclude`."""
    shown: Json = {}
    for name, value in write_filters(filters):
        shown.setdefault(name, []).append(value)
    left_out = [filters_as_dict(each) for each in filters.exclude]
    return shown | ({"exclude": left_out} if left_out else {})


def search_links(result: SearchResult, addresses: Addresses) -> dict[str, str | None]:
    """Addresses of the search in other forms, and of the pages beside this one."""
    asked = result.request
    # A page counts what it shows.
    page = asked if asked.facets == DEFAULT.facets else replace(asked, facets=DEFAULT.facets)
    before, after = neighbour_pages(asked, result.pages)
    return {
        "self": addresses.api_search(asked),
        "next": addresses.api_search(after) if after else None,
        "prev": addresses.api_search(before) if before else None,
        "html": addresses.search(page),
        "atom": addresses.atom(asked),
    }


def hit_as_dict(hit: Hit, addresses: Addresses) -> Json:
    shown = entry_as_dict(hit.entry, addresses)
    shown |= {
        "also_in": [
            {"id": each.id, "archive": each.issue.archive, "path": each.issue.path, "number": each.issue.number}
            for each in hit.also_in
        ],
        "highlights": {"title": _ranges(hit.title_ranges), "text": _ranges(hit.text_ranges)},
        "matched_in": [
            {"field": place.field, "text": place.text, "ranges": _ranges(place.ranges)} for place in hit.places
        ],
        "snippet": {"text": hit.snippet.text, "ranges": _ranges(hit.snippet.ranges)},
        "score": round(hit.score, 4),
        "partial": hit.partial,
    }
    return shown | {"explain": list(map(_line, hit.explanation))} if hit.explanation else shown


def _issue_as_dict(hit: Hit, addresses: Addresses) -> Json:
    """A hit that stands for all that was found in its issue."""
    beside = [{"id": each.id, "title": each.title, "permalink": addresses.entry(each)} for each in hit.beside]
    return hit_as_dict(hit, addresses) | {"same_issue": {"total": hit.others, "entries": beside}}


def entry_as_dict(entry: Entry, addresses: Addresses) -> Json:
    issue, site = entry.issue, site_of(entry.url) or None
    return {
        "id": entry.id,
        "archive": issue.archive,
        "path": issue.path,
        "line": entry.line,
        "role": entry.role,
        "kind": entry.kind,
        "section": entry.section,
        "title": entry.title,
        "text": entry.text,
        "url": entry.url if site else None,
        "site": site,
        "permalink": addresses.entry(entry),
        "issue": issue_ref_as_dict(issue, addresses),
        "contributor": entry.contributor,
        "attribution": entry.attribution,
        "images": addresses.images(entry),
        "links": [{"text": link.text, "url": link.url} for link in entry.links if web_address(link.url)],
    }


def issue_ref_as_dict(ref: IssueRef, addresses: Addresses) -> Json:
    return {
        "id": ref.id,
        "number": ref.number,
        "title": ref.title,
        "date": ref.date.isoformat() if ref.date else None,
        "tags": list(ref.tags),
        "url": addresses.issue(ref),
        "source_url": addresses.source(ref),
    }


def issue_as_dict(info: IssueInfo, addresses: Addresses) -> Json:
    """An issue in a listing, with the number of its entries."""
    place = {"archive": info.ref.archive, "path": info.ref.path}
    return issue_ref_as_dict(info.ref, addresses) | place | {"entries": info.entries}


def _words(words: Iterable[WordShare]) -> Json:
    return {
        "words": [
            {
                "word": word.text,
                "worth": round(word.worth, 4),
                "variants": [{"word": text, "factor": factor} for text, factor in word.variants],
            }
            for word in words
        ]
    }


def _line(line: ScoreReason) -> Json:
    changes = {"plus": line.plus, "times": line.times}
    return {"text": line.text} | {name: round(value, 4) for name, value in changes.items() if value is not None}


def _ranges(ranges: tuple[Range, ...]) -> list[list[int]]:
    return list(map(list, ranges)) if ranges else []


def _notice(notice: Notice) -> Json:
    suggestion = {} if notice.q is None else {"q": notice.q}
    return {"code": notice.code, "message": notice.message} | suggestion
