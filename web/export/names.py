"""Other names of words, for queries in a browser: those that find something in the archive.

Two words that are written together have a name as one: `sourcecode`. English words are listed by their stems.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.analyzer import spellings_of
from wangqi.search.analysis.lexicon.glossary import english_names, glossary_words, translations
from wangqi.search.plan.ranking import RANKING
from wangqi.search.plan.variants import MAX_ENGLISH, VariantKind

KINDS: Final[tuple[VariantKind, ...]] = ("english", "alias", "translation", "synonym")
MOST_TEXTS: Final = 6
"""Of one kind: each may be a file to fetch."""


def other_names(analyzer: Analyzer, grams: Collection[str]) -> dict[str, list[Any]]:
    """Word → `[[number of the kind in KINDS; factor; [text, …]], …]`. `grams` are those of the archive: a name that
    needs others finds nothing."""
    found: dict[str, list[Any]] = {}
    for word in sorted({*analyzer.named_words(), *glossary_words()}):
        rows = []
        for kind, texts in _names(word, analyzer):
            held = [text for text in texts if _is_held(text, grams)][:MOST_TEXTS]
            rows += [[KINDS.index(kind), RANKING.variant_factors[kind], held]] if held else []
        if rows:
            found[word] = rows
    return found


def _names(word: str, analyzer: Analyzer) -> Iterator[tuple[VariantKind, Sequence[str]]]:
    yield "alias", analyzer.aliases(word)
    yield "translation", translations(word) if word.isascii() else ()
    yield "synonym", analyzer.synonyms(word)
    yield "english", english_names(word)[:MAX_ENGLISH] if len(word) > 1 else ()


def _is_held(text: str, grams: Collection[str]) -> bool:
    return any(all(gram in grams for gram, _ in spelling) for spelling in spellings_of(text))
