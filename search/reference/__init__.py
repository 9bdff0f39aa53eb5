"""The smallest engine, in plain Python: the example of one, and what the others are compared with. Not used to serve.

documents  an entry as an index sees it               matching      which documents a condition finds
scoring    one document at a time                     document_set  tiers, and what is counted over all
memory     an engine that looks at every document
"""
