"""Words of the archive by their pinyin, in files of about one size: for letters that nothing holds.

A file is JSON, deflated: letters → words, the most frequent first. It has the keys of one range.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wangqi.search.correction.pinyin import letters_of
from wangqi.web.export.postings import Found
from wangqi.web.export.shards import Shard, compact, deflated

KEYS_IN_A_FILE: Final = 800
MOST_WORDS: Final = 3
"""Of one sound: the others are too rare to be meant."""
_HAN: Final = re.compile("[\u4e00-\u9fff]{2,6}")


def make_sounds(words: Found) -> list[Shard]:
    """The files, by their first keys."""
    return [Shard(keys[0][0], deflated(compact(dict(keys)))) for keys in _batches(sorted(_by_letters(words).items()))]


def _by_letters(words: Found) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(words[word]), word)):
        if _HAN.fullmatch(word):
            for letters in letters_of(word):
                known = found.setdefault(letters, [])
                if len(known) < MOST_WORDS:
                    known.append(word)
    return found


def _batches(items: list[tuple[str, list[str]]]) -> Iterator[list[tuple[str, list[str]]]]:
    return (items[start : start + KEYS_IN_A_FILE] for start in range(0, len(items), KEYS_IN_A_FILE))
