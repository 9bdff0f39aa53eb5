"""What an open index makes on first use, made before anybody waits for it."""

from __future__ import annotations

from search.correction.vocabulary import vocabulary_of
from search.engine import Searcher


def warm_up(searcher: Searcher) -> None:
    """Make the tables of corrections and of completions: some tenths of a second each at 20 000 entries."""
    vocabulary_of(searcher)
    searcher.suggest("a")
