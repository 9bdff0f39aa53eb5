"""What an author may add to `wangqi.toml`, from what the archive itself says: words that the dictionary lacks, names
that are written beside each other, and sections of no known kind.

Words are found as in new-word discovery by cohesion and freedom: pieces that mostly stand together, between different
neighbours. Names are those that authors put in brackets: 持续集成（CI）.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from wangqi.indexer.reader.kinds import name_type
from wangqi.search.analysis import Analyzer
from wangqi.search.errors.message import Message
from wangqi.search.model import Entry, Kind

MIN_ENTRIES: Final = 5
"""Entries in which a word stands."""
MIN_NAMED: Final = 3
"""Entries in which a pair of names stands, and issues that have a section."""
MIN_COHESION: Final = 0.5
"""Of the entries with the rarer of its pieces, the share in which they stand together."""
MIN_NEIGHBOURS: Final = 3
"""Different ones, on either side: otherwise it is a piece of a longer word."""
MAX_WORD_CHARS: Final = 4
MIN_NAME_SHARE: Final = 0.6
"""Of the places in which a Latin name stands in brackets, those with the same Chinese name before it."""

MAX_NAME_CHARS: Final = 6
"""A longer one is a sentence that returns."""

GRAMMAR: Final = frozenset(
    "的了是在和与及或也就都很不这那有为以用让把被从到对上下中个一二三两几多更最可会能要它他她你"
    "我们自将给向而但则所其于着过件句些样次名位只每各该前后内外时已还再比较里天年月日号人"
)
"""Characters that stand beside any word."""

_HAN: Final = re.compile("[\u4e00-\u9fff]+")
_NAMED: Final = re.compile("([\u4e00-\u9fff]{2,10})\\s?[（(]([A-Za-z][A-Za-z0-9.+# -]{0,28}[A-Za-z0-9+#])[)）]")


@dataclass(frozen=True, slots=True)
class Suggestion:
    setting: Literal["words", "aliases", "sections"]
    word: str
    """Or the title of a section."""
    entries: int
    """In how many it stands, or how many it has."""
    reason: str
    other: str = ""
    """The other name of an alias; the kind of a section, as far as its entries tell."""


def suggest(entries: Iterable[Entry], analyzer: Analyzer, sections: Mapping[str, Kind]) -> list[Suggestion]:
    """What may be added, the most frequent first; nothing that the analyzer has already, or the site's `sections`."""
    words, names, unknown = _Words(analyzer), _Names(analyzer), _Sections(sections)
    for entry in entries:
        text = f"{entry.title}\n{entry.text}"
        words.add(text)
        names.add(text)
        unknown.add(entry)
    return sorted(
        [*words.found(), *names.found(), *unknown.found()], key=lambda each: (each.setting, -each.entries, each.word)
    )


@dataclass
class _Words:
    """Counts neighbours that the analyzer does not take for one word."""

    analyzer: Analyzer
    pieces: Counter[str] = field(default_factory=Counter)
    """In how many entries each piece stands."""
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    before: Mapping[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    after: Mapping[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, text: str) -> None:
        pieces, pairs = set[str](), set[tuple[str, str]]()
        for run in _HAN.findall(text):
            cut = ["", *(word.text for word in self.analyzer.query(run)), ""]
            pieces.update(cut[1:-1])
            for at, pair in enumerate(pairwise(cut[1:-1]), 1):
                if _may_be_word(pair):
                    pairs.add(pair)
                    self.before[pair].add(cut[at - 1])
                    self.after[pair].add(cut[at + 2])
        self.pieces.update(pieces)
        self.pairs.update(pairs)

    def found(self) -> Iterator[Suggestion]:
        for pair, entries in self.pairs.items():
            neighbours = min(len(self.before[pair]), len(self.after[pair]))
            rarer = min(pair, key=self.pieces.__getitem__)
            share = entries / self.pieces[rarer]
            if entries >= MIN_ENTRIES and neighbours >= MIN_NEIGHBOURS and share >= MIN_COHESION:
                reason = Message(
                    "cut as {pieces}; in {entries} entries, {share:.0%} of those with {rarer}",
                    pieces=" / ".join(pair),
                    entries=entries,
                    share=share,
                    rarer=rarer,
                )
                yield Suggestion("words", "".join(pair), entries, reason)


def _may_be_word(pair: tuple[str, str]) -> bool:
    """Two pieces of which one is a single character that says something."""
    return (
        min(map(len, pair)) == 1
        and len("".join(pair)) <= MAX_WORD_CHARS
        and not GRAMMAR.intersection(piece for piece in pair if len(piece) == 1)
    )


@dataclass
class _Names:
    """Collects what stands before Latin names in brackets."""

    analyzer: Analyzer
    places: Mapping[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Latin name → the Chinese before it, once for each entry."""

    def add(self, text: str) -> None:
        for han, latin in dict.fromkeys(_NAMED.findall(text)):
            self.places[latin].append(han)

    def found(self) -> Iterator[Suggestion]:
        for latin, places in self.places.items():
            if len(places) < MIN_NAMED or self._is_known(latin):
                continue
            name, count = self._name_before(places)
            if name and count >= max(MIN_NAMED, MIN_NAME_SHARE * len(places)):
                reason = Message("{name}（{latin}） in {count} entries", name=name, latin=latin, count=count)
                yield Suggestion("aliases", latin, count, reason, other=name)

    def _is_known(self, latin: str) -> bool:
        return any(word.aliases for word in self.analyzer.query(latin))

    def _name_before(self, places: list[str]) -> tuple[str, int]:
        """The longest run of whole words that most of the places end with, and in how many."""
        ends = Counter[str]()
        for place in places:
            cut = [word.text for word in self.analyzer.query(place)]
            ends.update({"".join(cut[at:]) for at in range(len(cut))})
        often = MIN_NAME_SHARE * len(places)
        name = max((end for end, count in ends.items() if count >= often and len(end) > 1), key=len, default="")
        return (name, ends[name]) if len(name) <= MAX_NAME_CHARS else ("", 0)


@dataclass
class _Sections:
    """Collects the entries of sections whose titles say nothing to the reader."""

    known: Mapping[str, Kind]
    entries: Mapping[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))

    def add(self, entry: Entry) -> None:
        if entry.section and entry.role == "entry":
            self.entries[entry.section].append(entry)

    def found(self) -> Iterator[Suggestion]:
        for title, entries in self.entries.items():
            issues = len({entry.issue.id for entry in entries})
            if issues >= MIN_NAMED and name_type(title, self.known) is None:
                linked = sum(entry.url is not None for entry in entries)
                kind = "resource" if 2 * linked >= len(entries) else "other"
                reason = Message("{entries} entries in {issues} issues", entries=len(entries), issues=issues)
                yield Suggestion("sections", title, len(entries), reason, kind)
