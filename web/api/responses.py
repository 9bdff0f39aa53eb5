"""Parameters, JSON and links to neighbouring pages, as all answers of the API have them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from wangqi.web.site.json_bytes import to_json
from wangqi.web.site.leases import page_arguments, query_arguments
from wangqi.web.site.parameters import Arguments, reject_unknown


def arguments(*known: str) -> Arguments:
    """The request's parameters; raises `RequestError` for one that is not `known`."""
    found = query_arguments()
    reject_unknown(found, known)
    return found


def feed_arguments(*known: str) -> Arguments:
    """The arguments of a feed, without what messengers add to addresses that people pass on."""
    found = page_arguments()
    reject_unknown(found, known)
    return found


def json_response(body: object, content_type: str = "application/json") -> Response:
    return Response(to_json(body), content_type=content_type)


def with_links(response: Response, links: Mapping[str, str | None]) -> Response:
    """The `Link` header (RFC 8288) to the neighbouring pages."""
    around = [f'<{links[name]}>; rel="{name}"' for name in ("next", "prev") if links[name]]
    if around:
        response.headers["Link"] = ", ".join(around)
    return response
