"""Whoosh as it comes: its own writer, codec, searcher and BM25F."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.corpus import Document
from bench.engines.base import TITLE_BOOST, TOP, Answer, Mode
from bench.queries import Query

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh import index, versionstring
    from whoosh.analysis import SpaceSeparatedTokenizer
    from whoosh.fields import TEXT, Schema
    from whoosh.query import And, Or, Term

_FIELD = TEXT(analyzer=SpaceSeparatedTokenizer(), stored=True)
_SCHEMA = Schema(title=_FIELD, text=_FIELD)


class StockWhoosh:
    label = f"Whoosh {versionstring()} as it is"
    folder = "whoosh"

    def build(self, folder: Path, documents: Iterable[Document]) -> None:
        writer = index.create_in(str(folder), _SCHEMA).writer(limitmb=256)
        for document in documents:
            writer.add_document(title=document.title, text=document.text)
        writer.commit(optimize=True)

    def open(self, folder: Path) -> _Index:
        return _Index(index.open_dir(str(folder)).searcher())


class _Index:
    def __init__(self, searcher: Any) -> None:
        self._searcher = searcher

    def search(self, query: Query, mode: Mode) -> Answer:
        words = [Or([Term("title", term, boost=TITLE_BOOST), Term("text", term)]) for term in query]
        found = self._searcher.search(And(words) if mode == "and" else Or(words), limit=TOP)
        return Answer(None, [(hit["title"], hit["text"]) for hit in found])
