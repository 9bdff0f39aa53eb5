"""`/api/v1/status` and `/healthz`: what is served, and whether it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response

from search.engine import IssueInfo
from web.answers import answered
from web.api.answering import arguments, json_response
from web.as_json import Json
from web.source import Generation, current_site

blueprint = Blueprint("state", __name__)

HEALTH: Final = "/healthz"


@blueprint.get("/api/v1/status")
def status() -> Response:
    arguments()
    return answered(_status)


@blueprint.get(HEALTH)
def healthz() -> Response:
    """200 while there is an index to answer from, if only an old one; none is a 503 like everywhere else."""
    source = current_site().source
    with source.lease() as generation:
        # What exactly is wrong names folders of the server: that is for its log and for `wangqi status`.
        response = json_response({"status": "stale" if source.problem else "ok", "generation": generation.name})
    response.headers["Cache-Control"] = "no-store"
    return response


def _status(generation: Generation) -> Response:
    held = generation.searcher.issues()
    body = {
        "generation": generation.name,
        "created": generation.created,
        "issues": len(held),
        "entries": sum(info.entries for info in held),
        "archives": [_archive(name, held) for name in dict.fromkeys(info.ref.archive for info in held)],
    }
    return json_response(body)


def _archive(name: str, held: Sequence[IssueInfo]) -> Json:
    """`held` is newest first."""
    own = [info for info in held if info.ref.archive == name]
    newest = own[0].ref
    return {
        "name": name,
        "issues": len(own),
        "entries": sum(info.entries for info in own),
        "newest": {"number": newest.number, "date": newest.date.isoformat() if newest.date else None},
    }
