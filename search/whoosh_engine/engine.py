"""The engine: what it is called by, without what it works with.

Only its name is needed to see that nothing has changed: numpy and Whoosh are loaded when an index is built or opened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from wangqi.search.analysis import Analyzer
from wangqi.search.document.stored import stored_digest
from wangqi.search.engine import Searcher
from wangqi.search.model import Issue

FORMAT: Final = "whoosh-arrays-11"
"""Raised whenever older files could be read wrongly or not at all: a class that has moved is not found by them."""


class WhooshEngine:
    """Builds and opens indexes of Whoosh segments that hold flat arrays.

    Opening one runs nothing of what its files say, but a damaged one may answer wrongly: check their hashes before.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer: Final = analyzer
        self.shelf: Final = None

    @property
    def fingerprint(self) -> str:
        return f"{FORMAT}-{stored_digest()}/{self.analyzer.fingerprint}"

    def build(
        self, folder: Path, issues: Iterable[Issue], *, base: Path | None = None, removed: Collection[str] = ()
    ) -> None:
        from wangqi.search.whoosh_engine.index.building import build_index

        build_index(folder, issues, self.analyzer, base=base, removed=removed)

    def open(self, folder: Path) -> Searcher:
        from wangqi.search.whoosh_engine.query.searching import open_index

        return open_index(folder)

    def check(self, folder: Path) -> None:
        """All that an index is made of lies in its folder."""

    def discard(self, folder: Path) -> None:
        """Do nothing: all is in the folder."""

    def sweep(self, root: Path, kept: Collection[Path]) -> None:
        """Do nothing: all is in the folders."""
