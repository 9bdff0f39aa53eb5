"""The words of an index, as corrections look them up."""

from __future__ import annotations

from wangqi.search.correction.pinyin import PinyinTable
from wangqi.search.correction.title_initials import TitleInitials
from wangqi.search.correction.typos import LatinWords
from wangqi.search.engine import Searcher


class Vocabulary:
    """The words of one index. Immutable."""

    def __init__(self, searcher: Searcher) -> None:
        # In two passes: lists of all words, gone when the tables are made, would leave holes between what stays.
        held = searcher.vocabulary()
        self.latin = LatinWords(pair for pair in held.words() if pair[0].isascii() and pair[0].isalpha())
        self.pinyin = PinyinTable(pair for pair in held.words() if not pair[0].isascii())
        self.titles = TitleInitials(held.titles)
