"""The ranking, as numbers: what every engine computes. `docs/ranking.md` tells it in words.

    score = coverage ** 1.5 * (sum over terms of weight * idf * saturation(frequency) + title bonuses)
            * factor of the role * recency

The frequency of a term in a document is that of BM25F (Robertson, Zaragoza, Taylor 2004): occurrences in each field,
divided by a norm for the field's length, times the field's boost, added up *before* saturation. That part is in the
index, so its figures are constants. All others are a `Ranking`, which an open index has, a plan carries, and an engine
reads from the plan:

    OpenIndex(searcher, analyzer, replace(RANKING, title_bonus=0.0))

The functions take floats or numpy arrays alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeVar

from wangqi.search.analysis.analyzer import Stream
from wangqi.search.document.fields import FIELDS
from wangqi.search.model import Role
from wangqi.search.plan.variants import Variant, VariantKind

Number = TypeVar("Number", float, Any)
"""A float, or an array of floats."""

FIELD_BOOSTS: Final = (4.0, 1.0, 1.0, 0.5)
FIELD_B: Final = (0.5, 0.5, 0.75, 0.5)
"""In the order of FIELDS: how much each occurrence counts, and how far a long field dilutes it (0 not at all). They are
in the postings: whoever changes them raises `FORMAT` in `search/whoosh_engine/engine.py` and in
`search/opensearch_engine/index/mapping.py`."""

MEAN_LENGTHS: Final = (8.0, 10.0, 96.0, 3.0)
"""Units of an ordinary field: the means over 602 issues of three newsletters. Fixed, and not counted anew in each
index, so that what a term weighs in a document depends on that document alone: adding an issue changes no other
document's weights, and an index grown issue by issue equals one built at once."""

assert len(FIELD_BOOSTS) == len(FIELD_B) == len(FIELDS)

TOLERANCE: Final = 1e-9
"""Sums of floats in another order differ by less than this."""

_COVERAGE_POWER: Final = 1.5

_STREAMS: Final[Mapping[Stream, float]] = MappingProxyType({"words": 1.0, "grams": 0.5})
_ROLES: Final[Mapping[Role, float]] = MappingProxyType({"entry": 1.0, "front": 0.6, "boilerplate": 0.2, "issue": 1.0})
_VARIANTS: Final[Mapping[VariantKind, float]] = MappingProxyType({
    "alias": 0.9, "regional": 0.9, "stem": 0.9, "translation": 0.9, "english": 0.8, "synonym": 0.7,
    "part": 0.7, "prefix": 0.6, "apart": 0.5,
})  # fmt: skip


