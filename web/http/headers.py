"""Headers of every answer: caching by generation, CORS for the API, and security."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from flask import Response, make_response, request

from wangqi.web.http.proxies import UNLISTED_HOST
from wangqi.web.site.leases import Generation, current_site, leased

MAX_AGE: Final = "public, max-age=60"
FOR_ONE_VISITOR: Final = "private, max-age=60"

SECURITY_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
CORS_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match, *",  # nothing that is sent along could do harm
    "Access-Control-Max-Age": "86400",
    "Access-Control-Expose-Headers": "Link, ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def content_security_policy(*, images: bool, logo: str = "", style: str = "", frame_ancestors: str = "") -> str:
    """A policy that allows nothing inline and nothing from elsewhere, but the images of issues where the site shows
    them, the site of a `logo`, and the source of one `style`. Inside a page, `frame_ancestors` would not be
    heeded."""
    parts = urlsplit(logo)
    others = "http: https:" if images else f"{parts.scheme}://{parts.netloc}" if logo else ""
    sources = f"'self' {others}".strip()
    styles = " ".join(filter(None, ["'self'", style]))
    policy = (
        f"default-src 'none'; style-src {styles}; script-src 'self'; connect-src 'self'; "
        f"manifest-src 'self'; img-src {sources}; form-action 'self'; base-uri 'none'"
    )
    return f"{policy}; frame-ancestors {frame_ancestors}" if frame_ancestors else policy


def answered(make: Callable[[Generation], Response], variant: str = "") -> Response:
    """Answer with `make` of the current generation; a caller who has that already gets 304, and nothing is made."""
    with leased() as generation:
        return not_modified(generation, variant) or cached(make(generation), generation, variant)


def answered_by_site(make: Callable[[], Response]) -> Response:
    """Answer with `make` where no index changes the answer, and where none is needed."""
    return not_modified(None) or cached(make(), None)


def etag_of(generation: Generation | None, variant: str = "") -> str:
    """An ETag that stays exactly as long as this request's answer. `variant` is what the answer depends on besides the
    address: the language of a page."""
    site = current_site()
    settings = (
        generation.name if generation else "",
        generation.created if generation else "",
        site.build,
        site.config.title,
        str(site.config.images),
        variant,
        request.scheme,  # these three by themselves: `request.url_root` takes as long as all the rest
        request.host,
        request.script_root,
        request.path,
    )
    key = "\0".join(settings).encode(errors="surrogatepass") + b"\0" + request.query_string
    return hashlib.blake2b(key, digest_size=9).hexdigest()


def not_modified(generation: Generation | None, variant: str = "") -> Response | None:
    """The 304 for a caller who already has the answer: ask before any work is done for it."""
    known = request.if_none_match
    # `*` asks whether there is any answer, which is not known before the work is done.
    if not known or known.star_tag or not known.contains_weak(etag_of(generation, variant)):
        return None
    return cached(make_response("", 304), generation, variant)


def cached(response: Response, generation: Generation | None, variant: str = "") -> Response:
    # Weak, since took_ms differs from one answer to the next.
    response.set_etag(etag_of(generation, variant), weak=True)
    response.headers["Cache-Control"] = FOR_ONE_VISITOR if request.environ.get(UNLISTED_HOST) else MAX_AGE
    return response
