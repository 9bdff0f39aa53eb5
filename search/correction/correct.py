"""A query whose words the index does not hold → the query that was probably meant.

    rengong zhineng ─► 人工智能      mongobd 许可证 ─► mongodb 许可证      风力法电 ─► 风力发电

Only words typed as such are touched: not phrases, prefixes, exclusions, alternatives, addresses and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Final, Protocol

from wangqi.search import budget
from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.lexicon.glossary import translations
from wangqi.search.analysis.lexicon.word_lists import names
from wangqi.search.analysis.units import CJK
from wangqi.search.correction.candidate import Certainty
from wangqi.search.correction.choosing import (
    Option,
    Slot,
    all_of,
    choose_apart,
    choose_together,
    first_counted,
    fit_together,
)
from wangqi.search.correction.homophones import right_characters
from wangqi.search.correction.latin import Slots, meanings
from wangqi.search.correction.query_pieces import Piece, cut_pieces
from wangqi.search.correction.vocabulary import Vocabulary
from wangqi.search.query.tree import And, Match, Or, Phrase, Query
from wangqi.search.request import NO_FILTERS, Filters

MANY_MORE: Final = 5
"""A word that finds something is doubted where another finds so many times as much."""

_HAN: Final = re.compile(f"[{CJK}]")

MAX_PIECES: Final = 7
MAX_HAN: Final = 30
"""Queries of more words, or more Han characters, stay as they are: they would cost too much."""

MAX_APART: Final = 4
"""Where no entry holds all, no more words than these are replaced."""

LEAST_TOGETHER: Final = 3
"""Two characters that stand apart in what was found are two words."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A query with some words replaced by words of the index."""

    query: Query
    """What finds it: of several words that may be meant, each."""
    text: str
    """As a reader would type it."""
    changes: tuple[tuple[str, str], ...]
    """Words as typed, in order, and what stands in place of each: "" where it became part of the one before."""
    certainty: Certainty = Certainty.SURE
    """That of the least sure change."""

    def apply(self, q: str) -> str:
        """`q`, the text that was typed, corrected; its filters stay."""
        return _rewritten(q, self.changes)

    def make_exact(self, q: str) -> str:
        """`q` with the words in quotes that were corrected, so that they are searched for as they stand."""
        return _rewritten(q, [(typed, str(Phrase(typed))) for typed, _ in self.changes])


class CorrectableIndex(Protocol):
    """The part of an open index that corrections use (`search.answer.open_index.OpenIndex`)."""

    @property
    def analyzer(self) -> Analyzer: ...

    @property
    def vocabulary(self) -> Vocabulary: ...

    def holds(self, text: str) -> bool: ...

    def counts(self, queries: Sequence[Query], filters: Filters) -> list[int]: ...

    def expect(self, queries: Sequence[Query]) -> None: ...


