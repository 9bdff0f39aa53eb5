"""SQLite FTS5 of the standard library, cutting at blanks alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from bench.corpus import Document
from bench.engines.base import TITLE_BOOST, TOP, Answer, Mode
from bench.queries import Query

# Every character but blanks and controls belongs to a token.
_TOKENIZER = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
_TABLE = f'CREATE VIRTUAL TABLE entries USING fts5(title, text, tokenize = "{_TOKENIZER}")'
_SEARCH = f"""SELECT title, text FROM entries WHERE entries MATCH ?
    ORDER BY bm25(entries, {TITLE_BOOST}, 1.0) LIMIT {TOP}"""


class Fts5:
    label = f"SQLite {sqlite3.sqlite_version} FTS5"
    folder = "fts5"

    def build(self, folder: Path, documents: Iterable[Document]) -> None:
        database = sqlite3.connect(folder / "index.db")
        database.execute(_TABLE)
        rows = ((document.title, document.text) for document in documents)
        database.executemany("INSERT INTO entries(title, text) VALUES (?, ?)", rows)
        database.execute("INSERT INTO entries(entries) VALUES ('optimize')")
        database.commit()
        database.close()

    def open(self, folder: Path) -> _Index:
        return _Index(sqlite3.connect(folder / "index.db"))


class _Index:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def search(self, query: Query, mode: Mode) -> Answer:
        quoted = [f'"{term.replace(chr(34), chr(34) * 2)}"' for term in query]
        return Answer(None, self._database.execute(_SEARCH, (f" {mode.upper()} ".join(quoted),)).fetchall())
