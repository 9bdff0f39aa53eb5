"""Words that are others in Taiwan and Hong Kong, not only other characters: 原始碼 for 源代码, 檔案 for 文件.

>>> mainland_form("原始碼")
'源代码'
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, Literal


def is_traditional(text: str) -> bool:
    """Whether some character of `text` is written otherwise in simplified Chinese."""
    return not text.isascii() and _converter("t2s").convert(text) != text


@lru_cache(1 << 10)
def mainland_form(text: str) -> str:
    """`text` in the words and characters of the mainland, as OpenCC's lists of phrases have them."""
    converted: str = _converter("tw2sp").convert(text)
    return converted


@cache
def _converter(name: Literal["t2s", "tw2sp"]) -> Any:
    """Made on first use: the lists of phrases take 15 ms to load."""
    from opencc import OpenCC

    return OpenCC(name)
