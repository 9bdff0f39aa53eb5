"""Where an engine keeps whole generations for hosts that share no folder with the one that makes them.

A generation is a folder of files with an index in it. One is pointed to: it serves on all hosts. The embedded engine
has no shelf: there the folder is all there is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol


class Sealed(NamedTuple):
    """What a key stands for."""

    name: str
    """Of the generation, a number."""
    manifest: str
    """Hex sha256 of its manifest, one of the files that are kept."""


class Shelf(Protocol):
    """Generations by keys, which are never used again. Every method may raise `EngineAwayError`."""

    def key_of(self, index_folder: Path) -> str:
        """Of the generation whose index is in that folder. Raises `NoIndexError` and `DamagedIndexError`."""
        ...

    def pointed(self) -> tuple[str, ...]:
        """What serves: one key, none before the first; another number when somebody else has moved the pointer."""
        ...

    def sealed(self, key: str) -> Sealed:
        """Raises `DamagedIndexError` when there is no generation of that key."""
        ...

    def highest(self) -> int:
        """The highest number of a generation that was ever pointed to and is still there; 0 for none."""
        ...

    def put(self, key: str, sealed: Sealed, files: Mapping[str, Path]) -> None:
        """Keep with the index of `key`, which was built here, the files of its generation, by the sha256 of each."""
        ...

    def read(self, key: str, digests: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Those files of a generation, in any order; what is not there is left out."""
        ...

    def point(self, key: str, *, instead_of: Collection[str]) -> None:
        """Point to `key`, if `instead_of` is what was pointed to. Raises `LockedError` when somebody else has pointed
        elsewhere: of two who try at once one alone is let."""
        ...

    def forget_old(self, keep: int, kept: Collection[str]) -> None:
        """Remove the generations that were pointed to before, but for the newest `keep`, those of the keys `kept`, and
        those that a host may still serve from, since they were replaced a short while ago."""
        ...
