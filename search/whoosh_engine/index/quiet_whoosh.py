"""Whoosh, imported without its warnings, and without what it never uses.

Whoosh 2.7.4 is sound but old: its sources hold invalid escapes and comparisons, which Python from 3.12 on warns of
whenever it compiles them. It imports `urlretrieve`, for nobody, and with it ssl, http and email, which
take a hundredth of a second of every reindex.
"""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def _without_downloads() -> Iterator[None]:
    """Let an empty `urlretrieve` stand for the real one while the block imports; modules are imported by one thread,
    before there are others."""
    name = "urllib.request"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = stand_in = ModuleType(name)
    stand_in.urlretrieve = None  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del sys.modules[name]


with warnings.catch_warnings(), _without_downloads():
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
