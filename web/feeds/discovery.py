"""Documents for programs that come by: `/opensearch.xml`, `/sitemap.xml` and `/robots.txt`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask import Blueprint, Response, abort, render_template

from wangqi.search.model import IssueInfo
from wangqi.web.api.responses import arguments
from wangqi.web.api.search import SUGGESTIONS
from wangqi.web.feeds.as_xml import xml_response
from wangqi.web.http.headers import answered, answered_by_site
from wangqi.web.site import routes
from wangqi.web.site.addresses import Addresses
from wangqi.web.site.leases import Generation, absolute_addresses, canonical_source, current_site, local_addresses

blueprint = Blueprint("discovery", __name__)

SHORT_NAME_CHARS: Final = 16
"""What OpenSearch 1.1 allows; a browser shows it beside its box."""
MAX_ADDRESSES: Final = 50_000
"""In one sitemap, by sitemaps.org; more are parted."""

SitemapEntry = tuple[str, str | None]
"""An address and the day on which what is there last changed, where that is known."""


@blueprint.get(routes.OPENSEARCH)
def opensearch() -> Response:
    arguments()
    return answered_by_site(
        lambda: xml_response(
            "opensearch.xml",
            "application/opensearchdescription+xml",
            addresses=absolute_addresses(),
            short_name=current_site().config.title[:SHORT_NAME_CHARS],
            suggestions=SUGGESTIONS,
        )
    )


@blueprint.get(routes.ROBOTS)
def robots() -> Response:
    """Pages of results are for readers; crawlers are led to the issues. Counts only where the site is a host's root."""
    return answered_by_site(_robots)


@blueprint.get(routes.SITEMAP)
def sitemap() -> Response:
    """Every page to be read, but those of entries, to which issues lead; of more than one sitemap may hold, the list of
    its parts."""
    arguments()
    return answered(_sitemap)


@blueprint.get(routes.SITEMAP_PART)
def sitemap_part(part: int) -> Response:
    arguments()
    return answered(lambda generation: _part(part, generation))


def _robots() -> Response:
    text = render_template("robots.txt", local=local_addresses(), addresses=absolute_addresses())
    return Response(text, content_type="text/plain; charset=utf-8")


def _sitemap(generation: Generation) -> Response:
    addresses = absolute_addresses()
    pages = list(_pages(generation.searcher.issues(), addresses))
    if len(pages) <= MAX_ADDRESSES:
        return xml_response("sitemap.xml", "application/xml", pages=pages)
    parts = range(1, -(-len(pages) // MAX_ADDRESSES) + 1)
    return xml_response("sitemaps.xml", "application/xml", sitemaps=map(addresses.sitemap, parts))


def _part(part: int, generation: Generation) -> Response:
    pages = list(_pages(generation.searcher.issues(), absolute_addresses()))
    shown = pages[(part - 1) * MAX_ADDRESSES : part * MAX_ADDRESSES] if part else []
    if not shown:
        abort(404, "the sitemap has no such part")
    return xml_response("sitemap.xml", "application/xml", pages=shown)


def _pages(held: list[IssueInfo], addresses: Addresses) -> Iterator[SitemapEntry]:
    """Yield address and day of each page to read; those that list issues changed when their newest issue came."""
    newest = max((info.ref.date for info in held if info.ref.date), default=None)
    for address in (addresses.home(), addresses.issues()):
        yield address, newest.isoformat() if newest else None
    for info in held:
        if canonical_source(info.ref):  # a sitemap names the pages that are to be shown
            continue
        yield addresses.issue(info.ref), info.ref.date.isoformat() if info.ref.date else None
