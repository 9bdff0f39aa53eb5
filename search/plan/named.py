"""What a query may name as a whole: a title, or the number of an issue."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize

from wangqi.search.analysis.analyzer import squeezed_units
from wangqi.search.query.tree import And, Match, Phrase, Query

_ISSUE: Final = re.compile(r"第? *([0-9]{1,6}) *期|(?:issue|no\.?|vol\.?) *#?([0-9]{1,6})|#([0-9]{1,6})", re.IGNORECASE)


def issue_number(q: str) -> int | None:
    """The number in `第 300 期`, `300期`, `issue 300`, `#300`; None for any other query."""
    match = _ISSUE.fullmatch(normalize("NFKC", q).strip())
    return int(next(filter(None, match.groups()))) if match else None


def title_key(query: Query | str) -> str:
    """A title, or the words of a query, without blanks and punctuation, folded: equal keys, equal titles."""
    match query:
        case str(text) | Match(text) | Phrase(text):
            return squeezed_units(text)
        case And(parts):
            return "".join(map(title_key, parts))
        case _:
            return ""
