"""`/openapi.json`: the API's description of itself, kept by hand in `openapi.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import yaml
from flask import Blueprint, Response

from wangqi.web.api.responses import arguments, json_response
from wangqi.web.http.headers import answered_by_site
from wangqi.web.site import routes
from wangqi.web.site.as_json import Json
from wangqi.web.site.leases import absolute_addresses

blueprint = Blueprint("openapi", __name__)

DOCUMENT: Final = Path(__file__).with_name("openapi.yaml")


@blueprint.get(routes.OPENAPI)
def openapi() -> Response:
    arguments()
    return answered_by_site(lambda: json_response(_document() | {"servers": [{"url": absolute_addresses().root}]}))


@cache
def _document() -> Json:
    document: Json = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    return document
