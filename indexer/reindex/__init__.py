"""Archives → a new generation of the index, when there is anything new.

run          the order of the work                    base_generation  what it starts from
reindex_plan what becomes of each file                issue_files      files → issues, in several processes
one_file     a single file, for `parse` and `check`   time_limit       a limit to reading one file
spool        issues that wait to be indexed           report           what a reindex did
told_once    problems told once for an archive
"""

from wangqi.indexer.reindex.run import reindex

__all__ = ["reindex"]
