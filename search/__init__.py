"""Searching: what is typed → the entries that answer it. Knows nothing of files, pages or the command line.

    model      issues, entries and kinds as values        request     what a caller asks for
    errors     what can go wrong                          budget      the deadline of an answer
    processes  work for several processes

    analysis   text → words and grams                     query       typed text → tree and filters
    document   what an entry offers: fields, links, attributes
    plan       tree → what an index is asked, and how it is scored
    engine     the seam: what holds the postings, and what it is asked
    whoosh_engine   the engine that serves                reference   the smallest one, which says what is right
    correction words that nothing holds → what was meant
    answer     one search from the typed text to a page of results
    quality    how good the ranking is on judged queries

The way of a query is `query → plan → engine → answer`; `docs/architecture.md` walks one through.
"""
