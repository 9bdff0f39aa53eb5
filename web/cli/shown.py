"""Text from elsewhere for a terminal or a log: control characters are shown there, never sent.

A query, the name of a file or a header may hold what makes a terminal obey (`ESC ]0;…`), begin a line of its own, or
read backwards.

>>> shown("\\x1b]0;x\\x07")
'␛]0;x␇'
>>> shown_in_line("a\\nb\\u202e")
'a␊b\\\\u202e'
"""

from __future__ import annotations

import json
import re
from typing import Final

_BIDI: Final = (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_LINE_ENDS: Final = (0x2028, 0x2029)
_C1: Final = range(0x80, 0xA0)
_SURROGATES: Final = range(0xD800, 0xE000)
"""Alone they are bytes of a file's name that are no UTF-8 (PEP 383), and cannot be written."""


def _escape(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00  # the byte itself
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


_IN_LINE: Final = {
    code: _escape(code) for code in (*range(0x20), 0x7F, *_C1, *_BIDI, *_LINE_ENDS, *_SURROGATES)
}  # fmt: skip
_IN_TEXT: Final = {code: escape for code, escape in _IN_LINE.items() if chr(code) not in "\t\n"}
_UNSEEN: Final = re.compile(
    f"[{''.join(re.escape(chr(code)) for code in _IN_TEXT if code not in _SURROGATES)}\ud800-\udfff]"
)


class Styled(str):
    """Text that a terminal gets as it is: colours around what has been shown."""


def shown(text: str) -> str:
    """`text` with line ends and tabs, and no other control character."""
    return text if isinstance(text, Styled) else text.translate(_IN_TEXT)


def shown_in_line(text: str) -> str:
    return text.translate(_IN_LINE)


def escaped_in_json(document: str) -> str:
    """A JSON document with the same content; JSON itself lets DEL, C1 and the others stand in strings as they are. What
    no program outside Python reads, bytes of a file's name that are no UTF-8, is written out: `\\\\xff`."""
    return _UNSEEN.sub(lambda found: _json_escape(ord(found[0])), document)


def toml_string(text: str) -> str:
    """A basic string of TOML, which escapes as JSON does."""
    return escaped_in_json(json.dumps(text, ensure_ascii=False))


def _json_escape(code: int) -> str:
    return rf"\{_escape(code)}" if code in _SURROGATES else f"\\u{code:04x}"
