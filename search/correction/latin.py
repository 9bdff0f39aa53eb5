"""What letters may mean that the index holds seldom or never: half a word, a misspelled one, pinyin, initials."""

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
from search.query.tree import And, Match, Prefix, Query

MAX_OPTIONS: Final = 6

HALF: Final = 2
"""Characters of most Chinese words."""

SELDOM: Final = 2
"""A word in no more documents than this may be misspelled there as well."""

SURE: Final = log(1 + 10)
"""What has a meaning of this score, as pinyin or as half a word, is not taken for a misspelling of another."""

LEAST_HALF: Final = 3
"""Letters of half a word."""

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
        found += _meanings(run, vocabulary, known, beside) if is_open[start] else [None] * len(run)
    return found


def _is_open(piece: Piece, vocabulary: Vocabulary, documents: int, reopened: bool) -> bool:
    if not documents or not reopened:
        return not documents
    misspelled = vocabulary.latin.near(piece.text) if documents <= SELDOM else ()
    meant = [*vocabulary.pinyin.words(piece.text), *misspelled]
    return any(candidate.score > log(1 + documents) + AS_LIKELY for candidate in meant)


def _meanings(pieces: Sequence[Piece], vocabulary: Vocabulary, known: Known, beside: bool) -> list[Slots]:
    slots: list[list[Slot]] = [[] for _ in pieces]
    spelled = set[int]()
    for reading in read_pinyin([piece.text for piece in pieces], vocabulary.pinyin):
        spelled |= set(range(reading.first, reading.last + 1))
        piece, options = pieces[reading.first], _options(reading.words)
        if reading.fills and reading.first == reading.last:
            options = _with_misspelled(options, piece, vocabulary)
            slots[reading.first].append(_slot(piece, options, beside and known(piece.typed) > 0))
        else:
            slots[reading.first].append(Slot(piece.part, options))
    for index, piece in enumerate(pieces):
        if index not in spelled:
            is_known = known(piece.typed) > 0
            options = _with_misspelled(() if is_known else _begun(piece, vocabulary), piece, vocabulary)
            slots[index] += [_slot(piece, options, beside and is_known)] if options else []
    return [found if found or index in spelled else None for index, found in enumerate(slots)]


def _begun(piece: Piece, vocabulary: Vocabulary) -> tuple[Option, ...]:
    """The words that `piece` is the beginning of, as one who types sees them; nothing is mistyped then."""
    documents = vocabulary.latin.starting(piece.text) if len(piece.text) >= LEAST_HALF else 0
    return (Option(Prefix(piece.text), log(1 + documents)),) if documents else ()


def _with_misspelled(options: tuple[Option, ...], piece: Piece, vocabulary: Vocabulary) -> tuple[Option, ...]:
    """`options`, and where none is likely, the words that `piece` may be a misspelling or the initials of."""
    if options and options[0].score >= SURE:
        return options
    return _best([*options, *_options([*vocabulary.latin.near(piece.text), *_by_initials(piece.text, vocabulary)])])


def _by_initials(letters: str, vocabulary: Vocabulary) -> tuple[Candidate, ...]:
    if not may_be_initials(letters):
        return ()
    return vocabulary.pinyin.initials(letters) or vocabulary.titles.find(letters)


def _slot(piece: Piece, options: tuple[Option, ...], beside: bool) -> Slot:
    if beside:
        words = [option for option in options if isinstance(option.query, Match)]
        options = tuple(Option(either([piece.typed, option.query]), option.score) for option in words)
    return Slot(piece.part, options, piece.typed)


def _options(candidates: Sequence[Candidate]) -> tuple[Option, ...]:
    options = [Option(Match(each.word), each.score) for each in candidates]
    return _best(options + [option for each in candidates if len(each.word) == 2 * HALF for option in _halves(each)])


def _best(options: Sequence[Option]) -> tuple[Option, ...]:
    return tuple(sorted(options, key=lambda option: -option.score)[:MAX_OPTIONS])


def _halves(candidate: Candidate) -> Iterator[Option]:
    """A word of four characters as two words apart: yinpinbianji is 音频 and 编辑 where no entry holds 音频编辑."""
    if not candidate.word.isascii():
        halves = And((Match(candidate.word[:HALF]), Match(candidate.word[HALF:])))
        yield Option(halves, candidate.score - MISTAKE)
