"""The analyzer: the tokens of a field's text for the index, and the words of a query."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import Any, Final, Literal

from search.analysis.folding import fold_key, fold_text
from search.analysis.latin import LatinWord, joined, joined_words, latin_word
from search.analysis.segmenter import Segmenter
from search.analysis.units import RUN, Unit, cut_runs, cut_units, gap_of

VERSION: Final = "1"
"""Part of the fingerprint: raise it whenever the same text gives other tokens."""

MAX_ALIAS_WORDS: Final = 4
"""A name with aliases may be cut into so many words: 机器 + 学习, machine + learning."""

Stream = Literal["words", "grams"]

Spelling = tuple[tuple[str, int], ...]
"""Grams with their positions counted from the first, which is at 0: a text is found where they stand exactly so."""


@dataclass(frozen=True, slots=True)
class FieldTokens:
    """What the index keeps of one field of a document."""

    words: list[str]
    """jieba's words in search mode, Latin words and their components; one for each occurrence."""
    grams: list[str]
    """Units, Han bigrams, Latin words and joined neighbours."""
    positions: Sequence[int]
    """Of each gram, that of its first unit."""
    length: int
    """Number of units."""


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One word of a query: what a document must hold, and what then counts."""

    text: str
    """Folded, without blanks and connectors: `nodejs`, `镜像`."""
    start: int
    end: int
    """Half-open range of the typed text."""
    spellings: tuple[Spelling, ...]
    """The word is found where any of them is."""
    terms: tuple[tuple[Stream, str], ...]
    """What scores where it occurs."""
    units: int
    aliases: tuple[str, ...] = ()
    """Its other names, as the site's owner wrote them."""


class Analyzer:
    """Cuts texts. Equal `fingerprint`, equal tokens. Loads jieba on the first Chinese text; safe to share by threads.

    `words` are added to jieba's dictionary. `aliases` are other names of a word (`{"k8s": "kubernetes"}`), both ways.
    """

    def __init__(self, words: Collection[str] = (), aliases: Mapping[str, str | Collection[str]] | None = None) -> None:
        self._words, self._names = tuple(words), dict(aliases or {})
        dictionary = sorted({fold_key(word) for word in words})
        self._segmenter = Segmenter(dictionary)
        self._aliases = _alias_groups(aliases or {})
        state = json.dumps([VERSION, dictionary, sorted(map(sorted, self._aliases.values()))])
        # What was typed is asked for by the plan, for the marks and for the notices.
        self._cut_query = lru_cache(1024)(self._make_query)
        self.fingerprint: Final = f"{VERSION}-{hashlib.blake2b(state.encode(), digest_size=8).hexdigest()}"

    def units(self, text: str) -> list[Unit]:
        """The units of `text` with their offsets; needs no dictionary."""
        return cut_units(text)

    def index(self, text: str) -> FieldTokens:
        """The tokens of a field's text."""
        folded = fold_text(text)
        words: list[str] = []
        grams: list[str] = []
        positions: list[int] = []
        first, end = 0, 0  # position of the run's first unit, and where the run before ends
        latin: LatinWord | None = None
        for run in RUN.finditer(folded):
            chars, before, latin = run.group(), latin, None
            size = len(chars)
            if run.lastgroup == "cjk":
                words += self._segmenter.cut_for_search(chars)
                grams += chars
                grams += map(add, chars, chars[1:])
                positions += range(first, first + size)
                positions += range(first, first + size - 1)
            elif run.lastgroup == "latin":
                latin = latin_word(chars, _dot_before(folded, run.start()))
                size = len(latin.units)
                words += latin.words
                grams += latin.grams
                positions += map(first.__add__, latin.positions)
                if before and gap_of(folded[end : run.start()]) != "|" and (both := joined_words(before, latin)):
                    grams.append(both)
                    positions.append(first - len(before.units))
            else:
                words.append(chars.casefold())
                grams.append(chars.casefold())
                positions.append(first)
            first, end = first + size, run.end()
        return FieldTokens(words, grams, positions, first)

    def query(self, text: str) -> tuple[QueryWord, ...]:
        """The words of what was typed, in order, aliases included; () when there is nothing to search for."""
        return self._cut_query(text)

    def _make_query(self, text: str) -> tuple[QueryWord, ...]:
        words = list(self._query_words(text))
        found, at = [], 0
        while at < len(words):
            size = self._alias_size(words[at:])
            word = words[at] if size == 1 else self._one_word(text, words[at : at + size])
            found.append(self._with_aliases(word))
            at += size
        return tuple(found)

    def __reduce__(self) -> tuple[Any, ...]:
        # What it was made from goes to another process; what it has loaded and remembered does not.
        return Analyzer, (self._words, self._names)

    def phrase(self, text: str) -> tuple[Spelling, ...]:
        """The spellings of `text` as one contiguous phrase; () when there is nothing to search for."""
        apart: list[tuple[str, int]] = []
        whole: list[tuple[str, int]] = []
        saved = 0  # a joined Latin word takes one position, its parts several
        first = 0
        for run in cut_runs(text):
            apart += _contiguous(run, first)
            if run[0].script == "latin":
                whole.append((joined(run), first - saved))
                saved += len(run) - 1
            else:
                whole += _contiguous(run, first - saved)
            first += len(run)
        return tuple(dict.fromkeys((tuple(whole), tuple(apart)))) if whole else ()

    def prefix(self, text: str) -> str:
        """`text`, the start of a word, as the start of a gram; "" when there is nothing to search for."""
        return self.squeezed(text)

    def squeezed(self, text: str) -> str:
        """The units of `text` as one string: the same for texts that differ in blanks and punctuation alone."""
        folded = fold_text(text)
        return "".join(
            "".join(unit.text for unit in latin_word(run.group(), _dot_before(folded, run.start())).units)
            if run.lastgroup == "latin"
            else run.group()
            for run in RUN.finditer(folded)
        )

    def _query_words(self, text: str) -> Iterator[QueryWord]:
        for run in cut_runs(text):
            if run[0].script == "cjk":
                yield from self._han_words(run)
            else:
                yield _latin_word(run)

    def _han_words(self, run: Sequence[Unit]) -> Iterator[QueryWord]:
        at = 0
        for text in self._segmenter.cut("".join(unit.text for unit in run)):
            units, following = run[at : at + len(text)], run[at + len(text) : at + len(text) + 1]
            terms: list[tuple[Stream, str]] = [("words", word) for word in self._segmenter.cut_for_search(text)]
            # The bigram over the border to the next word counts too: where both stand together, as typed.
            grams = [left.text + right.text for left, right in pairwise([*units, *following])]
            terms += [("grams", gram) for gram in ([text] if len(units) == 1 else []) + grams]
            spelling = tuple(_contiguous(units, 0))
            yield QueryWord(text, units[0].start, units[-1].end, (spelling,), tuple(dict.fromkeys(terms)), len(units))
            at += len(text)

    def _alias_size(self, words: Sequence[QueryWord]) -> int:
        """How many of the first words are together one name that has aliases; 1 when none are."""
        sizes = range(min(len(words), MAX_ALIAS_WORDS), 1, -1) if self._aliases else ()
        return next((size for size in sizes if "".join(word.text for word in words[:size]) in self._aliases), 1)

    def _one_word(self, text: str, words: Sequence[QueryWord]) -> QueryWord:
        start, end = words[0].start, words[-1].end
        terms = tuple(dict.fromkeys(term for word in words for term in word.terms))
        name, units = "".join(word.text for word in words), sum(word.units for word in words)
        return QueryWord(name, start, end, self.phrase(text[start:end]), terms, units)

    def _with_aliases(self, word: QueryWord) -> QueryWord:
        aliases = self._aliases.get(word.text, ())
        if not aliases:
            return word
        spellings, terms = list(word.spellings), list(word.terms)
        for name in aliases:
            spellings += self.phrase(name)
            terms += [term for part in self._query_words(name) for term in part.terms]
        return replace(
            word, spellings=tuple(dict.fromkeys(spellings)), terms=tuple(dict.fromkeys(terms)), aliases=aliases
        )


