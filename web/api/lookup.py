"""`/api/v1/lookup?url=`: was this link recommended before, and in which issues?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response

from search.errors import RequestError
from search.links import canonical_link, typed_address
from search.model import IssueRef
from search.request import SearchRequest
from web.addresses import Addresses
from web.answers import answered
from web.api.answering import arguments, json_response
from web.as_json import Json, entry_as_dict, issue_ref_as_dict
from web.labels import issue_label
from web.parameters import read_text
from web.source import Generation, absolute_addresses

blueprint = Blueprint("lookup", __name__)

MAX_ENTRIES: Final = 100
"""Of more, the newest are told: a page that so many issues link to is no find of any of them."""
NAMED_ISSUES: Final = 5
"""How many issues the message names."""

NEVER: Final = "未推荐过"


@blueprint.get("/api/v1/lookup")
def lookup() -> Response:
    typed = read_text(arguments("url"), "url")
    address = typed_address(typed)
    if address is None:
        raise RequestError("url", "must be the address of a page, or owner/repo for a repository of GitHub")
    return answered(lambda generation: json_response(_found(typed, canonical_link(address), generation)))


def _found(typed: str, link: str, generation: Generation) -> Json:
    addresses, entries = absolute_addresses(), generation.searcher.linked(link)
    issues = list({entry.issue.id: entry.issue for entry in entries}.values())
    return {
        "url": typed,
        "link": link,
        "found": bool(entries),
        "message": _message(issues),
        "total": len(entries),
        "generation": generation.name,
        "issues": [issue_ref_as_dict(ref, addresses) for ref in issues],
        "entries": [entry_as_dict(entry, addresses) for entry in entries[:MAX_ENTRIES]],
        "links": _links(typed, addresses),
    }


def _message(issues: Sequence[IssueRef]) -> str:
    """The answer in words: `推荐过：第 326 期、第 33 期`."""
    if not issues:
        return NEVER
    more = f"等 {len(issues)} 期" if len(issues) > NAMED_ISSUES else ""
    return f"推荐过：{'、'.join(map(issue_label, issues[:NAMED_ISSUES]))}{more}"


def _links(typed: str, addresses: Addresses) -> dict[str, str]:
    return {"self": addresses.api_lookup(typed), "html": addresses.search(SearchRequest(q=typed))}
