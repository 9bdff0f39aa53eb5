"""JSON-RPC 2.0 over lines of bytes: https://www.jsonrpc.org/specification. One request in a line, one answer in a line;
a notification, which has no id, gets none. Batches, which MCP no longer has, are invalid requests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import IO, Any, Final

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602

MAX_BYTES: Final = 1_000_000
"""Of a request: a thousand times the longest query."""

Method = Callable[[dict[str, Any]], dict[str, Any]]
"""From the parameters to the result. Raises `InvalidParamsError`."""


class InvalidParamsError(Exception):
    """With a message for the one who sent them."""


def answer_lines(source: IO[bytes], target: IO[bytes], methods: Mapping[str, Method]) -> None:
    """Answer what comes from `source` until it ends."""
    while line := source.readline(MAX_BYTES):
        if not line.endswith(b"\n") and len(line) == MAX_BYTES:
            _pass_over(source)
            answer: dict[str, Any] | None = _error(None, PARSE_ERROR, f"a request has at most {MAX_BYTES} bytes")
        else:
            answer = answer_to(line, methods) if line.strip() else None
        if answer is not None:
            target.write(json.dumps(answer).encode() + b"\n")  # in ASCII: no text can end the line
            target.flush()


def _pass_over(source: IO[bytes]) -> None:
    """What is left of a line."""
    while (rest := source.readline(MAX_BYTES)) and not rest.endswith(b"\n"):
        pass


def answer_to(line: bytes, methods: Mapping[str, Method]) -> dict[str, Any] | None:
    """None for a notification."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return _error(None, PARSE_ERROR, "this is no JSON in UTF-8")
    if not isinstance(request, dict) or not isinstance(request.get("method"), str):
        return _error(None, INVALID_REQUEST, 'a request is an object with "jsonrpc", "id" and "method"')
    if "id" not in request:
        return None
    number, params = request["id"], request.get("params", {})
    if not isinstance(number, str | int | float | None) or isinstance(number, bool):
        return _error(None, INVALID_REQUEST, "an id is a text or a number")
    method = methods.get(request["method"])
    if method is None:
        return _error(number, METHOD_NOT_FOUND, f"there is no method {request['method'][:100]}")
    if not isinstance(params, dict):
        return _error(number, INVALID_PARAMS, "params must be an object")
    try:
        return {"jsonrpc": "2.0", "id": number, "result": method(params)}
    except InvalidParamsError as error:
        return _error(number, INVALID_PARAMS, str(error))


def _error(number: object, code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}}
