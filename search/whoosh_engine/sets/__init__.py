"""Sets of documents: arrays of document numbers, ascending, each once.

protocol  what is done with sets                      plain     in numpy, which always works
compiled  in C (`_sets.c`), where there was a compiler when the program was installed
"""

from typing import Final

from wangqi.search.whoosh_engine.sets.protocol import (
    NO_DOCS,
    NO_FLAGS,
    NO_VALUES,
    Bits,
    Docs,
    Flags,
    GramPlaces,
    Part,
    Scratch,
    SetOperations,
    TitlePart,
    Values,
)


def _operations() -> SetOperations:
    try:
        from wangqi.search.whoosh_engine.sets import compiled
    except ImportError:
        from wangqi.search.whoosh_engine.sets import plain

        return plain
    return compiled


operations: Final = _operations()

__all__ = [
    "NO_DOCS",
    "NO_FLAGS",
    "NO_VALUES",
    "Bits",
    "Docs",
    "Flags",
    "GramPlaces",
    "Part",
    "Scratch",
    "SetOperations",
    "TitlePart",
    "Values",
    "operations",
]
