"""`/metrics` in the text format of Prometheus, where the settings want it: numbers alone, nothing of who asked or for
what. https://prometheus.io/docs/instrumenting/exposition_formats/"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from flask import Blueprint, Response

from wangqi.search.errors import StoreError
from wangqi.web.api.responses import arguments
from wangqi.web.http.counting import Requests
from wangqi.web.site import routes
from wangqi.web.site.leases import Source, current_site

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def metrics_blueprint(requests: Requests) -> Blueprint:
    blueprint = Blueprint("metrics", __name__)

    @blueprint.get(routes.METRICS)
    def metrics() -> Response:
        arguments()
        lines = [*_of_requests(requests), *_of_index(current_site().source)]
        response = Response("\n".join(lines) + "\n", content_type=CONTENT_TYPE)
        response.headers["Cache-Control"] = "no-store"
        return response

    return blueprint


def _of_requests(requests: Requests) -> Iterator[str]:
    yield from _head("wangqi_requests_total", "counter", "Requests answered, by route and class of status.")
    for route, of_class, count in requests.answered():
        yield f'wangqi_requests_total{{route="{route}",status="{of_class}"}} {count:.0f}'
    took = requests.took()
    yield from _head("wangqi_request_seconds", "histogram", "Time to make an answer, without waiting for its turn.")
    for end, count in took.buckets:
        yield f'wangqi_request_seconds_bucket{{le="{end:g}"}} {count:.0f}'
    yield f'wangqi_request_seconds_bucket{{le="+Inf"}} {took.count:.0f}'
    yield f"wangqi_request_seconds_sum {took.seconds:.6f}"
    yield f"wangqi_request_seconds_count {took.count:.0f}"


def _of_index(source: Source) -> Iterator[str]:
    """What this process serves; nothing of it without an index."""
    try:
        with source.lease() as generation:
            archives = generation.searcher.archives()
            yield from _gauge("wangqi_entries", "Entries served.", sum(each.entries for each in archives))
            yield from _gauge("wangqi_issues", "Issues served.", sum(each.issues for each in archives))
            made = datetime.fromisoformat(generation.created).timestamp()
            yield from _gauge("wangqi_index_created_timestamp_seconds", "When the index was made.", made)
    except StoreError:
        yield from _gauge("wangqi_entries", "Entries served.", 0)
    if last := source.last_update():
        ended = datetime.fromisoformat(last.at).timestamp()
        yield from _gauge("wangqi_last_reindex_timestamp_seconds", "When the last reindex ended.", ended)
        yield from _gauge("wangqi_last_reindex_failed", "Whether it failed.", last.failed)


def _gauge(name: str, what: str, value: float) -> Iterator[str]:
    yield from _head(name, "gauge", what)
    yield f"{name} {value:.0f}"


def _head(name: str, kind: str, what: str) -> Iterator[str]:
    yield f"# HELP {name} {what}"
    yield f"# TYPE {name} {kind}"
