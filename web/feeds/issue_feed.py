"""`/issues.atom`: the newest issues as a feed (RFC 4287), each as one item with all of its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from flask import Blueprint, Response
from markupsafe import Markup

from wangqi.search.document.filters import LIST_FILTERS
from wangqi.search.document.links import web_address
from wangqi.search.model import Entry, IssueInfo
from wangqi.web.api.issues import IssueListing
from wangqi.web.api.responses import feed_arguments
from wangqi.web.feeds.as_xml import instant, xml_response
from wangqi.web.http.headers import answered
from wangqi.web.site import routes
from wangqi.web.site.leases import Generation, absolute_addresses
from wangqi.web.words.labels import issue_lead

blueprint = Blueprint("issue_feed", __name__)

ISSUES: Final = 10
"""Of the feed: two months of a weekly."""
MAX_CHARS: Final = 100_000
"""Of the text of an issue: twice the longest known. Of a longer one the rest is on its page."""

ARCHIVE: Final = LIST_FILTERS["archive"]

_SECTION: Final = Markup("<h2>%s</h2>")
_TITLE: Final = Markup("<h3>%s</h3>")
_LINK: Final = Markup('<a href="%s">%s</a>')
_LINE: Final = Markup("<p>%s</p>")
_REST: Final = Markup('<p><a href="%s">…</a></p>')


@dataclass(frozen=True, slots=True)
class Item:
    issue: IssueInfo
    title: str
    updated: str
    content: Markup
    """HTML of all that the index holds of it."""


@blueprint.get(routes.ISSUES_FEED)
def issue_feed() -> Response:
    archives = ARCHIVE.read(feed_arguments("archive"))["archive"]
    return answered(lambda generation: _feed(archives, generation))


def _feed(archives: Sequence[str], generation: Generation) -> Response:
    issues = IssueListing(1, ISSUES, archives).issues(generation.searcher)
    return xml_response(
        "issue_feed.xml",
        "application/atom+xml",
        items=[_item(info, generation) for info in issues],
        newest=next((instant(info.ref.date, generation) for info in issues), generation.created),
        archives=[("archive", ARCHIVE.write_value(name)) for name in archives],
        addresses=absolute_addresses(),
    )


def _item(info: IssueInfo, generation: Generation) -> Item:
    title, updated = issue_lead(info.ref) + info.ref.title, instant(info.ref.date, generation)
    return Item(info, title, updated, _content(info, generation.searcher.documents(info.ref.id)))


def _content(info: IssueInfo, documents: Iterable[Entry]) -> Markup:
    pieces, room = [], MAX_CHARS
    for piece in _pieces(documents):
        room -= len(piece)
        if room < 0:
            pieces.append(_REST % absolute_addresses().issue(info.ref))
            break
        pieces.append(piece)
    return Markup("").join(pieces)


def _pieces(documents: Iterable[Entry]) -> Iterator[Markup]:
    for section, entries in groupby(documents, key=lambda entry: entry.section):
        if section:
            yield _SECTION % section
        for entry in entries:
            outside = web_address(entry.url)
            is_headed = entry.title == section and not outside
            if entry.title and entry.role == "entry" and not is_headed:
                yield _TITLE % (_LINK % (outside, entry.title) if outside else entry.title)
            yield from (_LINE % line for line in entry.text.splitlines() if line.strip())
