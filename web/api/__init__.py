"""The JSON API, `/api/v1`, with `/openapi.json` and `/healthz`.

`docs/json-api.md` tells it to its callers, `openapi.yaml` to their programs; a test holds both against the answers.

    responses  what the answers have in common        lookup   was this link recommended?
    search     hits, one entry, completions           status   what is served, and whether it is
    issues     all issues, one issue                  openapi  the API's description of itself
    hook       lets a git host start a reindex        deliveries   which of its calls came before
    metrics    numbers for Prometheus
"""

from __future__ import annotations

from flask import Blueprint

from wangqi.web.api import issues, lookup, openapi, search
from wangqi.web.api import status as state

blueprint = Blueprint("api", __name__)
for part in (search, issues, lookup, state, openapi):
    blueprint.register_blueprint(part.blueprint)
