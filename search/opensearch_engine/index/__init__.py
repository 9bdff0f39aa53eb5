"""Entries → documents of the cluster.

mapping    the fields of a document, how they are analyzed   documents  an entry as a document
building   an index from nothing, or on a clone              order      keys that sort issues as texts
folder     what an index keeps beside the cluster            stored     entries read back
"""
