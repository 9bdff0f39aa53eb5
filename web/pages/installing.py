"""The site as an app: its manifest, and the worker that shows what was looked at last when there is no network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from flask import Response, current_app

from wangqi.web.http.headers import answered_by_site
from wangqi.web.pages.shared import blueprint
from wangqi.web.site import routes
from wangqi.web.site.leases import current_site, local_addresses
from wangqi.web.words.language import CHINESE

PAPER: Final = "#fcfbf8"
WORKER: Final = "service-worker.js"


@blueprint.get(routes.MANIFEST)
def manifest() -> Response:
    return answered_by_site(_manifest)


@blueprint.get(routes.SERVICE_WORKER)
def service_worker() -> Response:
    """The script, at the root of the site: a worker is heard for what lies below its address alone."""
    return answered_by_site(_worker)


def _manifest() -> Response:
    site, addresses = current_site(), local_addresses()
    icons = [
        {"src": addresses.static("favicon.svg", site.build), "sizes": "any", "type": "image/svg+xml"},
        {"src": addresses.static("icon-512.png", site.build), "sizes": "512x512", "type": "image/png"},
    ]
    described = {
        "name": site.config.title,
        "short_name": site.config.title,
        "description": site.config.description,
        "lang": CHINESE.tag,
        "start_url": addresses.home(),
        "scope": addresses.home(),
        "display": "minimal-ui",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": icons,
    }
    return Response(json.dumps(described, ensure_ascii=False), content_type="application/manifest+json")


def _worker() -> Response:
    path = Path(current_app.static_folder or "") / WORKER
    return Response(path.read_bytes(), content_type="text/javascript; charset=utf-8")
