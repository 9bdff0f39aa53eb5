"""`/api/v1/search`, one entry by its id, and completions of titles."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort

from wangqi.search.answer import service
from wangqi.search.model import Entry
from wangqi.search.request import SearchRequest
from wangqi.web.api.responses import arguments, json_response, with_links
from wangqi.web.http.headers import answered
from wangqi.web.site import routes
from wangqi.web.site.as_json import entry_as_dict, result_as_dict
from wangqi.web.site.entries import find_entry, random_entry
from wangqi.web.site.leases import Generation, absolute_addresses, current_site, leased, with_notice_of_encoding
from wangqi.web.site.parameters import SEARCH_PARAMETERS, read_search, read_text
from wangqi.web.words.labels import issue_label

blueprint = Blueprint("search", __name__)

SUGGESTIONS: Final = "application/x-suggestions+json"


@blueprint.get(routes.API_SEARCH)
def search() -> Response:
    asked = read_search(arguments(*SEARCH_PARAMETERS))
    return answered(lambda generation: _found(asked, generation))


@blueprint.get(routes.API_ENTRY)
def entry(entry_id: str) -> Response:
    arguments()
    return answered(lambda generation: _entry(entry_id, generation))


@blueprint.get(routes.API_RANDOM)
def any_entry() -> Response:
    """Some entry, another one each time."""
    arguments()
    with leased() as generation:
        found = random_entry(generation.searcher)
        if found is None:
            abort(404, "there is no entry yet")
        response = json_response(entry_as_dict(found, absolute_addresses()))
        response.headers["Cache-Control"] = "no-store"
        return response


@blueprint.get(routes.API_SUGGEST)
def suggest() -> Response:
    """Titles that `q` may become, as OpenSearch suggestions: `[q, [title, …], [issue and section, …], [place, …]]`."""
    prefix = read_text(arguments("q"), "q")
    return answered(lambda generation: _completions(prefix, generation))


def _found(asked: SearchRequest, generation: Generation) -> Response:
    site = current_site()
    result = service.search(generation.index, asked)
    site.note(result)
    body = result_as_dict(with_notice_of_encoding(result), generation=generation.name, addresses=absolute_addresses())
    return with_links(json_response(body), body["links"])


def _entry(entry_id: str, generation: Generation) -> Response:
    found = find_entry(generation, entry_id)
    if found is None:
        abort(404, "no entry has this id")
    return json_response(entry_as_dict(found, absolute_addresses()))


def _completions(prefix: str, generation: Generation) -> Response:
    addresses, entries = absolute_addresses(), generation.searcher.suggest(prefix)
    columns = [[found.title for found in entries], list(map(_place, entries)), list(map(addresses.entry, entries))]
    return json_response([prefix, *columns], SUGGESTIONS)


def _place(found: Entry) -> str:
    """The place of an entry in words: `第 12 期 · 工具`."""
    return " · ".join(filter(None, (issue_label(found.issue), found.section)))
