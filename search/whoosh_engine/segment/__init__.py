"""A segment: documents, written once as flat arrays and then mapped.

arrays    a file of named flat arrays                 terms           sorted terms: look-up and prefixes
postings  tokens → one stream                         columns         values to filter, count and sort by
merging   several streams → one                       stored_entries  the entries, as they are shown
segment   building, opening, merging whole segments   term_numbers    terms of several streams as one list
"""
