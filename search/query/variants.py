"""Other forms of a word that a search may find in its place, each of which counts less.

    k8s         ─► Kubernetes (alias)
    檔案        ─► 文件 (regional, for who writes traditional characters)
    screenshots ─► screenshot (stem) ─► 截图 (translation)
    网格线      ─► 网格 (part)
    大模型      ─► 大, 模型 (apart)

Those that say what the word says (`WHOLE`) are always searched for; the others only when a search is relaxed, since
they find what was not typed. A form in other words is one term, however many words it has: it is found, counted and
scored as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import Final, Literal

from search import ranking
from search.analysis import Analyzer
from search.analysis.analyzer import QueryWord, Spelling, Stream
from search.analysis.folding import fold_key
from search.analysis.regional import is_traditional, mainland_form
from search.analysis.stemming import stem
from search.lexicon.glossary import translations
from search.query.stopwords import STOP_WORDS

VariantKind = Literal["alias", "regional", "stem", "translation", "part", "apart"]

WHOLE: Final = frozenset[VariantKind]({"alias", "regional", "stem"})
"""Kinds that are the word itself in another spelling, form or name: an entry that holds one holds the word."""

SYNONYMS: Final = WHOLE | {"translation"}
"""Kinds that say the same as the word: how rare it is, is counted over all of them."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """All places where one of these spellings stands, as one term: its frequency is that of them together."""

    spellings: tuple[Spelling, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """Documents in which each of these spellings stands somewhere; no more often than the rarest."""

    spellings: tuple[Spelling, ...]


VariantTerm = tuple[Stream, str] | Spelled | Apart


@dataclass(frozen=True, slots=True)
class Variant:
    """Another form of a word: it counts where the word itself, and the variants before this one, are not found."""

    kind: VariantKind
    found: VariantTerm
    """It is found where this is."""
    scores: bool = True
    """Whether `found` scores there; the parts of a word do anyway."""
    units: int = 1
    texts: tuple[str, ...] = ()
    """As it is written; for a stem, the word that it is the stem of."""
    factor: float = 1.0
    """What holding it counts, in parts of the word."""
    share: float = 1.0
    """What part of its score it adds for this word: a name of two words is one term, half of it for each of them."""

    @property
    def forms(self) -> tuple[str, ...]:
        """What to look for in a text, to be marked."""
        return inflections(self.texts[0]) if self.kind == "stem" else self.texts

    @property
    def label(self) -> str:
        """The variant as a reader is told of it: `screenshot…`, `截图`, `网格`."""
        return stem(self.texts[0]) + "…" if self.kind == "stem" else "、".join(self.texts)


class Breadth(IntEnum):
    """How far a search may go from what was typed."""

    LITERAL = 0
    NAMED = 1
    """Other names and spellings too."""
    INFLECTED = 2
    """Other endings too: all of `WHOLE`."""
    LOOSE = 3


def variants_in(
    typed: str, words: Sequence[QueryWord], analyzer: Analyzer, breadth: Breadth
) -> list[tuple[Variant, ...]]:
    """For each of `words`, which `typed` was cut into, its variants, the strongest first."""
    if breadth is Breadth.LITERAL:
        return [()] * len(words)
    regional = _regional_around(typed, words) if is_traditional(typed) else [()] * len(words)
    return [
        (
            *_named(word, analyzer, len(words)),
            *(_variants(word, analyzer, breadth, names, others) if word.text not in STOP_WORDS else ()),
        )
        for word, names, others in zip(words, names_around(words), regional, strict=True)
    ]


def _variants(
    word: QueryWord, analyzer: Analyzer, breadth: Breadth, names: Sequence[str], regional: Sequence[str]
) -> Iterator[Variant]:
    yield from (_in_other_words("regional", (text,), analyzer) for text in regional)
    if breadth >= Breadth.INFLECTED:
        yield from _stems(word)
    if breadth is Breadth.LOOSE:
        yield from _translated(word, analyzer, names)
        yield from _parts(word, analyzer)


def _named(word: QueryWord, analyzer: Analyzer, words: int) -> Iterator[Variant]:
    """The other names of `word`, which is one of so many words."""
    for alias in word.other_names:
        # Who typed nothing but the name gets what is called so, then what has another name.
        factor = ranking.OTHER_NAME if alias.words == words else ranking.VARIANT_FACTORS["alias"]
        yield replace(_in_other_words("alias", alias.names, analyzer), factor=factor, share=1 / alias.words)


def _in_other_words(kind: VariantKind, texts: Sequence[str], analyzer: Analyzer) -> Variant:
    """The form that is written as any of `texts`."""
    spellings = tuple(dict.fromkeys(spelling for text in texts for spelling in analyzer.phrase(text)))
    units = max(len(analyzer.units(text)) for text in texts)
    return Variant(kind, Spelled(spellings), units=units, texts=tuple(texts), factor=ranking.VARIANT_FACTORS[kind])


def names_around(words: Sequence[QueryWord]) -> list[tuple[str, ...]]:
    """For each of `words` the names that it makes with the word before it and with the one after it: source code."""
    pairs = [left.text + right.text for left, right in pairwise(words)]
    return [tuple(pairs[max(0, at - 1) : at + 1]) for at in range(len(words))]


def _regional_around(typed: str, words: Sequence[QueryWord]) -> list[tuple[str, ...]]:
    """For each of `words` what the mainland calls it, and what the words that it makes with its neighbours: 檔案, and
    原始 with 碼."""
    forms: list[tuple[str, ...]] = [()] * len(words)
    alone = [mainland_form(typed[word.start : word.end]) for word in words]
    for at, (left, right) in enumerate(pairwise(words)):
        both = mainland_form(typed[left.start : right.end])
        if left.end == right.start and both != alone[at] + alone[at + 1]:
            forms[at : at + 2] = ((*others, both) for others in forms[at : at + 2])
    differ = [fold_key(form) != word.text for word, form in zip(words, alone, strict=True)]
    return [(*others, *([form] if other else [])) for others, form, other in zip(forms, alone, differ, strict=True)]


def _stems(word: QueryWord) -> Iterator[Variant]:
    if word.stem:
        factor = ranking.VARIANT_FACTORS["stem"]
        yield Variant("stem", ("words", word.stem), texts=(word.text,), factor=factor)


@lru_cache(1 << 10)
def inflections(word: str) -> tuple[str, ...]:
    """English words with the stem of `word`, those that are none included: downloads, downloaded, …"""
    root = stem(word)
    bases = {word, root, root + "e", root.removesuffix("i") + "y", root + root[-1:]}
    forms = (base + ending for base in sorted(bases) for ending in ("", "s", "es", "d", "ed", "ing"))
    return tuple(form for form in dict.fromkeys(forms) if form != word and stem(form) == root)


def _translated(word: QueryWord, analyzer: Analyzer, names: Sequence[str]) -> Iterator[Variant]:
    # One way only: texts are Chinese with English names, so that an English description is rarely what is sought.
    found = (text for name in (*names, word.text) if name.isascii() for text in translations(name))
    yield from (_in_other_words("translation", (text,), analyzer) for text in dict.fromkeys(found))


def _parts(word: QueryWord, analyzer: Analyzer) -> Iterator[Variant]:
    """What a Han word is made of: words inside it, any two characters of one that no dictionary has, and its pieces
    apart from each other."""
    inside = [text for stream, text in word.terms if stream == "words" and 1 < len(text) < len(word.text)]
    if word.is_guessed and len(word.text) > 2:
        inside += map(add, word.text, word.text[1:])
    if inside and word.units == len(word.text):  # a Han word: each character is a unit
        parts = tuple(dict.fromkeys(inside))
        yield replace(_in_other_words("part", parts, analyzer), scores=False, units=2)
    if word.pieces:
        apart = Apart(tuple(analyzer.phrase(piece)[0] for piece in word.pieces))
        yield Variant("apart", apart, units=word.units, texts=word.pieces, factor=ranking.VARIANT_FACTORS["apart"])
