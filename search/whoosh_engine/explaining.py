"""The weights of an index, for whoever scores one entry by itself (`search.explaining`)."""

from __future__ import annotations

from functools import cache

import numpy as np

from search.plain_scoring import DocumentSet, TokenizedDocument
from search.query.plan import Condition, Found, Term, Word
from search.query.variants import Starts, Variant
from search.whoosh_engine.documents import DocumentTable
from search.whoosh_engine.matching import Matcher


class IndexScorer(DocumentSet):
    """Plain scoring that counts no documents: the index knows what everything is worth."""

    def __init__(self, matcher: Matcher, documents: DocumentTable) -> None:
        super().__init__(())
        self._matcher = matcher
        self._table = documents
        self._idfs: dict[Term, float] = {}
        """Every hit asks for the same, and to gather the postings of a prefix takes a while."""
        self._number = cache(self._number_of)

    def is_unseen(self, word: Word) -> bool:
        return not len(self._matcher.word(word).docs)

    def meets(self, document: TokenizedDocument, condition: Condition) -> bool:
        """`document` is of the index: where a word stands, nothing has to be cut anew to tell."""
        if not isinstance(condition, Found | Starts):
            return super().meets(document, condition)
        doc = self._number(document.entry.id)
        return bool(np.any(self._matcher.word(condition).docs == doc))

    def _number_of(self, entry_id: str) -> int:
        [doc] = self._table.with_ids([entry_id]).tolist()
        return int(doc)

    def _term_idf(self, term: Term) -> float:
        if term not in self._idfs:
            self._idfs[term] = self._matcher.postings(term).idf
        return self._idfs[term]

    def _worth(self, word: Word, form: Word | Variant) -> float:
        at = 1 + word.variants.index(form) if isinstance(word, Found) and isinstance(form, Variant) else 0
        return self._matcher.word(word).layers[at].worth

    def _synonyms_idf(self, word: Word) -> float:
        return self._matcher.word(word).idf

    def _greatest_worth(self, word: Word) -> float:
        return self._matcher.word(word).worth

    def _recency(self, document: TokenizedDocument) -> float:
        return self._table.recency(document.entry.issue.date)
