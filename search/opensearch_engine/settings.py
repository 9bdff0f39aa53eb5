"""What the engine is told of the cluster it builds in, beside how to reach it (`search.opensearch_engine.access`)."""

from __future__ import annotations

from dataclasses import dataclass

from wangqi.search.opensearch_engine.deadline import EACH_S


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSettings:
    name: str = "wangqi"
    """What the names of the indexes begin with."""
    shards: int = 1
    replicas: int = 1
    call_s: float = EACH_S
    """After which the next node is asked."""
    search_s: float = 2.5
    """For all calls of one answer."""
