"""The analyzer: the tokens of a field's text for the index, and the words of a query."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import Any, Final, Literal, Protocol

from wangqi.search.analysis.aliases import Names, WordGroups
from wangqi.search.analysis.folding import fold_key, fold_text
from wangqi.search.analysis.latin import LatinWord, joined_words, latin_word, name_of, stemmed, words_of
from wangqi.search.analysis.lexicon.word_lists import alias_groups, synonym_groups
from wangqi.search.analysis.regional import mainland_form
from wangqi.search.analysis.segmenter import Segmenter, dictionary_digest
from wangqi.search.analysis.units import RUN, Unit, cut_runs, gap_of

VERSION: Final = "4"
"""Part of the fingerprint: raise it whenever the same text gives other tokens."""

MAX_ALIAS_WORDS: Final = 4
"""A name with aliases may be cut into so many words: 机器 + 学习, machine + learning."""

Stream = Literal["words", "grams"]


class Join(Protocol):
    """A function that decides which neighbouring words of a Han run are one."""

    def __call__(self, words: Sequence[str], *, is_all: bool) -> Sequence[tuple[str, ...]]:
        """`words`, those of a run, and the pieces of each; `is_all` when the query has no other run."""
        ...


Spelling = tuple[tuple[str, int], ...]
"""Grams with their positions counted from the first, which is at 0: a text is found where they stand exactly so."""


@dataclass(frozen=True, slots=True)
class FieldTokens:
    """The tokens of one field of a document, as the index keeps them."""

    words: list[str]
    """jieba's words in search mode, Latin words, their components and marked stems; one for each occurrence."""
    grams: list[str]
    """Units, Han bigrams, Latin words and joined neighbours."""
    positions: Sequence[int]
    """Of each gram, that of its first unit."""
    length: int
    """Number of units."""


@dataclass(frozen=True, slots=True)
class Alias:
    """An alias of one word of a query, or of several that follow each other."""

    names: tuple[str, ...]
    """As they are written in the lists of aliases."""
    words: int
    """How many words of the query together have these names: 2 for each word of `machine learning`."""


# Not frozen, though nobody changes one: every query makes some, which frozen takes twice as long.
@dataclass(slots=True, unsafe_hash=True)
class QueryWord:
    """A word of a query: the grams that a document must hold, and the terms that score."""

    text: str
    """Folded, without blanks and connectors: `nodejs`, `镜像`."""
    start: int = field(compare=False)
    end: int = field(compare=False)
    """Half-open range of the typed text: a word that is typed again is the same word."""
    spellings: tuple[Spelling, ...]
    """The word is found where any of them is."""
    terms: tuple[tuple[Stream, str], ...]
    """What scores where it occurs."""
    units: int
    other_names: tuple[Alias, ...] = ()
    pieces: tuple[str, ...] = ()
    """The words that it was joined from (`Analyzer.joining`); () for a word of the dictionary."""
    is_guessed: bool = False
    """Whether it is Han and no dictionary has it."""
    stem: str = ""
    """The term in the stream of words that its other forms share (`~download`); "" when it has none."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """All aliases of the word, and of the names that it is a part of."""
        return tuple(dict.fromkeys(name for alias in self.other_names for name in alias.names))


@dataclass(frozen=True, slots=True)
class _QueryCutter:
    """Cuts queries. Holds no analyzer: what remembers its answers would otherwise be in a circle with one, and keep an
    index alive through `_join`."""

    _segmenter: Segmenter
    _aliases: WordGroups
    _join: Join

    def __call__(self, text: str) -> tuple[QueryWord, ...]:
        words = list(self._query_words(text))
        found = words.copy()
        for start, end in _spans(len(words)):
            # Each word of a name is also found where another name is. They stay words apart: as one, 量子计算机, in
            # which jieba sees two, would be found only as it is typed. nDCG@10 on 15 topics: 0.70 as one, 0.73 apart.
            if names := self._aliases.of("".join(word.text for word in words[start:end])):
                alias = Alias(names, end - start)
                found[start:end] = (replace(word, other_names=(*word.other_names, alias)) for word in found[start:end])
        return tuple(found)

    def _query_words(self, text: str) -> Iterator[QueryWord]:
        runs = cut_runs(text)
        for run in runs:
            if run[0].script == "cjk":
                yield from self._han_words(run, is_all=len(runs) == 1)
            else:
                yield _latin_word(run)

    def _han_words(self, run: Sequence[Unit], *, is_all: bool) -> Iterator[QueryWord]:
        at = 0
        for pieces in self._join(self._segmenter.cut("".join(unit.text for unit in run)), is_all=is_all):
            text = "".join(pieces)
            units, following = run[at : at + len(text)], run[at + len(text) : at + len(text) + 1]
            inside = [word for piece in pieces for word in self._segmenter.cut_for_search(piece)]
            # A joined word is found where its characters stand together, not where one of them does.
            words = inside if len(pieces) == 1 else [word for word in inside if len(word) > 1]
            terms: list[tuple[Stream, str]] = [("words", word) for word in words]
            # The bigram over the border to the next word counts too: where both stand together, as typed.
            grams = [left.text + right.text for left, right in pairwise([*units, *following])]
            terms += [("grams", gram) for gram in ([text] if len(units) == 1 else []) + grams]
            yield QueryWord(
                text,
                units[0].start,
                units[-1].end,
                (tuple(_contiguous(units, 0)),),
                tuple(dict.fromkeys(terms)),
                len(units),
                pieces=tuple(pieces) if len(pieces) > 1 else (),
                is_guessed=len(units) > 1 and not (len(pieces) == 1 and self._segmenter.has_word(text)),
            )
            at += len(text)


class Analyzer:
    """Cuts texts. Equal `fingerprint`, equal tokens. Loads jieba on the first Chinese text; safe to share by threads.

    `words` are added to jieba's dictionary. `aliases` are other names of a word (`{"k8s": "kubernetes"}`), both ways,
    in place of the shipped ones of that word (`lexicon/aliases.txt`); so are `synonyms`, which say nearly the same
    (`lexicon/synonyms.txt`).
    """

    def __init__(
        self, words: Collection[str] = (), aliases: Names | None = None, synonyms: Names | None = None
    ) -> None:
        self._made_from = tuple(words), dict(aliases or {}), dict(synonyms or {})
        dictionary = sorted({fold_key(word) for word in words})
        self._segmenter = Segmenter(dictionary)
        self._aliases = WordGroups(aliases or {}, alias_groups())
        self._synonyms = WordGroups(synonyms or {}, synonym_groups())
        state = json.dumps([VERSION, dictionary_digest(), dictionary, self._aliases.source, self._synonyms.source])
        self._cut_query = self._cutting(_unjoined)
        self._base: Analyzer | None = None
        self.fingerprint: Final = f"{VERSION}-{hashlib.blake2b(state.encode(), digest_size=8).hexdigest()}"

    def joining(self, join: Join) -> Analyzer:
        """A copy for the queries of one index, which knows words that no dictionary has: `join` says which words of a
        Han run are one."""
        bound = Analyzer.__new__(Analyzer)
        vars(bound).update(vars(self), _base=self.base, _cut_query=self._cutting(join))
        return bound

    @property
    def base(self) -> Analyzer:
        """The analyzer that `joining` copied, bound to no index."""
        return self._base or self

    def _cutting(self, join: Join) -> Callable[[str], tuple[QueryWord, ...]]:
        # What was typed is asked for by the plan, for the marks and for the notices.
        return lru_cache(512)(_QueryCutter(self._segmenter, self._aliases, join))

    def index(self, text: str) -> FieldTokens:
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
        """The words of what was typed, in order; () when there is nothing to search for."""
        return self._cut_query(text)

    def __reduce__(self) -> tuple[Any, ...]:
        # What it was made from goes to another process; what it has loaded and remembered does not.
        return Analyzer, self._made_from

    def knows(self, word: str) -> bool:
        """Whether `word`, folded, is in the dictionary, the site's own words included, or in a list."""
        if self._segmenter.has_word(word) or self._aliases.of(word) or self.synonyms(word):
            return True
        return mainland_form(word).text != word

    def named_words(self) -> set[str]:
        """All words, folded and without blanks, that have other names or synonyms."""
        return {*self._aliases.keys(), *self._synonyms.keys()}

    def aliases(self, word: str) -> tuple[str, ...]:
        """The other names of `word`, which is folded and without blanks."""
        return self._aliases.of(word)

    def synonyms(self, word: str) -> tuple[str, ...]:
        """The synonyms of `word`, which is folded and without blanks."""
        return self._synonyms.of(word)


