"""Keys of the WSGI environment by which the server tells the site about a request, beside those of WSGI."""

from __future__ import annotations

from typing import Final, NamedTuple

REFUSAL: Final = "wangqi.refusal"
"""A `Refusal`: the site says no in its own words, and does nothing else."""

BODY_DIGEST: Final = "wangqi.body_digest"
"""The `Digest` that the body was fed into while it came; the body itself is not kept."""


class Refusal(NamedTuple):
    """Why a request is not looked into."""

    status: int
    detail: str
    retry_after_s: int | None = None


class RefusedError(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal


BUSY: Final = Refusal(503, "too many requests wait already", retry_after_s=5)
TOO_SLOW: Final = Refusal(408, "the request did not come within ten seconds")
A_BUG: Final = Refusal(500, "a bug of this program; its log tells more")
