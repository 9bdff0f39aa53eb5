"""The lines of a list: `one = two, three`, beside comments and empty lines."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files


def read_text(name: str) -> str:
    return files("wangqi.search.analysis.lexicon").joinpath(name).read_text(encoding="utf-8")


def lines(text: str) -> Iterator[str]:
    """The lines that say something; `C# = csharp` is no comment."""
    return (line for line in text.splitlines() if line.split()[:1] not in ([], ["#"]))
