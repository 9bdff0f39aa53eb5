"""Calls to the cluster: JSON there and back, of whichever node answers in time.

    client = connect(read_access("http://node1:9200,http://node2:9200"))
    client.call("GET", "/wangqi/_doc/1", deadline=Deadline.after(8))

Every failure is a `StoreError` (`search.opensearch_engine.answers`); that no node gives an answer an `EngineAwayError`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from search.errors import ConfigError, EngineAwayError
from search.opensearch_engine.access import Access
from search.opensearch_engine.answers import SHOWN_CHARS, NoAnswer, Unusable, read_answer, refusal
from search.opensearch_engine.deadline import Deadline
from search.opensearch_engine.nodes import Nodes

if TYPE_CHECKING:
    from search.opensearch_engine.transport import Transport

COMPLETE: Final = {"allow_partial_search_results": False}
"""In the header of every search: without it a lost shard is an answer 200 with `failed: 0` that lacks its documents."""

BULK: Final = "/_bulk?timeout=20s&filter_path=errors,items.*.status,items.*.error,items.*._id"
"""`timeout` is how long the cluster waits for a shard that moves."""

Search = tuple[dict[str, Any], dict[str, Any]]
"""A header (`{"index": …, "routing": …}`) and a body, as `_msearch` takes them."""

_T = TypeVar("_T")


def connect(access: Access) -> Client:
    """A client; no node is asked yet. Raises `ConfigError` when urllib3 or the certificate is missing."""
    try:
        from search.opensearch_engine.transport import Transport  # urllib3 is for those with a cluster
    except ModuleNotFoundError as error:
        raise ConfigError(f"OpenSearch needs {error.name}: pip install 'wangqi[opensearch]'") from error
    return Client(Nodes(access.urls), Transport(access))


def lines_of(documents: Iterable[Mapping[str, Any]]) -> bytes:
    """One line of JSON for each, as `_bulk` and `_msearch` read them."""
    return b"".join(_dumps(document) + b"\n" for document in documents)


def _dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Client:
    """Safe to use from several threads, and after a fork."""

    def __init__(self, nodes: Nodes, transport: Transport) -> None:
        self._nodes = nodes
        self._transport = transport

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        deadline: Deadline,
        once: bool = False,
    ) -> dict[str, Any]:
        """The answer of the first node that gives one; a body in bytes is `lines_of` documents.

        `once`: ask no other node when the first may have done it before it fell silent, for what must not be done
        twice. After an `EngineAwayError` nobody knows then whether it was done."""
        sent = body if isinstance(body, bytes | None) else _dumps(body)
        return self._ask(method, path, sent, deadline, once, lambda answer: answer)

    def msearch(self, searches: Iterable[Search], *, deadline: Deadline) -> list[dict[str, Any]]:
        """The answers to searches that are asked in one call, none of which lacks the documents of a lost shard."""
        lines = lines_of(part for header, search in searches for part in (header | COMPLETE, search))
        return self._ask("POST", "/_msearch", lines, deadline, False, _answers_to_searches)

    def bulk(self, items: Sequence[bytes], *, deadline: Deadline) -> list[dict[str, Any]]:
        """What is said of each item of one request; `search.opensearch_engine.bulk` understands it."""

        def each(answer: dict[str, Any]) -> list[dict[str, Any]]:
            return _list_in(answer, "items", len(items))

        return self._ask("POST", BULK, b"".join(items), deadline, False, each)

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None,
        deadline: Deadline,
        once: bool,
        understand: Callable[[dict[str, Any]], _T],
    ) -> _T:
        reasons: dict[str, str] = {}
        for url in self._nodes.in_order():
            if not (seconds := deadline.next_call_s):
                break
            try:
                answer = understand(read_answer(*self._transport.send(url + path, method, body, seconds)))
            except Unusable as error:
                reasons[url] = str(error)
                if isinstance(error, NoAnswer):
                    self._nodes.failed(url)
                if once and error.may_be_done:
                    break
            else:
                self._nodes.answered(url)
                return answer
        raise EngineAwayError(_nobody_answers(reasons, deadline))

    def close(self) -> None:
        self._transport.close()


def _answers_to_searches(answer: dict[str, Any]) -> list[dict[str, Any]]:
    answers = _list_in(answer, "responses")
    for part in answers:
        if "error" in part:
            raise refusal(part.get("status", 500), part["error"])
    return answers


def _list_in(answer: dict[str, Any], name: str, length: int | None = None) -> list[dict[str, Any]]:
    found = answer.get(name)
    if not isinstance(found, list) or length not in (None, len(found)):
        raise Unusable(f"no {name} in {str(answer)[:SHOWN_CHARS]}")
    return found


def _nobody_answers(reasons: Mapping[str, str], deadline: Deadline) -> str:
    told = "; ".join(f"{url}: {reason}" for url, reason in reasons.items())
    late = "" if deadline.left_s else f" within {deadline.seconds:g} s"
    return (
        f"the OpenSearch cluster does not answer{late} ({told or 'there was no time left to ask it'}):"
        " see whether its nodes run and OPENSEARCH_URL names them, then try again"
    )
