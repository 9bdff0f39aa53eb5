r"""Pages without what takes bytes and says nothing: a site of hundreds of pages is uploaded and kept.

>>> lean(b'<ul>\n\n  <li><a href="https://a.example/" rel="external">a</a></li>\n</ul>\n<pre>\n  b</pre>')
b'<ul>\n<li><a href="https://a.example/">a</a></li>\n</ul>\n<pre>\n  b</pre>'
"""

from __future__ import annotations

import re
from typing import Final

_AS_IT_IS: Final = re.compile(rb"(<(?:pre|textarea)\b.*?</(?:pre|textarea)>)", re.DOTALL)
_BREAK: Final = re.compile(rb"[ \t\r\n]*\n[ \t\r\n]*")
# A quotation mark in a text is written `&quot;`: these are attributes. The head of an exported page has the second for
# all that is fetched, and the style sheet tells outside links by their addresses.
_SAID_ELSEWHERE: Final = re.compile(rb' rel="external"| referrerpolicy="no-referrer"')


def lean(page: bytes) -> bytes:
    """`page`, which browsers show as before: a run of white space is one blank to them, except in a `<pre>`."""
    parts = _AS_IT_IS.split(_SAID_ELSEWHERE.sub(b"", page))
    parts[::2] = [_BREAK.sub(b"\n", part) for part in parts[::2]]
    return b"".join(parts).lstrip()
