"""Other forms of a word that a search may find in its place, each of which counts less.

    k8s         ─► Kubernetes (alias)
    檔案        ─► 文件 (regional)
    screenshots ─► screenshot (stem) ─► 截图 (translation)
    网格线      ─► 网格 (part)
    大模型      ─► 大, 模型 (apart)
    闲置        ─► 二手 (synonym)
    历史        ─► history (english)
    dock        ─► docker (prefix, of the last word: it may not be typed to its end)

Those that say what the word says (`WHOLE`) are always searched for; the others only when a search is relaxed, since
they find what was not typed. A form in other words is one term, however many words it has: it is found, counted and
scored as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import ClassVar, Final, Literal

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.analyzer import QueryWord, Spelling, Stream, spellings_of
from wangqi.search.analysis.folding import fold_key
from wangqi.search.analysis.latin import stemmed
from wangqi.search.analysis.lexicon.glossary import english_names, translations
from wangqi.search.analysis.regional import MainlandForm, is_traditional, mainland_form
from wangqi.search.analysis.stemming import stem
from wangqi.search.analysis.units import cut_units
from wangqi.search.plan.stopwords import STOP_WORDS

VariantKind = Literal["alias", "regional", "stem", "translation", "synonym", "english", "prefix", "part", "apart"]

WHOLE: Final = frozenset[VariantKind]({"alias", "regional", "stem"})
"""Kinds that are the word itself in another spelling, form or name: an entry that holds one holds the word."""

SAID: Final[frozenset[VariantKind]] = WHOLE | {"translation", "prefix"}
"""Kinds that say what the word says, or may be it: how rare it is, is counted over all of them."""

SYNONYMS: Final[frozenset[VariantKind]] = SAID | {"synonym"}
"""Kinds that say the same or nearly: each tells no more than the word, which tells little more than they all together
(`Ranking.beside_synonyms`)."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """Spellings that count as one term, whose frequency is that of all of them together."""

    spellings: tuple[Spelling, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """Documents in which each of these spellings stands somewhere; no more often than the rarest."""

    spellings: tuple[Spelling, ...]


@dataclass(frozen=True, slots=True)
class Starts:
    """The document holds a gram that starts with `prefix`."""

    prefix: str
    weight: ClassVar[float] = 1.0
    units: ClassVar[int] = 1
    is_run: ClassVar[bool] = False
    variants: ClassVar[tuple[Variant, ...]] = ()

    @property
    def typed(self) -> str:
        return f"{self.prefix}*"


VariantTerm = tuple[Stream, str] | Spelled | Apart | Starts


@dataclass(slots=True, unsafe_hash=True)  # as `QueryWord`: frozen takes twice as long to make
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
    is_all_typed: bool = False
    """Whether nothing was typed but a name, of which it is another: who types one gets what is called so, then what has
    another name."""
    share: float = 1.0
    """What part of its score it adds for this word: a name of two words is one term, half of it for each of them."""

    @property
    def forms(self) -> tuple[str, ...]:
        """The texts to mark where the variant was found."""
        if self.kind == "stem":
            return inflections(self.texts[0])
        return (*self.texts, *inflections(self.texts[0])) if self.kind == "english" else self.texts

    @property
    def label(self) -> str:
        """The variant as a reader is told of it: `screenshot…`, `截图`, `网格`."""
        text = "、".join(self.texts)
        return stem(text) + "…" if self.kind == "stem" else text + "…" if self.kind == "prefix" else text


class Breadth(IntEnum):
    """How far a search may go from what was typed."""

    LITERAL = 0
    NAMED = 1
    """Other names and spellings too."""
    INFLECTED = 2
    """Other endings too: all of `WHOLE`."""
    LOOSE = 3


LEAST_PREFIX: Final = 3
"""Letters of half a word."""

LISTED_REMEMBERED: Final = 1 << 9
"""Names that are cut once: what the lists say is always the same."""

MAX_SYNONYM_WORDS: Final = 4
"""A synonym may be cut into so many words: 视频 + 会议."""

MAX_ENGLISH: Final = 2
"""English words that are tried for a Chinese one, the most usual; the others find nothing more."""


def variants_in(
    typed: str, words: Sequence[QueryWord], analyzer: Analyzer, breadth: Breadth, *, ends: bool = False
) -> list[tuple[Variant, ...]]:
    """For each of `words`, which `typed` was cut into, its variants, the strongest first. `ends`: whether nothing was
    typed after them."""
    if breadth is Breadth.LITERAL:
        return [()] * len(words)
    regional = _regional_around(typed, words)
    found = [list(_named(word, len(words))) for word in words]
    telling = [at for at, word in enumerate(words) if word.text not in STOP_WORDS]
    for at in telling:
        found[at] += (_in_other_words("regional", (form.text,)) for form in regional[at] if form.is_sure)
        found[at] += _stems(words[at]) if breadth >= Breadth.INFLECTED else ()
    if breadth is Breadth.LOOSE:
        names, synonyms, english = names_around(words), _synonyms_around(words, analyzer), _english_around(words)
        for at in telling:
            word, is_last = words[at], ends and at == len(words) - 1
            found[at] += _translated(word, names[at])
            found[at] += (_in_other_words("synonym", (form.text,)) for form in regional[at] if not form.is_sure)
            # What the word may be, before what only comes near to it: the first are counted together.
            found[at] += [*_begun(word, is_last), *synonyms[at], *english[at], *_parts(word)]
    return list(map(tuple, found))


def _synonyms_around(words: Sequence[QueryWord], analyzer: Analyzer) -> list[list[Variant]]:
    """The synonyms of each of `words`, alone and with those around it."""
    found: list[list[Variant]] = [[] for _ in words]
    for start in range(len(words)):
        for end in range(start + 1, min(start + MAX_SYNONYM_WORDS, len(words)) + 1):
            if others := analyzer.synonyms("".join(word.text for word in words[start:end])):
                variant = _in_other_words("synonym", others, share=1 / (end - start))
                for of_word in found[start:end]:
                    of_word.append(variant)
    return found


def _english_around(words: Sequence[QueryWord]) -> list[list[Variant]]:
    """The English names of each of `words`, alone and with the word before or after it."""
    found: list[list[Variant]] = [[] for _ in words]
    for at, word in enumerate(words):
        if len(word.text) > 1:  # one character has too many meanings
            found[at] += map(_in_english, english_names(word.text)[:MAX_ENGLISH])
        following = words[at + 1 : at + 2]
        for name in english_names(word.text + following[0].text)[:MAX_ENGLISH] if following else ():
            variant = _in_english(name, share=0.5)
            found[at].append(variant)
            found[at + 1].append(variant)
    return found


@lru_cache(LISTED_REMEMBERED)
def _in_english(name: str, *, share: float = 1.0) -> Variant:
    """The form that is written as `name`; a single word with any ending."""
    if name.isalpha() and (term := stemmed(name)):
        return Variant("english", ("words", term), texts=(name,), share=share)
    return _in_other_words("english", (name,), share=share)


def _begun(word: QueryWord, is_last: bool) -> Iterator[Variant]:
    """Yield the words that begin with `word`, when it is the last of the query, as a variant."""
    if is_last and len(word.text) >= LEAST_PREFIX and word.text.isascii() and word.text.isalpha():
        yield Variant("prefix", Starts(word.text), texts=(word.text,))


def _named(word: QueryWord, words: int) -> Iterator[Variant]:
    """The other names of `word`, which is one of so many words."""
    for alias in word.other_names:
        is_all = alias.words == words
        yield _in_other_words("alias", alias.names, is_all_typed=is_all, share=1 / alias.words)


def _in_other_words(
    kind: VariantKind, texts: tuple[str, ...], *, is_all_typed: bool = False, share: float = 1.0
) -> Variant:
    """The form that is written as any of `texts`."""
    found, units = _cut(texts)
    return Variant(kind, found, units=units, texts=texts, is_all_typed=is_all_typed, share=share)


@lru_cache(LISTED_REMEMBERED)
def _cut(texts: tuple[str, ...]) -> tuple[Spelled, int]:
    """The spellings of `texts` as one variant, and the units of the longest."""
    # Without an analyzer: what is remembered would hold those of before other words and aliases.
    spellings = dict.fromkeys(spelling for text in texts for spelling in spellings_of(text))
    return Spelled(tuple(spellings)), max(len(cut_units(text)) for text in texts)


def names_around(words: Sequence[QueryWord]) -> list[tuple[str, ...]]:
    """The names that each of `words` makes with the word before it and with the one after it: source code."""
    pairs = [left.text + right.text for left, right in pairwise(words)]
    return [tuple(pairs[max(0, at - 1) : at + 1]) for at in range(len(words))]


def _regional_around(typed: str, words: Sequence[QueryWord]) -> list[tuple[MainlandForm, ...]]:
    """The mainland's words for each of `words`, and for those that it makes with its neighbours (原始 with 碼)."""
    forms: list[tuple[MainlandForm, ...]] = [()] * len(words)
    if typed.isascii():
        return forms
    traditional = is_traditional(typed)
    alone = [mainland_form(typed[word.start : word.end], traditional=traditional) for word in words]
    for at, (left, right) in enumerate(pairwise(words)):
        pair = typed[left.start : right.end]
        both = mainland_form(pair, traditional=traditional)
        if left.end == right.start and both.text not in (pair, alone[at].text + alone[at + 1].text):
            forms[at : at + 2] = ((*others, both) for others in forms[at : at + 2])
    return [
        (*others, form) if _differs(form, typed[word.start : word.end], word.text) else others
        for others, form, word in zip(forms, alone, words, strict=True)
    ]


