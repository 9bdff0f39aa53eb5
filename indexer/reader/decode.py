"""Bytes of an issue file → clean text, with the file's own line numbers.

>>> decode("\\ufeff你好\\r\\n".encode())
'你好\\n'
"""

import re
from typing import Final

from wangqi.search.errors import ReadError
from wangqi.search.errors.message import Message

MAX_BYTES: Final = 5_000_000
"""Far above any issue (the largest known has 90 kB): a dump or a picture with the wrong ending."""

# Zero-width and directional marks hide inside words and break searching. U+200D stays: it joins emoji.
_INVISIBLE = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_LINE_BREAK = re.compile("\r\n?")


def decode(data: bytes) -> str:
    """Text of an issue file: UTF-8, "\\n" line ends, no byte order mark, no invisible characters.

    Raises `ReadError` for a file that is too large or is no UTF-8 text, naming the encoding that it looks like.
    """
    if len(data) > MAX_BYTES:
        raise ReadError(
            "{megabytes:.1f} MB is too large for an issue (limit {limit} MB)",
            megabytes=len(data) / 1e6,
            limit=MAX_BYTES // 1_000_000,
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReadError("is UTF-16, not UTF-8: save it as UTF-8")
    if (at := data.find(b"\0")) >= 0:
        raise ReadError("holds NUL bytes: {guess}", guess=_guess_with_nul(data), line=_line_of(data, at))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = Message("is not UTF-8 text (byte {byte}): {guess}", byte=error.start, guess=_guess(data))
        raise ReadError(message, line=_line_of(data, error.start)) from error
    text = _LINE_BREAK.sub("\n", text).replace("\u2028", " ").replace("\u2029", " ")
    return _INVISIBLE.sub("", text)


def _line_of(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _guess_with_nul(data: bytes) -> str:
    # ASCII in UTF-16 has a NUL in every second byte, always on the same side.
    sample = data[:2000]
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    if max(odd, even) > len(sample) // 8 and min(odd, even) < len(sample) // 50 + 1:
        return Message("it looks like UTF-16, save it as UTF-8")
    return Message("it is no text")


def _guess(data: bytes) -> str:
    for encoding, name in (("gb18030", "GBK"), ("big5", "Big5")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        han = sum("\u4e00" <= char <= "\u9fff" for char in text)
        strange = sum("\ue000" <= char <= "\uf8ff" or "\x80" <= char <= "\x9f" for char in text)
        if han > strange * 4 and han:
            return Message("it looks like {name}, save it as UTF-8", name=name)
    return Message("save it as UTF-8")
