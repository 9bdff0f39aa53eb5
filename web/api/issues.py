"""`/api/v1/issues`: all issues a page at a time, and one with its entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from flask import Blueprint, Response, abort

from wangqi.search.analysis import fold_key
from wangqi.search.document.filters import LIST_FILTERS
from wangqi.search.engine import Searcher
from wangqi.search.model import Entry
from wangqi.search.request import MAX_DEPTH, MAX_PER_PAGE
from wangqi.web.api.responses import arguments, json_response, with_links
from wangqi.web.http.headers import answered
from wangqi.web.site import routes
from wangqi.web.site.addresses import Addresses
from wangqi.web.site.as_json import Json, entry_as_dict, issue_as_dict
from wangqi.web.site.entries import find_issue
from wangqi.web.site.leases import Generation, absolute_addresses
from wangqi.web.site.parameters import DEFAULT, Arguments, read_number

blueprint = Blueprint("issues", __name__)

ARCHIVE: Final = LIST_FILTERS["archive"]


@blueprint.get(routes.API_ISSUES)
def issues() -> Response:
    """All issues, newest first, a page at a time."""
    listing = IssueListing.read(arguments("page", "per_page", "archive"))
    return answered(lambda generation: _listed(listing, generation))


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

    def of(self, searcher: Searcher, addresses: Addresses) -> Json:
        """The page of the issues of `searcher` with its links."""
        names = {fold_key(name) for name in self.archives}
        wanted = [each for each in searcher.archives() if not names or fold_key(each.name) in names]
        total = sum(archive.issues for archive in wanted)
        names_held = [archive.name for archive in wanted]
        first = (self.page - 1) * self.per_page
        shown = searcher.issues(names_held, offset=first, limit=self.per_page) if wanted else []
        pages = -(-total // self.per_page)
        before = min(self.page - 1, pages)
        last = min(pages, MAX_DEPTH // self.per_page)
        return {
            "total": total,
            "page": self.page,
            "per_page": self.per_page,
            "pages": pages,
            "issues": [issue_as_dict(info, addresses) for info in shown],
            "links": {
                "self": self._address(self.page, addresses),
                "next": self._address(self.page + 1, addresses) if self.page < last else None,
                "prev": self._address(before, addresses) if before > 0 else None,
                "html": addresses.issues(),
            },
        }

    def _address(self, page: int, addresses: Addresses) -> str:
        parameters = [("archive", ARCHIVE.write_value(name)) for name in self.archives]
        parameters += [("per_page", str(self.per_page))] if self.per_page != DEFAULT.per_page else []
        return addresses.api_issues(parameters + ([("page", str(page))] if page != 1 else []))


def _listed(listing: IssueListing, generation: Generation) -> Response:
    body = listing.of(generation.searcher, absolute_addresses()) | {"generation": generation.name}
    return with_links(json_response(body), body["links"])


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
