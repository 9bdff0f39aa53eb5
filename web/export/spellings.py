"""Words of the archive to correct what is typed by, in files of about one size, each with the keys of one range.

sounds        letters → Han words that are read so, the likeliest first; then those whose syllables begin so
latin_words   Latin word → how many documents hold it
readings      syllable → common characters that are mostly read so, and those that are sometimes; one file

A file is JSON, deflated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from wangqi.search.correction.candidate import least_documents
from wangqi.search.correction.homophones import LEAST_UNLISTED
from wangqi.search.correction.pinyin import (
    LEAST_FOR_INITIALS,
    initials_of,
    letters_of,
    may_be_initials,
    readings_of,
)
from wangqi.search.correction.typos import LEAST_LETTERS
from wangqi.web.export.encoding import chinese, deflated
from wangqi.web.export.postings import Found
from wangqi.web.export.shards import Shard

KEYS_IN_A_FILE: Final = 400
MOST_WORDS: Final = 3
"""Of one sound: the others are too rare to be meant."""
_HAN: Final = re.compile("[\u4e00-\u9fff]{2,6}")
_LATIN: Final = re.compile(f"[a-z]{{{LEAST_LETTERS - 1},}}")


def sounds(words: Found, knows: Callable[[str], bool]) -> list[Shard]:
    """Of Han words: 量子 before 两次 for liangzi, though 次 may be read zi. Behind a mark those that cannot take the
    place of Han characters: rare ones that no dictionary `knows`, which may be pieces of two words."""
    spelled = [(word, letters_of(word)) for word in _by_frequency(words, _HAN)]
    listed = [(each, word) for word, letters in spelled for each in letters[:1]]
    listed += [(each, word) for word, letters in spelled for each in letters[1:]]
    for word, _ in spelled:
        if len(words[word]) >= LEAST_FOR_INITIALS:
            listed += [(starts, word) for starts in filter(may_be_initials, initials_of(word))]
    found: dict[str, list[str]] = {}
    marked = {word: word if len(words[word]) >= LEAST_UNLISTED or knows(word) else f"?{word}" for word, _ in spelled}
    for key, word in listed:
        heard = found.setdefault(key, [])
        if len(heard) < MOST_WORDS:
            heard.append(marked[word])
    return _batches(found)


def readings() -> dict[str, list[str]]:
    """Of the 3755 common characters of GB 2312."""
    codes = (bytes([row, cell]) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    found: dict[str, list[str]] = {}
    for char in (code.decode("gb2312", "ignore") for code in codes):
        for order, syllable in enumerate(readings_of(char) if char else ()):
            found.setdefault(syllable, ["", ""])[order] += char
    return {syllable: chars if chars[1] else chars[:1] for syllable, chars in sorted(found.items())}


def latin_words(words: Found) -> list[Shard]:
    """Of words that are frequent enough to take the place of a misspelled one."""
    fitting = _by_frequency(words, _LATIN)
    least = least_documents(len(fitting))
    return _batches({word: len(words[word]) for word in fitting if len(words[word]) >= least})


def _by_frequency(words: Found, pattern: re.Pattern[str]) -> list[str]:
    return sorted(filter(pattern.fullmatch, words), key=lambda word: (-len(words[word]), word))


def _batches(found: Mapping[str, Any]) -> list[Shard]:
    keys = sorted(found)
    batches = [keys[start : start + KEYS_IN_A_FILE] for start in range(0, len(keys), KEYS_IN_A_FILE)]
    return [Shard(batch[0], deflated(chinese({key: found[key] for key in batch}))) for batch in batches]
