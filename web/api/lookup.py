"""`/api/v1/lookup?url=`: was this link recommended before, and in which issues? `/api/v1/lookups` asks for many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response

from wangqi.search.answer.lookup import Recommendations, look_up
from wangqi.search.document.links import canonical_link, typed_address
from wangqi.search.errors import RequestError
from wangqi.search.model import Entry, IssueRef
from wangqi.search.request import SearchRequest
from wangqi.web.api.responses import arguments, json_response
from wangqi.web.http.headers import answered
from wangqi.web.site import routes
from wangqi.web.site.addresses import Addresses
from wangqi.web.site.as_json import Json, entry_as_dict, issue_ref_as_dict
from wangqi.web.site.leases import Generation, absolute_addresses, archive_name
from wangqi.web.site.parameters import read_address, read_text
from wangqi.web.words.labels import issue_label

blueprint = Blueprint("lookup", __name__)

MAX_ENTRIES: Final = 100
"""Of more, the newest are told: a page that so many issues link to is no find of any of them."""
NAMED_ISSUES: Final = 5
"""How many issues the message names."""
MAX_LOOKUPS: Final = 50
"""In one request; an address has 4096 characters."""

NEVER: Final = "未推荐过"


@blueprint.get(routes.API_LOOKUP)
def lookup() -> Response:
    typed = read_text(arguments("url"), "url")
    address = read_address(typed)
    return answered(lambda generation: _answer(typed, address, generation))


@blueprint.get(routes.API_LOOKUPS)
def lookups() -> Response:
    """The same of many links, in short: for a page of them, or a draft."""
    typed = [each.strip() for each in arguments("url").get("url", ())]
    if not 0 < len(typed) <= MAX_LOOKUPS:
        raise RequestError("url", f"must be given for 1 to {MAX_LOOKUPS} pages: ?url=a.example/x&url=b.example/y")
    addresses = [typed_address(each) for each in typed]
    if None in addresses:
        wrong = typed[addresses.index(None)]
        raise RequestError("url", f"{wrong[:100]!r} is no address of a page, nor owner/repo")
    return answered(lambda generation: _answers(typed, list(filter(None, addresses)), generation))


def _answers(typed: Sequence[str], addresses: Sequence[str], generation: Generation) -> Response:
    pages = [_in_short(each, address, generation) for each, address in zip(typed, addresses, strict=True)]
    return json_response({"generation": generation.name, "lookups": pages})


def _in_short(typed: str, address: str, generation: Generation) -> Json:
    link = canonical_link(address)
    entries = generation.searcher.linked(link)
    found = Recommendations(link, entries, ())
    issues = [issue_ref_as_dict(ref, absolute_addresses()) for ref in _issues(entries)[:NAMED_ISSUES]]
    return {
        "url": typed,
        "link": link,
        "found": bool(entries),
        "message": _message(found, generation),
        "total": len(entries),
        "issues": issues,
        "entries": [entry.id for entry in entries[:NAMED_ISSUES]],
    }


def _answer(typed: str, address: str, generation: Generation) -> Response:
    addresses, found = absolute_addresses(), look_up(generation.index, address)
    body = {
        "url": typed,
        "link": found.link,
        "found": bool(found.entries),
        "message": _message(found, generation),
        "total": len(found.entries),
        "generation": generation.name,
        "issues": [issue_ref_as_dict(ref, addresses) for ref in _issues(found.entries)],
        "entries": _entries(found.entries, addresses),
        "mentions": _entries(found.mentions, addresses),
        "links": {"self": addresses.api_lookup(typed), "html": addresses.search(SearchRequest(q=typed))},
    }
    return json_response(body)


def _entries(entries: Sequence[Entry], addresses: Addresses) -> list[Json]:
    return [entry_as_dict(entry, addresses) for entry in entries[:MAX_ENTRIES]]


def _issues(entries: Sequence[Entry]) -> list[IssueRef]:
    """The issues of `entries`, each once."""
    return list({entry.issue.id: entry.issue for entry in entries}.values())


def _message(found: Recommendations, generation: Generation) -> str:
    """The answer in words: `推荐过：第 326 期、第 33 期`."""
    if found.entries:
        return f"推荐过：{_named(found.entries, generation)}"
    return f"{NEVER}，{_named(found.mentions, generation)}提到过" if found.mentions else NEVER


def _named(entries: Sequence[Entry], generation: Generation) -> str:
    issues = _issues(entries)
    more = f"等 {len(issues)} 期" if len(issues) > NAMED_ISSUES else ""
    is_one_of_several = len(generation.searcher.archives()) > 1
    names = (f"{archive_name(ref.archive)} " * is_one_of_several + issue_label(ref) for ref in issues[:NAMED_ISSUES])
    return "、".join(names) + more
