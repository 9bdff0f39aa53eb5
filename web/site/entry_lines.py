"""Entries as lines of JSON (https://jsonlines.org), each in the shape of the API: `entries.jsonl`, of a site and of an
export."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from wangqi.search import budget
from wangqi.search.engine import Searcher
from wangqi.search.model import IssueInfo
from wangqi.web.site.addresses import Addresses
from wangqi.web.site.as_json import entry_as_dict


def entry_lines(searcher: Searcher, issues: Iterable[IssueInfo], addresses: Addresses) -> Iterator[bytes]:
    """A line for each entry of the issues, in their order; front texts and boilerplate are none."""
    for info in issues:
        for entry in searcher.documents(info.ref.id):
            if entry.role == "entry":
                budget.check()
                line = json.dumps(entry_as_dict(entry, addresses), ensure_ascii=False, separators=(",", ":"))
                yield line.encode("utf-8", "replace") + b"\n"
