"""The engine that leaves its documents to an OpenSearch cluster.

    engine   what the rest of the program sees: build, open, let go
    index    entries → documents of the cluster, from nothing or on a clone
    query    a plan → searches of the cluster → hits, counts

    shelf    generations for hosts that share no folder    held   the indexes of a site

client     calls, of whichever node answers          deadline   when an answer is of no use any more
nodes      which node is asked next                  transport  one request to one node, by urllib3
answers    what an answer of HTTP means, as errors   bulk       many documents, at the cluster's pace
access     addresses, password, certificate; names, shards, copies, time

The tokens are ours on both sides, and so are idf and the whole of the score: what is found, counted and ranked is what
`search.reference` says, on however many machines it lies. `docs/scaling.md` says what that costs.
"""
