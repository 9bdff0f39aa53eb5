"""A plan → documents, scores, facets.

index_reader  all segments as one list of documents   matching  which documents meet a plan
scoring       how well                                documents filters, order, entries
counting      facets                                  repeated_links  links that return, as one result
searching     an open index: puts these together
"""