def _dot_before(text: str, start: int) -> str:
    """The dot before `start` with the character before it; "" when there is none."""
    return text[max(0, start - 2) : start] if text[start - 1 : start] == "." else ""


def _contiguous(run: Sequence[Unit], first: int) -> Iterator[tuple[str, int]]:
    """The fewest grams that hold `run`, which starts at position `first`."""
    if run[0].script != "cjk" or len(run) == 1:
        yield from ((unit.text, first + at) for at, unit in enumerate(run))
        return
    starts = [*range(0, len(run) - 1, 2), *([len(run) - 2] if len(run) % 2 else [])]
    yield from ((run[at].text + run[at + 1].text, first + at) for at in starts)


def _latin_word(run: Sequence[Unit]) -> QueryWord:
    text = "." + run[0].text if run[0].dotted and len(run) == 1 else joined(run)
    spellings = {((text, 0),), tuple(_contiguous(run, 0))} if not run[0].dotted else {((text, 0),)}
    terms: tuple[tuple[Stream, str], ...] = (("words", text), ("grams", text))
    return QueryWord(text, run[0].start, run[-1].end, tuple(sorted(spellings, key=len)), terms, len(run))


def _alias_groups(aliases: Mapping[str, str | Collection[str]]) -> dict[str, tuple[str, ...]]:
    """For each name all the other names of the same thing, folded as `QueryWord.text` is."""
    groups: dict[str, set[str]] = {}
    for name, others in aliases.items():
        names = {name, *([others] if isinstance(others, str) else others)}
        keys = {key: label for label in names if (key := _alias_key(label))}
        group = set(keys.values()).union(*(groups.get(key, set()) for key in keys))
        for label in group:
            groups[_alias_key(label)] = group
    return {key: tuple(sorted(label for label in group if _alias_key(label) != key)) for key, group in groups.items()}


def _alias_key(name: str) -> str:
    runs = cut_runs(name)
    return "".join(joined(run) if run[0].script == "latin" else "".join(unit.text for unit in run) for run in runs)
