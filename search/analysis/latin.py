"""Latin words and their spellings: OpenMessaging, open messaging, open-messaging; Node.js, nodejs; Vue3, Vue 3.

A *word* is a run of units without blanks, written without its connectors (`nodejs`, `ngxhttpdyupsmodule`, but `1.2.3`).
Its *components* are what connectors and digits part (`node`, `js`; `vue`, `3`), its units also what case parts
(`open`, `messaging`). The *stem* of each of them is a term too, marked: `~messag`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from wangqi.search.analysis.stemming import stem
from wangqi.search.analysis.units import CONNECTORS, Unit, latin_units

MAX_WORD_CHARS: Final = 64
"""Longer words (encoded data, hashes) are found by their units only."""

REMEMBERED_CHARS: Final = 250_000
"""Of words whose tokens are remembered, 35 000 words. Their tokens take 3 KB for each seven characters at most."""

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
    """The text by which a query names the word of `units`, with the dot of a name like `.net`."""
    return "." + units[0].text if units[0].dotted and len(units) == 1 else joined(units)


def words_of(units: Sequence[Unit]) -> list[str]:
    """The word that `units` make and its components; the dotted form in front of a word such as `.net`."""
    found = [joined(units)] if len(units) > 1 else []
    found += [joined(component) for component in _components(units)]
    found += ["." + unit.text for unit in units if unit.dotted]
    return [word for word in dict.fromkeys(found) if len(word) <= MAX_WORD_CHARS]


def stemmed(word: str) -> str:
    """The term that all forms of `word` share in the stream of words; "" for numbers and the shortest words."""
    return STEM_MARK + stem(word) if len(word) >= _LEAST_STEMMED and word.isascii() and word.isalpha() else ""


def joined_units(units: Sequence[Unit]) -> Iterator[tuple[str, int]]:
    """Grams over more than one unit of a word, with the index of their first: neighbours, components and neighbouring
    ones (`mongodb` and `mongodb4` in MongoDB4.2), and the whole word."""
    for start, end in _joined_spans(units):
        yield joined(units[start:end]), start
    for index, unit in enumerate(units):
        if unit.dotted:
            yield "." + unit.text, index


def _joined_spans(units: Sequence[Unit]) -> Iterable[tuple[int, int]]:
    size = len(units)
    spans = [(at, at + 2) for at in range(size - 1)]
    if size < 3:
        return spans
    starts = _component_starts(units)
    components = [*pairwise(starts), *zip(starts, starts[2:], strict=False)]
    return dict.fromkeys([*spans, *((start, end) for start, end in components if end - start > 1), (0, size)])


class LatinWord(NamedTuple):
    """A Latin word as terms of the index."""

    words: tuple[str, ...]
    grams: tuple[str, ...]
    positions: tuple[int, ...]
    """Of each gram, counted from the word's first unit."""
    units: tuple[Unit, ...]
    text: str
    """The word without its connectors."""


def latin_word(word: str, before: str) -> LatinWord:
    """The tokens of a word as `latin_units` takes it."""
    return _REMEMBERED[word, before]


class _Remembered(dict[tuple[str, str], LatinWord]):
    """Words met before, which four of five are. Counted by their characters, as an archive may consist of long ones."""

    _room = REMEMBERED_CHARS

    def __missing__(self, key: tuple[str, str]) -> LatinWord:
        made, chars = _make_latin_word(*key), len(key[0])
        if chars <= MAX_WORD_CHARS:
            if self._room < chars:
                self.clear()
                self._room = REMEMBERED_CHARS
            self._room -= chars
            self[key] = made
        return made


_REMEMBERED: Final = _Remembered()


def _make_latin_word(word: str, before: str) -> LatinWord:
    units = tuple(latin_units(word, before))
    if len(units) == 1 and not units[0].dotted:  # nearly all: half the time
        text = units[0].text
        words = [text] if len(text) <= MAX_WORD_CHARS else []
        return LatinWord((*words, *_stems_of(words)), (text,), (0,), units, text)
    grams = [*((unit.text, index) for index, unit in enumerate(units)), *joined_units(units)]
    texts, positions = zip(*grams, strict=True)
    words = words_of(units)
    stems = _stems_of(dict.fromkeys([*words, *(unit.text for unit in units)]))
    return LatinWord((*words, *stems), texts, positions, units, joined(units))


def _stems_of(words: Iterable[str]) -> Iterable[str]:
    return filter(None, dict.fromkeys(map(stemmed, words)))


def joined_words(first: LatinWord, second: LatinWord) -> str | None:
    """Two neighbouring words as one: `open messaging` → `openmessaging`; None for two numbers and for long ones."""
    if first.units[-1].text.isdigit() and second.units[0].text.isdigit():
        return None
    text = first.text + second.text
    return text if len(text) <= MAX_WORD_CHARS else None


def _components(units: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    return (units[start:end] for start, end in pairwise(_component_starts(units)))


def _component_starts(units: Sequence[Unit]) -> list[int]:
    """The positions at which the components of a word begin, and the end of the last."""
    return [0, *(at for at in range(1, len(units)) if units[at].gap != "case"), len(units)]
