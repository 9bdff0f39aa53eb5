"""Other names of the same thing, and synonyms, which say nearly the same: the shipped lists, and in their place the
site's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from wangqi.search.analysis.latin import name_of
from wangqi.search.analysis.units import cut_runs

Names = Mapping[str, str | Collection[str]]
"""A word, and what else it is called."""


class WordGroups:
    """Words that are found one for the other: those of the site, `{"k8s": "kubernetes"}`, and the shipped ones.

    A name that the site lists is the site's alone: `{"js": ["Joule seconds"]}` takes `js` out of the shipped group, and
    `{"js": []}` leaves it without aliases.
    """

    def __init__(self, own: Names, shipped: Sequence[tuple[str, ...]]) -> None:
        self._own = [[name, *([others] if isinstance(others, str) else others)] for name, others in own.items()]
        self._shipped = shipped
        self.source: Final[Any] = [shipped, sorted(map(sorted, self._own))]
        """Equal when all groups are; for JSON."""

    def of(self, key: str) -> tuple[str, ...]:
        """The other names of what is called `key`, which is folded as `QueryWord.text` is; () when it has none."""
        return self._others.get(key, ())

    def keys(self) -> Collection[str]:
        return self._others.keys()

    @cached_property
    def _others(self) -> dict[str, tuple[str, ...]]:
        # On first use: folding a thousand names loads OpenCC.
        own = _groups(self._own)
        shipped = _groups([name for name in names if alias_key(name) not in own] for names in self._shipped)
        groups = shipped | own
        return {
            key: tuple(sorted(name for other, name in group.items() if other != key)) for key, group in groups.items()
        }


def alias_key(name: str) -> str:
    """`name` as the text of the word, or joined words, that a query has for it."""
    return "".join(
        name_of(run) if run[0].script == "latin" else "".join(unit.text for unit in run) for run in cut_runs(name)
    )


def _groups(lists: Iterable[Iterable[str]]) -> dict[str, dict[str, str]]:
    """Map each name's key to the group it is in: key → name, the first of those with one key. Lists that share a name
    are one group."""
    groups: dict[str, dict[str, str]] = {}
    for names in lists:
        group = {key: name for name in reversed(list(names)) if (key := alias_key(name))}
        for key in list(group):
            group = groups.get(key, {}) | group
        groups |= dict.fromkeys(group, group)
    return groups
