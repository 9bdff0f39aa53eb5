"""Habits that the issues of an archive share, which settle what one file alone cannot.

Each issue that is read gives `Evidence`: the keys of what may return in others. `common_habits` counts them over the
archive. What returns in a quarter of the issues is a footer or a heading of the template, and no entry; whether the
headings of a level or outer bullets lead entries is a majority. An issue is read again with the habits that concern it
(`Habits.touching`), and only when there are any: the reading of an issue depends on them and on its file.

Keys are hashes, so that the manifest stays small and holds no text: 36 bits each, 400 issues of 60 keys have a pair
that is equal by chance in one archive of 200, and it matters only if one of the two returns.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, NamedTuple

KEY_CHARS: Final = 6
MIN_ISSUES: Final = 8
"""An archive of fewer has no habits: what returns in two of five may be chance."""

RETURNS: Final = 4
"""One in so many of the issues: a whole entry, a line of the end or the name of a heading that returns in as many is
part of the template. Measured over fifteen archives in November 2026: the most frequent real entry, a conference in a
calendar, came in 12 of 52 issues (0.23); the rarest furniture that was read as an entry in 99 of 238 (0.42)."""


def key_of(*parts: str) -> str:
    """The key of a text with its addresses: blanks and letter case do not matter."""
    text = "\0".join(map(folded, parts))
    return base64.b64encode(hashlib.blake2b(text.encode(), digest_size=6).digest())[:KEY_CHARS].decode()


def folded(text: str) -> str:
    """`text` as keys see it: equal for texts that differ in blanks and letter case alone."""
    return "".join(text.split()).casefold()


class Siblings(NamedTuple):
    """Numbers of an issue's groups of sibling headings at one level, by what they lead."""

    leading: int = 0
    """Lead an entry each."""
    others: int = 0
    """Name sections, or divide a text."""
    doubtful: int = 0
    """Those of the others that would lead entries if most of the archive did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Evidence of one issue, read without habits, about its archive: sets of keys, and headings by their level."""

    entries: frozenset[str] = frozenset()
    """Whole entries, by all their text and addresses."""
    closing: frozenset[str] = frozenset()
    """Lines of the issue's end."""
    taken: frozenset[str] = frozenset()
    """Those of them that an entry was given."""
    headings: frozenset[str] = frozenset()
    """Headings whose name is not known."""
    leads: frozenset[str] = frozenset()
    """Those of them that lead an entry each."""
    outer: frozenset[str] = frozenset()
    """Outer bullets over inner ones that begin with links."""
    leaders: frozenset[str] = frozenset()
    """Labels of lines that lead a record, the first of several about one thing."""
    details: frozenset[str] = frozenset()
    """Labels of the others."""
    labels: frozenset[str] = frozenset()
    """Labels of lines that are in no record."""
    levels: Mapping[int, Siblings] = field(default_factory=dict)
    """By the level of headings below a section."""
    tops: Mapping[int, Siblings] = field(default_factory=dict)
    """By the level of an issue's topmost headings."""

    def packed(self) -> dict[str, str]:
        """The evidence for the manifest: each field as one string."""
        packed = {each.name: _packed(getattr(self, each.name)) for each in fields(self)}
        return {name: value for name, value in packed.items() if value}

    @classmethod
    def unpacked(cls, packed: Mapping[str, str]) -> Evidence:
        """The inverse of `packed`."""
        return cls(**{name: _unpacked(value) for name, value in packed.items()})


def _packed(value: frozenset[str] | Mapping[int, Siblings]) -> str:
    if isinstance(value, frozenset):
        return "".join(sorted(value))
    return ",".join(f"{level}:{'/'.join(map(str, siblings))}" for level, siblings in sorted(value.items()))


