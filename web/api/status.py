"""`/api/v1/status` and `/healthz`: what is served, and whether it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from flask import Blueprint, Response
from werkzeug.exceptions import ServiceUnavailable

from wangqi.search.engine import ArchiveInfo, Searcher
from wangqi.web.api.responses import arguments, json_response
from wangqi.web.http.headers import answered
from wangqi.web.site import routes
from wangqi.web.site.as_json import Json
from wangqi.web.site.leases import Generation, current_site

blueprint = Blueprint("state", __name__)

RETRY_AFTER_S: Final = 30


@blueprint.get(routes.API_STATUS)
def status() -> Response:
    arguments()
    update = _update()
    return answered(lambda generation: _status(generation, update), str(update))


@blueprint.get(routes.HEALTH)
def healthz() -> Response:
    """200 while there is an index to answer from, if only an old one; 503 without any, and when nobody follows."""
    source = current_site().source
    health, now = source.health(), datetime.now(UTC)
    if health.status == "unhealthy":
        raise ServiceUnavailable(f"unhealthy: {health.reason}", retry_after=RETRY_AFTER_S)
    with source.lease() as generation:
        body: Json = {"status": health.status, "generation": generation.name}
    if update := _update():
        body["update"] = update
    if health.reason:
        body["reason"] = health.reason
    for name, ago_s in (("looked", health.looked_s), ("searched", health.searched_s)):
        if ago_s is not None:
            body[name] = (now - timedelta(seconds=ago_s)).isoformat(timespec="seconds")
    response = json_response(body)
    response.headers["Cache-Control"] = "no-store"
    return response


def _update() -> Json | None:
    """When the last run ended and whether it failed; why says `wangqi status`, since that names folders."""
    last = current_site().source.last_update()
    if last is None:
        return None
    return {"at": last.at, "failed": True} if last.failed else {"at": last.at, "failed": False, "what": last.what}


def _status(generation: Generation, update: Json | None) -> Response:
    archives = generation.searcher.archives()
    body: Json = {
        "generation": generation.name,
        "created": generation.created,
        "issues": sum(archive.issues for archive in archives),
        "entries": sum(archive.entries for archive in archives),
        "archives": [_archive(archive, generation.searcher) for archive in archives],
    }
    if update:
        body["update"] = update
    return json_response(body)


def _archive(archive: ArchiveInfo, searcher: Searcher) -> Json:
    newest = searcher.issues([archive.name], limit=1)[0].ref
    return {
        "name": archive.name,
        "issues": archive.issues,
        "entries": archive.entries,
        "newest": {"number": newest.number, "date": newest.date.isoformat() if newest.date else None},
    }
