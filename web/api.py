"""The JSON API, `/api/v1`, and `/healthz`. `docs/json-api.md` tells it to its callers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from flask import Blueprint, Response, abort

from search import service
from search.engine import IssueInfo
from search.model import Entry
from search.request import MAX_DEPTH, MAX_PER_PAGE
from web.addresses import Addresses
from web.answers import cached, not_modified
from web.as_json import Json, entry_as_dict, issue_as_dict, result_as_dict
from web.paging import page_of
from web.parameters import (
    DEFAULT,
    SEARCH_PARAMETERS,
    Arguments,
    read_list,
    read_number,
    read_search,
    read_text,
    reject_unknown,
)  # fmt: skip
from web.source import Generation, absolute_addresses, current_site, query_arguments

blueprint = Blueprint("api", __name__)

SUGGESTIONS: Final = "application/x-suggestions+json"

# What is answered was made for it and holds nothing twice: no need to look for circles.
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def answer(body: object, generation: Generation, content_type: str = "application/json") -> Response:
    return cached(Response(_encode(body), content_type=content_type), generation)


def arguments(*known: str) -> Arguments:
    """The request's parameters; raises `RequestError` for one that is not `known`."""
    found = query_arguments()
    reject_unknown(found, known)
    return found


@blueprint.get("/api/v1/search")
def search() -> Response:
    asked = read_search(arguments(*SEARCH_PARAMETERS))
    site, addresses = current_site(), absolute_addresses()
    with site.source.lease() as generation:
        if unchanged := not_modified(generation):
            return unchanged
        result = service.search(generation.searcher, site.analyzer, asked)
        body = result_as_dict(result, generation=generation.name, addresses=addresses)
        return with_links(answer(body, generation), body["links"])


@blueprint.get("/api/v1/entries/<entry_id>")
def entry(entry_id: str) -> Response:
    arguments()
    with current_site().source.lease() as generation:
        if unchanged := not_modified(generation):
            return unchanged
        found = generation.searcher.entry(entry_id)
        if found is None:
            abort(404, "no entry has this id")
        return answer(entry_as_dict(found, absolute_addresses()), generation)


@blueprint.get("/api/v1/issues")
def issues() -> Response:
    """All issues, newest first, a page at a time."""
    asked = arguments("page", "per_page", "archive")
    listing = IssueListing.read(asked)
    with current_site().source.lease() as generation:
        if unchanged := not_modified(generation):
            return unchanged
        body = listing.of(generation.searcher.issues(), absolute_addresses()) | {"generation": generation.name}
        return with_links(answer(body, generation), body["links"])


@blueprint.get("/api/v1/issues/<issue_id>")
def issue(issue_id: str) -> Response:
    arguments()
    addresses = absolute_addresses()
    with current_site().source.lease() as generation:
        if unchanged := not_modified(generation):
            return unchanged
        info = next((info for info in generation.searcher.issues() if info.ref.id == issue_id), None)
        if info is None:
            abort(404, "no issue has this id")
        sections = _sections(generation.searcher.documents(issue_id), addresses)
        return answer(issue_as_dict(info, addresses) | {"sections": sections}, generation)


@blueprint.get("/api/v1/suggest")
def suggest() -> Response:
    """Titles that `q` may become, as OpenSearch suggestions: `[q, [title, …]]`."""
    prefix = read_text(arguments("q"), "q")
    with current_site().source.lease() as generation:
        if unchanged := not_modified(generation):
            return unchanged
        titles = generation.searcher.suggest(prefix) if prefix else []
        return answer([prefix, titles], generation, SUGGESTIONS)


@blueprint.get("/api/v1/status")
def status() -> Response:
    arguments()
    with current_site().source.lease() as generation:
        if unchanged := not_modified(generation):
            return unchanged
        held = generation.searcher.issues()
        body = {
            "generation": generation.name,
            "issues": len(held),
            "entries": sum(info.entries for info in held),
            "archives": [_archive_status(name, held) for name in dict.fromkeys(info.ref.archive for info in held)],
        }
        return answer(body, generation)


@blueprint.get("/healthz")
def healthz() -> Response:
    """200 while there is an index to answer from, if only an old one; none is a 503 like everywhere else."""
    source = current_site().source
    with source.lease() as generation:
        # What exactly is wrong names folders of the server: that is for its log and for `wangqi status`.
        body = {"status": "stale" if source.problem else "ok", "generation": generation.name}
        return Response(json.dumps(body), content_type="application/json", headers={"Cache-Control": "no-store"})


def with_links(response: Response, links: dict[str, str | None]) -> Response:
    """The `Link` header (RFC 8288) to the neighbouring pages."""
    around = [f'<{links[name]}>; rel="{name}"' for name in ("next", "prev") if links[name]]
    if around:
        response.headers["Link"] = ", ".join(around)
    return response


@dataclass(frozen=True, slots=True)
class IssueListing:
    """Which issues are asked for."""

    page: int
    per_page: int
    archives: Sequence[str]
    """Empty for all."""

    @classmethod
    def read(cls, asked: Arguments) -> IssueListing:
        page = read_number(asked, "page", default=1, largest=MAX_DEPTH)
        per_page = read_number(asked, "per_page", default=DEFAULT.per_page, largest=MAX_PER_PAGE)
        return cls(page, per_page, read_list(asked, "archive"))

    def of(self, held: list[IssueInfo], addresses: Addresses) -> Json:
        """The page of `held` with its links."""
        wanted = [info for info in held if not self.archives or info.ref.archive in self.archives]
        pages = -(-len(wanted) // self.per_page)
        before = min(self.page - 1, pages)
        return {
            "total": len(wanted),
            "page": self.page,
            "per_page": self.per_page,
            "pages": pages,
            "issues": [issue_as_dict(info, addresses) for info in page_of(wanted, self.page, self.per_page)],
            "links": {
                "self": self._address(self.page, addresses),
                "next": self._address(self.page + 1, addresses) if self.page < pages else None,
                "prev": self._address(before, addresses) if before > 0 else None,
                "html": addresses.issues(),
            },
        }

    def _address(self, page: int, addresses: Addresses) -> str:
        parameters = [("archive", name) for name in self.archives]
        parameters += [("per_page", str(self.per_page))] if self.per_page != DEFAULT.per_page else []
        return addresses.api_issues(parameters + ([("page", str(page))] if page != 1 else []))


def _sections(documents: list[Entry], addresses: Addresses) -> list[Json]:
    """An issue's entries under the titles of their sections, in the order of the file; front texts are left out."""
    entries = [document for document in documents if document.role != "front"]
    return [
        {"title": title, "entries": [entry_as_dict(entry, addresses) for entry in group]}
        for title, group in groupby(entries, key=lambda entry: entry.section)
    ]


def _archive_status(name: str, held: list[IssueInfo]) -> Json:
    """`held` is newest first."""
    own = [info for info in held if info.ref.archive == name]
    newest = own[0].ref
    return {
        "name": name,
        "issues": len(own),
        "entries": sum(info.entries for info in own),
        "newest": {"number": newest.number, "date": newest.date.isoformat() if newest.date else None},
    }
