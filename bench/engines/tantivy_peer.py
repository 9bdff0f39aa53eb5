"""tantivy, through its Python package: one segment, its own BM25 over the two fields, with and without a count."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tantivy

from bench.corpus import Document
from bench.engines.base import TITLE_BOOST, TOP, Answer, Mode
from bench.queries import Query

_HEAP = 200_000_000
_OCCUR = {"or": tantivy.Occur.Should, "and": tantivy.Occur.Must}


class Tantivy:
    """Counts what matches, as ours does."""

    label = f"tantivy {version('tantivy')}, with total"
    folder = "tantivy"
    counts = True

    def __init__(self) -> None:
        schema = tantivy.SchemaBuilder()
        for name in ("title", "text"):
            schema.add_text_field(name, stored=True, tokenizer_name="whitespace")
        self._schema = schema.build()

    def build(self, folder: Path, documents: Iterable[Document]) -> None:
        writer = tantivy.Index(self._schema, path=str(folder)).writer(_HEAP, 1)
        for document in documents:
            writer.add_document(tantivy.Document(title=document.title, text=document.text))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> _Index:
        return _Index(tantivy.Index(self._schema, path=str(folder)), self._schema, self.counts)


class TantivyTopOnly(Tantivy):
    """Free to skip what cannot be among the first: no total."""

    label = f"tantivy {version('tantivy')}, first ten only"
    counts = False


class _Index:
    def __init__(self, index: tantivy.Index, schema: tantivy.Schema, counts: bool) -> None:
        self._schema = schema
        self._counts = counts
        self._searcher = index.searcher()

    def search(self, query: Query, mode: Mode) -> Answer:
        words = tantivy.Query.boolean_query([(_OCCUR[mode], self._either_field(term)) for term in query])
        # Its stubs do not know `count`.
        found: Any = self._searcher.search(words, TOP, count=self._counts)
        documents = [self._searcher.doc(address) for _, address in found.hits]
        hits = [(document.get_first("title") or "", document.get_first("text") or "") for document in documents]
        return Answer(found.count if self._counts else None, hits)

    def _either_field(self, term: str) -> tantivy.Query:
        title = tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, "title", term), TITLE_BOOST)
        text = tantivy.Query.term_query(self._schema, "text", term)
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, title), (tantivy.Occur.Should, text)])
