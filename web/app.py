"""The web application: `create_app(source)` puts the pages, the API and their common manners together.

It holds no state but its settings: whatever it shows comes from the generation that it leases for that one answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path
from typing import Final

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from wangqi import indexer, search, web
from wangqi.indexer.config import Config
from wangqi.indexer.rendering import render_markdown
from wangqi.search.budget import limited_to
from wangqi.web import api, pages
from wangqi.web.api.hook import Hook, hook_blueprint
from wangqi.web.api.metrics import metrics_blueprint
from wangqi.web.errors import refuse_for_the_server, register_errors
from wangqi.web.feeds import discovery, issue_feed
from wangqi.web.feeds import search_feed as feed
from wangqi.web.http.compression import add_compression
from wangqi.web.http.counting import count_requests
from wangqi.web.http.headers import CORS_HEADERS, SECURITY_HEADERS, content_security_policy
from wangqi.web.http.proxies import Proxies, mounted, varies_by
from wangqi.web.http.rate import CPU, limit_cost, limit_rate
from wangqi.web.site.accent import accent_style, source_of
from wangqi.web.site.leases import Files, Site, Source
from wangqi.web.site.misses import Misses
from wangqi.web.site.routes import PROGRAMS
from wangqi.web.site.searches import Searches

SOURCES: Final = ("*.py", "*.html", "*.xml", "*.txt", "*.yaml", "*.css", "*.js", "*.svg", "*.png", "*.po")
AN_HOUR: Final = 3600
A_YEAR: Final = 365 * 24 * AN_HOUR
FOR_OTHER_ORIGINS: Final = (*PROGRAMS, "/static/")
"""What pages elsewhere may use: all that is for programs, and the search box that calls the API."""


ANSWER_S: Final = 1.0
"""Processor time that an answer may take; the dearest ones known take a tenth (`bench/requests.py`)."""


class Application(Flask):
    def dispatch_request(self) -> ResponseReturnValue:
        """Answer within `ANSWER_S`. Raises `OverBudgetError` when the view takes more of the processor's time."""
        with limited_to(ANSWER_S):
            return super().dispatch_request()

    def get_send_file_max_age(self, filename: str | None) -> int:
        """Seconds for which a static file need not be asked for again.

        The site's own pages name its version, for ever the same; a page elsewhere does not, and learns of a new one.
        """
        return A_YEAR if "v" in request.args else AN_HOUR


def create_app(
    source: Source,
    config: Config | None = None,
    *,
    hook: Hook | None = None,
    misses: Misses | None = None,
    searches: Searches | None = None,
    building: bool = False,
    files: Files | None = None,
) -> Flask:
    """The application that serves `source` as the settings say.

    `hook` lets a git host start a reindex; `misses` and `searches` note searches. `building` says that an index that
    cannot be used will be soon. With `files` its pages are made to be written as files. Raises `ConfigError` when
    `base_url` is no address or one of `host_names` no host.
    """
    config = config or Config()
    app = Application(web.__name__)
    app.debug = False  # whatever FLASK_DEBUG says
    # A page cannot say itself who may frame it; a server can.
    accent = accent_style(config.accent) if config.accent else ""
    policy = content_security_policy(
        images=config.images,
        logo=config.logo or "",
        style=source_of(accent) if accent else "",
        frame_ancestors="" if files else config.frame_ancestors,
    )
    app.extensions["wangqi"] = Site(
        source=source,
        config=config,
        footer=render_markdown(config.footer, anchors={}, images=False).html if config.footer else "",
        accent=accent,
        misses=misses,
        searches=searches,
        building=building,
        build=build_digest(config),
        policy=policy,
        files=files,
    )
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(feed.blueprint)
    app.register_blueprint(discovery.blueprint)
    app.register_blueprint(issue_feed.blueprint)
    app.register_blueprint(api.blueprint)
    if hook:
        app.register_blueprint(hook_blueprint(hook))
    if config.metrics:
        app.register_blueprint(metrics_blueprint(count_requests(app)))
    refuse_for_the_server(app)
    if config.rate:
        limit_rate(app, config.rate)
    if cpu := (CPU if config.rate else 0) if config.cpu is None else config.cpu:
        limit_cost(app, cpu)
    register_errors(app)
    add_compression(app)
    trusted = Proxies(
        count=config.proxies, at=config.proxies_at, host=config.forwarded_host, prefix=config.forwarded_prefix
    )
    _add_headers(app, policy, varies_by(config.base_url, trusted))
    app.wsgi_app = mounted(  # type: ignore[method-assign,assignment]
        app.wsgi_app, base_url=config.base_url, host_names=config.host_names, proxies=trusted
    )
    return app


def build_digest(config: Config) -> str:
    """Digest of the program's own files and of the settings that pages show, so that another version never answers 304
    for an old one."""
    shown = (
        *(sorted(config.links.items()), sorted(config.names.items()), config.canonical),
        *(config.description, config.home, config.footer, config.logo, config.accent),
    )
    digest = hashlib.blake2b(repr(shown).encode(), digest_size=6)
    for package in (search, indexer, web):
        folder = Path(package.__path__[0])
        for path in sorted(path for pattern in SOURCES for path in folder.rglob(pattern)):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _add_headers(app: Flask, policy: str, varies: Collection[str]) -> None:
    always = [*SECURITY_HEADERS.items(), ("Content-Security-Policy", policy)]
    for_programs = [*always, *CORS_HEADERS.items()]

    @app.after_request
    def add_headers(response: Response) -> Response:
        # Nobody else sets them; looking for each among the others would take twice as long.
        response.headers.extend(for_programs if request.path.startswith(FOR_OTHER_ORIGINS) else always)
        response.vary.update(varies)
        return response
