"""`/search.atom`: any search as a feed to follow (RFC 4287), newest issue first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from flask import Blueprint, Response

from wangqi.search.answer import service
from wangqi.search.answer.result import SearchResult
from wangqi.search.model import Entry
from wangqi.search.request import SearchRequest
from wangqi.web.api.responses import feed_arguments
from wangqi.web.feeds.as_xml import instant, xml_response
from wangqi.web.http.headers import answered
from wangqi.web.site import routes
from wangqi.web.site.addresses import Addresses
from wangqi.web.site.leases import Generation, absolute_addresses, current_site
from wangqi.web.site.paging import last_page, neighbour_pages
from wangqi.web.site.parameters import DEFAULT, FEED, SEARCH_PARAMETERS, read_search, write_search
from wangqi.web.words.labels import issue_lead, kind_label

blueprint = Blueprint("feed", __name__)

SUMMARY_CHARS: Final = 500
TITLE_CHARS: Final = 40
"""Of an entry without a title, its first words are one."""


@blueprint.get(routes.FEED)
def search_feed() -> Response:
    asked = read_search(feed_arguments(*SEARCH_PARAMETERS), FEED)
    return answered(lambda generation: _feed(replace(asked, facets=(), explain=False, group="entry"), generation))


@dataclass(frozen=True, slots=True)
class FeedView:
    result: SearchResult
    addresses: Addresses
    generation: Generation

    @property
    def tag(self) -> str:
        return self.addresses.tag(self.addresses.atom(self.result.request).removeprefix(f"{self.addresses.root}/"))

    @property
    def page(self) -> str:
        """The address of the search as a page, which has other counts."""
        return self.addresses.search(replace(self.result.request, facets=DEFAULT.facets))

    @property
    def title(self) -> str:
        """The query and the filters, after the site's name."""
        asked = replace(self.result.request, page=1, per_page=FEED.per_page, sort=FEED.sort, match=FEED.match)
        values = [kind_label(value) if name == "kind" else value for name, value in write_search(asked, FEED)]
        return "：".join(filter(None, (current_site().config.title, " · ".join(values))))

    @property
    def updated(self) -> str:
        """The day of the newest issue that the page shows; of an empty one, that of the newest issue there is."""
        days = [hit.entry.issue.date for hit in self.result.hits]
        days = days or [info.ref.date for info in self.generation.searcher.issues()]
        return self.instant(max(filter(None, days), default=None))

    def instant(self, day: date | None) -> str:
        return instant(day, self.generation)

    def entry_title(self, entry: Entry) -> str:
        if entry.role == "issue":
            return issue_lead(entry.issue) + entry.title
        return entry.title or shortened(entry.text, TITLE_CHARS) or kind_label(entry.kind)

    def summary(self, entry: Entry) -> str:
        return shortened(entry.text, SUMMARY_CHARS)

    @property
    def pages(self) -> Iterator[tuple[str, str]]:
        """The other pages of the feed by their relation to this one (RFC 5005)."""
        asked = self.result.request
        before, after = neighbour_pages(asked, self.result.pages)
        others = {
            "first": replace(asked, page=1),
            "previous": before,
            "next": after,
            "last": replace(asked, page=last_page(asked, self.result.pages)),
        }
        return ((name, self.addresses.feed_page(request)) for name, request in others.items() if request)


def shortened(text: str, chars: int) -> str:
    return text if len(text) <= chars else f"{text[: chars - 1].rstrip()}…"


def _feed(asked: SearchRequest, generation: Generation) -> Response:
    result = service.search(generation.index, asked).first_tier
    addresses = absolute_addresses()
    view = FeedView(result, addresses, generation)
    return xml_response("feed.xml", "application/atom+xml", feed=view, result=result, addresses=addresses)
