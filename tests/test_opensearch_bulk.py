"""Documents in bulk, before a node that refuses some of them for now and some for good."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from typing import Any

import pytest
from loopback_node import Asked, LoopbackNode, Reply, always

from wangqi.search.errors import EngineAwayError, EngineDeniedError, EngineFullError, EngineRefusedError
from wangqi.search.opensearch_engine import bulk
from wangqi.search.opensearch_engine.access import read_access
from wangqi.search.opensearch_engine.bulk import send_bulk
from wangqi.search.opensearch_engine.client import Client, connect, lines_of

FULL = "index [a] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark];"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(bulk, "LONGEST_PAUSE_S", 0.005)


def items(number: int, padding: int = 0) -> list[bytes]:
    """Documents 0, 1, … to be written."""
    return [lines_of([{"index": {"_id": str(i)}}, {"text": "往" * padding}]) for i in range(number)]


class Shelf:
    """A node that keeps what it takes; `refuse` tells status and kind for an item that it does not, this time."""

    def __init__(self, refuse: Callable[[str, int], tuple[int, str, str] | None] = lambda name, times: None) -> None:
        self.kept: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.sizes: list[int] = []
        self._refuse = refuse

    def __call__(self, asked: Asked) -> Reply:
        self.sizes.append(len(asked.body))
        answers = [self._take(json.loads(line)["index"]["_id"]) for line in asked.body.splitlines()[::2]]
        answer = {"errors": any("error" in told["index"] for told in answers), "items": answers}
        return Reply(body=json.dumps(answer).encode())

    def _take(self, name: str) -> dict[str, Any]:
        self.seen[name] += 1
        refused = self._refuse(name, self.seen[name])
        if refused:
            status, kind, reason = refused
            return {"index": {"_id": name, "status": status, "error": {"type": kind, "reason": reason}}}
        self.kept[name] += 1
        return {"index": {"_id": name, "status": 201}}


Serve = Callable[[Callable[[Asked], Reply]], Client]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A client of a node that behaves so."""
    with ExitStack() as nodes:
        yield lambda behaviour: connect(read_access(nodes.enter_context(LoopbackNode(behaviour)).url))


def test_all_items_are_done_once_in_requests_of_a_bounded_size(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_BYTES", 20_000)
    shelf = Shelf()
    report = send_bulk(serve(shelf), iter(items(300, padding=100)))
    assert shelf.kept == Counter(map(str, range(300)))
    assert max(shelf.sizes) <= 20_000
    assert (report.items, report.requests, report.again) == (300, len(shelf.sizes), 0)


def test_an_item_that_is_larger_than_a_request_goes_alone(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_BYTES", 1000)
    shelf = Shelf()
    send_bulk(serve(shelf), [*items(1, padding=1000), *items(3)[1:]])
    assert shelf.kept == Counter(["0", "1", "2"])


def test_no_items_are_no_request(serve: Serve) -> None:
    shelf = Shelf()
    assert send_bulk(serve(shelf), []).requests == len(shelf.sizes) == 0


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, "circuit_breaking_exception"),
        (429, "rejected_execution_exception"),
        (429, "es_rejected_execution_exception"),
        (503, "unavailable_shards_exception"),
    ],
)
def test_items_refused_for_now_are_sent_again_and_only_these(serve: Serve, status: int, kind: str) -> None:
    shelf = Shelf(lambda name, times: (status, kind, "later") if int(name) % 3 == 0 and times <= 3 else None)
    report = send_bulk(serve(shelf), items(100))
    assert shelf.kept == Counter(map(str, range(100)))
    assert report.again == 3 * 34
    assert report.items == 100


def test_after_a_refusal_requests_are_smaller_and_grow_again(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_BYTES", 40_000)
    monkeypatch.setattr(bulk, "LEAST_BYTES", 2_000)
    refused = (429, "circuit_breaking_exception", "later")
    shelf = Shelf(lambda name, times: refused if int(name) < 100 and times <= 3 else None)
    send_bulk(serve(shelf), items(2000, padding=100))
    first, smallest = shelf.sizes[0], min(shelf.sizes[:-1])
    assert smallest < first / 3
    assert max(shelf.sizes[shelf.sizes.index(smallest) :]) > 0.9 * first


def test_a_whole_request_that_is_refused_for_now_is_sent_again(serve: Serve) -> None:
    shelf, refusals = Shelf(), [1] * 8
    busy = always({"error": {"type": "rejected_execution_exception", "reason": "queue"}, "status": 429}, 429)
    report = send_bulk(serve(lambda asked: busy(asked) if refusals and refusals.pop() else shelf(asked)), items(10))
    assert shelf.kept == Counter(map(str, range(10)))
    assert report.again == 4 * 10  # each asked a single node twice


def test_a_request_that_is_too_large_for_a_proxy_is_sent_in_parts(serve: Serve) -> None:
    shelf = Shelf()
    too_large = always({"error": "Request Entity Too Large"}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    client = serve(lambda asked: too_large(asked) if len(asked.body) > 100_000 else shelf(asked))
    send_bulk(client, items(600, padding=100))
    assert shelf.kept == Counter(map(str, range(600)))


def test_a_full_disk_ends_it_at_once(serve: Serve) -> None:
    shelf = Shelf(lambda name, times: (429, "cluster_block_exception", FULL) if int(name) >= 50 else None)
    with pytest.raises(EngineFullError, match=r"429 cluster_block_exception: .*make room on its nodes"):
        send_bulk(serve(shelf), items(100))
    assert shelf.seen.total() == 100


def test_a_document_that_is_refused_for_good_is_named(serve: Serve) -> None:
    reason = "failed to parse field [day]"
    shelf = Shelf(lambda name, times: (400, "mapper_parsing_exception", reason) if name == "7" else None)
    with pytest.raises(EngineRefusedError, match=r"document 7: .*failed to parse field \[day\]"):
        send_bulk(serve(shelf), items(10))


def test_a_wrong_password_is_not_tried_for_two_minutes(serve: Serve) -> None:
    with pytest.raises(EngineDeniedError):
        send_bulk(serve(lambda asked: Reply(401, b"Unauthorized")), items(10))


def test_when_nothing_is_taken_for_long_it_gives_up_and_says_why(serve: Serve) -> None:
    shelf = Shelf(lambda name, times: (429, "circuit_breaking_exception", "Data too large") if name == "3" else None)
    with pytest.raises(EngineAwayError, match=r"for 0\.2 s .* no document: 429 circuit_breaking_exception: Data too"):
        send_bulk(serve(shelf), items(10), patience_s=0.2)
    assert shelf.kept == Counter(set(map(str, range(10))) - {"3"})


def test_an_answer_about_other_items_is_none(serve: Serve) -> None:
    with pytest.raises(EngineAwayError, match="no items in"):
        send_bulk(serve(always({"errors": False, "items": []})), items(2), patience_s=0.1)
