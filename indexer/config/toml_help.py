"""What to write instead of a line that is no TOML, for people who write one for the first time."""

from __future__ import annotations

import re
from typing import Final

_AT: Final = re.compile(r"\(at line (\d+), column \d+\)")
_CURLY: Final = re.compile("[“”„‘’「」]")
_TABLE: Final = re.compile(r"\[\s*([^\[\]\"']+?)\s*\]\s*(#.*)?")
_PAIR: Final = re.compile(r"([^\s\"'#=＝:：][^\"'#=＝:：]*?)\s*([=＝:：])\s*(.*)")
_KEY: Final = re.compile(r"[A-Za-z0-9_.-]+")
_VALUE: Final = re.compile(r"[\"'\[{+\-\d]|true\b|false\b|inf\b|nan\b|#|$")


def explained(message: str, text: str) -> str:
    """tomllib's `message` about `text` with the line first, and what to write there where that is plain."""
    at = _AT.search(message)
    if not at:
        return f"cannot be read: {message}"
    number, what = int(at[1]), message[: at.start()].strip()
    line = text.splitlines()[number - 1].strip() if number <= len(text.splitlines()) else ""
    advice = _advice(line)
    return f"line {number} cannot be read: {what}" + (f"; {advice}" if advice else "")


def _advice(line: str) -> str:
    """What to write instead of `line`; "" where that is not plain."""
    if _CURLY.search(line.partition("#")[0]):
        return 'texts are written in straight quotes: "…"'
    if (table := _TABLE.fullmatch(line)) and not _KEY.fullmatch(table[1]):
        return f'a name in Chinese is written in quotes: ["{table[1]}"]'
    pair = _PAIR.fullmatch(line)
    if not pair:
        return ""
    key, sign, value = pair.groups()
    if not _KEY.fullmatch(key):
        return f'a key in Chinese is written in quotes: "{key}" = {value}'
    if sign != "=":
        return f"a key and its value are parted by = : {key} = {value}"
    return "" if _VALUE.match(value) else f'a text is written in quotes: {key} = "{value}"'
