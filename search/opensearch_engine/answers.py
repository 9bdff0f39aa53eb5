"""What an answer of the cluster means: its JSON, a reason to ask another node, or an error.

| answer | what it is |
|---|---|
| 2xx with a JSON object | the answer |
| 5xx, 429 | not now, or not by this node (`Unusable`): another may answer |
| redirect, no JSON | no OpenSearch (`Unusable`), but a proxy or a page of it |
| 401, 403 | `EngineDeniedError`: all nodes know the same passwords |
| block 10 or 12 (403, 429) | `EngineFullError`: the disks of the nodes are full |
| other 4xx | `EngineRefusedError`: the same would be said tomorrow; of 404 `EngineMissingError` |
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from wangqi.search.errors import EngineDeniedError, EngineFullError, EngineMissingError, EngineRefusedError
from wangqi.search.errors.message import Message

FULL: Final = re.compile(r"/(?:10/cluster create-index|12/)")
"""Of the blocks (`ClusterBlock` of OpenSearch) those that it sets when disks are full: no new index anywhere, no
writing to an index with a shard on such a disk."""
SHOWN_CHARS: Final = 300


class Unusable(Exception):  # noqa: N818 - no error as long as another node may answer
    """Nothing that says what was asked for; `str()` is why."""


class NoAnswer(Unusable):
    """A node said nothing at all, or not the whole of it."""


def read_answer(status: int, body: bytes) -> dict[str, Any]:
    """The answer as JSON. Raises `Unusable` or a `StoreError` for any but a good one."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or 300 <= status < 400:
        raise _no_opensearch(status, body)
    if status >= 400:
        raise refusal(status, answer.get("error"))
    return answer


def _no_opensearch(status: int, body: bytes) -> Exception:
    if status == HTTPStatus.UNAUTHORIZED:  # the security plug-in and proxies say so in plain text
        return refusal(status, None)
    start = " ".join(body[:SHOWN_CHARS].decode(errors="replace").split())[:60]
    return Unusable(f"{status} and no JSON as OpenSearch sends it: {start!r}")


def refusal(status: int, error: object) -> Exception:
    """The exception for `error`, the member of that name in an answer or in the answer about one item."""
    kind, reason = _kind_and_reason(error)
    told = f"{status} {kind}: {reason}"[:SHOWN_CHARS].rstrip(": ")
    blocked = kind.endswith("_block_exception")
    if blocked and FULL.search(reason):
        return EngineFullError(
            "the cluster takes no more documents, since a disk of it is full ({told}): make room on "
            "its nodes or give it more, then run `wangqi reindex` again",
            told=told,
        )
    if status == HTTPStatus.UNAUTHORIZED or (status == HTTPStatus.FORBIDDEN and not blocked):
        return EngineDeniedError(
            "the cluster does not let us in ({told}): look at the user and the password in "
            "OPENSEARCH_URL, and at what the user may do",
            told=told,
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unusable(told)
    message = Message("the cluster refuses a request: {told}", told=told)
    refused = EngineMissingError if status == HTTPStatus.NOT_FOUND else EngineRefusedError
    return refused(message, status=status, kind=kind)


def _kind_and_reason(error: object) -> tuple[str, str]:
    """`{"type": …, "reason": …}`, and of the errors that a search met on its shards the first."""
    if not isinstance(error, Mapping):
        return "", str(error or "")
    shards = error.get("failed_shards") or [{}]
    cause = shards[0].get("reason") or error
    return str(cause.get("type")), str(cause.get("reason"))
