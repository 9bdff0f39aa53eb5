"""A segment: documents, written once as flat arrays and then mapped.

arrays    a file of named flat arrays                 terms     sorted terms: look-up and prefixes
postings  tokens → one stream                         columns   what is kept of each document
entries   the entries, as they are shown              numbering terms of several streams as one list
merging   several streams → one                       segment   building, opening and merging whole segments
"""
