"""Find what stands before a title without being part of it: numbers, decoration, bracketed labels.

>>> found = number_label("１２、[Foo](…) …")
>>> found.value, found.style
(12, '、')
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

REMEMBERED: Final = 2048
"""Beginnings of lines: every shape that a section might have looks at each of its lines again."""

_HAN_DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_HAN_SHORT: Final = {"廿": "二十", "卅": "三十"}
HAN_NUMBER: Final = "[零〇一二两三四五六七八九十百千廿卅]"

_CIRCLED = re.compile("[①-⑳⑴-⒇⒈-⒛❶-❿⓫-⓴➀-➉➊-➓㉑-㊿⓵-⓾]")
_KEYCAP = re.compile("([0-9]{1,2}|🔟)\ufe0f?\u20e3|🔟")
_ARABIC = re.compile(
    r"(?:(?:No|NO|no|Nº|№)\s?\.?\s?)?([0-9０-９]{1,3})\s?"
    r"(?:(、|﹑)|([.．。](?![0-9０-９]{1,3}(?![0-9０-９])))|([:：,，|｜](?![0-9０-９]))|([)）])(?![,，.。、]))"
)
_PADDED = re.compile(r"0([1-9])[ \u3000]+(?=[^\s0-9年月日号周期时点/.-])")
_IN_BRACKETS = re.compile(r"[(（【\[]\s?([0-9０-９]{1,3})\s?[)）】\]]\s?[、.．:：]?")
_HAN = re.compile(
    rf"(?:第({HAN_NUMBER}{{1,5}})[、，：:]|[（(]({HAN_NUMBER}{{1,5}})[)）]、?|({HAN_NUMBER}{{1,5}})[、．.：:])"
)
SHORTCODE = re.compile(r":[a-z0-9_+-]{2,30}:")
"""An emoji by its name, as in `:rocket: 工具`."""
_NUMBER_BEGINS = re.compile(rf"[0-9０-９Nn№º🔟(（【\[第]|{HAN_NUMBER}|{_CIRCLED.pattern}")
_DECORATION: Final = "\u200d\ufe0e\ufe0f\u20e3|｜·•⋅∙‣⁃▶►◆■●★☆"


@dataclass(slots=True)
class NumberLabel:
    """A number that leads a line."""

    value: int
    style: str
    """Its form: "、", ".", ":", ")", "0", "()", "①" or "一". Numbers of one series share it."""
    end: int
    """Where the label with the blanks after it ends."""


@lru_cache(REMEMBERED)
def number_label(text: str, start: int = 0) -> NumberLabel | None:
    """The number that leads `text[start:]`, if one does: `1、` `1.` `１．` `(1)` `①` `一、` `1️⃣`, not `3D` or `1.5`."""
    if not _NUMBER_BEGINS.match(text, start):
        return None
    if found := _KEYCAP.match(text, start):
        return _label(int(found[1]) if found[1] else 10, "①", text, found.end())
    if found := _ARABIC.match(text, start):
        style = "、" if found[2] else "." if found[3] else ":" if found[4] else ")"
        return _label(int(found[1]), style, text, found.end())
    if found := _PADDED.match(text, start):
        return _label(int(found[1]), "0", text, found.end())
    if found := _IN_BRACKETS.match(text, start):
        return _label(int(found[1]), "()", text, found.end())
    if found := _CIRCLED.match(text, start):
        return _label(int(unicodedata.numeric(found[0])), "①", text, found.end(), skip="、.．:：")
    if found := _HAN.match(text, start):
        value = han_number(found[1] or found[2] or found[3])
        return None if value is None else _label(value, "一", text, found.end())
    return None


def _label(value: int, style: str, text: str, end: int, *, skip: str = "") -> NumberLabel:
    while end < len(text) and (text[end].isspace() or text[end] in skip):
        end += 1
    return NumberLabel(value, style, end)


def han_number(text: str) -> int | None:
    """Value of a Chinese numeral (`一百零三`, `廿三`, `二〇二四`) or of digits of any width; None for anything else."""
    for short, long in _HAN_SHORT.items():
        text = text.replace(short, long)
    if text.isdecimal():
        return int(text)
    if not text or any(char not in _HAN_DIGITS and char not in _HAN_UNITS for char in text):
        return None
    if not any(char in _HAN_UNITS for char in text):
        return int("".join(str(_HAN_DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        else:
            total += (digit or 1) * _HAN_UNITS[char]
            digit = 0
    return total + digit


@cache
def is_decoration(char: str) -> bool:
    """Whether a character only decorates: emoji, arrows, stars, blanks. Letters, digits and punctuation do not."""
    return char.isspace() or char in _DECORATION or unicodedata.category(char) in ("So", "Sk", "Cs", "Co", "Cn")


@lru_cache(REMEMBERED)
def skip_decoration(text: str, start: int = 0) -> int:
    """Offset of the first character of `text` from `start` on that is no decoration."""
    while start < len(text):
        if is_decoration(text[start]):
            start += 1
        elif text[start] == ":" and (found := SHORTCODE.match(text, start)):
            start = found.end()
        else:
            break
    return start


def strip_decoration(text: str) -> str:
    """`text` without emoji, symbols and blanks at both ends."""
    start, end = skip_decoration(text), len(text)
    while end > start and is_decoration(text[end - 1]):
        end -= 1
    return text[start:end]
