"""The engine that serves: Whoosh's index with segments of flat arrays, searched with numpy.

    arrays     a file of named flat arrays, mapped on opening
    terms      sorted terms: look-up and prefixes          postings   tokens → one stream of a segment
    columns    what is kept of each document               entries    the entries, as they are shown
    segments   a segment: built, opened, merged            merging    several streams → one
    codec      a segment as Whoosh sees it                 guard      imports Whoosh without its warnings
    listing    segments and issues of an index             unpickling Whoosh's list, and nothing else of a pickle
    writing    issues → segments, in several processes     building   a folder, on top of another or not
    reading    all segments as one list of documents       sets       sets of documents: compiled or numpy
    matching   which documents meet a plan                 scoring    how well
    documents  filters, order, entries                     counting   facets
    returning  links that return, as one result            searching  an open index
    explaining the weights of an index                     engine     what the rest of the program sees

A plain Whoosh opens and searches an index; the program does not search through it: what a visitor types never reaches
Whoosh's query parser, and its searcher cannot be shared by threads.

Everything is compared with `search.plain_scoring`, which says the same one document at a time.
"""

from search.whoosh_engine.engine import WhooshEngine

__all__ = ["WhooshEngine"]
