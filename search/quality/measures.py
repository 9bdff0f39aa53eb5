"""Measures of a ranking, for one query each; the mean over queries is the figure to report.

A run is what a search gave back, in order: for known-item queries the rank of the first right hit, for topical ones
the grade of each hit.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2


def success_at(k: int, rank: int | None) -> float:
    """1.0 when the first right hit is among the first `k`, else 0.0. `rank` counts from 1; None: not found."""
    return 1.0 if rank is not None and rank <= k else 0.0


def reciprocal_rank_at(k: int, rank: int | None) -> float:
    """1 / rank of the first right hit, 0.0 below rank `k`. The mean over queries is MRR@k."""
    return 1 / rank if rank is not None and rank <= k else 0.0


def ndcg_at(k: int, grades: Sequence[int], judged: Sequence[int]) -> float:
    """nDCG@k in [0, 1] with gain 2**grade - 1 and discount log2(rank + 1); 0.0 when nothing relevant is judged.

    `grades` are those of the hits in ranked order, 0 for a hit that is not judged; `judged` is every grade given for
    the query, from which the ideal order is made. Burges et al. 2005.
    """
    ideal = _dcg(sorted(judged, reverse=True)[:k])
    return _dcg(grades[:k]) / ideal if ideal else 0.0


def _dcg(grades: Sequence[int]) -> float:
    return sum(float(2**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, start=1))
