"""Refusals of the parser, as a `Refusal` that the site words; gunicorn's own answer would be a line of HTML."""

from __future__ import annotations

from typing import Final

from gunicorn.http import errors

from wangqi.web.http.environ import A_BUG, Refusal, RefusedError

NO_HOST: Final = Refusal(400, "a request of HTTP/1.1 names the host that it is for")
NOT_READABLE: Final = Refusal(400, "this is no request that can be read; RFC 9112 says what one looks like")
REFUSALS: Final[dict[type[Exception], Refusal]] = {
    errors.InvalidRequestLine: Refusal(400, "the request line is not METHOD ADDRESS HTTP/1.1"),
    errors.InvalidRequestMethod: Refusal(400, "the method is no word in capitals"),
    errors.InvalidHTTPVersion: Refusal(505, "only HTTP/1.0 and HTTP/1.1 are spoken here"),
    errors.InvalidHeader: Refusal(400, "a header cannot be read, or stands twice"),
    errors.InvalidHeaderName: Refusal(400, "the name of a header cannot be read"),
    errors.ObsoleteFolding: Refusal(400, "a header goes on in the next line"),
    errors.LimitRequestLine: Refusal(414, "the address is too long"),
    errors.LimitRequestHeaders: Refusal(431, "the headers are too many or too long"),
    errors.UnsupportedTransferCoding: Refusal(501, "this transfer coding is not known here"),
    errors.ExpectationFailed: Refusal(417, "nothing but 100-continue can be expected"),
    errors.NoMoreData: NOT_READABLE,
    StopIteration: NOT_READABLE,
}


def refusal_of(error: Exception) -> Refusal:
    """`A_BUG` for what is no fault of the client's."""
    if isinstance(error, RefusedError):
        return error.refusal
    if isinstance(error, errors.InvalidHTTPVersion) and " HTTP/" in str(error.version):
        return Refusal(400, "a blank in an address is written %20")
    for kind in type(error).__mro__:
        if kind in REFUSALS:
            return REFUSALS[kind]
    return NOT_READABLE if isinstance(error, errors.ParseException) else A_BUG
