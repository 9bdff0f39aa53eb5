"""Which documents meet a plan's condition: sets of document numbers, put together part by part."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from search import budget, ranking
from search.analysis.analyzer import Spelling
from search.query.plan import AllOf, AnyOf, Anything, Condition, Found, NoneOf, Plan, Starts, Term, Word
from search.query.variants import SYNONYMS, Variant
from search.whoosh_engine.reading import IndexReader, Postings
from search.whoosh_engine.sets import Docs, Flags, Part, Scratch, Values, operations


@dataclass(slots=True)
class Layer:
    """Documents in which a word is found in one way: as it was typed, or as one of its variants."""

    docs: Docs
    in_title: Flags
    """Which of `docs` hold it in their title."""
    worth: float
    """What holding it is worth: its idf, times how telling the word is, times the factor of the variant."""
    units: float
    """Its length, times how telling it is."""


@dataclass(slots=True)
class WordDocs:
    """Where a word of the query is found."""

    docs: Docs
    layers: list[Layer]
    """For the word as typed, then for each of its variants; no document stands in two of them."""
    idf: float = math.inf
    """How much it tells that the word or a synonym of it is held; infinite when none is."""

    @property
    def variant_layers(self) -> list[Layer]:
        return self.layers[1:]

    @property
    def worth(self) -> float:
        """What holding the word is worth at most; 0 when no document does."""
        return max([layer.worth for layer in self.layers if len(layer.docs)], default=0.0)


class Matcher:
    """Evaluates conditions for one query; what was found for a word is kept for the next that asks."""

    def __init__(self, reader: IndexReader, scratch: Scratch) -> None:
        self.reader = reader
        self.scratch = scratch
        self._words: dict[int, WordDocs] = {}
        """By the word's `id`: the plan keeps it, and hashing a word costs more than looking up its documents."""
        self._starting: dict[str, Postings] = {}
        """By prefix: to gather the postings of one takes a while, and it is asked for as a word and as a term."""

    def matching(self, plan: Plan, allowed: Flags | None) -> Docs:
        """The documents that meet `plan` and, where it is given, are marked in `allowed`."""
        docs = self._starting_set(plan)
        if allowed is not None:
            docs = docs[allowed[docs]]
        if plan.share is None or not len(docs):
            return docs
        held = self.coverage(plan.most, docs)
        least = max(plan.share * float(held.max()), ranking.LEAST_COVERAGE) - ranking.TOLERANCE
        return docs[held >= least]

    def _starting_set(self, plan: Plan) -> Docs:
        if plan.share is None:
            return self.docs(plan.condition)
        # A document without any of the words is never among those that hold most of them.
        some = operations.unite([self.word(word).docs for word in plan.most], self.scratch)
        if isinstance(plan.condition, Anything):
            return some
        return operations.intersect([some, self.docs(plan.condition)], self.scratch)

    def docs(self, condition: Condition) -> Docs:
        """The documents that meet `condition`, ascending."""
        match condition:
            case Anything():
                return self.reader.all_docs()
            case Found() | Starts():
                return self.word(condition).docs
            case AllOf(parts):
                return self._all_of(parts)
            case AnyOf(parts):
                return operations.unite([self.docs(part) for part in parts], self.scratch)
            case NoneOf(part):
                return operations.subtract(self.reader.all_docs(), self.docs(part), self.scratch)
            case _:
                assert_never(condition)

    def word(self, word: Word) -> WordDocs:
        """Where `word` is found, and what that is worth."""
        found = self._words.get(id(word))
        if found is None:
            budget.check()
            found = self._words[id(word)] = self._look_up(word)
        return found

    def _look_up(self, word: Word) -> WordDocs:
        if isinstance(word, Starts):
            found = self._of_prefix(word.prefix)
            typed = self._layer((found.docs, found.in_title), 1.0, 1.0)
            return WordDocs(typed.docs, [typed])
        typed = self._layer(self._found(word.word.spellings), word.telling, word.units * word.telling)
        if not word.variants:
            return WordDocs(typed.docs, [typed])
        layers, known, said = [typed], typed.docs, typed.docs
        for variant in word.variants:
            layer = self._variant_layer(variant, word.telling, known)
            known = operations.unite([known, layer.docs], self.scratch)
            if variant.kind in SYNONYMS:
                said = known
            layers.append(layer)
        idf = self.idf(said) if len(said) else math.inf
        self._weigh(layers, word, idf)
        return WordDocs(known, layers, idf)

    def _layer(self, found: tuple[Docs, Flags], telling: float, units: float) -> Layer:
        docs, in_title = found
        return Layer(docs, in_title, telling * self.idf(docs), units)

    def _variant_layer(self, variant: Variant, telling: float, known: Docs) -> Layer:
        if variant.spellings:
            found = self._found(variant.spellings)
        else:
            postings = self.reader.postings(*variant.terms[0])
            found = postings.docs, postings.in_title
        layer = self._layer(found, telling, variant.units * telling)
        new = ~operations.members(layer.docs, known, self.scratch)
        return Layer(layer.docs[new], layer.in_title[new], layer.worth, layer.units)

    def _weigh(self, layers: Sequence[Layer], word: Found, idf: float) -> None:
        """Give the layers of a word and its variants their worth. What is rarer than the word tells no more than it."""
        typed, *others = layers
        typed.worth = word.telling * idf if len(typed.docs) else 0.0
        for variant, layer in zip(word.variants, others, strict=True):
            layer.worth = variant.factor * min(layer.worth, word.telling * idf)

    def idf(self, docs: Docs) -> float:
        """How much it tells that a document is one of `docs`; 0 when there are none."""
        return ranking.idf(self.reader.count, len(docs)) if len(docs) else 0.0

    def _found(self, spellings: Sequence[Spelling]) -> tuple[Docs, Flags]:
        """Where any of `spellings` stands."""
        if len(spellings) == 1:
            return self._contiguous(spellings[0])
        return self._either([self._contiguous(spelling) for spelling in spellings])

    def _contiguous(self, spelling: Spelling) -> tuple[Docs, Flags]:
        if len(spelling) > 1:
            return self.reader.contiguous(spelling)
        postings = self.reader.postings("grams", spelling[0][0])
        return postings.docs, postings.in_title

    def _either(self, found: Sequence[tuple[Docs, Flags]]) -> tuple[Docs, Flags]:
        docs = operations.unite([each for each, _ in found], self.scratch)
        titled = operations.unite([each[in_title] for each, in_title in found], self.scratch)
        return docs, operations.members(docs, titled, self.scratch)

    def _all_of(self, parts: Sequence[Condition]) -> Docs:
        wanted = [self.docs(part) for part in parts if not isinstance(part, NoneOf)]
        docs = operations.intersect(wanted, self.scratch) if wanted else self.reader.all_docs()
        for part in parts:
            if isinstance(part, NoneOf):
                docs = operations.subtract(docs, self.docs(part.part), self.scratch)
        return docs

    def coverage(self, words: Sequence[Word], docs: Docs, times: Values | None = None) -> Values:
        """What part of `words`, by worth, each of `docs` holds, multiplied as `add_up` does."""
        found = [self.word(word) for word in words]
        most = sum(each.worth for each in found) or 1.0
        parts: list[Part] = [(layer.docs, None, layer.worth / most) for each in found for layer in each.layers]
        return operations.add_up(docs, parts, ranking.K1, self.scratch, times)

    def postings(self, term: Term) -> Postings:
        """The documents that hold `term`, and its frequency in each. A prefix is one term: the sum over all grams that
        start with it."""
        budget.check()
        return self._of_prefix(term.prefix) if isinstance(term, Starts) else self.reader.postings(*term)

    def _of_prefix(self, prefix: str) -> Postings:
        found = self._starting.get(prefix)
        if found is None:
            found = self._starting[prefix] = self.reader.starting(prefix)
        return found
