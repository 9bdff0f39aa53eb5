"""Which documents meet a plan's condition: sets of document numbers, put together part by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from search import ranking
from search.analysis.analyzer import Spelling, Stream
from search.query.plan import AllOf, AnyOf, Anything, Condition, Found, NoneOf, Plan, Starts, Term, Word
from search.whoosh_engine.reading import IndexReader, Postings
from search.whoosh_engine.sets import Docs, Scratch, Sums, Values, intersect, subtract, unite


@dataclass(frozen=True, slots=True)
class WordDocs:
    """Where a word of the query is found."""

    docs: Docs
    titled: Docs
    """Those whose title holds the word."""
    worth: float
    """What holding it is worth: its idf times how telling it is; 0 when no document does."""


class Matcher:
    """Evaluates conditions for one query; what was found for a word is kept for the next that asks."""

    def __init__(self, reader: IndexReader, scratch: Scratch) -> None:
        self.reader = reader
        self.scratch = scratch
        self._words: dict[int, WordDocs] = {}
        """By the word's `id`: the plan keeps it, and hashing a word costs more than looking up its documents."""
        self._postings: dict[tuple[Stream, str], Postings] = {}

    def matching(self, plan: Plan, allowed: NDArray[np.bool_] | None) -> Docs:
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
        some = unite([self.word(word).docs for word in plan.most], self.scratch)
        return (
            some if isinstance(plan.condition, Anything) else intersect([some, self.docs(plan.condition)], self.scratch)
        )

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
                return unite([self.docs(part) for part in parts], self.scratch)
            case NoneOf(part):
                return subtract(self.reader.all_docs(), self.docs(part), self.scratch)
            case _:
                assert_never(condition)

    def word(self, word: Word) -> WordDocs:
        """Where `word` is found, and what that is worth."""
        found = self._words.get(id(word))
        if found is None:
            found = self._words[id(word)] = self._look_up(word)
        return found

    def postings(self, stream: Stream, term: str) -> Postings:
        """The postings of a term."""
        found = self._postings.get((stream, term))
        if found is None:
            found = self._postings[stream, term] = self.reader.postings(stream, term)
        return found

    def _look_up(self, word: Word) -> WordDocs:
        if isinstance(word, Starts):
            postings = self.reader.starting(word.prefix)
            found = [(each.docs, each.titled) for each in postings]
        else:
            found = [self._contiguous(spelling) for spelling in word.word.spellings]
        docs = unite([each for each, _ in found], self.scratch)
        titled = unite([each for _, each in found], self.scratch)
        worth = word.telling * ranking.idf(self.reader.count, len(docs)) if len(docs) else 0.0
        return WordDocs(docs, titled, worth)

    def _contiguous(self, spelling: Spelling) -> tuple[Docs, Docs]:
        if len(spelling) > 1:
            return self.reader.contiguous(spelling)
        postings = self.postings("grams", spelling[0][0])
        return postings.docs, postings.titled

    def _all_of(self, parts: Sequence[Condition]) -> Docs:
        wanted = [self.docs(part) for part in parts if not isinstance(part, NoneOf)]
        docs = intersect(wanted, self.scratch) if wanted else self.reader.all_docs()
        for part in parts:
            if isinstance(part, NoneOf):
                docs = subtract(docs, self.docs(part.part), self.scratch)
        return docs

    def coverage(self, words: Sequence[Word], docs: Docs) -> Values:
        """What part of `words`, by worth, each of `docs` holds."""
        found = [each for word in words if (each := self.word(word)).worth]
        sums = Sums(docs, self.scratch)
        for each in found:
            sums.add_each(each.docs, np.float32(each.worth))
        return sums.take() / np.float32(sum(each.worth for each in found) or 1)

    def frequencies(self, term: Term) -> tuple[Docs, Values]:
        """The documents that hold `term`, and its frequency in each. A prefix is one term: the sum over all grams that
        start with it."""
        if not isinstance(term, Starts):
            postings = self.postings(*term)
            return postings.docs, postings.weights
        docs = self.word(term).docs
        frequencies = np.zeros(len(docs), np.float32)
        for each in self.reader.starting(term.prefix):
            frequencies[docs.searchsorted(each.docs)] += each.weights
        return docs, frequencies