def _differs(form: MainlandForm, typed: str, text: str) -> bool:
    """Whether `form` is another word than `typed`, which is kept as `text`."""
    # Of Latin words none has a form of a region's, though one may be typed otherwise than it is kept (.net).
    return form.text != typed and not text.isascii() and fold_key(form.text) != text


def _stems(word: QueryWord) -> Iterator[Variant]:
    if word.stem:
        yield Variant("stem", ("words", word.stem), texts=(word.text,))


@lru_cache(1 << 7)
def inflections(word: str) -> tuple[str, ...]:
    """English words with the stem of `word`, those that are none included: downloads, downloaded, …"""
    root = stem(word)
    bases = {word, root, root + "e", root.removesuffix("i") + "y", root + root[-1:]}
    forms = (base + ending for base in sorted(bases) for ending in ("", "s", "es", "d", "ed", "ing"))
    return tuple(form for form in dict.fromkeys(forms) if form != word and stem(form) == root)


def _translated(word: QueryWord, names: Sequence[str]) -> Iterator[Variant]:
    found = (text for name in (*names, word.text) if name.isascii() for text in translations(name))
    yield from (_in_other_words("translation", (text,)) for text in dict.fromkeys(found))


def _parts(word: QueryWord) -> Iterator[Variant]:
    """Yield the parts of a Han word: words inside it, any two characters of one that no dictionary has, and its pieces
    apart from each other."""
    inside = [text for stream, text in word.terms if stream == "words" and 1 < len(text) < len(word.text)]
    if word.is_guessed and len(word.text) > 2:
        inside += map(add, word.text, word.text[1:])
    if inside and word.units == len(word.text):  # a Han word: each character is a unit
        parts = tuple(dict.fromkeys(inside))
        yield Variant("part", _cut(parts)[0], scores=False, units=2, texts=parts)
    if word.pieces:
        apart = Apart(tuple(spellings_of(piece)[0] for piece in word.pieces))
        yield Variant("apart", apart, units=word.units, texts=word.pieces)
