"""Names of sections: the same twice, one that the newsletter has never had, and the known one that may be meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final

from wangqi.indexer.check.draft import DraftFile, Mistake
from wangqi.indexer.reader.kinds import name_type, normal_name
from wangqi.search.errors.message import Message
from wangqi.search.model import Entry, Section
from wangqi.search.model.kinds import KIND_TABLE

USED_OFTEN: Final = 3
"""Issues in which a name stands, for it to be the newsletter's own."""

_USUAL_NAMES: Final = [
    name for names in zip_longest(*(row.sections.split() for row in KIND_TABLE)) for name in names if name
]
"""The usual names of sections, the first one of each kind first."""

MAX_NAME_CHARS: Final = 12
_WORD: Final = re.compile(r"[^\W\d_]")
_NUMERALS: Final = re.compile(r"[\d零〇一二两三四五六七八九十百]+")
"""七月 is no misspelled 二月."""


def odd_sections(draft: DraftFile, before: Sequence[Entry]) -> Iterator[Mistake]:
    yield from _twice(draft)
    issues = {(normal_name(entry.section), entry.issue.id) for entry in before if entry.section}
    used = Counter(name for name, _ in issues)
    own = [name for name, count in used.most_common() if count >= USED_OFTEN]
    unknown = {problem.line for problem in draft.issue.problems if problem.code == "unknown-section"}
    for section in draft.issue.sections:
        name = normal_name(section.title)
        if not name or used[name] or section.boilerplate or len(name) > MAX_NAME_CHARS:
            continue
        nearest = _nearest(name, own) or (_nearest(name, _USUAL_NAMES) if section.line in unknown else None)
        if nearest and (section.line in unknown or name_type(section.title) is None):
            message = Message("section {title!r} is new; is {nearest!r} meant?", title=section.title, nearest=nearest)
            yield Mistake(section.line, "section-name", message)
        elif section.line in unknown and before:  # else it may be one that the newsletter always has
            message = Message(
                "section {title!r} is of no known kind; name one for it in [sections] of wangqi.toml",
                title=section.title,
            )
            yield Mistake(section.line, "unknown-section", message)


def _twice(draft: DraftFile) -> Iterator[Mistake]:
    first: dict[str, Section] = {}
    for section in draft.issue.sections:
        name = normal_name(section.title)
        before = first.setdefault(name, section)
        if name and before is not section and section.entries and before.entries and not section.boilerplate:
            message = Message("section {title!r} stands on line {line} already", title=section.title, line=before.line)
            yield Mistake(section.line, "section-twice", message)


def _nearest(name: str, known: Iterable[str]) -> str | None:
    """The first of `known` that differs from `name` in one character: another, one too many, one too few, or two that
    changed places."""
    return next((other for other in known if other != name and len(other) > 1 and is_one_apart(name, other)), None)


def is_one_apart(one: str, other: str) -> bool:
    """
    >>> is_one_apart("工俱", "工具"), is_one_apart("文章", "文摘录")
    (True, False)
    """
    if not _WORD.search(one) or abs(len(one) - len(other)) > 1 or _NUMERALS.sub("", one) == _NUMERALS.sub("", other):
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    if len(one) == len(other):
        return one[1:] == other[1:] or (one[:2] == other[1::-1] and one[2:] == other[2:])
    return one[1:] == other or one == other[1:]
