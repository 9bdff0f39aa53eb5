"""`POST /hooks/reindex`: a git host says that there is something new, and the index is brought up to date.

There is no such address unless the site has a secret, which the git host signs with (GitHub, Gitea, Forgejo) or sends
along (GitLab, Gitee). What is sent is not looked into; nothing of it decides what is done. So it is not kept either:
whoever shows neither a signature nor the token is refused by the headers alone, and a body is hashed while it comes.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, request

from wangqi.search.errors import ConfigError
from wangqi.web.api.deliveries import Deliveries
from wangqi.web.api.responses import json_response
from wangqi.web.http.environ import BODY_DIGEST, Refusal
from wangqi.web.site.routes import HOOK

MAX_BODY_BYTES: Final = 1 << 20
MIN_SECRET_CHARS: Final = 16
"""Fewer could be guessed from one signed request that somebody has seen."""

SIGNATURE: Final = "X-Hub-Signature-256"
A_SIGNATURE: Final = re.compile("sha256=[0-9a-f]{64}")
A_LENGTH: Final = re.compile("[0-9]{1,18}")
TOKENS: Final = ("X-Gitlab-Token", "X-Gitee-Token")
DELIVERIES: Final = ("X-GitHub-Delivery", "X-Gitea-Delivery", "X-Gitlab-Event-UUID")
"""Where a git host names what it sends; it names it the same when it sends it again."""
PIECE_BYTES: Final = 65536

NO_SECRET: Final = Refusal(403, "neither the signature nor the token is that of the secret")
NO_LENGTH: Final = Refusal(411, "a body without its length is not read")
TOO_LARGE: Final = Refusal(413, f"the body has more than {MAX_BODY_BYTES} bytes")


@dataclass(frozen=True, slots=True)
class Hook:
    secret: str
    start: Callable[[], None]
    """Called for each delivery that knows the secret, and must not take long."""
    deliveries: Deliveries = field(default_factory=Deliveries)

    def digest(self) -> hmac.HMAC:
        return hmac.new(self.secret.encode(), digestmod="sha256")

    def open_body(self, path: str, headers: Mapping[str, str]) -> hmac.HMAC | Refusal | None:
        """A digest to feed the body of a delivery into, whose headers (names in lower case) have come; a refusal when
        they are not those of a delivery; None when the request is for something else.

        A proxy may have left a prefix before the `path`.
        """
        if not path.endswith(HOOK):
            return None
        is_readable = A_LENGTH.fullmatch(headers.get("content-length", ""))
        return self.refusal(headers) or (self.digest() if is_readable else None)

    def refusal(self, headers: Mapping[str, str]) -> Refusal | None:
        """Why a request is none that the body could make a delivery of."""
        length = headers.get("content-length")
        if not self.knows(headers) and not A_SIGNATURE.fullmatch(headers.get(SIGNATURE.lower(), "")):
            return NO_SECRET
        if length is None:
            return NO_LENGTH
        return TOO_LARGE if A_LENGTH.fullmatch(length) and int(length) > MAX_BODY_BYTES else None

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Whether the `headers` hold the token."""
        return any(_is(headers.get(name.lower(), ""), self.secret) for name in TOKENS)


def read_secret(value: str | None, file: Path | None) -> str | None:
    """The secret: `value`, or else what is in the `file`; None without either. Raises `ConfigError`."""
    if not value and not file:
        return None
    try:
        secret = value or (file or Path()).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            "the secret of the hook cannot be read from {file}: {error}", file=file, error=error
        ) from error
    if len(secret) < MIN_SECRET_CHARS:
        raise ConfigError(
            "the secret of the hook has fewer than {least} characters; `openssl rand -hex 32`", least=MIN_SECRET_CHARS
        )
    return secret


def hook_blueprint(hook: Hook) -> Blueprint:
    blueprint = Blueprint("hook", __name__)

    @blueprint.post(HOOK)
    def reindex() -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if refusal := hook.refusal(headers):
            abort(refusal.status, refusal.detail)
        signature = f"sha256={_digest_of_body(hook).hexdigest()}"
        if not hook.knows(headers) and not _is(headers.get(SIGNATURE.lower(), ""), signature):
            abort(NO_SECRET.status, NO_SECRET.detail)
        is_news = not hook.deliveries.is_repeated(_names(headers))
        if is_news:
            hook.start()
        response = json_response({"status": "accepted" if is_news else "repeated"})
        response.status_code = 202
        return response

    return blueprint


def _is(value: str, secret: str) -> bool:
    # WSGI gives the bytes of a header as if they were latin-1.
    return hmac.compare_digest(value.encode("latin-1", errors="replace"), secret.encode())


def _digest_of_body(hook: Hook) -> hmac.HMAC:
    """The digest of the body: the server's while it came, else of the stream."""
    digest: hmac.HMAC | None = request.environ.get(BODY_DIGEST)
    if digest is None:
        digest = hook.digest()
        while piece := request.stream.read(PIECE_BYTES):
            digest.update(piece)
    return digest


def _names(headers: Mapping[str, str]) -> Iterator[str]:
    """Yield the names of a delivery, which are the same when it comes again: its sender's id and its signature."""
    for name in (*DELIVERIES, SIGNATURE):
        if value := headers.get(name.lower()):
            yield f"{name}: {value}"
