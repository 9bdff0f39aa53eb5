"""Numbers, JSON and deflated bytes, as `web/static/files-index.js` reads them."""

from __future__ import annotations

import codecs
import json
import re
import zlib
from functools import lru_cache
from typing import Final

_DIFFERING: Final = re.compile("[\u1e3f\u9fb4-\u9fbb\ue000-\uf8ff\ufe10-\ufe19]")
"""Characters that editions of GB 18030 write differently; `tests/test_export_scripts.py` looks at all there are."""


@lru_cache(1 << 17)
def number(value: int) -> bytes:
    """`value` as LEB128."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def chinese(value: object) -> bytes:
    """JSON in GB 18030, deflated an eighth shorter than UTF-8; in UTF-8 behind its mark where a character is one that
    Python and browsers write differently."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = text.encode("utf-8", "replace").decode()  # half a character becomes a question mark
    return codecs.BOM_UTF8 + text.encode() if _DIFFERING.search(text) else text.encode("gb18030")


def deflated(*parts: bytes) -> bytes:
    """The parts in a row. Each has Huffman codes of its own: what is frequent in one is rare in the next."""
    deflate = zlib.compressobj(9)
    pieces = [deflate.compress(part) + deflate.flush(zlib.Z_BLOCK) for part in parts[:-1]]
    return b"".join([*pieces, deflate.compress(parts[-1]), deflate.flush()])
