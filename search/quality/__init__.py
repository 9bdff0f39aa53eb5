"""Measures of the ranking: `wangqi evaluate`.

judgments  judged queries from files                  measures  success@k, reciprocal rank, nDCG
evaluation searches for each and measures what comes back
"""
