"""`POST /hooks/reindex`: a git host says that there is something new, and the index is brought up to date.

There is no such address unless the site has a secret, which the git host signs with (GitHub, Gitea, Forgejo) or sends
along (GitLab, Gitee). What is sent is not looked into; nothing of it decides what is done.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, request

from search.errors import ConfigError
from web.api.answering import json_response

PATH: Final = "/hooks/reindex"
MAX_BODY_BYTES: Final = 1 << 20
MIN_SECRET_CHARS: Final = 16
"""Fewer could be guessed from one signed request that somebody has seen."""

SIGNATURE: Final = "X-Hub-Signature-256"
TOKENS: Final = ("X-Gitlab-Token", "X-Gitee-Token")


@dataclass(frozen=True, slots=True)
class Hook:
    secret: str
    start: Callable[[], None]
    """Called for each request that knows the secret, and must not take long."""


def read_secret(value: str | None, file: str | None) -> str | None:
    """The secret: `value`, or else what is in the `file`; None without either. Raises `ConfigError`."""
    if not value and not file:
        return None
    try:
        secret = value or Path(file or "").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the secret of the hook cannot be read from {file}: {error}") from error
    if len(secret) < MIN_SECRET_CHARS:
        raise ConfigError(
            f"the secret of the hook has fewer than {MIN_SECRET_CHARS} characters; `openssl rand -hex 32`"
        )
    return secret


def max_body(path: str) -> int:
    """How many bytes of a body are read at `path`, which may have a prefix of the proxy's."""
    return MAX_BODY_BYTES if path.endswith(PATH) else 0


def hook_blueprint(hook: Hook) -> Blueprint:
    blueprint = Blueprint("hook", __name__)

    @blueprint.post(PATH)
    def reindex() -> Response:
        if request.content_length is None:
            abort(411, "a body without its length is not read")
        if request.content_length > MAX_BODY_BYTES:
            abort(413, f"the body has more than {MAX_BODY_BYTES} bytes")
        if not _knows(hook.secret, request.get_data()):
            abort(403, "neither the signature nor the token is that of the secret")
        hook.start()
        response = json_response({"status": "accepted"})
        response.status_code = 202
        return response

    return blueprint


def _knows(secret: str, body: bytes) -> bool:
    signature = "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()
    expected = {SIGNATURE: signature} | dict.fromkeys(TOKENS, secret)
    return any(
        hmac.compare_digest(request.headers.get(name, "").encode(), value.encode()) for name, value in expected.items()
    )
