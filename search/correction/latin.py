"""What letters may mean that the index holds seldom or never: a misspelled word, pinyin, the initials of a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import log
from typing import Final

from search.correction.candidate import MISTAKE, Candidate
from search.correction.choice import AS_LIKELY, Option, Slot, either
from search.correction.pieces import Piece
from search.correction.pinyin import may_be_initials
from search.correction.reading import read_pinyin
from search.correction.vocabulary import Vocabulary
from search.query.tree import And, Match, Query

MAX_OPTIONS: Final = 6

HALF: Final = 2
"""Characters of most Chinese words."""

SELDOM: Final = 2
"""A word in no more documents than this may be misspelled there as well."""

SURE: Final = log(1 + 10)
"""Pinyin of a word of this score is not looked at as a misspelling of another, which takes 3 ms."""

Known = Callable[[Query], int]
"""How many documents of the whole index match."""

Slots = list[Slot] | None
"""What stands in place of a piece, nothing when it became part of the one before; None for itself."""


def meanings(
    pieces: Sequence[Piece], vocabulary: Vocabulary, known: Known, *, reopened: bool, beside: bool = True
) -> list[Slots]:
    """For each of `pieces`, Latin words next to each other, what may stand in its place.

    Words that the index holds are taken as meant. When `reopened`, a rare one may also stand for a much more frequent
    word, which is then searched for `beside` it, or in its place.
    """
    is_open = [_is_open(piece, vocabulary, known(piece.typed), reopened) for piece in pieces]
    found: list[Slots] = []
    while len(found) < len(pieces):
        start = len(found)
        end = next((at for at in range(start, len(pieces)) if is_open[at] != is_open[start]), len(pieces))
        run = pieces[start:end]
        found += _meanings(run, vocabulary, known if beside else _unknown) if is_open[start] else [None] * len(run)
    return found


def _unknown(_: Query) -> int:
    return 0


def _is_open(piece: Piece, vocabulary: Vocabulary, documents: int, reopened: bool) -> bool:
    if not documents or not reopened:
        return not documents
    misspelled = vocabulary.latin.near(piece.text) if documents <= SELDOM else ()
    meant = [*vocabulary.pinyin.words(piece.text), *misspelled]
    return any(candidate.score > log(1 + documents) + AS_LIKELY for candidate in meant)


def _meanings(pieces: Sequence[Piece], vocabulary: Vocabulary, known: Known) -> list[Slots]:
    slots: list[list[Slot]] = [[] for _ in pieces]
    spelled = set[int]()
    for reading in read_pinyin([piece.text for piece in pieces], vocabulary.pinyin):
        spelled |= set(range(reading.first, reading.last + 1))
        piece, words = pieces[reading.first], reading.words
        if reading.fills and reading.first == reading.last:
            others = _misspelled(piece, vocabulary) if words[0].score < SURE else []
            slots[reading.first].append(_slot(piece, [*words, *others], known))
        else:
            slots[reading.first].append(Slot(piece.part, _options(words)))
    for index, piece in enumerate(pieces):
        if index not in spelled and (candidates := _misspelled(piece, vocabulary)):
            slots[index].append(_slot(piece, candidates, known))
    return [found if found or index in spelled else None for index, found in enumerate(slots)]


def _misspelled(piece: Piece, vocabulary: Vocabulary) -> list[Candidate]:
    initials = vocabulary.pinyin.initials(piece.text) if may_be_initials(piece.text) else ()
    return [*vocabulary.latin.near(piece.text), *initials]


def _slot(piece: Piece, candidates: Sequence[Candidate], known: Known) -> Slot:
    options = _options(candidates)
    if known(piece.typed):
        words = [option for option in options if isinstance(option.query, Match)]
        options = tuple(Option(either([piece.typed, option.query]), option.score) for option in words)
    return Slot(piece.part, options, piece.typed)


def _options(candidates: Sequence[Candidate]) -> tuple[Option, ...]:
    options = [Option(Match(each.word), each.score) for each in candidates]
    options += [option for each in candidates if len(each.word) == 2 * HALF for option in _halves(each)]
    return tuple(sorted(options, key=lambda option: -option.score)[:MAX_OPTIONS])


def _halves(candidate: Candidate) -> Iterator[Option]:
    """A word of four characters as two words apart: yinpinbianji is 音频 and 编辑 where no entry holds 音频编辑."""
    if not candidate.word.isascii():
        halves = And((Match(candidate.word[:HALF]), Match(candidate.word[HALF:])))
        yield Option(halves, candidate.score - MISTAKE)
