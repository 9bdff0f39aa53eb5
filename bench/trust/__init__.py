"""Whether an answer can be trusted: what is typed is searched, what is found says why, what is not there is said.

`make bench-trust` draws words, names and queries at random over two real archives, asks the JSON API for them, and
compares each answer with the texts of the archives themselves; no judgments are needed.
"""
