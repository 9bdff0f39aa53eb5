"""The glossary: English words, and names of two or more, and what they are called in Chinese.

>>> translations("downloads"), translations("source code")
(('下载',), ('源码', '源代码'))
>>> english_names("源码")
('source code',)
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from wangqi.search.analysis.lexicon.word_lists import lines, read_text
from wangqi.search.analysis.stemming import bases, stem

_JOINTS: Final = re.compile(r"[\W_]+")
"""Between the words of an English name: self-hosted, self hosted."""


def translations(word: str) -> tuple[str, ...]:
    """Chinese translations of the English `word`, the most usual first; () when the glossary does not have it.

    It is found in any form (`downloads`), joined or not (`self-hosted`, `selfhosted`), and where the list has only what
    it is derived from, by that (`compressor`, of compress).
    """
    found = _glossary().get(_key(word))
    if found is None and word.isascii():
        derived = (_glossary().get(_key(base)) for base in bases(word.casefold()))
        found = next(filter(None, derived), None)
    return found or ()


def english_names(word: str) -> tuple[str, ...]:
    """English names of the Chinese, simplified `word`, the most usual first; () when the glossary does not have it."""
    return _chinese().get(word, ())


def glossary_words() -> tuple[str, ...]:
    """All words that have a name in the other language: English ones by their stems, names without blanks."""
    return (*_glossary(), *_chinese())


def _key(word: str) -> str:
    return stem(_JOINTS.sub("", word.casefold()))


@cache
def _glossary() -> dict[str, tuple[str, ...]]:
    entries = (line.partition(" = ") for line in lines(read_text("glossary.txt")))
    return {_key(word): tuple(names.split(", ")) for word, _, names in entries}


@cache
def _chinese() -> dict[str, tuple[str, ...]]:
    ranked: dict[str, list[tuple[int, str]]] = {}
    for line in lines(read_text("glossary.txt")):
        word, _, names = line.partition(" = ")
        for rank, name in enumerate(names.split(", ")):
            ranked.setdefault(name, []).append((rank, word))
    return {name: tuple(word for _, word in sorted(words)) for name, words in ranked.items()}
