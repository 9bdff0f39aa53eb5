"""English word endings: download, downloads, downloaded, downloading → one stem, which nobody sees.

    >>> [stem(word) for word in ("libraries", "library", "running", "code", "coding", "string")]
    ['librari', 'librari', 'run', 'code', 'code', 'string']

Inflection only (plurals, -ed, -ing): steps 1 and 5a of M. F. Porter, "An algorithm for suffix stripping", Program
14(3), 1980, with the words that his later revision leaves alone. The steps that take off -ation, -able, -ness join
words that a reader keeps apart (relative, relation). Harman's S-stemmer ("How effective is suffixing?", 1991) is
lighter still, but parts cookie from cookies and cache from caching.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

LEAST_CHARS: Final = 4
"""Shorter words have no endings: css, ios, aws."""

MOST_CHARS: Final = 64
"""Longer ones are no words, and not remembered."""

_LEAST_STEM: Final = 3
"""What an ending leaves: used, being and ties stay as they are."""

_KEPT: Final = frozenset(
    ("news", "status", "atlas", "cosmos", "bias", "inning", "outing", "canning", "herring", "earring")
)
"""Would become other words. Snowball's English stemmer (Porter2) leaves all but status alone as well."""

_PLAIN: Final = re.compile("[a-z]+")
_VOWEL: Final = re.compile("[aeiouy]")
_DOUBLED: Final = re.compile(r"([^aeioulsz])\1$")
_SHORT: Final = re.compile("^[^aeiou]*[aeiouy][^aeiouywx]$")
"""One syllable that ends in a single consonant: cod(e), fil(e)."""


def stem(word: str) -> str:
    """`word`, in lower case, without its ending; itself when it is short or not of plain letters."""
    return _stem(word) if len(word) > MOST_CHARS else _remembered_stem(word)


def _stem(word: str) -> str:
    if len(word) < LEAST_CHARS or word in _KEPT or not _PLAIN.fullmatch(word):
        return word
    return _without_e(_with_i(_without_ed(_without_s(word))))


_remembered_stem = lru_cache(1 << 12)(_stem)


def _without_s(word: str) -> str:
    if word.endswith("ss") or not word.endswith("s"):
        return word
    shorter = word[:-2] if word.endswith(("sses", "ies")) else word[:-1]
    return shorter if len(shorter) >= _LEAST_STEM else word


def _without_ed(word: str) -> str:
    ending = next((ending for ending in ("ing", "ed") if word.endswith(ending)), "")
    shorter = word.removesuffix(ending)
    if not ending or word.endswith(("eed", "embed")) or len(shorter) < _LEAST_STEM:  # need, speed, feed
        return word
    if not _VOWEL.search(shorter):  # string, thing
        return word
    if shorter.endswith(("at", "bl", "iz")) or _SHORT.search(shorter):
        return shorter + "e"
    return _DOUBLED.sub(r"\1", shorter) if len(shorter) > _LEAST_STEM else shorter


def _with_i(word: str) -> str:
    return word[:-1] + "i" if word.endswith("y") and len(word) > _LEAST_STEM and _VOWEL.search(word[:-1]) else word


def _without_e(word: str) -> str:
    is_dropped = word.endswith("e") and len(word) > _LEAST_STEM and not _SHORT.search(word[:-1])
    return word[:-1] if is_dropped else word


_DERIVED: Final = (
    ("isation", "ise"), ("ization", "ize"), ("ation", "e"), ("ation", ""), ("ition", "e"), ("ition", "it"), ("ion", ""),
    ("ion", "e"), ("ative", "e"), ("ative", ""), ("ive", ""), ("ive", "e"), ("ment", ""), ("ator", "ate"), ("or", ""),
    ("or", "e"), ("er", ""), ("er", "e"), ("ier", "y"), ("able", ""), ("able", "e"), ("ness", ""), ("ance", ""),
    ("ence", ""), ("al", ""), ("ally", "al"), ("ly", ""),
)  # fmt: skip
"""Endings that make another word of one, and what stands in their place in that: compression, of compress."""

_LEAST_BASE: Final = 4
"""So that letter is not of let, nor number of numb."""


def bases(word: str) -> Iterator[str]:
    """Words that `word`, in lower case, may be derived from, whether there are such or not; itself is none.

    For looking them up in a list: as stems they would join what a reader keeps apart (relative, relation).
    """
    for form in dict.fromkeys((word, _without_s(word))):
        for ending, instead in _DERIVED:
            if not form.endswith(ending):
                continue
            base = form.removesuffix(ending) + instead
            if len(base) >= _LEAST_BASE:
                yield base
                if not instead and len(base) > _LEAST_BASE:
                    yield from filter(base.__ne__, [_DOUBLED.sub(r"\1", base)])  # scanner, of scan
