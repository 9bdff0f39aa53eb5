"""The ranking, as numbers: what every engine computes. `docs/ranking.md` tells it in words.

    score = coverage ** 1.5 * (sum over terms of weight * idf * saturation(frequency) + title bonuses)
            * factor of the role * recency

The frequency of a term in a document is that of BM25F (Robertson, Zaragoza, Taylor 2004): occurrences in each field,
divided by a norm for the field's length, times the field's boost, added up *before* saturation.

The functions take floats or numpy arrays alike.
"""

from __future__ import annotations

import math
from typing import Any, Final, TypeVar

from search.analysis.analyzer import Stream
from search.document.fields import FIELDS
from search.model import Role

Number = TypeVar("Number", float, Any)
"""A float, or an array of floats."""

K1: Final = 1.2
FIELD_BOOSTS: Final = (4.0, 1.0, 1.0, 0.5)
FIELD_B: Final = (0.5, 0.5, 0.75, 0.5)
"""In the order of FIELDS: how much each occurrence counts, and how far a long field dilutes it (0 not at all)."""

MEAN_LENGTHS: Final = (8.0, 10.0, 96.0, 3.0)
"""Units of an ordinary field: the means over 602 issues of three newsletters. Fixed, and not counted anew in each
index, so that what a term weighs in a document depends on that document alone: adding an issue changes no other
document's weights, and an index grown issue by issue equals one built at once."""

STREAM_WEIGHTS: Final[dict[Stream, float]] = {"words": 1.0, "grams": 0.5}
"""A match on word boundaries has both, a substring match the grams alone."""

RUN_WEIGHT: Final = 1.0
"""What scores where words stand together that were typed in one piece, beside these words."""

RUN_WORTH: Final = 0.3
"""What that is worth in the coverage, in parts of a word."""

PREFIX_WEIGHT: Final = 0.8
"""A word found by its start counts less than one typed in full."""

VARIANT_FACTORS: Final = {
    "alias": 0.9, "regional": 0.9, "stem": 0.9, "translation": 0.9, "english": 0.8, "synonym": 0.7,
    "part": 0.7, "prefix": 0.6, "apart": 0.5,
}  # fmt: skip
"""What another form of a word counts, in parts of the word (`search.plan.variants`). nDCG@10 over 15 topics: 0.74
without translations, 0.756 at 0.5, 0.784 at 0.9; parts are flat between 0.3 and 0.9. Of 42
paraphrases over three other archives, 19 find their entry first and 23 among the first five without synonyms; 21 and 26
with them at 0.5, 21 and 27 at 0.7, 21 and 28 at 0.9; none falls."""

BESIDE_SYNONYMS: Final = 1.7
"""A word tells at most so many times what it tells that the word or a synonym is held. nDCG@10 over 15 topics: 0.773 at
1, where 邮箱 tells as little as 邮件, 0.783 at 1.5, 0.785 from 1.6 on. From 1.75 on, an entry that holds a common
synonym of a rare word would hold too little of what the best holds, to be shown beside it."""

OTHER_NAME: Final = 0.1
"""What another name counts where nothing but a name was typed, in the terms and again in the coverage: any entry that
holds it as typed is above all that hold another name."""

TITLES_LOOKED_AT: Final = 100
"""The best documents by their terms, whose titles are then looked at: five pages of hits."""

TITLE_BONUS: Final = 1.5
"""Times what the query's words in the title are worth, times their share of the query, times the part of the title that
they make up."""

EXACT_TITLE_BONUS: Final = 100.0
"""More than any sum of terms: the entry that is called what was typed comes first."""

LEAST_COVERAGE: Final = 0.25
"""A relaxed search finds no document that holds less than this of the query's worth: 工具 alone is no answer to a name
that nothing holds and 工具. Over 92 paraphrases success@5 is 0.870 at 0.27, 0.880 at 0.25 and below; over 60 known
items it is the same throughout."""

TOLERANCE: Final = 1e-9
"""Sums of floats in another order differ by less than this."""

ROLE_FACTORS: Final[dict[Role, float]] = {"entry": 1.0, "front": 0.6, "boilerplate": 0.2, "issue": 1.0}

WISH_FACTOR: Final = 1.5
"""Times what an entry scores that is from when was asked for (`2019年`), or that holds these words: enough to pass what
is as good otherwise, too little to pass what is called as was typed."""

RECENCY: Final = 0.03
"""The newest entry of the index scores this much above the oldest of the same score."""


def variant_weight(found: object) -> float:
    """The weight of the term that finds a variant of a word: for other words that of both streams, for a stem that of
    one."""
    return STREAM_WEIGHTS["words"] if isinstance(found, tuple) else sum(STREAM_WEIGHTS.values())


assert len(FIELD_BOOSTS) == len(FIELD_B) == len(FIELDS)


def idf(documents: int, found_in: int) -> float:
    """How much a term tells that `found_in` of `documents` hold: above zero even when all do."""
    return math.log(1 + (documents - found_in + 0.5) / (found_in + 0.5))


def length_norm(length: Number, mean_length: float, b: float) -> Number:
    """The divisor of the occurrences in a field of `length` units."""
    return 1 - b + b * length / (mean_length or 1)


def coverage_factor(coverage: Number) -> Number:
    """How hard missing words weigh in a relaxed search: coverage ** 1.5. nDCG@10 over 15 topics: 0.777 without a power,
    0.783 with 1.25, 0.785 from 1.5 to 2; MRR@10 over 60 known items: 0.963 up to 1.75, 0.961 with 2."""
    root: Number = coverage**0.5  # for numpy half the time of other powers
    return coverage * root


def saturation(frequency: Number, k1: float = K1) -> Number:
    """The second occurrence of a term says less than the first: in [0, k1 + 1)."""
    return (k1 + 1) * frequency / (k1 + frequency)
