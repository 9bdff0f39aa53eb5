"""Was a link recommended before? What the results page says above the hits when an address is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wangqi.search.document.links import canonical_link, typed_address
from wangqi.search.engine import Searcher
from wangqi.search.model import Entry

MAX_ISSUES: Final = 10
"""Of a page that every issue links to, the newest are enough."""


def recommended(q: str, searcher: Searcher) -> Sequence[Entry]:
    """An entry of each issue about the page whose address is `q`, newest first; () when `q` is no address, or none of a
    page that was recommended."""
    address = typed_address(q)
    if address is None:
        return ()
    by_issue: dict[str, Entry] = {}
    for entry in searcher.linked(canonical_link(address)):
        by_issue.setdefault(entry.issue.id, entry)
    return list(by_issue.values())[:MAX_ISSUES]
