"""Values as people type them, read alike in the box (`issue:301..405`) and in an address (`?issue=301..405`).

    >>> split_list("工具，文章,"), read_numbers("第7-9期"), read_host("https://www.GitHub.com:443/x")
    (['工具', '文章'], (7, 9), 'github.com')

A reader gives None for what it does not understand; what becomes of that is its caller's affair.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from wangqi.search.analysis import fold_key
from wangqi.search.request import NumberRange

_NUMBERS: Final = re.compile(r"(?:第|#)? ?([0-9]{0,9}) ?(?:(\.\.|-|~|至) ?([0-9]{0,9}))? ?[期年]?")
_DAY: Final = re.compile(r"([0-9]{4})(?:[-/.年]([0-9]{1,2})(?:[-/.月]([0-9]{1,2})日?|月)?|年)?")


def split_list(value: str) -> list[str]:
    """The alternatives that commas part, empty ones left out."""
    return [part.strip() for part in re.split("[,，]", value) if part.strip()]


def quoted(name: str) -> str:
    """`name` as it is written where commas part alternatives: in double quotes where it would be read otherwise."""
    is_plain = not re.search("[,，]", name) and unquoted(name) is None
    return name if is_plain else f'"{name}"'


def unquoted(text: str) -> str | None:
    """The name that stands in double quotes; None when `text` is not quoted."""
    is_quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1].strip() if is_quoted else None


def read_numbers(value: str) -> NumberRange | None:
    """A number or a range with an end at least; None for one that runs backwards."""
    match = _NUMBERS.fullmatch(fold_key(value))
    if not match or not (match[1] or match[3]):
        return None
    low, high = (int(digits) if digits else None for digits in (match[1], match[3]))
    if not match[2]:
        return low, low
    return None if low is not None and high is not None and low > high else (low, high)


def read_days(value: str) -> tuple[date, date] | None:
    """First and last day of a day, a month or a year: `2024-03-08`, `2024/3`, `2024年`."""
    match = _DAY.fullmatch(fold_key(value))
    if not match:
        return None
    year, month, day = (int(digits) if digits else None for digits in match.groups())
    try:
        first = date(year or 0, 1 if month is None else month, 1 if day is None else day)
    except ValueError:  # such as 2024-13-45
        return None
    last_month = month or 12
    return first, date(first.year, last_month, day or monthrange(first.year, last_month)[1])


def read_host(value: str) -> str:
    """Host of an address, with or without its scheme, without `www.`; "" when there is none. What cannot be read as
    an address is taken for a host."""
    text = fold_key(value)
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname
    except ValueError:  # "[" opens an address of IPv6
        host = text
    return (host or "").removeprefix("www.").strip(".")
