"""Errors as answers: a page for readers, RFC 9457 `application/problem+json` for programs.

The status says whose turn it is: 4xx the caller's, 503 the author's (no index yet), 500 ours, with an id that stands in
the log beside the trace. A trace is never shown.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    RequestURITooLarge,
)
from werkzeug.routing import RequestRedirect

from wangqi.indexer.config.hosts import MAX_NAME_CHARS
from wangqi.search.errors import EngineAwayError, NoIndexError, OverBudgetError, RequestError, StoreError
from wangqi.search.request import MAX_QUERY_CHARS, SearchRequest
from wangqi.web.http.environ import A_BUG, REFUSAL, Refusal
from wangqi.web.http.proxies import UNKNOWN_HOST
from wangqi.web.site import routes
from wangqi.web.site.as_json import issue_ref_as_dict
from wangqi.web.site.entries import EntryGoneError, IssueGoneError
from wangqi.web.site.leases import absolute_addresses, current_site, query_arguments
from wangqi.web.site.routes import HEALTH, MAX_ADDRESS_CHARS, PROGRAMS

log = logging.getLogger(__name__)

NO_SUCH_ADDRESS = "nothing is at this address; /openapi.json tells what there is"
NO_SUCH_HOST = "this site does not go by the name in the Host header; its owner may add it to host_names"
HOW_TO_START = "there is no index yet: run `wangqi reindex`"
IN_A_MOMENT = "the index is being made: ask again in a few seconds"
NO_ANSWER = "the servers that hold the index do not answer: ask again in a few seconds"
HOW_TO_REPAIR = "the index cannot be used: run `wangqi verify`, then `wangqi reindex`"


def register_errors(app: Flask) -> None:
    app.before_request(_refuse_odd_requests)
    app.register_error_handler(RequestError, _bad_request)
    app.register_error_handler(StoreError, _no_index)
    app.register_error_handler(EngineAwayError, _away)
    app.register_error_handler(OverBudgetError, _too_dear)
    app.register_error_handler(EntryGoneError, _gone)
    app.register_error_handler(IssueGoneError, _issue_gone)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _bug_after_the_view)
    app.register_error_handler(Exception, _bug)


def refuse_for_the_server(app: Flask) -> None:
    """Say no in the site's words where the server would not have asked at all, before anything else is looked at."""

    @app.before_request
    def refuse() -> None:
        refusal: Refusal | None = request.environ.get(REFUSAL)
        if refusal:
            later = {"retry_after": refusal.retry_after_s} if refusal.retry_after_s else {}
            abort(refusal.status, refusal.detail, **later)


def _refuse_odd_requests() -> Response | None:
    if UNKNOWN_HOST in request.environ and request.path != HEALTH:
        host = request.environ[UNKNOWN_HOST][:MAX_NAME_CHARS]
        return _answer(HTTPStatus.BAD_REQUEST, NO_SUCH_HOST, host=host.encode("latin-1").decode(errors="replace"))
    # As it was sent, before %-signs are read.
    sent = request.environ.get("RAW_URI") or f"{request.path}?{request.environ.get('QUERY_STRING', '')}"
    if len(sent) > MAX_ADDRESS_CHARS:
        raise RequestURITooLarge(f"the address has more than {MAX_ADDRESS_CHARS} characters")
    if request.method in ("GET", "HEAD") and _has_body():
        raise RequestEntityTooLarge("a request here has no body; what is asked for stands in the address")
    return None


def _has_body() -> bool:
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def _bad_request(error: RequestError) -> Response:
    return _answer(HTTPStatus.BAD_REQUEST, str(error), parameter=error.parameter)


def _no_index(error: StoreError) -> Response:
    log.warning("cannot answer: %s", error)
    # The error's own text names folders of the server; a visitor gets only what to do.
    if current_site().building:
        return _later(5, IN_A_MOMENT, building=True)
    missing = isinstance(error, NoIndexError)
    return _later(30, HOW_TO_START if missing else HOW_TO_REPAIR, missing=missing)


