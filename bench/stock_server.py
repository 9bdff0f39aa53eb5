"""The same application over stock Whoosh, served in the same way.

python -m bench.stock_server 8000
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from flask import Flask

from bench.http_client import HOST
from bench.site import open_site
from bench.stock_searcher import stock_site
from wangqi.indexer.store.following import Health
from wangqi.indexer.store.last_update import LastUpdate
from wangqi.search.answer.open_index import OpenIndex
from wangqi.search.engine import Searcher
from wangqi.search.processes import available_processes
from wangqi.web.app import create_app
from wangqi.web.server.processes import run_server


@dataclass(frozen=True)
class StockGeneration:
    """The stock index as the application sees a generation."""

    index: OpenIndex
    name: str = "000001"
    created: str = ""

    @property
    def searcher(self) -> Searcher:
        return self.index.searcher

    def text(self, issue_id: str) -> bytes | None:
        return None

    def moved(self, issue_id: str) -> str | None:
        return None

    def is_long(self, issue_id: str) -> bool:
        return False


class StockSource:
    """Opened on the first lease, in the process that answers: Whoosh's open files do not survive a fork."""

    @cached_property
    def _generation(self) -> StockGeneration:
        return StockGeneration(stock_site(open_site()))

    def health(self) -> Health:
        return Health(status="ok")

    def last_update(self) -> LastUpdate | None:
        return None

    @contextmanager
    def lease(self) -> Iterator[StockGeneration]:
        yield self._generation


def make_stock_site() -> Flask:
    return create_app(StockSource())


if __name__ == "__main__":
    run_server(make_stock_site, f"{HOST}:{sys.argv[1]}", processes=available_processes())
