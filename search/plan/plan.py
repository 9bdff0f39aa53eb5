"""The plan of a query, which engines evaluate: a condition that a document meets or not, and the words that score.

An engine needs to know only three things of its index: where a spelling (grams at given positions) is found, which
grams start with a prefix, and how often a term occurs in each field.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from wangqi.search.analysis.analyzer import QueryWord, Stream
from wangqi.search.model import Role
from wangqi.search.plan.ranking import RANKING, Ranking
from wangqi.search.plan.variants import Apart, Spelled, Starts, Variant
from wangqi.search.request import Filters


@dataclass(frozen=True, slots=True)
class Anything:
    """Every document meets it."""


@dataclass(slots=True)  # as `QueryWord`: frozen takes twice as long to make
class Found:
    """The document holds one of the spellings, or a variant of the word."""

    word: QueryWord
    weight: float = 1.0
    """How much the word tells of what is looked for: less for 怎么, 的, what."""

    is_quoted: bool = False
    """A phrase, which relaxation never leaves out."""

    is_run: bool = False
    """Han and Latin words as they were typed in one piece, `AI工具`: never asked for, but an entry that holds them in a
    row ranks above those that hold them apart."""

    in_title: bool = False
    """Whether it must stand in the title."""

    variants: tuple[Variant, ...] = ()
    """The strongest first."""

    typed: str = field(default="", compare=False)
    """As it was written."""

    @property
    def units(self) -> int:
        return self.word.units

    def __hash__(self) -> int:
        # Of the text alone: a plan puts each of its words into several sets, and two with one text are hardly ever
        # different words.
        return hash(self.word.text)


Word = Found | Starts

Term = tuple[Stream, str] | Spelled | Apart | Starts
"""What has a frequency in a document: a term of a stream, or spellings that are one term, or all grams with one start
together."""


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    part: Condition


@dataclass(frozen=True, slots=True)
class OneOf:
    """The document is one of these entries."""

    ids: tuple[str, ...]


Condition = Anything | Found | Starts | AllOf | AnyOf | NoneOf | OneOf


@dataclass(frozen=True, slots=True)
class Lift:
    """Multiplies the score of a document by `Ranking.wish_factor` for each of these that it meets."""

    filters: Filters
    condition: Condition | None = None


@dataclass(slots=True)  # as `Found`
class Plan:
    """A query as terms of the index: a condition that documents must meet, and words that score."""

    condition: Condition
    scored: tuple[Word, ...]
    """The words that a document is scored by: all but the excluded ones."""
    title_key: str
    """What the title of an entry must be to be exactly what was typed; "" when nothing can be."""
    issue: int | None = None
    """The number of the issue that was asked for: `第 300 期`."""
    share: float | None = None
    """None: every word of the condition must be held, as where there are no words `most`. Else `condition` is without
    the words `most`, and the documents are those that hold `most` worth this share of what the one that holds most of
    them does."""
    most: tuple[Word, ...] = ()
    whole: Plan | None = None
    """What comes first in a relaxed search: the plan of the documents that hold every word."""
    lifts: tuple[Lift, ...] = ()
    """Which documents are wished for, in both tiers."""
    ranking: Ranking = RANKING
    """What documents are scored by."""
    loose: Condition | None = field(default=None, compare=False)
    """The condition with the looser forms of its words as well, from which a relaxed plan is made; None where that was
    not asked for."""

    @property
    def all_scored(self) -> tuple[Word, ...]:
        """The words that documents of either tier are scored by."""
        return (*self.scored, *(self.whole.scored if self.whole else ()))

    @property
    def all_terms(self) -> list[Term]:
        """The terms that score in either tier, each once, those of variants too."""
        own = [term for plan in (self, self.whole) if plan for _, term, _ in plan.terms()]
        others = [variant.found for word in self.all_scored for variant in word.variants if variant.scores]
        return list(dict.fromkeys([*own, *others]))

    def roles(self, filters: Filters) -> tuple[list[Role], list[Role]]:
        """What answers it: entries, and issues where there are words to search for or a filter asks for the kind; and
        what does where nothing of that is found."""
        asks_for_issues = self.scored or "issue" in filters.kind
        return ["entry", "issue"] if asks_for_issues else ["entry"], ["front", "boilerplate"]

    def terms(self) -> Iterable[tuple[Word, Term, float]]:
        """The terms to score and their weights; what is a term of several words, for the first of them."""
        found: dict[Term, tuple[Word, Term, float]] = {}
        for word in self.scored:
            for term in own_terms(word):
                weight = self._weight(word, term)
                if term not in found:
                    found[term] = word, term, weight
                elif weight > found[term][2]:
                    found[term] = found[term][0], term, weight
        return found.values()

    def _weight(self, word: Word, term: Term) -> float:
        if isinstance(word, Starts):
            return self.ranking.prefix_weight
        if isinstance(term, tuple):
            return self.ranking.stream_weights[term[0]] * word.weight
        return self.ranking.run_weight

    @property
    def content(self) -> tuple[Word, ...]:
        """Words of `most` without grammar: a document that holds nothing but words of grammar is no answer, unless
        nothing else was typed."""
        return tuple(word for word in self.most if word.weight == 1.0) or self.most


def own_terms(word: Word) -> Sequence[Term]:
    """The terms that score for `word` itself."""
    if isinstance(word, Starts):
        return (word,)
    return (Spelled(word.word.spellings),) if word.is_run else word.word.terms


def as_typed(words: Iterable[Word]) -> list[str]:
    """The typed texts of `words`, in order; words written in one piece stay together."""
    pieces: list[str] = []
    end = None
    for word in words:
        start, stop = (word.word.start, word.word.end) if isinstance(word, Found) else (None, None)
        if start is not None and start == end:
            pieces[-1] += word.typed
        else:
            pieces.append(word.typed)
        end = stop
    return pieces


EVERYTHING: Final = Plan(Anything(), (), "")
"""What every document meets, and nothing scores."""