class Corrector:
    """Corrects the query of one search. What was meant does not depend on its filters, or the counts beside them would
    promise what they do not keep."""

    def __init__(self, query: Query, index: CorrectableIndex) -> None:
        self._parts = query.parts if isinstance(query, And) else (query,)
        self._index = index
        # Both are asked again when rare words are looked at as well.
        self._counts: dict[Query, int] = {}
        self._right: dict[Piece, Slots] = {}

    @property
    def counted_first(self) -> list[Query]:
        """What is counted of a query that finds nothing."""
        return [piece.typed for piece in self._pieces]

    def correct(self) -> Correction | None:
        """Correct a query that finds nothing; None when there is nothing better.

        First only words that the index does not hold are replaced; where that finds nothing, rare ones are too.
        """
        slots = self._slots(reopened=False)
        together = self._together(slots) or self._together(self._slots(reopened=True))
        if together or not 0 < sum(slot.is_replaced for slot in slots) <= MAX_APART:
            return together
        return self._answer(slots, choose_apart(slots, self._count))

    def correct_characters(self) -> Correction | None:
        """The query, which finds something, with those Han characters replaced that stand together nowhere."""
        words = [part.text for part in self._parts if isinstance(part, Match) and not part.text.isascii()]
        if all(len(word) < LEAST_TOGETHER or self._is_one_word(word) or self._stands(word) for word in words):
            return None
        return self._together([slot for piece in self._pieces for slot in self._han(piece) or [_as_typed(piece)]])

    def suggest(self, documents: int) -> Correction | None:
        """A query that finds many more than the `documents` of this one, a single word; None when there is none."""
        if len(self._parts) != 1 or _HAN.search(str(self._parts[0])):
            return None
        if len(self._pieces) != 1 or not self._pieces[0].is_latin:
            return None
        [found] = meanings(
            self._pieces, self._index.vocabulary, self._known, self._is_word, reopened=True, beside=False
        )
        slots = found or []
        meant = [slot.options[0] for slot in slots]
        is_better = meant and self._count([all_of([option.query for option in meant])])[0] >= MANY_MORE * documents
        return self._answer(slots, meant) if is_better else None

    @cached_property
    def _pieces(self) -> list[Piece]:
        pieces = cut_pieces(self._parts)
        han = sum(len(piece.text) for piece in pieces if piece.is_han)
        return pieces if len(pieces) <= MAX_PIECES and han <= MAX_HAN else []

    def _slots(self, *, reopened: bool) -> list[Slot]:
        slots = []
        for is_latin, group in groupby(self._pieces, key=lambda piece: piece.is_latin):
            pieces = list(group)
            if is_latin:
                found = meanings(pieces, self._index.vocabulary, self._known, self._is_word, reopened=reopened)
            else:
                found = [self._han(piece) for piece in pieces]
            for piece, replaced in zip(pieces, found, strict=True):
                slots += [_as_typed(piece)] if replaced is None else replaced
        return slots

    def _together(self, slots: Sequence[Slot]) -> Correction | None:
        """The answer whose words all stand in one entry."""
        if not any(slot.is_replaced for slot in slots):
            return None
        self._index.expect(first_counted(slots))
        if not fit_together(slots, self._count):
            return None
        meant = self._answer(slots, choose_together(slots, self._count))
        if meant and len(slots) > 1 and not self._holds_unknown_name():
            # What stands with the other words of the query is not there by chance alone.
            return replace(meant, certainty=max(meant.certainty, Certainty.SHOWN))
        return meant

    def _holds_unknown_name(self) -> bool:
        """Whether a word of the query means itself, though no entry holds it."""
        return any(self._is_word(piece.text) and not self._known(piece.typed) for piece in self._pieces)

    def _known(self, query: Query) -> int:
        if query not in self._counts:
            [self._counts[query]] = self._count([query])
        return self._counts[query]

    def _han(self, piece: Piece) -> Slots:
        if piece not in self._right:
            self._right[piece] = self._right_characters(piece)
        return self._right[piece]

    def _right_characters(self, piece: Piece) -> Slots:
        if not piece.is_han:
            return None
        found = right_characters(piece.text, self._index.vocabulary.pinyin, self._index.analyzer, self._stands)
        return [Slot(piece.part, (Option(Match(found.text), 0.0, found.certainty),), piece.typed)] if found else None

    def _is_word(self, letters: str) -> bool:
        """Whether `letters` are a word or a name that means itself, though no entry may hold it."""
        return self._index.analyzer.knows(letters) or bool(translations(letters)) or letters in names()

    def _is_one_word(self, text: str) -> bool:
        """Whether `text` is searched for in one piece."""
        return len(self._index.analyzer.query(text)) <= 1

    def _stands(self, text: str) -> bool:
        budget.check()
        return self._index.holds(text)

    def _count(self, queries: Sequence[Query]) -> list[int]:
        budget.check()
        return self._index.counts(queries, NO_FILTERS)

    def _answer(self, slots: Sequence[Slot], chosen: Sequence[Option]) -> Correction | None:
        meant, texts, changes, certainty = list[Query](), list[str](), [], Certainty.SURE
        for number, typed in enumerate(self._parts):
            new = [option for slot, option in zip(slots, chosen, strict=True) if slot.part == number]
            pieces = [piece.typed for piece in self._pieces if piece.part == number]
            if [option.query for option in new] == pieces:
                meant.append(typed)
                texts.append(str(typed))
            else:
                text = " ".join(_named(option.query, pieces) for option in new)
                meant += [option.query for option in new]
                texts += [text] if text else []
                changes.append((str(typed), text))
                certainty = min([certainty, *(option.certainty for option in new)])
        return Correction(all_of(meant), " ".join(texts), tuple(changes), certainty) if changes else None


def _named(query: Query, typed: Sequence[Query]) -> str:
    """`query` as a reader would type it: of alternatives the likeliest one, which is not what he has typed."""
    return str(next(part for part in query.parts if part not in typed) if isinstance(query, Or) else query)


def _as_typed(piece: Piece) -> Slot:
    return Slot(piece.part, (Option(piece.typed, 0.0),), is_replaced=False)


def _rewritten(q: str, changes: Sequence[tuple[str, str]]) -> str:
    """`q` with the words replaced, found one after the other as whole words."""
    return "".join(_pieces_of(q, changes)).strip()


def _pieces_of(q: str, changes: Sequence[tuple[str, str]]) -> Iterator[str]:
    at = 0
    for typed, new in changes:
        found = re.compile(rf"(?<![^\s”“\"＂」』｣]){re.escape(typed)}(?![^\s“「『｢])").search(q, at)
        if found:
            yield q[at : found.start()] + new
            at = found.end() + (not new)  # with its blank
    yield q[at:]
