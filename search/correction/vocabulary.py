"""The words of an index, as corrections look them up; made on the first query that needs it, kept with its searcher."""

from __future__ import annotations

from threading import Lock
from weakref import WeakKeyDictionary

from search.correction.pinyin import PinyinTable
from search.correction.title_initials import TitleInitials
from search.correction.typos import LatinWords
from search.engine import Searcher

_LOCK = Lock()


class Vocabulary:
    """The words of one index. Immutable."""

    def __init__(self, searcher: Searcher) -> None:
        latin, others = list[tuple[str, int]](), list[tuple[str, int]]()
        for word, documents in searcher.words():
            if not word.isascii() or word.isalpha():
                (latin if word.isascii() else others).append((word, documents))
        self.latin, self.pinyin = LatinWords(latin), PinyinTable(others)
        self.titles = TitleInitials(searcher.titles())


_held: WeakKeyDictionary[Searcher, Vocabulary] = WeakKeyDictionary()


def vocabulary_of(searcher: Searcher) -> Vocabulary:
    """The vocabulary of `searcher`, made once."""
    with _LOCK:
        if searcher not in _held:
            _held[searcher] = Vocabulary(searcher)
        return _held[searcher]
