"""Pages of the application, rendered one after the other from one generation, without a server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote

from flask import Flask, render_template

from wangqi.indexer.store.following import Health
from wangqi.indexer.store.last_update import LastUpdate
from wangqi.search.errors import StoreError
from wangqi.search.errors.message import Message
from wangqi.web.export.addresses import NOT_FOUND
from wangqi.web.export.lean import lean
from wangqi.web.site.addresses import PART
from wangqi.web.site.leases import Generation

HOST: Final = "http://127.0.0.1"
"""A name that every application goes by."""


class OneGeneration:
    """A source that always lends the same generation."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation

    def health(self) -> Health:
        return Health(status="ok")

    def last_update(self) -> LastUpdate | None:
        return None

    @contextmanager
    def lease(self) -> Iterator[Generation]:
        yield self._generation


class Renderer:
    """Renders pages of `app`, which makes them to be written as files."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._client = app.test_client()

    def page(self, path: str, part: int = 1, **parameters: str) -> bytes:
        """What the application answers at `path`, which is not quoted; raises `StoreError` when it is not a page."""
        query = parameters | ({PART: str(part)} if part > 1 else {})
        response = self._client.get(quote(path), query_string=query, base_url=HOST)
        if response.status_code != 200:
            raise StoreError(
                Message(
                    "the page {path} cannot be made: {status}; run `wangqi verify`", path=path, status=response.status
                )
            )
        data = response.get_data()
        return lean(data) if response.mimetype == "text/html" else data

    def not_found(self) -> bytes:
        return self.template(NOT_FOUND, "error.html", status=404)

    def template(self, path: str, name: str, **values: Any) -> bytes:
        """A page that no server has, at `path`."""
        with self._app.test_request_context(path, base_url=HOST):
            return lean(render_template(name, **values).encode())
