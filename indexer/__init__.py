"""Markdown files → issues → entries → a published generation of the index.

config     the settings                               archive    which files are issues, and their days in git
reader     one file → one issue                       rendering  one file → the HTML of its page
reindex    what changed → a new generation            store      generations on disk, and serving the newest
check      a draft, compared with what ran before
"""
