"""The engine that serves: Whoosh keeps terms, postings, columns and stored entries; numpy evaluates and scores.

    guard     imports Whoosh without its warnings; nobody else imports it
    schema    the fields of a Whoosh document, and an entry as such a document
    writing   builds a folder, on top of another one or from nothing
    postings  a term's postings as arrays, read once and kept
    documents columns of all documents as arrays: what filters, facets and sorting need
    evaluate  the plan of a query → which documents, with which scores
    engine    the two Protocols of `search.engine`

What a visitor types never reaches Whoosh's query parser, and its searcher, which threads cannot share, is not used.
"""

from search.whoosh_engine.engine import WhooshEngine

__all__ = ["WhooshEngine"]
