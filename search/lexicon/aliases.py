"""The shipped aliases: `k8s = Kubernetes`, one group of names in a line."""

from __future__ import annotations

from functools import cache

from search.lexicon.lines import lines, read_text


@cache
def alias_groups() -> tuple[tuple[str, ...], ...]:
    """Each group's names as they are written in the list."""
    return tuple(tuple(name.strip() for name in line.split(" = ")) for line in lines(read_text("aliases.txt")))