def _unpacked(text: str) -> Any:
    if ":" not in text:  # keys are of base64
        return frozenset([text[at : at + KEY_CHARS] for at in range(0, len(text), KEY_CHARS)])
    levels = (part.split(":") for part in text.split(","))
    return {int(level): Siblings(*map(int, counts.split("/"))) for level, counts in levels}


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """The habits that the issues of an archive share. Equal whatever the order in which they are counted."""

    entries: frozenset[str] = frozenset()
    """Whole entries that return: they are furniture."""
    closing: frozenset[str] = frozenset()
    """Lines of footers."""
    headings: frozenset[str] = frozenset()
    """Names of headings that return: they name sections where anything is listed below them."""
    entry_levels: frozenset[int] = frozenset()
    """Levels at which the headings below a section mostly lead entries."""
    top_levels: frozenset[int] = frozenset()
    """Levels at which the topmost headings of an issue do."""
    outer_groups: bool = False
    """Outer bullets over inner ones with links mostly return from issue to issue: they name groups."""
    leaders: frozenset[str] = frozenset()
    """Labels that lead a record in most of the issues that have them."""
    details: frozenset[str] = frozenset()
    """Labels that follow them."""

    def touching(self, evidence: Evidence) -> Habits:
        """Select the habits that can change how the issue of `evidence` is read."""
        has_loose = bool(self.leaders & (evidence.labels | evidence.details))
        labels = evidence.labels | evidence.leaders | evidence.details if has_loose else frozenset()
        return Habits(
            entries=self.entries & evidence.entries,
            closing=self.closing & evidence.closing if self.closing & evidence.taken else frozenset(),
            headings=self.headings & evidence.leads,
            entry_levels=self.entry_levels & _doubtful(evidence.levels),
            top_levels=self.top_levels & _doubtful(evidence.tops),
            outer_groups=self.outer_groups and bool(evidence.outer),
            leaders=self.leaders & labels,
            details=self.details & labels,
        )

    @property
    def divide(self) -> bool:
        """Whether they may change how the lines of an issue are divided, and not only which of them are entries."""
        return replace(self, entries=frozenset()) != NO_HABITS

    @property
    def fingerprint(self) -> str:
        """ "" for no habits at all; equal only for equal habits."""
        if self == NO_HABITS:
            return ""
        values = [getattr(self, each.name) for each in fields(self)]
        return key_of(*(str(sorted(value) if isinstance(value, frozenset) else value) for value in values))


NO_HABITS: Final = Habits()


def common_habits(evidence: Iterable[Evidence]) -> Habits:
    """The habits of an archive, from the evidence of all its issues."""
    issues = list(evidence)
    if len(issues) < MIN_ISSUES:
        return NO_HABITS
    return Habits(
        entries=_returning((one.entries for one in issues), len(issues)),
        closing=_returning((one.closing for one in issues), len(issues)),
        headings=_returning((one.headings | one.leads for one in issues), len(issues)),
        entry_levels=_entry_levels(one.levels for one in issues),
        top_levels=_entry_levels(one.tops for one in issues),
        outer_groups=_outer_return(issues),
        leaders=_mostly((one.leaders, one.details | one.labels) for one in issues),
        details=_mostly((one.details, one.leaders | one.labels) for one in issues),
    )


def _mostly(issues: Iterable[tuple[frozenset[str], frozenset[str]]]) -> frozenset[str]:
    """What is in the first set of most of the issues that have it in either."""
    so: Counter[str] = Counter()
    otherwise: Counter[str] = Counter()
    for those, others in issues:
        so.update(those)
        otherwise.update(others - those)
    return frozenset(key for key, count in so.items() if count >= MIN_ISSUES // 2 and count > otherwise[key])


def _returning(keys: Iterable[frozenset[str]], issues: int) -> frozenset[str]:
    counts: Counter[str] = Counter()
    for of_issue in keys:
        counts.update(of_issue)
    return frozenset(key for key, count in counts.items() if count * RETURNS >= issues)


def _entry_levels(issues: Iterable[Mapping[int, Siblings]]) -> frozenset[int]:
    leading: Counter[int] = Counter()
    others: Counter[int] = Counter()
    for levels in issues:
        for level, siblings in levels.items():
            leading[level] += siblings.leading
            others[level] += siblings.others
    return frozenset(level for level, count in leading.items() if count >= MIN_ISSUES and count > others[level] * 2)


def _doubtful(levels: Mapping[int, Siblings]) -> frozenset[int]:
    return frozenset(level for level, siblings in levels.items() if siblings.doubtful)


def _outer_return(issues: Iterable[Evidence]) -> bool:
    """Whether most outer bullets stand in another issue too: names do, titles do not."""
    counts = Counter(key for issue in issues for key in issue.outer)
    return sum(count for count in counts.values() if count > 1) * 2 > counts.total() >= MIN_ISSUES
