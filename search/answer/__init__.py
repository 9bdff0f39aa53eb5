"""One search, from the typed text to a page of results.

service     parse, find, correct, relax               open_index  an open index with the analyzer that plans for it
lookup      was this page recommended?                explaining  why a hit ranks where it does
related     what stands near an entry
highlighting  where the words stand, by needles (what to find) and haystack (in what)
grouping    one hit for each issue
snippets    the part of a text that is shown          places      where else words stand: section, links, names
notices     what a reader is told                     result      what comes out
"""
