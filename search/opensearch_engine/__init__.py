"""The engine that leaves its documents to an OpenSearch cluster.

client     calls, of whichever node answers          deadline   when an answer is of no use any more
nodes      which node is asked next                  transport  one request to one node, by urllib3
answers    what an answer of HTTP means, as errors   bulk       many documents, at the cluster's pace
access     addresses, password, certificate
"""
