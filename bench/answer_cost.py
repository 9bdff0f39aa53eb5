"""What a page of results costs the processor, beside the JSON of the same search, in one process without a server."""

from __future__ import annotations

import gc
from dataclasses import asdict
from time import process_time
from typing import Any, Final
from urllib.parse import quote

from werkzeug.test import Client

from bench.site import INDEX, open_site, reader_queries
from bench.timing import ROUNDS, quantiles
from wangqi.indexer.store.following import Follower
from wangqi.search.analysis import Analyzer
from wangqi.search.whoosh_engine import WhooshEngine
from wangqi.web.app import create_app

ADDRESSES: Final = {"page": "/search?q={}", "json": "/api/v1/search?q={}"}


def measure() -> dict[str, Any]:
    """Quantiles in milliseconds of processor time over the queries of readers; of each the best of the rounds, in which
    both take turns."""
    queries = reader_queries(open_site().searcher)
    client = Client(create_app(Follower(INDEX, WhooshEngine(Analyzer()), watch=False)))
    best: dict[str, dict[str, float]] = {name: {} for name in ADDRESSES}
    for _ in range(ROUNDS + 1):  # the first answers open what is opened once
        gc.collect()
        for q in queries:
            for name, address in ADDRESSES.items():
                best[name][q] = min(_ms(client, address.format(quote(q))), best[name].get(q, float("inf")))
    return {name: asdict(quantiles(list(times.values()))) for name, times in best.items()}


def _ms(client: Client, address: str) -> float:
    began = process_time()
    client.get(address).close()
    return (process_time() - began) * 1000
