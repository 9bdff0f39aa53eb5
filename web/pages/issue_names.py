"""Titles of issues without what every title of their newsletter repeats.

>>> without_repeated([(7, "周报（第 7 期）：夜灯"), (8, "周报（第 8 期）：台灯"), (9, "周报（第 9 期）：路灯")])
['夜灯', '台灯', '路灯']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import ceil
from os.path import commonprefix
from typing import Final

from wangqi.search.model import IssueInfo
from wangqi.web.words.labels import issue_title

MOST: Final = 0.6
"""The part of the titles of a newsletter that begin alike; others may be of special issues, or of another time."""
FEW: Final = 3
"""Titles of which nothing is known to be repeated."""
NUMBER: Final = "\0"
"""Stands for the number of each issue, whatever it is."""
SEPARATORS: Final = " :：-—|·、，,."
"""What may stand between the beginning and the rest, another one in each title."""
ENDS: Final = re.compile(rf"([^\w\s{NUMBER}]|{NUMBER}\w?)\s*$")
"""Where a beginning may be cut off: behind a sign, the number, or 期 behind that; never inside a sentence."""


def issue_names(held: Iterable[IssueInfo]) -> dict[str, str]:
    """A name for each issue that tells it from others of its archive, by its id; never empty."""
    archives: dict[str, list[IssueInfo]] = {}
    for info in held:
        archives.setdefault(info.ref.archive, []).append(info)
    names: dict[str, str] = {}
    for infos in archives.values():
        titles = [(info.ref.number, issue_title(info.ref)) for info in infos]
        names |= zip((info.ref.id for info in infos), without_repeated(titles), strict=True)
    return names


def without_repeated(titles: Sequence[tuple[int | None, str]]) -> list[str]:
    """Titles with the numbers of their issues → each without the beginning that most of them share, if that leaves
    something."""
    masked = [_masked(number, title) for number, title in titles]
    lead = _repeated(masked)
    return [
        rest if lead and text.startswith(lead) and (rest := _restored(text[len(lead) :], number)) else title
        for (number, title), text in zip(titles, masked, strict=True)
    ]


def _repeated(texts: Sequence[str]) -> str:
    """The longest beginning that `MOST` of `texts` share and that may be cut off; "" when there is none."""
    least = max(FEW, ceil(MOST * len(texts)))
    ordered = sorted(texts)  # those that begin alike follow each other
    pairs = zip(ordered, ordered[least - 1 :], strict=False)
    shared = map(commonprefix, pairs)
    longest = max(shared, key=len, default="")
    while longest and not ENDS.search(longest):
        longest = longest[:-1]
    return longest.rstrip(SEPARATORS)


def _masked(number: int | None, title: str) -> str:
    """`title` without blanks around its number, which some have and some have not."""
    return title if number is None else re.sub(rf"\s*(?<!\d)0*{number}(?!\d)\s*", NUMBER, title, count=1)


def _restored(rest: str, number: int | None) -> str:
    return rest.lstrip(SEPARATORS).replace(NUMBER, f" {number} ").strip()
