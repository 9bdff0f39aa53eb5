"""Titles of entries, typed as people type what they half remember: in pinyin, by initials, with slips.

Each kind makes of a title one query, or None where the title has nothing that can be misspelled so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from random import Random
from string import ascii_lowercase
from typing import Final

from pypinyin import Style, lazy_pinyin

from bench.trust.draws import letters_kept_apart
from bench.trust.measures import Ground, Tally
from bench.trust.texts import HAN, LATIN, letters

FIRST: Final = 5
LEAST_MISSPELLED: Final = 5
"""Letters of a word that is misspelled by one edit."""

LEAST_TWICE: Final = 9
"""By two."""

COMMON: Final = 20
"""Entries that hold a character which people would type instead of another."""

_SLACK: Final = ((re.compile("(?<=[aei])ng"), "n"), (re.compile("([zcs])h"), r"\1"))
"""What people of the south mix up: yin and ying, zhi and zi."""

Misspell = Callable[[str], str | None]


class Misspeller:
    """The kinds of misspelling, by name."""

    def __init__(self, ground: Ground, random: Random) -> None:
        self._ground, self._random = ground, random
        self.kinds: Final[Mapping[str, Misspell]] = {
            "pinyin": lambda title: _joined(" ", self._sounds(title)),
            "pinyin without blanks": lambda title: _joined("", self._sounds(title)),
            "pinyin with ng as n or zh as z": self._slack_sounds,
            "initials of one word": self._word_initials,
            "initials of six characters": self._title_initials,
            "one character of the same sound": lambda title: self._other_character(_whole(title)),
            "the same among words with blanks": self._words_with_other_character,
            "one edit in an English word": lambda title: self._edited(title, LEAST_MISSPELLED, 1),
            "two edits in nine letters or more": lambda title: self._edited(title, LEAST_TWICE, 2),
            "one edit beside a Chinese word": self._mixed,
        }

    def _sounds(self, title: str) -> list[str]:
        """The pinyin of each word; [] for a title of fewer than two or more than five."""
        words = self._han_words(title)
        return ["".join(lazy_pinyin(word)) for word in words] if 2 <= len(words) <= 5 else []

    def _slack_sounds(self, title: str) -> str | None:
        typed = " ".join(self._sounds(title))
        habits = [(sound, instead) for sound, instead in _SLACK if sound.search(typed)]
        if not habits:
            return None
        sound, instead = self._random.choice(habits)
        return sound.sub(instead, typed)

    def _word_initials(self, title: str) -> str | None:
        words = [word for word in self._han_words(title) if len(word) >= 3]
        return _initials(self._random.choice(words)) if words else None

    def _title_initials(self, title: str) -> str | None:
        runs = [run for run in HAN.findall(title) if len(run) >= 6]
        if not runs:
            return None
        run = self._random.choice(runs)
        at = self._random.randrange(len(run) - 5)
        return _initials(run[at : at + 6])

    def _words_with_other_character(self, title: str) -> str | None:
        words = self._han_words(title)
        at = self._random.randrange(len(words)) if 2 <= len(words) <= 5 else None
        other = self._other_character(words[at]) if at is not None else None
        return " ".join([*words[:at], other, *words[at + 1 :]]) if at is not None and other else None

    def _other_character(self, text: str | None) -> str | None:
        """`text`, Han alone, with a common character of the same sound in place of one."""
        if not text or not HAN.fullmatch(text):
            return None
        at = self._random.randrange(len(text))
        others = [char for char in self._homophones[lazy_pinyin(text[at])[0]] if char != text[at]]
        typed = text[:at] + self._random.choice(others) + text[at + 1 :] if others else None
        return typed if typed and not self._ground.texts.is_held(typed) else None

    def _edited(self, title: str, least: int, edits: int) -> str | None:
        """A title of Latin words alone, with so many edits in one of them."""
        words = letters_kept_apart(title).split()
        long = [at for at, word in enumerate(words) if len(word) >= least and LATIN.fullmatch(word)]
        if not long or len(words) > 5 or HAN.search(title):
            return None
        at = self._random.choice(long)
        typed = self._misspelled(words[at], edits)
        return " ".join([*words[:at], typed, *words[at + 1 :]]) if typed else None

    def _mixed(self, title: str) -> str | None:
        latin = [word for word in LATIN.findall(letters_kept_apart(title)) if len(word) >= LEAST_MISSPELLED]
        han = self._han_words(title)
        typed = self._misspelled(self._random.choice(latin), 1) if latin and han else None
        return f"{typed} {self._random.choice(han)}" if typed else None

    def _misspelled(self, word: str, edits: int) -> str | None:
        """`word` with random edits behind its first letter; None when that is a word as well."""
        typed = word
        for _ in range(edits):
            at, letter = self._random.randrange(1, len(typed) - 1), self._random.choice(ascii_lowercase)
            swapped = typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :]
            changed = (typed[:at] + typed[at + 1 :], typed[:at] + letter + typed[at:], swapped)
            typed = self._random.choice((*changed, typed[:at] + letter + typed[at + 1 :]))
        return typed if typed != word and not self._ground.texts.is_held(typed) else None

    def _han_words(self, title: str) -> list[str]:
        return [word for run in HAN.findall(title) for word in self._ground.draws.cut(run) if len(word) > 1]

    @cached_property
    def _homophones(self) -> Mapping[str, Sequence[str]]:
        """The common characters by their sound."""
        chars = {char for title in self._ground.texts.titles for char in title if HAN.fullmatch(char)}
        by_sound = defaultdict[str, list[str]](list)
        for char in sorted(chars):
            if self._ground.texts.holding(char) >= COMMON:
                by_sound[lazy_pinyin(char)[0]].append(char)
        return by_sound


def found_again(ground: Ground, random: Random, count: int, *, kind: str) -> Tally:
    """How many of `count` titles, misspelled so, are among the first five hits; and the queries that lose theirs."""
    misspell = Misspeller(ground, random).kinds[kind]
    total = Tally(0, 0)
    for title in random.sample(ground.texts.titles, len(ground.texts.titles)):
        if total.of == count:
            break
        if typed := misspell(title):
            hits = ground.site.ask(typed, per_page=FIRST)["hits"]
            is_found = letters(title) in {letters(hit["title"]) for hit in hits}
            total += Tally(is_found, 1, () if is_found else (typed,))
    return total


def _initials(run: str) -> str:
    return "".join(lazy_pinyin(run, style=Style.FIRST_LETTER))


def _whole(title: str) -> str | None:
    """A title of four to sixteen Han characters and nothing else."""
    return title if HAN.fullmatch(title) and 4 <= len(title) <= 16 else None


def _joined(blank: str, words: Sequence[str]) -> str | None:
    return blank.join(words) or None
