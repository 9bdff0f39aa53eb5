"""The forms in which a word may be held, and what each is worth."""

from __future__ import annotations

import math
from collections.abc import Collection

from wangqi.search.plan.plan import Word
from wangqi.search.plan.ranking import Ranking
from wangqi.search.plan.variants import SYNONYMS, Variant, VariantKind


def forms_of(word: Word, kinds: Collection[VariantKind] | None = None) -> tuple[Word | Variant, ...]:
    """The word as typed, and its variants, or those of some `kinds`."""
    return (word, *(variant for variant in word.variants if kinds is None or variant.kind in kinds))


def has_synonyms(word: Word) -> bool:
    return any(variant.kind in SYNONYMS for variant in word.variants)


def worth_of(word: Word, form: Word | Variant, form_idf: float, most_idf: float, ranking: Ranking) -> float:
    """The weight in the coverage of a word held in that form, whose idf is `form_idf`; `most_idf` as
    `search.engine.WordStatistics` has it."""
    if isinstance(form, Variant):
        return word.weight * ranking.factor(form) * min(form_idf, most_idf)
    return word.weight * (form_idf if most_idf == math.inf else most_idf)
