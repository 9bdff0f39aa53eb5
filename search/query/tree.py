"""The query tree: what a search asks for, before analysis. Every node's `str()` is query text that parses back to it.

>>> str(And((Match("编辑器"), Not(Match("vim")))))
'编辑器 -vim'
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches every document."""

    def __str__(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Match:
    """A word as typed, without spaces; analysis may cut it into several terms, all of which must be found."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Phrase:
    """Characters and words that must stand next to each other, in this order."""

    text: str
    in_title: bool = False
    """Whether they must stand in the title."""

    def __str__(self) -> str:
        return f'title:"{self.text}"' if self.in_title else f'"{self.text}"'


@dataclass(frozen=True, slots=True)
class Prefix:
    """The start of a word: `kube*`."""

    text: str

    def __str__(self) -> str:
        return f"{self.text}*"


@dataclass(frozen=True, slots=True)
class Not:
    """Documents that do not match `query`."""

    query: Query

    def __str__(self) -> str:
        return f"-{self.query}"


@dataclass(frozen=True, slots=True)
class And:
    """A conjunction of at least two parts."""

    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.parts))


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts, which are neither `And` nor `Not`. Holds at least two."""

    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return " OR ".join(map(str, self.parts))


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries with these ids, whatever their words: those that a typed address names."""

    ids: tuple[str, ...]
    typed: str

    def __str__(self) -> str:
        return self.typed


@dataclass(frozen=True, slots=True)
class Most:
    """Documents that match `query`; in a second tier those that hold most of its words: worth at least `share` of what
    the document that holds most of them does. Rare words are worth more. What `query` excludes stays excluded.

    Stands only at the top of a tree; made by relaxation, never by the parser.
    """

    query: Query
    share: float
    """In (0, 1]."""
    instead: Query | None = None
    """What the second tier is about, where that is not `query` itself but what comes near to it."""

    def __str__(self) -> str:
        return str(self.query)


@dataclass(frozen=True, slots=True)
class Literally:
    """Documents that match `query` as it was typed: no other forms of its words.

    Stands only at the top of a tree; asked for by `match=exact`, never made by the parser.
    """

    query: Query

    def __str__(self) -> str:
        return str(self.query)


Query = Everything | Match | Phrase | Prefix | Not | And | Or | Entries | Most | Literally
