"""Match a plan's condition: sets of document numbers, put together part by part."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from wangqi.search import budget
from wangqi.search.analysis.analyzer import QueryWord, Spelling
from wangqi.search.plan.forms import has_synonyms
from wangqi.search.plan.plan import AllOf, AnyOf, Anything, Condition, Found, NoneOf, OneOf, Plan, Term, Word
from wangqi.search.plan.ranking import TOLERANCE, Ranking, idf
from wangqi.search.plan.variants import SAID, SYNONYMS, Apart, Spelled, Starts, Variant
from wangqi.search.whoosh_engine.query.documents import DocumentTable
from wangqi.search.whoosh_engine.query.index_reader import IndexReader, Postings
from wangqi.search.whoosh_engine.sets import NO_DOCS, NO_FLAGS, Docs, Flags, Part, Scratch, Values, operations


@dataclass(slots=True)
class Layer:
    """Documents in which a word is found in one way: as it was typed, or as one of its variants."""

    docs: Docs
    in_title: Flags
    """Which of `docs` hold it in their title."""
    worth: float
    """What holding it is worth: its idf, times the weight of the word, times the factor of the variant."""
    units: float
    """Its length, times its weight."""
    weights: Values | None = None
    """Of a variant: its frequency in each of `docs`."""
    idf: float = 0.0
    """Of a variant: what its term tells."""


@dataclass(slots=True)
class WordDocs:
    """The documents that hold a word of the query, with the weight of each in the coverage."""

    docs: Docs
    layers: list[Layer]
    """For the word as typed, then for each of its variants; no document stands in two of them."""
    worth: float
    """What holding the word is worth at most: of one that no document holds, as much as of the rarest."""
    idf: float = math.inf
    """How much it tells that the word or a synonym of it is held; infinite when it has none, or none is."""

    @property
    def variant_layers(self) -> list[Layer]:
        return self.layers[1:]


WORDS_REMEMBERED: Final = 64
POSTINGS_REMEMBERED: Final = 1 << 21
"""What one search asks for again, to count, correct and relax; more only takes memory."""


class Matcher:
    """Evaluates conditions; what was found for a word is kept for the next that asks."""

    def __init__(self, reader: IndexReader, documents: DocumentTable, scratch: Scratch, ranking: Ranking) -> None:
        self.reader = reader
        self.ranking: Final = ranking
        self.scratch = scratch
        self._documents = documents
        self._unseen = idf(reader.count, 1)
        self._words: dict[int, tuple[Word, WordDocs]] = {}
        """By the word's `id`, with the word, whose id is its own as long as it is kept: hashing a word costs more than
        looking up its documents."""
        self._held = 0
        """How many documents were found for them in all."""
        self._starting: dict[str, Postings] = {}
        """By prefix: to gather the postings of one takes a while, and it is asked for as a word and as a term."""
        self._met: dict[int, tuple[AllOf, Docs]] = {}
        """The documents that meet several conditions, in the same way: a search is counted before it is shown."""
        self._typed: dict[int, tuple[QueryWord, tuple[Docs, Flags]]] = {}
        """Where words stand as they were typed, by `id` too: a relaxed plan has the words of the whole one."""

    @property
    def is_full(self) -> bool:
        """Whether so much is kept that another one should take its place."""
        return len(self._words) >= WORDS_REMEMBERED or self._held >= POSTINGS_REMEMBERED

    def matching(self, plan: Plan, allowed: Flags | None) -> Docs:
        """The documents that hold all words of `plan`, or enough of them where it is a relaxed one, and, where it is
        given, are marked in `allowed`."""
        if plan.share is None or not plan.most:
            return _allowed(self.docs(plan.condition), allowed)
        docs = self._holding_some(plan)
        held = self.coverage(plan.most, docs)
        # How much is enough does not depend on the filters, or the counts beside them would promise what they do not
        # keep; where so they leave nothing, it does.
        found = _allowed(docs[held >= self._enough(plan.share, held)], allowed)
        if allowed is None or len(found):
            return found
        held, docs = held[allowed[docs]], docs[allowed[docs]]
        return docs[held >= self._enough(plan.share, held)]

    def _enough(self, share: float, held: Values) -> float:
        """The least coverage of the second tier, where documents cover `held` of the query: `share` of the best."""
        most = float(held[held.argmax()]) if len(held) else 0.0  # a sixth of the time that max takes
        return max(share * most, self.ranking.least_coverage) - TOLERANCE

    def _holding_some(self, plan: Plan) -> Docs:
        """The documents with any word of `plan` that tells something; no others hold most of them."""
        some = operations.unite([self.word(word).docs for word in plan.content], self.scratch)
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
            case AllOf():
                return self._all_of(condition)
            case AnyOf(parts):
                return operations.unite([self.docs(part) for part in parts], self.scratch)
            case OneOf(ids):
                return self._documents.with_ids(ids)
            case NoneOf(part):
                return operations.subtract(self.reader.all_docs(), self.docs(part), self.scratch)
            case _:
                assert_never(condition)

    def word(self, word: Word) -> WordDocs:
        """Find the documents of `word`, itself or in a variant."""
        kept = self._words.get(id(word))
        if kept is None:
            budget.check()
            kept = self._words[id(word)] = word, self._look_up(word)
            self._held += len(kept[1].docs)
        return kept[1]

    def _look_up(self, word: Word) -> WordDocs:
        if isinstance(word, Starts):
            found = self._of_prefix(word.prefix)
            typed = self._layer((found.docs, found.in_title), 1.0, 1.0)
            return WordDocs(typed.docs, [typed], typed.worth or self._unseen)
        docs, in_title = self._as_typed(word.word)
        if word.in_title:
            docs, in_title = docs[in_title], in_title[in_title]
        typed = self._layer((docs, in_title), word.weight, word.units * word.weight)
        unseen = 0.0 if word.is_run else word.weight * self._unseen
        if not word.variants:
            return WordDocs(typed.docs, [typed], typed.worth or unseen)
        layers, known, said, near = [typed], typed.docs, typed.docs, typed.docs
        for variant in word.variants:
            layer = self._variant_layer(variant, word.weight, known)
            known = operations.unite([known, layer.docs], self.scratch) if len(layer.docs) else known
            if variant.kind in SAID:
                said = known
            if variant.kind in SYNONYMS:
                near = known
            layers.append(layer)
        most_idf = self._idf_beside(said, near) if has_synonyms(word) else math.inf
        self._weigh(layers, word, most_idf)
        worth = max([layer.worth for layer in layers if len(layer.docs)], default=unseen)
        return WordDocs(known, layers, worth, most_idf)

    def _as_typed(self, word: QueryWord) -> tuple[Docs, Flags]:
        if len(word.spellings) == 1 and len(word.spellings[0]) == 1:  # the reader keeps these
            return self.reader.contiguous(word.spellings[0])
        kept = self._typed.get(id(word))
        if kept is None:
            kept = self._typed[id(word)] = word, self._found(word.spellings)
        return kept[1]

    def _layer(self, found: tuple[Docs, Flags], weight: float, units: float) -> Layer:
        docs, in_title = found
        return Layer(docs, in_title, weight * self.idf(docs), units)

    def _variant_layer(self, variant: Variant, weight: float, known: Docs) -> Layer:
        found, units = self.postings(variant.found), variant.units * weight
        if not len(found.docs):
            return Layer(NO_DOCS, NO_FLAGS, 0.0, units)
        new = ~operations.members(found.docs, known, self.scratch)
        worth = weight * found.idf
        return Layer(found.docs[new], found.in_title[new], worth, units, found.weights[new], found.idf)

    def _weigh(self, layers: Sequence[Layer], word: Found, most_idf: float) -> None:
        """Give the layers of a word and its variants their worth. What is rarer than the word tells no more than it."""
        typed, *others = layers
        if most_idf < math.inf:
            typed.worth = word.weight * most_idf
        for variant, layer in zip(word.variants, others, strict=True):
            layer.worth = self.ranking.factor(variant) * min(layer.worth, word.weight * most_idf)

    def _idf_beside(self, said: Docs, near: Docs) -> float:
        """The largest idf of a word whose forms stand in the documents `said` and whose synonyms stand in `near`."""
        own = self.idf(said) if len(said) else math.inf
        return min(own, self.ranking.beside_synonyms * self.idf(near)) if len(near) else math.inf

    def idf(self, docs: Docs) -> float:
        """The idf of a word that `docs` hold; 0 when there are none."""
        return idf(self.reader.count, len(docs)) if len(docs) else 0.0

    def _found(self, spellings: Sequence[Spelling]) -> tuple[Docs, Flags]:
        """The documents that hold any of `spellings`."""
        if len(spellings) == 1:
            return self.reader.contiguous(spellings[0])
        return self._either([self.reader.contiguous(spelling) for spelling in spellings])

    def _either(self, found: Sequence[tuple[Docs, Flags]]) -> tuple[Docs, Flags]:
        docs = operations.unite([each for each, _ in found], self.scratch)
        titled = operations.unite([each[in_title] for each, in_title in found], self.scratch)
        return docs, operations.members(docs, titled, self.scratch)

    def _all_of(self, condition: AllOf) -> Docs:
        kept = self._met.get(id(condition))
        if kept is None:
            kept = self._met[id(condition)] = condition, self._meeting_all(condition.parts)
            self._held += len(kept[1])
        return kept[1]

    def _meeting_all(self, parts: Sequence[Condition]) -> Docs:
        wanted = [self.docs(part) for part in parts if not isinstance(part, NoneOf)]
        docs = operations.intersect(wanted, self.scratch) if wanted else self.reader.all_docs()
        for part in parts:
            if isinstance(part, NoneOf):
                docs = operations.subtract(docs, self.docs(part.part), self.scratch)
        return docs

    def coverage(self, words: Sequence[Word], docs: Docs) -> Values:
        """The share of `words` that each of `docs` holds, by weight."""
        found = [self.word(word) for word in words]
        most = sum(each.worth for each in found) or 1.0
        parts: list[Part] = [(layer.docs, None, layer.worth / most) for each in found for layer in each.layers]
        return operations.add_up(docs, parts, self.ranking.k1, self.scratch)

    def postings(self, term: Term) -> Postings:
        """The documents that hold `term`, and its frequency in each."""
        budget.check()
        match term:
            case stream, text:
                return self.reader.postings(stream, text)
            case Starts(prefix):
                return self._of_prefix(prefix)
            case Spelled(spellings):
                return self.reader.spelled(spellings)
            case Apart(spellings):
                return self.reader.apart(spellings)

    def _of_prefix(self, prefix: str) -> Postings:
        found = self._starting.get(prefix)
        if found is None:
            found = self._starting[prefix] = self.reader.starting(prefix)
        return found


def _allowed(docs: Docs, allowed: Flags | None) -> Docs:
    return docs if allowed is None else docs[allowed[docs]]
