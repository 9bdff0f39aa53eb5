"""Other forms of a word that a search may find in its place, each of which counts less.

    screenshots ─► screenshot (stem) ─► 截图 (translation)
    檔案        ─► 文件 (translation, for who writes traditional characters)
    网格线      ─► 网格 (part)

A stem is always searched for; the others only when a search is relaxed, since all of them find what was not typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from search import ranking
from search.analysis import Analyzer
from search.analysis.analyzer import QueryWord, Spelling, Stream
from search.analysis.folding import fold_key
from search.analysis.latin import STEM_MARK
from search.analysis.regional import is_traditional, mainland_form
from search.analysis.stemming import stem
from search.lexicon.glossary import translations
from search.query.stopwords import STOP_WORDS

VariantKind = Literal["stem", "translation", "part"]

SYNONYMS: Final = frozenset[VariantKind]({"stem", "translation"})
"""Kinds that say the same as the word: how rare it is, is counted over both."""


@dataclass(frozen=True, slots=True)
class Variant:
    """Another form of a word: it counts where the word itself, and the variants before this one, are not found."""

    kind: VariantKind
    spellings: tuple[Spelling, ...]
    """It is found where any of them is; without spellings, where the first of its terms is."""
    terms: tuple[tuple[Stream, str], ...] = ()
    """What scores besides the terms of the word."""
    units: int = 1
    texts: tuple[str, ...] = ()
    """As it is written; for a stem, the word that it is the stem of."""

    @property
    def forms(self) -> tuple[str, ...]:
        """What to look for in a text, to be marked."""
        return inflections(self.texts[0]) if self.kind == "stem" else self.texts

    @property
    def label(self) -> str:
        """The variant as a reader is told of it: `screenshot…`, `截图`, `网格`."""
        return self.terms[0][1].lstrip(STEM_MARK) + "…" if self.kind == "stem" else "、".join(self.texts)

    @property
    def factor(self) -> float:
        """What it counts, in parts of the word."""
        return ranking.VARIANT_FACTORS[self.kind]


class Breadth(IntEnum):
    """How far a search may go from what was typed."""

    LITERAL = 0
    INFLECTED = 1
    LOOSE = 2


def variants_in(
    typed: str, words: Sequence[QueryWord], analyzer: Analyzer, breadth: Breadth
) -> list[tuple[Variant, ...]]:
    """For each of `words`, which `typed` was cut into, its variants, the strongest first."""
    if breadth is not Breadth.LOOSE:
        return [_inflected(word, breadth) for word in words]
    regional = _regional_around(typed, words) if is_traditional(typed) else [()] * len(words)
    return [
        (*_inflected(word, breadth), *(_loose_variants(word, analyzer, names, others) if _has_forms(word) else ()))
        for word, names, others in zip(words, names_around(words), regional, strict=True)
    ]


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


def _has_forms(word: QueryWord) -> bool:
    return word.text not in STOP_WORDS


def _inflected(word: QueryWord, breadth: Breadth) -> tuple[Variant, ...]:
    return tuple(_stems(word)) if breadth is not Breadth.LITERAL and _has_forms(word) else ()


def _stems(word: QueryWord) -> Iterator[Variant]:
    if word.stem:
        yield Variant("stem", (), (("words", word.stem),), texts=(word.text,))


@lru_cache(1 << 10)
def inflections(word: str) -> tuple[str, ...]:
    """English words with the stem of `word`, those that are none included: downloads, downloaded, …"""
    root = stem(word)
    bases = {word, root, root + "e", root.removesuffix("i") + "y", root + root[-1:]}
    forms = (base + ending for base in sorted(bases) for ending in ("", "s", "es", "d", "ed", "ing"))
    return tuple(form for form in dict.fromkeys(forms) if form != word and stem(form) == root)


def _loose_variants(
    word: QueryWord, analyzer: Analyzer, names: Sequence[str], regional: Sequence[str]
) -> Iterator[Variant]:
    # One way only: texts are Chinese with English names, so that an English description is rarely what is sought.
    english = (text for name in (*names, word.text) if name.isascii() for text in translations(name))
    for text in dict.fromkeys([*regional, *english]):
        parts = analyzer.query(text)
        terms = tuple(dict.fromkeys(term for part in parts for term in part.terms))
        yield Variant("translation", analyzer.phrase(text), terms, sum(part.units for part in parts), (text,))
    # Their terms score for the word anyway.
    inside = tuple(text for stream, text in word.terms if stream == "words" and 1 < len(text) < len(word.text))
    if inside and word.units == len(word.text):  # a Han word: each character is a unit
        yield Variant("part", tuple(each for text in inside for each in analyzer.phrase(text)), units=2, texts=inside)