def _away(error: EngineAwayError) -> Response:
    """Never an empty result: what the cluster holds is not known now."""
    log.warning("cannot answer: %s", error)  # with the addresses of its nodes, which are nobody's affair
    return _later(5, NO_ANSWER, away=True)


def _too_dear(error: OverBudgetError) -> Response:
    log.warning("not answered: %s: %s", error, request.full_path)
    # It may take less when the machine is less busy, or the index another.
    return _later(30, str(error), dear=True)


def _later(seconds: int, detail: str, **more: bool) -> Response:
    response = _answer(HTTPStatus.SERVICE_UNAVAILABLE, detail, **more)
    response.headers["Retry-After"] = str(seconds)
    return response


def _gone(error: EntryGoneError) -> Response:
    issue = issue_ref_as_dict(error.issue, absolute_addresses())
    return _answer(HTTPStatus.GONE, str(error), issue=issue)


def _issue_gone(error: IssueGoneError) -> Response:
    return _answer(HTTPStatus.GONE, str(error))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, RequestRedirect):
        return error
    if isinstance(error, NotFound) and (address := _without_slash()):
        return redirect(address, HTTPStatus.PERMANENT_REDIRECT)
    response = _answer(HTTPStatus(error.code or 500), _told(error))
    response.headers.extend(
        (name, value) for name, value in error.get_headers() if name.lower() not in ("content-type", "content-length")
    )
    return response


def _without_slash() -> str | None:
    """The address that was meant by one with a slash at its end; None when there is none."""
    path = request.path.rstrip("/")
    if not request.path.endswith("/") or path.startswith("//"):
        return None
    try:
        current_app.create_url_adapter(request).match(path, request.method)  # type: ignore[union-attr]
    except (HTTPException, RequestRedirect):
        return None
    query = request.query_string.decode("ascii", errors="replace")
    return f"{quote(request.script_root)}{quote(path)}{f'?{query}' if query else ''}"


def _told(error: HTTPException) -> str:
    """A description that says what is wrong and what to do instead, where Werkzeug's says neither."""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return f"this address answers {', '.join(sorted(error.valid_methods))} alone"
    return NO_SUCH_ADDRESS if error.description == NotFound.description else error.description or ""


def _bug(error: Exception) -> Response:
    error_id = secrets.token_hex(4)
    log.error("error %s at %s", error_id, request.path, exc_info=error)
    try:
        return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, A_BUG.detail, id=error_id)
    except Exception:  # the page of errors may have the very bug that it would tell of
        log.exception("error %s has no page", error_id)
        text = f"error {error_id}: {A_BUG.detail}\n"
        return Response(text, HTTPStatus.INTERNAL_SERVER_ERROR, content_type="text/plain")


def _bug_after_the_view(error: InternalServerError) -> Response:
    """Answer an exception in Flask's hooks, for which it asks no other handler."""
    return _bug(error.original_exception if isinstance(error.original_exception, Exception) else error)


def _answer(status: HTTPStatus, detail: str, **members: object) -> Response:
    """`members` are the problem's extension members (RFC 9457, 3.2), which the page may show as well."""
    response = _problem(status, detail, members) if _is_for_programs() else _page(status, members)
    response.headers["Cache-Control"] = "no-store"  # what one visitor did wrong is not for the next
    return response


def _is_for_programs() -> bool:
    return request.path.startswith((*PROGRAMS, routes.HOOK))


def _page(status: HTTPStatus, members: Mapping[str, object]) -> Response:
    page = Response(render_template("error.html", status=status.value, **members, asked=_asked()), status)
    page.vary.add("Accept-Language")
    return page


def _asked() -> SearchRequest:
    """What the box holds: the words of a search that went wrong are there to be mended."""
    return SearchRequest(q=query_arguments().get("q", [""])[0][:MAX_QUERY_CHARS])


def _problem(status: HTTPStatus, detail: str, members: Mapping[str, object]) -> Response:
    problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail, **members}
    return Response(json.dumps(problem, ensure_ascii=False), status, content_type="application/problem+json")
