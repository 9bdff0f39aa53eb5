"""An entry has a page: its text, its neighbours in the issue, what other issues said of it, what is near to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from flask import Response, abort, redirect, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from wangqi.indexer.rendering import render_entry
from wangqi.indexer.rendering.parts import MAX_CHARS
from wangqi.search.answer.lookup import through_the_years
from wangqi.search.answer.related import related
from wangqi.search.document.issue_order import IssueOrder
from wangqi.search.document.links import web_address
from wangqi.search.model import Entry
from wangqi.web.pages.issues import asked_words, resolver
from wangqi.web.pages.rendered import long_issue
from wangqi.web.pages.shared import answer, blueprint, page_addresses
from wangqi.web.site import routes
from wangqi.web.site.entries import find_entry
from wangqi.web.site.leases import Generation, absolute_addresses, archive_name, current_site, is_in_parts
from wangqi.web.words.as_markdown import entry_as_markdown
from wangqi.web.words.labels import entry_title

NEIGHBOURS: Final = 8
"""Entries of the section that are named, about as many before as after."""
NEIGHBOUR_LINES: Final = 1000
"""Of a long issue, before and after the entry, in which they are looked for."""
TOLD_CHARS: Final = 160
"""Of the text, in the description."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    shown: Sequence[Entry]
    before: Entry | None
    after: Entry | None
    place: str
    """`5/10`; "" in a long issue, of which only a piece was looked at."""


@dataclass(frozen=True, slots=True)
class ThroughTheYears:
    later: Sequence[Entry]
    earlier: Sequence[Entry]


@blueprint.get(routes.ENTRY)
def entry(entry_id: str) -> Response:
    return answer(lambda generation: _entry_or_place(_found(entry_id, generation), entry_id, generation))


@blueprint.get(routes.PLACE)
def place(entry_id: str) -> Response:
    """Off to where the entry stands in its issue today."""
    return answer(lambda generation: redirect(_place(_found(entry_id, generation), generation)))


def _found(entry_id: str, generation: Generation) -> Entry:
    return find_entry(generation, entry_id) or abort(404)


def _entry_or_place(entry: Entry, asked_id: str, generation: Generation) -> str | BaseResponse:
    """The text around entries has no page of its own, nor has an id of before."""
    if entry.role != "entry":
        return redirect(_place(entry, generation))
    if entry.id != asked_id:
        return redirect(page_addresses().permalink(entry.id))
    return _page(entry, generation)


def _place(entry: Entry, generation: Generation) -> str:
    """The address of the entry in the part of a long issue that holds it."""
    addresses, ref = page_addresses(), entry.issue
    if entry.role == "issue" or not is_in_parts(ref.id):
        return addresses.entry(entry, asked_words())
    part = long_issue(generation, ref.id).part_with(entry.line)
    return addresses.place_in_part(ref, entry.id, part, asked_words())


def _page(entry: Entry, generation: Generation) -> str:
    documents = _documents_around(entry, generation)
    others = _recommendations(entry, generation)
    return render_template(
        "entry.html",
        entry=entry,
        name=entry_title(entry),
        html=_html(entry, documents, generation),
        outside=web_address(entry.url),
        copied=entry_as_markdown(entry, absolute_addresses().permalink(entry.id), _newsletter(entry, generation)),
        told=" ".join(entry.text.split())[:TOLD_CHARS],
        picture=next(iter(absolute_addresses().images(entry)), None) if current_site().config.images else None,
        archives=len(generation.searcher.archives()),
        around=_neighbours(entry, documents),
        others=others,
        related=related(generation.index, entry, besides=[*others.later, *others.earlier]),
    )


def _newsletter(entry: Entry, generation: Generation) -> str:
    """What the newsletter is called where its issue is named elsewhere."""
    return archive_name(entry.issue.archive) if len(generation.searcher.archives()) > 1 else current_site().config.title


def _documents_around(entry: Entry, generation: Generation) -> list[Entry]:
    is_long = generation.is_long(entry.issue.id)
    lines = range(max(1, entry.line - NEIGHBOUR_LINES), entry.line + NEIGHBOUR_LINES) if is_long else None
    return generation.searcher.documents(entry.issue.id, lines=lines)


def _html(entry: Entry, documents: Iterable[Entry], generation: Generation) -> Markup | None:
    """The entry's lines as they are in the issue; None where they are to be shown as plain text."""
    data = generation.text(entry.issue.id)
    others = [other.line for other in documents if other.id != entry.id]
    if data is None or entry.line in others:
        return None
    stop = min((line for line in others if line > entry.line), default=entry.line + MAX_CHARS)
    resolve, images = resolver(entry.issue, generation, page_addresses()), current_site().config.images
    html = render_entry(data, range(entry.line, stop), entry.title, resolve=resolve, images=images)
    return None if html is None else Markup(html)


def _neighbours(entry: Entry, documents: Iterable[Entry]) -> Neighbours:
    """Those of the entry's section, which may have the name of another one elsewhere in the issue."""
    entries = [each for each in documents if each.role == "entry"]
    at = next(index for index, each in enumerate(entries) if each.id == entry.id)
    before = list(takewhile(lambda each: each.section == entry.section, reversed(entries[:at])))
    after = list(takewhile(lambda each: each.section == entry.section, entries[at + 1 :]))
    first = max(0, min(len(before) - NEIGHBOURS // 2, len(before) + len(after) - NEIGHBOURS))
    section = [*reversed(before), entry, *after]
    number = "" if is_in_parts(entry.issue.id) else f"{len(before) + 1}/{len(section)}"
    return Neighbours(
        section[first : first + NEIGHBOURS + 1], before[0] if before else None, after[0] if after else None, number
    )


def _recommendations(entry: Entry, generation: Generation) -> ThroughTheYears:
    others = through_the_years(generation.index, entry)
    order = IssueOrder(info.ref for info in generation.searcher.issues()) if others else IssueOrder(())
    others.sort(key=lambda each: order.oldest_first(each.issue))
    own = order.oldest_first(entry.issue)
    return ThroughTheYears(
        [each for each in others if order.oldest_first(each.issue) > own],
        [each for each in others if order.oldest_first(each.issue) < own],
    )
