"""Latin words and their spellings: OpenMessaging, open messaging, open-messaging; Node.js, nodejs; Vue3, Vue 3.

A *word* is a run of units without blanks, written without its connectors (`nodejs`, `ngxhttpdyupsmodule`, but `1.2.3`).
Its *components* are what connectors and digits part (`node`, `js`; `vue`, `3`), its units also what case parts
(`open`, `messaging`). The *stem* of each of them is a term too, marked: `~messag`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from search.analysis.stemming import stem
from search.analysis.units import CONNECTORS, Unit, latin_units

MAX_WORD_CHARS: Final = 64
"""Longer words (encoded data, hashes) are found by their units only."""

_ONE_UNIT: Final = re.compile(r"[A-Z]?[a-z]{1,63}|[A-Z]{1,64}|[0-9]{1,64}")
"""Most words: nothing in them to take apart."""

STEM_MARK: Final = "~"
"""Before a stem, so that it is no word that anybody types."""

_LEAST_STEMMED: Final = 3
"""So that api finds apis; the stem of a word of one or two letters would be found in nothing else."""


def joined(units: Sequence[Unit]) -> str:
    """The word that `units` make, without connectors except between digits; with its dot if it has one of its own."""
    text = units[0].text
    for before, unit in pairwise(units):
        keep = unit.gap in CONNECTORS and before.text.isdigit() and unit.text.isdigit()
        text += unit.gap + unit.text if keep else unit.text
    return text


def name_of(units: Sequence[Unit]) -> str:
    """What a query calls the word that `units` make: with the dot of a name like `.net`."""
    return "." + units[0].text if units[0].dotted and len(units) == 1 else joined(units)


def words_of(units: Sequence[Unit]) -> list[str]:
    """The word that `units` make and its components; the dotted form in front of a word such as `.net`."""
    found = [joined(units)] if len(units) > 1 else []
    found += [joined(component) for component in _components(units)]
    found += ["." + unit.text for unit in units if unit.dotted]
    return [word for word in dict.fromkeys(found) if len(word) <= MAX_WORD_CHARS]


def stems_of(words: Iterable[str]) -> list[str]:
    """The stems of `words`, marked; numbers and words of one or two letters have none."""
    stems = (stemmed(word) for word in words)
    return [stem for stem in dict.fromkeys(stems) if stem]


def stemmed(word: str) -> str:
    """The term that all forms of `word` share in the stream of words; "" when it has no other forms."""
    return STEM_MARK + stem(word) if word.isalpha() and word.isascii() and len(word) >= _LEAST_STEMMED else ""


def joined_units(units: Sequence[Unit]) -> Iterator[tuple[str, int]]:
    """Grams over more than one unit of a word, with the index of their first: neighbours, components and neighbouring
    ones (`mongodb` and `mongodb4` in MongoDB4.2), and the whole word."""
    spans = dict.fromkeys((at, at + 2) for at in range(len(units) - 1))
    starts = _component_starts(units)
    spans |= dict.fromkeys([*pairwise(starts), *zip(starts, starts[2:], strict=False), (0, len(units))])
    for start, end in spans:
        if end - start > 1:
            yield joined(units[start:end]), start
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
        return LatinWord((text, *stems_of([text])), (text,), (0,), (Unit(text, 0, len(text), "latin", "|"),), text)
    units = latin_units(word, before)
    grams = [*((unit.text, index) for index, unit in enumerate(units)), *joined_units(units)]
    texts, positions = zip(*grams, strict=True)
    words = words_of(units)
    stems = stems_of([*words, *(unit.text for unit in units)])
    return LatinWord((*words, *stems), texts, positions, tuple(units), joined(units))


def joined_words(first: LatinWord, second: LatinWord) -> str | None:
    """Two neighbouring words as one: `open messaging` → `openmessaging`; None for two numbers and for long ones."""
    if first.units[-1].text.isdigit() and second.units[0].text.isdigit():
        return None
    text = first.text + second.text
    return text if len(text) <= MAX_WORD_CHARS else None


def _components(units: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    return (units[start:end] for start, end in pairwise(_component_starts(units)))


def _component_starts(units: Sequence[Unit]) -> list[int]:
    """Where the components of a word begin, and where the last ends."""
    return [0, *(at for at in range(1, len(units)) if units[at].gap != "case"), len(units)]
