"""The smallest engine, in plain Python: the example of one, and what the others are compared with. Not used to serve.

scoring  one document at a time                       memory  an engine that looks at every document
"""
