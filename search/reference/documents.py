"""An entry as an index sees it: the positions of its grams and the frequencies of its terms, by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Final

from wangqi.search.analysis import Analyzer
from wangqi.search.analysis.analyzer import FieldTokens, Spelling, Stream
from wangqi.search.document.fields import FIELDS, field_texts, name_of_title
from wangqi.search.document.filtering import attributes_of
from wangqi.search.engine import Facet
from wangqi.search.model import Entry
from wangqi.search.plan.named import title_key
from wangqi.search.plan.plan import Term
from wangqi.search.plan.ranking import (
    FIELD_B,
    FIELD_BOOSTS,
    MEAN_LENGTHS,
    length_norm,
)
from wangqi.search.plan.variants import Apart, Spelled, Starts

_ALL_FIELDS: Final = range(len(FIELDS))


class TokenizedDocument:
    """An entry and its tokens, made on first use: listing issues needs none."""

    def __init__(self, entry: Entry, analyzer: Analyzer) -> None:
        self.entry = entry
        self.attributes = attributes_of(entry)
        self._analyzer = analyzer

    def value(self, facet: Facet) -> str:
        """The value that the document counts for in `facet`; "" for none."""
        return str(getattr(self.attributes, facet) or "")

    @cached_property
    def tokens(self) -> _Tokens:
        return _Tokens(self.entry, self._analyzer)


class _Tokens:
    def __init__(self, entry: Entry, analyzer: Analyzer) -> None:
        self.title_keys = {title_key(title) for title in (entry.title, name_of_title(entry.title))}
        fields = [analyzer.index(text) for text in field_texts(entry)]
        self.lengths = [tokens.length for tokens in fields]
        self.positions = [_positions(tokens) for tokens in fields]
        self.counts: dict[Stream, list[Counter[str]]] = {
            "words": [Counter(tokens.words) for tokens in fields],
            "grams": [Counter(tokens.grams) for tokens in fields],
        }
        self._frequencies: dict[Term, list[int]] = {}
        """Of the terms that were asked for: a score asks for each several times, and a prefix looks at all grams."""

    def holds(self, spelling: Spelling, fields: Iterable[int]) -> bool:
        """Whether the grams of `spelling` stand as it says in one of `fields`."""
        return any(_stands_in(self.positions[number], spelling) for number in fields)

    def fields(self, term: Term) -> tuple[int, ...]:
        """Indexes of the fields that hold `term`."""
        if isinstance(term, Spelled):
            return tuple(
                number for number in _ALL_FIELDS if any(self.holds(each, (number,)) for each in term.spellings)
            )
        if isinstance(term, Apart):
            held = [self.fields(Spelled((each,))) for each in term.spellings]
            return tuple(sorted(set().union(*held))) if all(held) else ()
        return tuple(number for number, count in enumerate(self._counts(term)) if count)

    def frequency(self, term: Term) -> float:
        """How often `term` occurs: BM25F's sum over the fields."""
        if isinstance(term, Apart):
            return min(self.frequency(Spelled((each,))) for each in term.spellings)
        if isinstance(term, Spelled):
            # Of a spelling of several grams, no more often than the rarest of them.
            held = [each for each in term.spellings if self.holds(each, _ALL_FIELDS)]
            return sum(min(self.frequency(("grams", gram)) for gram, _ in each) for each in held)
        frequency = 0.0
        for number, count in enumerate(self._counts(term)):
            length, mean = self.lengths[number], MEAN_LENGTHS[number]
            norm = length_norm(length, mean, FIELD_B[number])
            frequency += FIELD_BOOSTS[number] * count / norm
        return frequency

    def _counts(self, term: tuple[Stream, str] | Starts) -> list[int]:
        """How often `term` occurs in each field."""
        found = self._frequencies.get(term)
        if found is None:
            found = self._frequencies[term] = self._counted(term)
        return found

    def _counted(self, term: tuple[Stream, str] | Starts) -> list[int]:
        if isinstance(term, Starts):
            return [
                sum(count for gram, count in counts.items() if gram.startswith(term.prefix))
                for counts in self.counts["grams"]
            ]
        stream, text = term
        return [counts[text] for counts in self.counts[stream]]


def _positions(tokens: FieldTokens) -> dict[str, set[int]]:
    positions: dict[str, set[int]] = {}
    for gram, position in zip(tokens.grams, tokens.positions, strict=True):
        positions.setdefault(gram, set()).add(position)
    return positions


def _stands_in(positions: Mapping[str, Collection[int]], spelling: Spelling) -> bool:
    (first, _), *others = spelling  # the first is at 0
    return any(
        all(start + offset in positions.get(gram, ()) for gram, offset in others) for start in positions.get(first, ())
    )
