"""Words of the archive to correct what is typed by, in files of about one size, each with the keys of one range.

sounds        letters → Han words that are read so, the likeliest first
latin_words   Latin word → how many documents hold it

A file is JSON, deflated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from wangqi.search.correction.candidate import least_documents
from wangqi.search.correction.pinyin import letters_of
from wangqi.search.correction.typos import LEAST_LETTERS
from wangqi.web.export.postings import Found
from wangqi.web.export.shards import Shard, compact, deflated

KEYS_IN_A_FILE: Final = 800
MOST_WORDS: Final = 3
"""Of one sound: the others are too rare to be meant."""
_HAN: Final = re.compile("[\u4e00-\u9fff]{2,6}")
_LATIN: Final = re.compile(f"[a-z]{{{LEAST_LETTERS - 1},}}")


def sounds(words: Found) -> list[Shard]:
    """Of Han words: 量子 before 两次 for liangzi, though 次 may be read zi."""
    spelled = [(word, letters_of(word)) for word in _by_frequency(words, _HAN)]
    found: dict[str, list[str]] = {}
    for readings in (slice(1), slice(1, None)):
        for word, letters in spelled:
            for each in letters[readings]:
                known = found.setdefault(each, [])
                if len(known) < MOST_WORDS:
                    known.append(word)
    return _batches(found)


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
    return [Shard(batch[0], deflated(compact({key: found[key] for key in batch}))) for batch in batches]
