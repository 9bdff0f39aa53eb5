"""Latin words and their spellings: OpenMessaging, open messaging, open-messaging; Node.js, nodejs; Vue3, Vue 3.

A *word* is a run of units without blanks, written without its connectors (`nodejs`, `ngxhttpdyupsmodule`, but `1.2.3`).
Its *components* are what connectors and digits part (`node`, `js`; `vue`, `3`), its units also what case parts
(`open`, `messaging`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from search.analysis.units import CONNECTORS, Unit, latin_units

MAX_WORD_CHARS: Final = 64
"""Longer words (encoded data, hashes) are found by their units only."""

_ONE_UNIT: Final = re.compile(r"[A-Z]?[a-z]{1,63}|[A-Z]{1,64}|[0-9]{1,64}")
"""Most words: nothing in them to take apart."""


def joined(units: Sequence[Unit]) -> str:
    """The word that `units` make, without connectors except between digits; with its dot if it has one of its own."""
    text = units[0].text
    for before, unit in pairwise(units):
        keep = unit.gap in CONNECTORS and before.text.isdigit() and unit.text.isdigit()
        text += unit.gap + unit.text if keep else unit.text
    return text


def words_of(units: Sequence[Unit]) -> list[str]:
    """The word that `units` make and its components; the dotted form in front of a word such as `.net`."""
    found = [joined(units)] if len(units) > 1 else []
    found += [joined(component) for component in _components(units)]
    found += ["." + unit.text for unit in units if unit.dotted]
    return [word for word in dict.fromkeys(found) if len(word) <= MAX_WORD_CHARS]


def joined_units(units: Sequence[Unit]) -> Iterator[tuple[str, int]]:
    """Grams over more than one unit of a word, with the index of their first: neighbours, and the whole word."""
    for index, (before, unit) in enumerate(pairwise(units)):
        yield joined((before, unit)), index
    if len(units) > 2:
        yield joined(units), 0
    for index, unit in enumerate(units):
        if unit.dotted:
            yield "." + unit.text, index


class LatinWord(NamedTuple):
    """What the index keeps of one Latin word."""

    words: tuple[str, ...]
    grams: tuple[str, ...]
    positions: tuple[int, ...]
    """Of each gram, counted from the word's first unit."""
    units: tuple[Unit, ...]
    text: str
    """The word without its connectors."""


@lru_cache(1 << 15)
def latin_word(word: str, before: str) -> LatinWord:
    """The tokens of a word as `latin_units` takes it: remembered, since of five words four have been met before."""
    if not before and _ONE_UNIT.fullmatch(word):
        text = word.lower()
        return LatinWord((text,), (text,), (0,), (Unit(text, 0, len(text), "latin", "|"),), text)
    units = latin_units(word, before)
    grams = [*((unit.text, index) for index, unit in enumerate(units)), *joined_units(units)]
    texts, positions = zip(*grams, strict=True)
    return LatinWord(tuple(words_of(units)), texts, positions, tuple(units), joined(units))


def joined_words(first: LatinWord, second: LatinWord) -> str | None:
    """Two neighbouring words as one: `open messaging` → `openmessaging`; None for two numbers and for long ones."""
    if first.units[-1].text.isdigit() and second.units[0].text.isdigit():
        return None
    text = first.text + second.text
    return text if len(text) <= MAX_WORD_CHARS else None


def _components(units: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    start = 0
    for index in range(1, len(units) + 1):
        if index == len(units) or units[index].gap != "case":
            yield units[start:index]
            start = index
