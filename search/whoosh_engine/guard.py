"""Whoosh, imported without its warnings.

Whoosh 2.7.4 is sound but old: its sources hold invalid escapes and comparisons, which Python from 3.12 on warns of
whenever it compiles them. All modules that are ever needed are imported here, at once, since Whoosh itself imports
some of them late.
"""

from __future__ import annotations

import warnings
from importlib import import_module

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for name in ("codec.whoosh3", "query", "reading", "searching", "writing"):
        import_module(f"whoosh.{name}")
    from whoosh import columns, fields, formats
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import FileIndex
    from whoosh.matching import ListMatcher
    from whoosh.reading import IndexReader, SegmentReader, TermNotFound
    from whoosh.writing import SegmentWriter

__all__ = [
    "FileIndex",
    "FileStorage",
    "IndexReader",
    "ListMatcher",
    "SegmentReader",
    "SegmentWriter",
    "TermNotFound",
    "columns",
    "fields",
    "formats",
]
