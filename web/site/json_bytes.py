"""JSON as it goes over the wire: by orjson where it is installed, which takes a fifth of the time.

>>> to_json({"值": [1, None]})
b'{"\\xe5\\x80\\xbc":[1,null]}'
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

# What is answered was made for it and holds nothing twice: no need to look for circles.
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def to_json_plainly(body: object) -> bytes:
    """`body`, made of dictionaries, lists, texts, numbers and None, as UTF-8."""
    return _encode(body).encode()


to_json: Callable[[object], bytes]
try:
    from orjson import dumps
except ImportError:
    to_json = to_json_plainly
else:
    to_json = dumps
