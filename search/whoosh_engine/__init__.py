"""The engine that serves: Whoosh's index with segments of flat arrays, searched with numpy.

    engine   what the rest of the program sees            segment  the arrays: built, merged, mapped
    index    Whoosh's side: list of segments, codec; writing a folder
    query    a plan → documents, scores, facets           sets     sets of documents: compiled or in numpy

A plain Whoosh opens and searches an index; the program does not search through it: what a visitor types never reaches
Whoosh's query parser, and its searcher cannot be shared by threads. Everything is compared with `search.reference`.
"""

from wangqi.search.whoosh_engine.engine import WhooshEngine

__all__ = ["WhooshEngine"]
