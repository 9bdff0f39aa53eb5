"""The bytes of a request before it is parsed: is its head whole, and can a strict parser take it?

>>> readable("GET /?q=图 HTTP/1.1\\r\\n\\r\\n".encode(), 4096)
b'GET /?q=%E5%9B%BE HTTP/1.1\\r\\n\\r\\n'
"""

from __future__ import annotations

import re
from typing import Final

from wangqi.web.http.environ import Refusal, RefusedError

MAX_HEAD_BYTES: Final = 16384
"""A browser sends one or two thousand."""

END_OF_HEAD: Final = b"\r\n\r\n"

TOKEN: Final = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]"
BEGINNING: Final = re.compile(rb"(?:\r\n?)?%b{0,32}(?:\Z| )" % TOKEN)
"""What a request can begin with: TLS and other protocols do not."""
FIRST_LINE: Final = re.compile(rb"(?:\r\n)?[^\r\n]+ HTTP/\d\.\d\Z")
BARE_LF: Final = re.compile(rb"(?<!\r)\n")

ACCEPT_LANGUAGE: Final = re.compile(rb"\r\n(accept-language:[\t\x20-\x7e]{0,200})\r\n", re.IGNORECASE)
MAX_SHOWN_BYTES: Final = 1024


def head_size(received: bytearray, seen: int) -> int | None:
    """Bytes of the head, of which `seen` were there at the last look; None while more of it has to come.

    What can never become a head counts as one, so that it is refused at once.
    """
    end = received.find(END_OF_HEAD, max(0, seen - len(END_OF_HEAD)))
    if end >= 0:
        return end + len(END_OF_HEAD)
    return min(len(received), MAX_HEAD_BYTES + 1) if _is_hopeless(received, seen) else None


def _is_hopeless(received: bytearray, seen: int) -> bool:
    if len(received) > MAX_HEAD_BYTES or not BEGINNING.match(received, 0, 64):
        return True
    if BARE_LF.search(received, max(0, seen - 1)):
        return True
    end = received.find(b"\r\n", 2)
    return end >= 0 and not FIRST_LINE.match(received, 0, end)


def readable(received: bytes, max_address: int) -> bytes:
    """The request with its address in the form that RFC 3986 wants: bytes beyond ASCII, as people type them and
    scripts send them, become %XX. Raises `RefusedError` when it is longer than `max_address` then.
    """
    line, _, rest = received.partition(b"\r\n")
    if line.isascii() and len(line) <= max_address:
        return received
    method, _, more = line.partition(b" ")
    address, _, version = more.partition(b" ")
    target = encoded(address[: max_address + 1])
    if len(target) > max_address:
        raise RefusedError(Refusal(414, f"the address has more than {max_address} characters"))
    return b"%b %b %b\r\n%b" % (method, target, version, rest)


def stand_in(received: bytes) -> bytes:
    """A request that can be read in place of one that cannot: for the same address as far as it is known, in the same
    language, and the last of its connection."""
    line = received.removeprefix(b"\r\n").partition(b"\r\n")[0]
    method, _, more = line.partition(b" ")
    path = re.split(rb"[ ?#]", more, maxsplit=1)[0][:MAX_SHOWN_BYTES]
    path = re.sub(rb"[^\x21-\x7e]", b"", encoded(path)) if path.startswith(b"/") else b"/"
    language = ACCEPT_LANGUAGE.search(received, 0, MAX_HEAD_BYTES)
    headers = b"Connection: close\r\n" + (language[1] + b"\r\n" if language else b"")
    return b"%b %b HTTP/1.1\r\n%b\r\n" % (b"HEAD" if method == b"HEAD" else b"GET", path, headers)


def target_of(received: bytearray) -> bytes:
    """The target of a GET or HEAD; b"" for other methods."""
    method, _, rest = bytes(received[:MAX_SHOWN_BYTES]).partition(b" ")
    return rest.partition(b" ")[0] if method in (b"GET", b"HEAD") else b""


def sketch(head: bytes) -> tuple[str, dict[str, str]]:
    """The path and the headers (names in small letters) of a `head` that the parser will look at more closely, and
    may refuse: that takes thirty times as long."""
    line, *lines = head.decode("latin-1").split("\r\n")
    path = line.partition(" ")[2].partition(" ")[0].partition("?")[0]
    pairs = (each.partition(":") for each in lines if ":" in each)
    return path, {name.lower(): value.strip() for name, _, value in pairs}


def encoded(address: bytes) -> bytes:
    """`address` with what is no ASCII in percent notation: some clients send it as it is, in UTF-8 or GBK."""
    return re.sub(rb"[\x80-\xff]", lambda found: b"%%%02X" % found[0][0], address)
