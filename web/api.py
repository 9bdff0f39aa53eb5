"""The JSON API, `/api/v1`, and `/healthz`. `docs/json-api.md` tells it to its callers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response, abort

from search import service
from search.engine import IssueInfo, Searcher
from search.request import MAX_DEPTH, MAX_PER_PAGE
from web.addresses import Addresses
from web.answers import cached, not_modified
from web.as_json import Json, entry_as_dict, issue_as_dict, result_as_dict
from web.paging import page_of
from web.parameters import SEARCH_PARAMETERS, Arguments, read_number, read_search, reject_unknown
from web.source import Generation, absolute_addresses, current_site, query_arguments

blueprint = Blueprint("api", __name__)

ISSUE_PARAMETERS: Final = ("page", "per_page", "archive")
SUGGESTIONS: Final = "application/x-suggestions+json"


def answer(body: object, generation: Generation, content_type: str = "application/json") -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return cached(Response(text, content_type=content_type), generation)


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
        found = generation.searcher.entry(entry_id)
        if found is None:
            abort(404, "no entry has this id")
        return not_modified(generation) or answer(entry_as_dict(found, absolute_addresses()), generation)


@blueprint.get("/api/v1/issues")
def issues() -> Response:
    """All issues, newest first, a page at a time."""
    asked = arguments(*ISSUE_PARAMETERS)
    page = read_number(asked, "page", default=1, largest=MAX_DEPTH)
    per_page = read_number(asked, "per_page", default=20, largest=MAX_PER_PAGE)
    archives = asked.get("archive", [])
    with current_site().source.lease() as generation:
        if unchanged := not_modified(generation):
            return unchanged
        held = [info for info in generation.searcher.issues() if not archives or info.ref.archive in archives]
        return _issue_listing(held, page, per_page, archives, generation)


@blueprint.get("/api/v1/issues/<issue_id>")
def issue(issue_id: str) -> Response:
    arguments()
    addresses = absolute_addresses()
    with current_site().source.lease() as generation:
        info = next((info for info in generation.searcher.issues() if info.ref.id == issue_id), None)
        if info is None:
            abort(404, "no issue has this id")
        body = issue_as_dict(info, addresses) | {"sections": _sections(generation.searcher, issue_id, addresses)}
        return not_modified(generation) or answer(body, generation)


@blueprint.get("/api/v1/suggest")
def suggest() -> Response:
    """Titles that `q` may become, as OpenSearch suggestions: `[q, [title, …]]`."""
    asked = arguments("q")
    prefix = "".join(asked.get("q", [""])[:1]).strip()
    with current_site().source.lease() as generation:
        titles = generation.searcher.suggest(prefix) if prefix else []
        return not_modified(generation) or answer([prefix, titles], generation, SUGGESTIONS)


@blueprint.get("/api/v1/status")
def status() -> Response:
    arguments()
    with current_site().source.lease() as generation:
        held = generation.searcher.issues()
        archives = [_archive_status(name, held) for name in dict.fromkeys(info.ref.archive for info in held)]
        body = {
            "generation": generation.name,
            "issues": len(held),
            "entries": sum(info.entries for info in held),
            "archives": archives,
        }
        return not_modified(generation) or answer(body, generation)


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


def _issue_listing(
    held: list[IssueInfo], page: int, per_page: int, archives: Sequence[str], generation: Generation
) -> Response:
    addresses = absolute_addresses()
    pages = -(-len(held) // per_page)

    def address(number: int) -> str:
        kept = [("archive", name) for name in archives] + ([("per_page", str(per_page))] if per_page != 20 else [])
        return addresses.api_issues(kept + ([("page", str(number))] if number != 1 else []))

    links = {
        "self": address(page),
        "next": address(page + 1) if page < pages else None,
        "prev": address(min(page - 1, pages)) if page > 1 and pages else None,
        "html": addresses.issues(),
    }
    body = {
        "total": len(held),
        "page": page,
        "per_page": per_page,
        "pages": pages,
        "generation": generation.name,
        "issues": [issue_as_dict(info, addresses) for info in page_of(held, page, per_page)],
        "links": links,
    }
    return with_links(answer(body, generation), links)


def _sections(searcher: Searcher, issue_id: str, addresses: Addresses) -> list[Json]:
    """The issue's entries under the titles of their sections, in the order of the file; front texts are left out."""
    sections: list[Json] = []
    for found in searcher.documents(issue_id):
        if found.role == "front":
            continue
        if not sections or sections[-1]["title"] != found.section:
            sections.append({"title": found.section, "entries": []})
        sections[-1]["entries"].append(entry_as_dict(found, addresses))
    return sections


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
