"""What to write instead of a line that is no TOML, for people who write one for the first time."""

from __future__ import annotations

import re
from typing import Final

from wangqi.search.errors.message import Message, one_after_the_other

_AT: Final = re.compile(r"\(at line (\d+), column \d+\)")
_CURLY: Final = re.compile("[“”„‘’「」]")
_SIGN: Final = re.compile("[=＝:：]")
_KEY: Final = re.compile(r"[A-Za-z0-9_.-]+")
_VALUE: Final = re.compile(r"[\"'\[{+\-\d]|true\b|false\b|inf\b|nan\b|#|$")


def explained(message: str, text: str) -> str:
    """tomllib's `message` about `text` with the line first, and what to write there where that is plain."""
    at = _AT.search(message)
    if not at:
        return Message("cannot be read: {reason}", reason=message)
    number, what = int(at[1]), message[: at.start()].strip()
    line = text.splitlines()[number - 1].strip() if number <= len(text.splitlines()) else ""
    advice = _advice(line)
    told = Message("line {number} cannot be read: {reason}", number=number, reason=what)
    return one_after_the_other([told, advice]) if advice else told


def _advice(line: str) -> str:
    """What to write instead of `line`; "" where that is not plain."""
    if _CURLY.search(line.partition("#")[0]):
        return Message('texts are written in straight quotes: "…"')
    if line.startswith("["):
        name = line[1:].partition("]")[0].strip()
        is_plain = _KEY.fullmatch(name) or any(mark in name for mark in "\"'[")
        return "" if is_plain else Message('a name in Chinese is written in quotes: ["{name}"]', name=name)
    sign = _SIGN.search(line)
    if not sign:
        return ""
    key, value = line[: sign.start()].strip(), line[sign.end() :].strip()
    if not key or any(mark in key for mark in "\"'#[]"):
        return ""
    if not _KEY.fullmatch(key):
        return Message('a key in Chinese is written in quotes: "{key}" = {value}', key=key, value=value)
    if sign[0] != "=":
        return Message("a key and its value are parted by = : {key} = {value}", key=key, value=value)
    if _VALUE.match(value):
        return ""
    return Message('a text is written in quotes: {key} = "{value}"', key=key, value=value)
