"""Names that mean themselves, though no entry of an archive may hold them: `packer` is no misspelled `hacker`."""

from __future__ import annotations

from functools import cache

from wangqi.search.analysis.lexicon.word_lists import lines, read_text


def is_name(word: str) -> bool:
    """Whether the list has `word`, which is in lower case."""
    return word in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(name for line in lines(read_text("names.txt")) for name in line.split())
