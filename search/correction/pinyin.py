"""Chinese words by their pronunciation: the only module that knows pypinyin.

    >>> table = PinyinTable([("音频", 9), ("饮品", 2), ("人工智能", 40)])
    >>> [each.word for each in table.words("yinpin")], [each.word for each in table.initials("rgzn")]
    (['音频', '饮品'], ['人工智能'])

Words are listed under a key in which sounds that people mix up are the same (n and ng, l and n, z and zh); how far a
word is from what was typed is found out for the few under one key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.util import find_spec
from itertools import islice, product
from pathlib import Path
from runpy import run_path
from typing import Final
from unicodedata import normalize

from wangqi.search.correction.candidate import Candidate, least_documents, likeliest
from wangqi.search.correction.sorted_lines import SortedLines

MAX_CHARS: Final = 6
"""Longer words are left to their parts."""

MAX_VARIED: Final = 4
"""Up to this length the second reading of each character counts too (行 xing, hang); in longer words only the first."""

MAX_UNDER_KEY: Final = 64
"""Words looked at under one key, most frequent first."""

OTHER_READING: Final = 1.0
"""Mistakes that a character's second reading counts for: 量子 before 两次 for liangzi, though 次 may be read zi."""

MIXED_UP: Final = 1.5
"""Mistakes that sounds mixed up count for, however many."""

INITIALS_ONLY: Final = 1.0

LEAST_FOR_INITIALS: Final = 3
"""Documents that hold a word which is meant by its initials: the rarer ones are too many."""

_MOST: Final = 1 << 31
"""More documents than an index has; ten digits, whatever count is taken from it."""

# Each syllable takes all that it can: since the next may do without a consonant, no other way to cut them does better.
_SYLLABLE = r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiouv]++(?:ng|n|r(?![aeiouv]))?+"
_SPELLED = re.compile(f"(?:{_SYLLABLE})++")
_INITIALS = re.compile("[abcdefghjklmnopqrstwxyz]{3,8}")
_CONFUSED = str.maketrans("lv", "nu")
_UMLAUTS = str.maketrans("üǖǘǚǜ", "vvvvv")


def may_be_pinyin(letters: str) -> bool:
    """Whether `letters` could be syllables: a quick look that lets too much pass."""
    return bool(_SPELLED.fullmatch(letters))


def may_be_initials(letters: str) -> bool:
    """Whether each of `letters` could begin a syllable (none begins with i, u or v) and they make no English word."""
    return bool(_INITIALS.fullmatch(letters)) and sum(map(letters.count, "aeo")) <= 1


class PinyinTable:
    """The Han words of an index, found by sound. Immutable."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        sounds, initials, size = bytearray(), bytearray(), 0
        for word, documents in words:
            size += 1
            spellings = _spellings(word)
            # Most frequent first under each key.
            rest = f"\t{_MOST - documents}\t{word}\n"
            for key in {_key("".join(spelling)) for spelling in spellings}:
                sounds += (key + rest).encode()
            if len(word) > 2:
                for starts in _initials(spellings):
                    initials += (starts + rest).encode()
        self.least_documents = least_documents(size)
        """How many must hold a word that takes the place of another."""
        self._by_sound = SortedLines(sounds)
        self._by_initials = SortedLines(initials)

    def words(self, letters: str) -> tuple[Candidate, ...]:
        """Words that are pronounced as `letters` say, or nearly so; best first, as below."""
        under_key = _under(_key(letters), self._by_sound)
        return likeliest(Candidate(word, count, _mistakes(letters, word)) for word, count in under_key)

    def initials(self, letters: str) -> tuple[Candidate, ...]:
        """Words of three characters or more whose syllables begin with `letters`."""
        found = _under(letters, self._by_initials)
        return likeliest(Candidate(word, count, INITIALS_ONLY) for word, count in found if count >= LEAST_FOR_INITIALS)

    def homophones(self, han: str) -> tuple[Candidate, ...]:
        """Other words of the same length that can be pronounced the same."""
        found = [each for spelling in _spellings(han) for each in self.words("".join(spelling))]
        best = {each.word: each for each in sorted(found, key=lambda each: each.score)}
        return likeliest(each for word, each in best.items() if len(word) == len(han) and word != han)


def letters_of(word: str) -> list[str]:
    """What a Han word may be typed as in pinyin, without tones and blanks, the commonest reading first; nothing for a
    long one."""
    return list(dict.fromkeys("".join(spelling) for spelling in _spellings(word)))


def readings_of(char: str) -> tuple[str, ...]:
    """The two commonest readings of a Han character; nothing for another."""
    return _readings(char)


def initials_of(word: str) -> set[str]:
    """The letters that the syllables of `word` begin with, of a word that may be meant by them."""
    return _initials(_spellings(word)) if len(word) > 2 else set()


def initial_of(char: str) -> str:
    """The letter that the commonest reading of a Han character begins with; a blank for any other character."""
    readings = () if char.isascii() else _readings(char)
    return readings[0][0] if readings else " "


def _under(key: str, lines: SortedLines) -> Iterator[tuple[str, int]]:
    for line in islice(lines.starting(f"{key}\t".encode()), MAX_UNDER_KEY):
        _, rest, word = line.decode().split("\t")
        yield word, _MOST - int(rest)


def _key(letters: str) -> str:
    """`letters` with the sounds that are mixed up made one."""
    for both, one in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n")):
        letters = letters.replace(both, one)
    return letters.translate(_CONFUSED)


def _mistakes(letters: str, word: str) -> float:
    """The number of mistakes in `letters`, typed for the pronunciation of `word`, which has the same key."""
    exact = [spelling for spelling in _spellings(word) if "".join(spelling) == letters]
    common = [_readings(char)[0] for char in word]
    others = (sum(map(str.__ne__, spelling, common)) for spelling in exact)
    return min((OTHER_READING * count for count in others), default=MIXED_UP)


def _initials(spellings: Iterable[Iterable[str]]) -> set[str]:
    return {"".join([syllable[0] for syllable in spelling]) for spelling in spellings}


def _spellings(word: str) -> list[tuple[str, ...]]:
    """The ways to pronounce `word`, in syllables, the commonest first; none when it is too long or a character has no
    pinyin."""
    if len(word) > MAX_CHARS:
        return []
    readings = [_readings(char) for char in word]
    return list(product(*(readings if len(word) <= MAX_VARIED else [each[:1] for each in readings])))


@lru_cache(None)
def _readings(char: str) -> tuple[str, ...]:
    """The two commonest readings of a character without their tones; ü is v, as it is typed."""
    line = next(_characters().starting(f"{char}\t".encode()), b"")
    tones = line.decode().partition("\t")[2].translate(_UMLAUTS).split(",")
    plain = ("".join(filter(str.isascii, normalize("NFD", tone))) for tone in tones)
    return tuple(dict.fromkeys(syllable for syllable in plain if may_be_pinyin(syllable)))[:2]


@lru_cache(1)
def _characters() -> SortedLines:
    """Each character with its readings, most usual first: 中, a tab, zhōng,zhòng.

    Of pypinyin this one table is read: its dictionary takes 12 MB as objects, its phrases would take 45.
    """
    package = find_spec("pypinyin")
    assert package
    assert package.origin
    readings: dict[int, str] = run_path(str(Path(package.origin).with_name("pinyin_dict.py")))["pinyin_dict"]
    return SortedLines("".join(f"{chr(code)}\t{tones}\n" for code, tones in readings.items()).encode())