def squeezed_units(text: str) -> str:
    """The units of `text` as one string: the same for texts that differ in blanks and punctuation alone."""
    folded = fold_text(text)
    return "".join(
        "".join(unit.text for unit in latin_word(run.group(), _dot_before(folded, run.start())).units)
        if run.lastgroup == "latin"
        else run.group()
        for run in RUN.finditer(folded)
    )


def spellings_of(text: str) -> tuple[Spelling, ...]:
    """The spellings of `text` as one contiguous phrase, whatever is in a dictionary; () for nothing to search for."""
    apart: list[tuple[str, int]] = []
    whole: list[tuple[str, int]] = []
    saved = 0  # a joined Latin word takes one position, its parts several
    first = 0
    for run in cut_runs(text):
        apart += [(name_of(run), first)] if run[0].dotted and len(run) == 1 else _contiguous(run, first)
        if run[0].script == "latin":
            whole.append((name_of(run), first - saved))
            saved += len(run) - 1
        else:
            whole += _contiguous(run, first - saved)
        first += len(run)
    return tuple(dict.fromkeys((tuple(whole), tuple(apart)))) if whole else ()


def _unjoined(words: Sequence[str], *, is_all: bool) -> list[tuple[str, ...]]:
    return [(word,) for word in words]


def _spans(words: int) -> Iterator[tuple[int, int]]:
    """Yield every range of neighbouring words that is short enough for a name of several words."""
    return ((start, end) for start in range(words) for end in range(start + 1, min(start + MAX_ALIAS_WORDS, words) + 1))


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
    text = name_of(run)
    spellings = {((text, 0),), tuple(_contiguous(run, 0))} if not run[0].dotted else {((text, 0),)}
    # What the word consists of scores as well, since it may be written apart.
    words: list[tuple[Stream, str]] = [("words", word) for word in (text, *words_of(run))]
    terms = tuple(dict.fromkeys([*words, ("grams", text)]))
    spelled = tuple(sorted(spellings, key=len))
    return QueryWord(text, run[0].start, run[-1].end, spelled, terms, len(run), stem=stemmed(text))
