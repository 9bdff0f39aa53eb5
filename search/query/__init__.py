"""The query language: text typed by a person → query tree, filters and notices; `docs/query-syntax.md` tells it.

parser  text → tree                                   tree    the nodes of a query
field_names  `kind:`, `issue:` and the other filters  notice  what a reader is told about the query
wishes  去年, 第300期以后: what is preferred
"""
