"""Candidates for letters that the index holds seldom or never: a misspelled word, pinyin, initials."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import log
from typing import Final

from wangqi.search.correction.candidate import MISTAKE, Candidate, Certainty
from wangqi.search.correction.choosing import AS_LIKELY, Option, Slot, either
from wangqi.search.correction.pinyin import may_be_initials
from wangqi.search.correction.pinyin_words import PinyinReading, read_pinyin
from wangqi.search.correction.query_pieces import Piece
from wangqi.search.correction.vocabulary import Vocabulary
from wangqi.search.query.tree import And, Match, Query

MAX_OPTIONS: Final = 6

HALF: Final = 2
"""Characters of most Chinese words."""

SELDOM: Final = 2
"""A word in no more documents than this may be misspelled there as well."""

SURE: Final = log(1 + 10)
"""What has a meaning of this score as pinyin is not taken for a misspelling of another."""

LETTERS_FOR_SURE: Final = 5
"""Of pinyin. Of 1623 names of packages that no entry holds, one spells words that some do (jiti)."""

LEAST_BEGUN: Final = 3
"""Letters of half a word."""

Known = Callable[[Query], int]
"""How many documents of the whole index match."""

IsWord = Callable[[str], bool]
"""Whether letters are a word or a name by themselves, whatever the index holds."""

Slots = list[Slot] | None
"""What stands in place of a piece, nothing when it became part of the one before; None for itself."""


def meanings(
    pieces: Sequence[Piece],
    vocabulary: Vocabulary,
    known: Known,
    is_word: IsWord,
    *,
    reopened: bool,
    beside: bool = True,
) -> list[Slots]:
    """For each of `pieces`, Latin words next to each other, what may stand in its place.

    Words that the index holds are taken as meant; those that `is_word` knows, too, but what comes near is offered. When
    `reopened`, a rare one may also stand for a much more frequent word, which is then searched for `beside` it, or in
    its place.
    """
    is_open = [_is_open(piece, vocabulary, known(piece.typed), reopened) for piece in pieces]
    found: list[Slots] = []
    while len(found) < len(pieces):
        start = len(found)
        end = next((at for at in range(start, len(pieces)) if is_open[at] != is_open[start]), len(pieces))
        run = pieces[start:end]
        found += _meanings(run, vocabulary, known, beside) if is_open[start] else [None] * len(run)
    return [_only_offered(slots) if is_word(piece.text) else slots for slots, piece in zip(found, pieces, strict=True)]


def _only_offered(slots: Slots) -> Slots:
    return slots and [replace(slot, options=tuple(map(_offered, slot.options))) for slot in slots]


def _offered(option: Option) -> Option:
    return replace(option, certainty=Certainty.OFFERED)


def _is_open(piece: Piece, vocabulary: Vocabulary, documents: int, reopened: bool) -> bool:
    if not documents or not reopened:
        return not documents
    misspelled = vocabulary.latin.near(piece.text) if documents <= SELDOM else ()
    meant = [*vocabulary.pinyin.words(piece.text), *misspelled]
    return any(candidate.score > log(1 + documents) + AS_LIKELY for candidate in meant)


def _meanings(pieces: Sequence[Piece], vocabulary: Vocabulary, known: Known, beside: bool) -> list[Slots]:
    slots: list[list[Slot]] = [[] for _ in pieces]
    spelled = set[int]()
    readings = read_pinyin([piece.text for piece in pieces], vocabulary.pinyin)
    certainty = _certainty(readings, sum(len(piece.text) for piece in pieces), vocabulary)
    for reading in readings:
        spelled |= set(range(reading.first, reading.last + 1))
        piece = pieces[reading.first]
        options = _options([replace(word, certainty=certainty) for word in reading.words])
        if reading.fills and reading.first == reading.last:
            options = _with_misspelled(options, piece, vocabulary)
            slots[reading.first].append(_slot(piece, options, beside and known(piece.typed) > 0))
        else:
            slots[reading.first].append(Slot(piece.part, options))
    for index, piece in enumerate(pieces):
        if index not in spelled:
            options = _with_misspelled((), piece, vocabulary)
            slots[index] += [_slot(piece, options, beside and known(piece.typed) > 0)] if options else []
    return [found if found or index in spelled else None for index, found in enumerate(slots)]


def _certainty(readings: Sequence[PinyinReading], letters: int, vocabulary: Vocabulary) -> Certainty:
    """How sure it is that so many `letters` are the pinyin of `readings`, and not names by chance."""
    words = [reading.words[0] for reading in readings]
    is_sure = letters >= LETTERS_FOR_SURE and all(
        not word.mistakes and len(word.word) > 1 and word.documents >= vocabulary.pinyin.least_documents
        for word in words
    )
    return Certainty.SURE if is_sure else Certainty.SHOWN


def _with_misspelled(options: tuple[Option, ...], piece: Piece, vocabulary: Vocabulary) -> tuple[Option, ...]:
    """`options`, and where none is likely, the words that `piece` may be a misspelling or the initials of."""
    if options and options[0].score >= SURE:
        return options
    near = () if _is_half(piece.text, vocabulary) else vocabulary.latin.near(piece.text)
    return _best([*options, *_options([*near, *_by_initials(piece.text, vocabulary)])])


def _is_half(letters: str, vocabulary: Vocabulary) -> bool:
    """Whether `letters` begin words that are at least as frequent as any that is near: then they are not misspelled."""
    least = max((each.documents for each in vocabulary.latin.near(letters)), default=1)
    return len(letters) >= LEAST_BEGUN and vocabulary.latin.starting(letters) >= least


def _by_initials(letters: str, vocabulary: Vocabulary) -> tuple[Candidate, ...]:
    if not may_be_initials(letters):
        return ()
    return vocabulary.pinyin.initials(letters) or vocabulary.titles.find(letters)


def _slot(piece: Piece, options: tuple[Option, ...], beside: bool) -> Slot:
    if beside:
        words = [option for option in options if isinstance(option.query, Match)]
        options = tuple(
            Option(either([piece.typed, option.query]), option.score, min(option.certainty, Certainty.SHOWN))
            for option in words
        )
    return Slot(piece.part, options, piece.typed)


def _options(candidates: Sequence[Candidate]) -> tuple[Option, ...]:
    options = [Option(Match(each.word), each.score, each.certainty) for each in candidates]
    return _best(options + [option for each in candidates if len(each.word) == 2 * HALF for option in _halves(each)])


def _best(options: Sequence[Option]) -> tuple[Option, ...]:
    return tuple(sorted(options, key=lambda option: -option.score)[:MAX_OPTIONS])


def _halves(candidate: Candidate) -> Iterator[Option]:
    """A word of four characters as two words apart: yinpinbianji is 音频 and 编辑 where no entry holds 音频编辑."""
    if not candidate.word.isascii():
        halves = And((Match(candidate.word[:HALF]), Match(candidate.word[HALF:])))
        yield Option(halves, candidate.score - MISTAKE, candidate.certainty)
