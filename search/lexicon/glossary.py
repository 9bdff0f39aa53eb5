"""The glossary: English words and what they are called in Chinese, both ways.

>>> translations("downloads"), translations("下载")
(('下载',), ('download',))
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Final

from search.analysis.stemming import stem
from search.lexicon.lines import lines, read_text

_JOINTS: Final = re.compile(r"[\W_]+")
"""Between the words of an English name: self-hosted, self hosted."""


def translations(word: str) -> tuple[str, ...]:
    """What `word` is called in the other language, the most usual first; () when the glossary does not have it.

    English is found in any form (`downloads`) and joined or not (`self-hosted`, `selfhosted`), Chinese as it stands
    there: folded, in simplified characters.
    """
    return _english().get(_key(word), ()) if word.isascii() else _chinese().get(word, ())


def _key(word: str) -> str:
    return stem(_JOINTS.sub("", word.casefold()))


@cache
def _english() -> dict[str, tuple[str, ...]]:
    return {_key(word): names for word, names in _entries()}


@cache
def _chinese() -> dict[str, tuple[str, ...]]:
    words: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for word, names in _entries():
        for rank, name in enumerate(names):
            words[name].append((rank, word))
    # The English word that has it as its first translation stands first.
    return {name: tuple(word for _, word in sorted(ranked)) for name, ranked in words.items()}


def _entries() -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in lines(read_text("glossary.txt")):
        word, _, names = line.partition(" = ")
        yield word, tuple(names.split(", "))
