"""The lists as they are read: `one = two, three`, beside comments and empty lines.

>>> synonym_groups()[0][:2]
('视频会议', '在线会议')
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files


def read_text(name: str) -> str:
    return files("wangqi.search.analysis.lexicon").joinpath(name).read_text(encoding="utf-8")


def lines(text: str) -> Iterator[str]:
    """The lines that say something; `C# = csharp` is no comment."""
    return (line for line in text.splitlines() if line.split()[:1] not in ([], ["#"]))


@cache
def alias_groups() -> tuple[tuple[str, ...], ...]:
    """Each group's names as they are written in the lists; two spellings of a word are names of one thing as well."""
    text = read_text("aliases.txt") + read_text("spellings.txt")
    return tuple(tuple(name.strip() for name in line.split(" = ")) for line in lines(text))


@cache
def synonym_groups() -> tuple[tuple[str, ...], ...]:
    """The words of each group, folded and without blanks."""
    return tuple(tuple(line.split(" = ")) for line in lines(read_text("synonyms.txt")))


@cache
def names() -> frozenset[str]:
    """Names that mean themselves, in lower case, though no entry may hold them: `packer` is no misspelled `hacker`."""
    return frozenset(name for line in lines(read_text("names.txt")) for name in line.split())
