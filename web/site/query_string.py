"""The parameters in an address, as people and programs write them.

>>> read_query(b"q=%E5%9B%BE&kind=tool")
({'q': ['图'], 'kind': ['tool']}, False)
>>> read_query(b"q=%CD%BC%B4%B2")
({'q': ['图床']}, True)
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_to_bytes

OLD_ENCODING: Final = "gbk"
"""Of pages and programs that do not send UTF-8."""

ADDED: Final = re.compile(
    r"(utm|share|mc|hsa|vero|oly)_\w+|_?hs(enc|mi)|\w{1,5}clid|isappinstalled|scene|clicktime|enterid|sessionid|chksm|"
    r"mpshare|srcid|nsukey|spm|scm|weixin_\w+|wx\w*"
)
"""Names of what messengers and trackers add to a link: they say who passed it on, not what is asked for."""
LIKE_A_DATE: Final = re.compile(r"\s*(\d{1,4}([-/.年]|\s*$)|\d{8}\s*$)")


def read_query(query: bytes) -> tuple[dict[str, list[str]], bool]:
    """Values by name, in the order given, and whether one was read in the old encoding.

    What is text in neither encoding has U+FFFD in the place of what cannot be read.
    """
    found: dict[str, list[str]] = {}
    is_old = False
    for pair in filter(None, query.replace(b"+", b" ").split(b"&")):
        (name, _), (value, value_is_old) = map(_text, pair.partition(b"=")[::2])
        found.setdefault(name, []).append(value)
        is_old = is_old or value_is_old
    return found, is_old


def without_added(arguments: dict[str, list[str]]) -> dict[str, list[str]]:
    """The parameters without what messengers and trackers add, such as a `from` that is no date (WeChat's)."""
    own = {name: values for name, values in arguments.items() if not ADDED.fullmatch(name)}
    dates = [value for value in own.pop("from", []) if LIKE_A_DATE.match(value)]
    return own | ({"from": dates} if dates else {})


def _text(data: bytes) -> tuple[str, bool]:
    """Text, and whether it was in the old encoding."""
    data = unquote_to_bytes(data)
    try:
        return data.decode(), False
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":  # UTF-8 that was cut off
            return data.decode(errors="replace"), False
    try:
        return data.decode(OLD_ENCODING), True
    except UnicodeDecodeError:
        return data.decode(errors="replace"), False
