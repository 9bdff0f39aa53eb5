"""The fields of the query language: `kind:工具`, `issue:301..405`, `date:2024-01..`, `网站：github.com`."""

from __future__ import annotations

from typing import Final

from wangqi.search.document.filters import FILTERS, FILTERS_BY_NAME
from wangqi.search.request import Filters

FIELD_NAMES: Final = {name: row.name for row in FILTERS for name in row.typed.split()}
"""By their names, folded as `fold_key` does."""

TITLE_NAMES: Final = frozenset(["title", "标题", "题目", "题名"])
"""What is asked for under these is a text to find in the title, and no filter."""


def read_field(field: str, value: str, *, is_quoted: bool = False) -> Filters | None:
    """The filters that `field:value`, or `field:"value"`, asks for; None when the value is not understood."""
    read = FILTERS_BY_NAME[field].read_typed(value, is_quoted=is_quoted)
    return None if read is None else Filters(**read)
