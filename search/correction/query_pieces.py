"""The parts of a typed query that may be corrected, cut where Han characters and Latin letters meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wangqi.search.analysis.units import SEPARATORS, cut_runs
from wangqi.search.document.fields import typed_words
from wangqi.search.query.tree import Match, Query


@dataclass(frozen=True, slots=True)
class Piece:
    """A Latin word, a run of Han characters, or something that stays as it is."""

    part: int
    """Number of the part of the query in which it stands."""
    typed: Query
    text: str
    """Folded, without connectors; "" for what stays as it is."""

    @property
    def is_latin(self) -> bool:
        return self.text.isascii() and self.text.isalpha()

    @property
    def is_han(self) -> bool:
        return bool(self.text) and not self.text.isascii()


def cut_pieces(parts: Sequence[Query]) -> list[Piece]:
    """The pieces of `parts`, in order. Nothing of an address or of `owner/repo` is cut or changed."""
    return [piece for number, part in enumerate(parts) for piece in _pieces(number, part)]


def _pieces(number: int, part: Query) -> Iterator[Piece]:
    if not isinstance(part, Match) or typed_words(part.text) != part.text or SEPARATORS.intersection(part.text):
        yield Piece(number, part, "")
        return
    for run in cut_runs(part.text):
        text = "".join(unit.text for unit in run)
        changeable = run[0].script == "cjk" or (text.isascii() and text.isalpha())
        yield Piece(number, Match(part.text[run[0].start : run[-1].end]), text if changeable else "")
