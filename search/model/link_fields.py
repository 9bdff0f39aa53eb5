"""What the address of an issue on its author's own site may be made of.

>>> from datetime import date
>>> ref = IssueRef(id="x", archive="w", path="2024/04-01-issue-7.md", number=7, title="七", date=date(2024, 4, 1))
>>> "https://example.org/{year}/{month}/{slug}-{number:03}".format_map(link_fields(ref))
'https://example.org/2024/04/issue-7-007'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote

from wangqi.search.model import IssueRef

LINK_FIELDS: Final = ("path", "stem", "slug", "number", "title", "year", "month", "day")
"""Beside the keys of its front matter."""

_DAY_BEFORE: Final = re.compile(r"(?:[0-9]{4}[-_.]?)?[0-9]{1,2}[-_.][0-9]{1,2}[-_.]|[0-9]{8}[-_.]")
"""Of a file name as generators have it: 2024-04-01-hello.md is hello."""


@lru_cache(4096)  # there are fewer issues than hits
def link_fields(ref: IssueRef) -> Mapping[str, str | int]:
    """The fields of an issue, quoted as parts of a path; those that it does not have are missing. A `slug` that is not
    among its settings is the file's name without a day before it."""
    stem = PurePosixPath(ref.path).stem
    fields: dict[str, str | int] = {name: quote(value) for name, value in ref.settings}
    fields |= {"path": quote(ref.path), "stem": quote(stem, safe="")}
    fields.setdefault("slug", quote(_DAY_BEFORE.sub("", stem, count=1) or stem, safe=""))
    if not fields["slug"]:
        del fields["slug"]
    if ref.title:
        fields["title"] = quote(ref.title, safe="")
    if ref.number is not None:
        fields["number"] = ref.number
    if ref.date:
        fields |= {"year": f"{ref.date:%Y}", "month": f"{ref.date:%m}", "day": f"{ref.date:%d}"}
    return fields
