"""The shipped aliases: `k8s = Kubernetes`, one group of names in a line."""

from __future__ import annotations

from functools import cache

from wangqi.search.analysis.lexicon.word_lists import lines, read_text


@cache
def alias_groups() -> tuple[tuple[str, ...], ...]:
    """Each group's names as they are written in the lists; two spellings of a word are names of one thing as well."""
    text = read_text("aliases.txt") + read_text("spellings.txt")
    return tuple(tuple(name.strip() for name in line.split(" = ")) for line in lines(text))
