"""Calls to the cluster: JSON there and back, of whichever node answers in time.

    client = connect(read_access("http://node1:9200,http://node2:9200"))
    client.call("GET", "/wangqi/_doc/1", deadline=Deadline.after(8))

Every failure is a `StoreError` (`search.opensearch_engine.answers`); that no node gives an answer an `EngineAwayError`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from wangqi.search.errors import ConfigError, EngineAwayError
from wangqi.search.errors.message import Message, message_of, one_after_the_other
from wangqi.search.opensearch_engine.access import Access
from wangqi.search.opensearch_engine.answers import SHOWN_CHARS, NoAnswer, Unusable, read_answer, refusal
from wangqi.search.opensearch_engine.deadline import Deadline
from wangqi.search.opensearch_engine.nodes import Nodes

if TYPE_CHECKING:
    from wangqi.search.opensearch_engine.transport import Transport

COMPLETE: Final = {"allow_partial_search_results": False}
"""In the header of every search: without it a lost shard is an answer 200 with `failed: 0` that lacks its documents."""

BULK: Final = "/_bulk?timeout=20s&filter_path=errors,items.*.status,items.*.error,items.*._id"
"""`timeout` is how long the cluster waits for a shard that moves."""

WHO_ARE_YOU: Final = "/_nodes/_local/http?filter_path=nodes.*.name"
LOOK_S: Final = 0.4
"""For a node to say who it is, which takes a few milliseconds; of the time for the whole answer."""

PAGE_S: Final = 120.0
"""For a page of `Client.hits`, for which no visitor waits."""

Search = tuple[dict[str, Any], dict[str, Any]]
"""A header (`{"index": …, "routing": …}`) and a body, as `_msearch` takes them."""

_T = TypeVar("_T")


def connect(access: Access) -> Client:
    """A client; no node is asked yet. Raises `ConfigError` when urllib3 or the certificate is missing."""
    try:
        from wangqi.search.opensearch_engine.transport import Transport  # urllib3 is for those with a cluster
    except ModuleNotFoundError as error:
        raise ConfigError("OpenSearch needs {name}: pip install 'wangqi[opensearch]'", name=error.name) from error
    return Client(Nodes(access.urls), Transport(access))


def lines_of(documents: Iterable[Mapping[str, Any]]) -> bytes:
    """One line of JSON for each, as `_bulk` and `_msearch` read them."""
    return b"".join(_dumps(document) + b"\n" for document in documents)


def _dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class _Request(Generic[_T]):
    method: str
    path: str
    body: Callable[[], bytes | None]
    """Made for each node that is asked."""
    understand: Callable[[dict[str, Any]], _T]
    """Raises `Unusable` for what is no answer."""


class Client:
    """Safe to use from several threads, and after a fork."""

    def __init__(self, nodes: Nodes, transport: Transport) -> None:
        self._nodes = nodes
        self._transport = transport
        self._looking = Lock()
        self._looked = 0.0

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | bytes | None = None, *, deadline: Deadline
    ) -> dict[str, Any]:
        """The answer of the first node that gives one; a body in bytes is `lines_of` documents. What is asked for may
        be done twice: a node may have done it before it fell silent."""
        sent = body if isinstance(body, bytes | None) else _dumps(body)
        return self._ask(_Request(method, path, lambda: sent, lambda answer: answer), deadline)

    def msearch(self, searches: Iterable[Search], *, deadline: Deadline) -> list[dict[str, Any]]:
        """The answers to searches that are asked in one call, none of which lacks the documents of a lost shard."""
        asked = list(searches)

        def lines() -> bytes:
            preference = self._nodes.preference
            common = COMPLETE | ({"preference": preference} if preference else {})
            return lines_of(part for header, search in asked for part in (header | common, search))

        return self._ask(_Request("POST", "/_msearch", lines, _answers_to_searches), deadline)

    def hits(self, index: str, body: Mapping[str, Any], *, at_once: int) -> Iterator[dict[str, Any]]:
        """All that a search finds, in its order: asked for so many at once, which takes as long as it takes."""
        page = {**body, "size": at_once, "track_total_hits": False}
        while True:
            [answer] = self.msearch([({"index": index}, page)], deadline=Deadline.after(PAGE_S, each_s=PAGE_S / 4))
            hits = answer["hits"]["hits"]
            yield from hits
            if len(hits) < at_once:
                return
            page["search_after"] = hits[-1]["sort"]

    def bulk(self, items: Sequence[bytes], *, deadline: Deadline) -> list[dict[str, Any]]:
        """What is said of each item of one request; `search.opensearch_engine.bulk` understands it."""
        lines = b"".join(items)
        understand = partial(_list_in, name="items", length=len(items))
        return self._ask(_Request("POST", BULK, lambda: lines, understand), deadline)

    def close(self) -> None:
        self._transport.close()

    def _ask(self, request: _Request[_T], deadline: Deadline) -> _T:
        if due := self._nodes.due():
            self._look_at(due, deadline)
        reasons: dict[str, str] = {}
        untried = self._nodes.in_order()
        while untried and (seconds := deadline.next_call_s):
            url = untried.pop(0)
            try:
                answer = self._transport.send(url + request.path, request.method, request.body(), seconds)
                self._nodes.answers(url)
                return request.understand(read_answer(*answer))
            except Unusable as error:
                reasons[url] = message_of(error)
                if isinstance(error, NoAnswer):
                    self._look_around(deadline)
                    untried = self._nodes.silent_last(untried)
        raise EngineAwayError(_nobody_answers(reasons, deadline))

    def _look_around(self, deadline: Deadline) -> None:
        """Find out who is silent: a node that said nothing may itself wait for another one."""
        with self._looking:
            if monotonic() - self._looked < LOOK_S:
                return  # another caller has just looked
            for url in self._nodes.urls:
                self._look_at(url, deadline)
            self._looked = monotonic()

    def _look_at(self, url: str, deadline: Deadline) -> None:
        """Ask for what a node knows by itself, if there is time."""
        seconds = min(LOOK_S, deadline.left_s)
        if not seconds:
            return
        try:
            _, body = self._transport.send(url + WHO_ARE_YOU, "GET", None, seconds)
        except NoAnswer:
            self._nodes.is_silent(url)
        else:
            self._nodes.answers(url, _node_id(body))


def _node_id(body: bytes) -> str:
    """Empty where the user may not know, or a proxy answers."""
    try:
        (name,) = json.loads(body)["nodes"]
    except (ValueError, TypeError, KeyError):
        return ""
    return str(name)


def _answers_to_searches(answer: dict[str, Any]) -> list[dict[str, Any]]:
    answers = _list_in(answer, name="responses")
    for part in answers:
        if "error" in part:
            raise refusal(part.get("status", 500), part["error"])
    return answers


def _list_in(answer: dict[str, Any], *, name: str, length: int | None = None) -> list[dict[str, Any]]:
    found = answer.get(name)
    if not isinstance(found, list) or length not in (None, len(found)):
        raise Unusable(f"no {name} in {str(answer)[:SHOWN_CHARS]}")
    return found


def _nobody_answers(reasons: Mapping[str, str], deadline: Deadline) -> str:
    told = one_after_the_other(
        [Message("{url}: {reason}", url=url, reason=reason) for url, reason in reasons.items()]
        or [Message("there was no time left to ask it")]
    )
    late = "" if deadline.left_s else Message(" within {seconds:g} s", seconds=deadline.seconds)
    return Message(
        "the OpenSearch cluster does not answer{late} ({told}): see whether its nodes run and OPENSEARCH_URL names "
        "them, then try again",
        late=late,
        told=told,
    )