# Equal only to itself, so that what is computed from one is found again without comparing twenty fields.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """The weights of a score. `dataclasses.replace` makes one with other figures."""

    k1: float = 1.2
    """How fast more occurrences of a term stop adding to its score (`saturation`); 1.2 is the usual value of BM25."""

    stream_weights: Mapping[Stream, float] = field(default_factory=lambda: _STREAMS)
    """What a term scores by the stream that it is of: a match on word boundaries has both, a substring match the grams
    alone."""

    grammar_weight: float = 0.2
    """What a word of grammar counts, in parts of an ordinary one (`search.plan.stopwords`). Above zero, so that a query
    of nothing else still works; 1.0 makes words like others of them. Success@1 over 306 unseen queries and nDCG@10 over
    15 topics: 0.830 and 0.791 at 0.1, 0.833 and 0.793 from 0.2 to 0.3, 0.830 and 0.793 at 0.4."""

    run_weight: float = 1.0
    """What scores where words stand together that were typed in one piece, beside these words."""

    run_worth: float = 0.3
    """What that is worth in the coverage, in parts of a word."""

    prefix_weight: float = 0.8
    """A word found by its start counts less than one typed in full."""

    variant_factors: Mapping[VariantKind, float] = field(default_factory=lambda: _VARIANTS)
    """What another form of a word counts, in parts of the word (`search.plan.variants`). nDCG@10 over 15 topics: 0.74
    without translations, 0.756 at 0.5, 0.784 at 0.9; parts are flat between 0.3 and 0.9. Of 42 paraphrases over three
    other archives, 19 find their entry first and 23 among the first five without synonyms; 21 and 26 with them at 0.5,
    21 and 27 at 0.7, 21 and 28 at 0.9; none falls."""

    left_out: frozenset[VariantKind] = frozenset()
    """Forms that are not looked for at all."""

    other_name: float = 0.1
    """What another name counts where nothing but a name was typed, in the terms and again in the coverage: any entry
    that holds it as typed is above all that hold another name."""

    beside_synonyms: float = 1.7
    """A word tells at most so many times what it tells that the word or a synonym is held. nDCG@10 over 15 topics:
    0.773 at 1, where 邮箱 tells as little as 邮件, 0.783 at 1.5, 0.785 from 1.6 on. From 1.75 on, an entry that holds a
    common synonym of a rare word would hold too little of what the best holds, to be shown beside it."""

    title_bonus: float = 1.5
    """Times what the query's words in the title are worth, times their share of the query, times the part of the title
    that they make up."""

    exact_title_bonus: float = 100.0
    """More than any sum of terms: the entry that is called what was typed comes first."""

    coverage_power: float = _COVERAGE_POWER
    """How hard missing words weigh in a relaxed search. nDCG@10 over 15 topics: 0.777 at 1, 0.783 at 1.25, 0.785 from
    1.5 to 2; MRR@10 over 60 known items: 0.963 up to 1.75, 0.961 at 2."""

    least_coverage: float = 0.25
    """A relaxed search finds no document that holds less than this of the query's worth: 工具 alone is no answer to a
    name that nothing holds and 工具. Over 92 paraphrases success@5 is 0.870 at 0.27, 0.880 at 0.25 and below; over 60
    known items it is the same throughout."""

    relaxed_share: float = 0.4
    """How much of what the best entry holds the others must hold, by worth, when not all words are required. nDCG@10
    over 15 topics: 0.48 at 0.8, 0.70 at 0.5, 0.72 from 0.4 down; known items the same throughout."""

    enough: int = 30
    """With fewer entries that hold all words, a second tier follows, of those that hold most of them or say the same
    otherwise. nDCG@10 over 15 topics: 0.773 at 10, 0.784 from 30 on; known items the same throughout."""

    corrects: bool = True
    """Whether words that nothing holds are searched for as what was probably meant (`search.correction`)."""

    role_factors: Mapping[Role, float] = field(default_factory=lambda: _ROLES)
    """What the score is multiplied by for what the document is: text around the entries comes after them."""

    recency: float = 0.03
    """The newest entry of the index scores this much above the oldest of the same score."""

    wish_factor: float = 1.5
    """Times what an entry scores that is from when was asked for (`2019年`), or that holds these words: enough to pass
    what is as good otherwise, too little to pass what is called as was typed."""

    def factor(self, variant: Variant) -> float:
        """The weight of holding `variant`, in parts of that of the word."""
        return self.other_name if variant.is_all_typed else self.variant_factors[variant.kind]

    def variant_weight(self, variant: Variant) -> float:
        """The weight of the term that finds `variant`: for other words that of both streams, for a stem that of one."""
        return self.stream_weights["words"] if isinstance(variant.found, tuple) else sum(self.stream_weights.values())

    def coverage_factor(self, coverage: Number) -> Number:
        """The factor of the score of a document that holds such a part of the query, by worth."""
        if self.coverage_power != _COVERAGE_POWER:
            power: Number = coverage**self.coverage_power
            return power
        root: Number = coverage**0.5  # for numpy half the time of other powers
        return coverage * root


RANKING: Final = Ranking()
"""What a search ranks by where nothing else is said."""


def idf(documents: int, found_in: int) -> float:
    """The inverse document frequency of a term that `found_in` of `documents` hold: above zero even when all do."""
    return math.log(1 + (documents - found_in + 0.5) / (found_in + 0.5))


def length_norm(length: Number, mean_length: float, b: float) -> Number:
    """The divisor of the occurrences in a field of `length` units."""
    return 1 - b + b * length / (mean_length or 1)


def saturation(frequency: Number, k1: float) -> Number:
    """The second occurrence of a term says less than the first: in [0, k1 + 1)."""
    return (k1 + 1) * frequency / (k1 + frequency)
