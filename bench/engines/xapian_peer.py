"""Xapian, where Debian's python3-xapian can be imported."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xapian

from bench.corpus import Document
from bench.engines.base import TITLE_BOOST, TOP, Answer, Mode
from bench.queries import Query

_OPERATORS = {"or": xapian.Query.OP_OR, "and": xapian.Query.OP_AND}
_MAX_TERM = 60
"""Longer terms (bytes of UTF-8) are refused by Xapian."""


class Xapian:
    label = f"Xapian {xapian.version_string()}"
    folder = "xapian"

    def build(self, folder: Path, documents: Iterable[Document]) -> None:
        database = xapian.WritableDatabase(str(folder / "index"), xapian.DB_CREATE_OR_OPEN)
        for document in documents:
            added = xapian.Document()
            for position, term in enumerate(document.title.split(), 1):
                added.add_posting("S" + _cut(term), position, round(TITLE_BOOST))
            for position, term in enumerate(document.text.split(), 1000):
                added.add_posting("T" + _cut(term), position)
            added.set_data(json.dumps([document.title, document.text], ensure_ascii=False))
            database.add_document(added)
        database.commit()
        database.close()

    def open(self, folder: Path) -> _Index:
        return _Index(xapian.Database(str(folder / "index")))


class _Index:
    def __init__(self, database: Any) -> None:
        self._database = database

    def search(self, query: Query, mode: Mode) -> Answer:
        either = [xapian.Query(xapian.Query.OP_OR, ["S" + _cut(term), "T" + _cut(term)]) for term in query]
        enquire = xapian.Enquire(self._database)
        enquire.set_query(xapian.Query(_OPERATORS[mode], either))
        hits = [tuple(json.loads(match.document.get_data())) for match in enquire.get_mset(0, TOP)]
        return Answer(None, hits)


def _cut(term: str) -> str:
    return term.encode()[:_MAX_TERM].decode(errors="ignore")
