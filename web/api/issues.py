"""`/api/v1/issues`: all issues a page at a time, and one with its entries; `/entries.jsonl`: the entries of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from flask import Blueprint, Response, abort

from wangqi.search.analysis import fold_key
from wangqi.search.document.filters import LIST_FILTERS
from wangqi.search.engine import ArchiveInfo, Searcher
from wangqi.search.model import Entry, IssueInfo
from wangqi.search.request import MAX_DEPTH, MAX_PER_PAGE
from wangqi.web.api.responses import arguments, json_response, with_links
from wangqi.web.http.headers import answered
from wangqi.web.site import routes
from wangqi.web.site.addresses import Addresses
from wangqi.web.site.as_json import Json, entry_as_dict, issue_as_dict
from wangqi.web.site.entries import find_issue
from wangqi.web.site.entry_lines import entry_lines
from wangqi.web.site.leases import Generation, absolute_addresses
from wangqi.web.site.parameters import DEFAULT, Arguments, read_number

blueprint = Blueprint("issues", __name__)

ARCHIVE: Final = LIST_FILTERS["archive"]
JSON_LINES: Final = "application/x-ndjson"

Parameters = list[tuple[str, str]]


@blueprint.get(routes.API_ISSUES)
def issues() -> Response:
    """All issues, newest first, a page at a time."""
    listing = IssueListing.read(arguments("page", "per_page", "archive"))
    return answered(lambda generation: _listed(listing, generation))


@blueprint.get(routes.ENTRIES)
def entries() -> Response:
    """The entries of the same issues, as lines of JSON."""
    listing = IssueListing.read(arguments("page", "per_page", "archive"))
    return answered(lambda generation: _entry_lines(listing, generation))


@blueprint.get(routes.API_ISSUE)
def issue(issue_id: str) -> Response:
    arguments()
    return answered(lambda generation: _issue(issue_id, generation))


@dataclass(frozen=True, slots=True)
class IssueListing:
    """The part of the list of issues that is asked for."""

    page: int
    per_page: int
    archives: Sequence[str]
    """Empty for all."""

    @classmethod
    def read(cls, asked: Arguments) -> IssueListing:
        per_page = read_number(asked, "per_page", default=DEFAULT.per_page, largest=MAX_PER_PAGE)
        page = read_number(asked, "page", default=1, largest=MAX_DEPTH // per_page)
        return cls(page, per_page, ARCHIVE.read(asked)["archive"])

    def wanted(self, searcher: Searcher) -> list[ArchiveInfo]:
        names = {fold_key(name) for name in self.archives}
        return [each for each in searcher.archives() if not names or fold_key(each.name) in names]

    def issues(self, searcher: Searcher) -> list[IssueInfo]:
        """Those of the page."""
        names = [archive.name for archive in self.wanted(searcher)]
        return searcher.issues(names, offset=(self.page - 1) * self.per_page, limit=self.per_page) if names else []

    def total(self, searcher: Searcher) -> int:
        return sum(archive.issues for archive in self.wanted(searcher))

    def links(self, total: int, address_of: Callable[[Parameters], str]) -> dict[str, str | None]:
        """The page and its neighbours among `total` issues, at the addresses that are made of their parameters."""
        pages = -(-total // self.per_page)
        before, last = min(self.page - 1, pages), min(pages, MAX_DEPTH // self.per_page)
        return {
            "self": address_of(self._parameters(self.page)),
            "next": address_of(self._parameters(self.page + 1)) if self.page < last else None,
            "prev": address_of(self._parameters(before)) if before > 0 else None,
        }

    def _parameters(self, page: int) -> Parameters:
        parameters = [("archive", ARCHIVE.write_value(name)) for name in self.archives]
        parameters += [("per_page", str(self.per_page))] if self.per_page != DEFAULT.per_page else []
        return parameters + ([("page", str(page))] if page != 1 else [])


def _listed(listing: IssueListing, generation: Generation) -> Response:
    addresses, total = absolute_addresses(), listing.total(generation.searcher)
    links = listing.links(total, addresses.api_issues)
    body: Json = {
        "total": total,
        "page": listing.page,
        "per_page": listing.per_page,
        "pages": -(-total // listing.per_page),
        "issues": [issue_as_dict(info, addresses) for info in listing.issues(generation.searcher)],
        "links": links | {"html": addresses.issues()},
        "generation": generation.name,
    }
    return with_links(json_response(body), links)


def _entry_lines(listing: IssueListing, generation: Generation) -> Response:
    searcher, addresses = generation.searcher, absolute_addresses()
    lines = b"".join(entry_lines(searcher, listing.issues(searcher), addresses))
    response = Response(lines, content_type=JSON_LINES)
    return with_links(response, listing.links(listing.total(searcher), addresses.entry_lines))


def _issue(issue_id: str, generation: Generation) -> Response:
    info = find_issue(generation, issue_id)
    if info is None:
        abort(404, "no issue has this id")
    addresses = absolute_addresses()
    sections = _sections(generation.searcher.documents(info.ref.id), addresses)
    return json_response(issue_as_dict(info, addresses) | {"sections": sections})


def _sections(documents: Iterable[Entry], addresses: Addresses) -> list[Json]:
    """An issue's entries under the titles of their sections, in the order of the file; front texts are left out."""
    entries = [document for document in documents if document.role != "front"]
    return [
        {"title": title, "entries": [entry_as_dict(entry, addresses) for entry in group]}
        for title, group in groupby(entries, key=lambda entry: entry.section)
    ]
