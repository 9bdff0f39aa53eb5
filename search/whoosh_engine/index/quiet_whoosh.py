"""Whoosh, imported without its warnings.

Whoosh 2.7.4 is sound but old: its sources hold invalid escapes and comparisons, which Python from 3.12 on warns of
whenever it compiles them.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh.codec.base import PerDocumentReader, TermsReader
    from whoosh.codec.whoosh3 import W3Codec, W3Segment, W3TermInfo
    from whoosh.fields import STORED, TEXT, Schema
    from whoosh.filedb.filestore import FileStorage
    from whoosh.filedb.structfile import StructFile
    from whoosh.index import TOC
    from whoosh.matching import ListMatcher
    from whoosh.reading import TermNotFound

__all__ = [
    "STORED",
    "TEXT",
    "TOC",
    "FileStorage",
    "ListMatcher",
    "PerDocumentReader",
    "Schema",
    "StructFile",
    "TermNotFound",
    "TermsReader",
    "W3Codec",
    "W3Segment",
    "W3TermInfo",
]
