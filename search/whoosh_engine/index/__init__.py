"""An index in a folder: Whoosh's list of segments, and how it is written.

codec         a segment as Whoosh sees it             quiet_whoosh  imports Whoosh without its warnings
listing       segments and issues of an index         unpickling    Whoosh's list, and nothing else of a pickle
writing       issues → segments, in several processes building      a folder, on top of another or not
"""
