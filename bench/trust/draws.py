"""Words, names and queries drawn at random. Nothing here asks the search: what is drawn depends on the texts alone."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Final

from bench.corpus import ROOT
from bench.trust.texts import HAN, LATIN, Texts, letters
from wangqi.search.analysis.regional import mainland_form
from wangqi.search.analysis.segmenter import Segmenter
from wangqi.search.analysis.stemming import stem
from wangqi.search.plan.stopwords import STOP_WORDS

NAMES: Final = Path(__file__).with_name("names.txt")
LEXICON: Final = ROOT / "search" / "analysis" / "lexicon"

LEAST_FREQUENCY: Final = 30
"""Of a word in jieba's dictionary: rarer ones are mostly names of places and slips."""

ENOUGH: Final = 10
"""Entries that hold a word in a row, for a first page of ten."""

LEAST_NEIGHBOURS: Final = 8
"""Different characters on either side of what stands for itself."""

LEAST_COHESION: Final = {2: 4, 3: 10}
"""How many times as often as by chance the parts of what is a word of so many characters stand together."""

GLUE: Final = frozenset("的地得了着过吗呢吧啊是在有和与及或也都就还又再很更最太不没把被让你我他她它这那个些")
"""Characters that stand between words more often than in them."""

CONTENT: Final = ("n", "v", "a", "i", "j", "l")
"""How jieba's tags begin for words that tell something: nouns, verbs, adjectives, idioms, abbreviations."""

LEAST_NAME: Final = 4
"""Letters of a name: shorter ones are parts of others."""

GRAMMAR: Final = (
    *("{}的", "的{}", "怎么使用{}", "{} 怎么用", "什么是{}", "{}是什么", "有没有{}", "{} 有哪些", "请问{}呢", "如何{}"),
    *("how to {}", "what is {}", "{} 和", "我想要{}", "the {}"),
)
"""What people write around a word: nothing of it is looked for."""

BESIDE: Final = ("{} 工具", "{} 软件", "{}教程", "开源 {}", "{} 网站 推荐")
"""A word that many entries hold, beside one that none does."""


class Draws:
    """What can be drawn over some texts. Words that a list of the program knows by other names are left out, since
    entries with these names answer as well."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._listed = set(_listed_words())
        self._segmenter = Segmenter()

    def unheld_words(self, random: Random, count: int) -> list[str]:
        """Words of three or four Han characters, of jieba's dictionary, that no entry holds in a row."""
        return self._some(self._dictionary, random, count, lambda word: len(word) > 2 and not self._texts.is_held(word))

    def unheld_names(self, random: Random, count: int) -> list[str]:
        """Names of software that no entry holds, in this or another form."""
        lines = [line for line in NAMES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        names = sorted({name for line in lines for name in line.split() if len(name) >= LEAST_NAME})
        return self._some(names, random, count, lambda name: not self._texts.is_held(name) and not self._has_form(name))

    def held_words(self, random: Random, count: int) -> list[str]:
        """Words of the dictionary of two to four Han characters, each held by enough entries."""
        return self._some(self._dictionary, random, count, self._is_frequent)

    def held_runs(self, random: Random, count: int) -> list[str]:
        """What stands for itself in many entries, though jieba cuts it apart: two characters, and three, half each."""
        pairs = self._some([run for run in self._runs if len(run) == 2], random, count // 2, self._is_frequent)
        return pairs + self._some([run for run in self._runs if len(run) == 3], random, count // 2, self._is_frequent)

    def common_words(self, random: Random, count: int) -> list[str]:
        """Han words and Latin ones, half of each, that enough entries hold."""
        latin = sorted(word for word, times in self._latin.items() if times >= ENOUGH and len(word) > 2)
        half = count // 2
        return self.held_words(random, half) + self._some(
            latin, random, count - half, lambda word: word not in STOP_WORDS
        )

    def remembered(self, random: Random, count: int) -> list[tuple[str, ...]]:
        """Two or three words as one remembers them, of one title or of two."""
        found: list[tuple[str, ...]] = []
        while len(found) < count:
            titles = random.sample(self._texts.titles, random.choice((1, 2)))
            words = [word for title in titles for word in self.words_of(title)]
            size = random.choice((2, 2, 3))
            if len(words) >= size:
                picked = random.sample(words, size)
                found += [tuple(picked)] if len(set(picked)) == size and not self._makes_a_name(picked) else []
        return found

    def _makes_a_name(self, words: Sequence[str]) -> bool:
        """Whether two neighbours are a listed name, such as deep learning, which other names answer as well."""
        return any(before + after in self._listed for before, after in pairwise(words))

    def nonsense(self, random: Random, count: int) -> list[str]:
        """Letters that stand nowhere."""
        drawn = ("".join(random.choices("bcdfghjkmpqtvwxyz", k=7)) for _ in range(100 * count))
        return [word for word in drawn if not self._texts.is_held(word)][:count]

    def words_of(self, title: str) -> list[str]:
        """The words of a title that tell something: of the dictionary, two Han characters or more; Latin of three."""
        text = letters_kept_apart(title)
        cut = (word for run in HAN.findall(text) for word in self.cut(run))
        han = [word for word in cut if len(word) > 1 and self._tags.get(word, "").startswith(CONTENT)]
        words = dict.fromkeys([*han, *(word for word in LATIN.findall(text) if len(word) > 2)])
        return [word for word in words if word not in STOP_WORDS and word not in self._listed]

    def cut(self, run: str) -> list[str]:
        """The words of a run of Han characters."""
        return self._segmenter.cut(run)

    def _some(self, words: Sequence[str], random: Random, count: int, fits: Callable[[str], bool]) -> list[str]:
        """`count` of the `words` that fit, or all that do."""
        found: list[str] = []
        for word in random.sample(words, len(words)):
            if len(found) == count:
                break
            if word not in self._listed and stem(word) not in self._listed and fits(word):
                found.append(word)
        return found

    def _is_frequent(self, word: str) -> bool:
        return self._texts.holding(word) >= ENOUGH

    def _has_form(self, name: str) -> bool:
        """Whether the archive holds the name with another ending, or with its parts apart."""
        return stem(name) in self._stems

    @cached_property
    def _latin(self) -> Counter[str]:
        return Counter(word for text in self._texts.prose for word in set(LATIN.findall(text)))

    @cached_property
    def _stems(self) -> set[str]:
        return set(map(stem, self._latin))

    @cached_property
    def _dictionary(self) -> list[str]:
        words = (word for word in self._tags if 2 <= len(word) <= 4 and HAN.fullmatch(word) and word not in STOP_WORDS)
        # 部落格 is the mainland's 博客, and its entries answer.
        return sorted(word for word in words if mainland_form(word).text == word)

    @cached_property
    def _tags(self) -> dict[str, str]:
        """The words of jieba's dictionary that are frequent enough, and their parts of speech."""
        jieba = find_spec("jieba")
        assert jieba
        assert jieba.origin
        lines = Path(jieba.origin).with_name("dict.txt").read_text(encoding="utf-8").splitlines()
        records = (line.split(" ") for line in lines)
        return {word: tag for word, times, tag in records if int(times) >= LEAST_FREQUENCY}

    @cached_property
    def _runs(self) -> list[str]:
        """Two and three characters that stand together more often than by chance, between changing neighbours."""
        runs = [run for text in self._texts.prose for run in HAN.findall(text)]
        times = Counter(run[at : at + size] for run in runs for size in (1, 2, 3) for at in range(len(run) - size + 1))
        single = sum(times[run] for run in times if len(run) == 1)
        cohesive = {run for run in times if len(run) > 1 and times[run] >= ENOUGH and _is_cohesive(run, times, single)}
        cohesive = {run for run in cohesive if not GLUE & set(run)}
        return sorted(run for run in _between_many(cohesive, runs) if len(self._segmenter.cut(run)) > 1)


def letters_kept_apart(title: str) -> str:
    """A title folded, so that its words are those of the texts."""
    return re.sub(r"[^\w]+", " ", "".join(letters(char) or " " for char in title))


def _is_cohesive(run: str, times: Counter[str], total: int) -> bool:
    cuts = ((run[:at], run[at:]) for at in range(1, len(run)))
    least = LEAST_COHESION[len(run)]
    return all(times[run] * total >= least * times[left] * times[right] for left, right in cuts)


def _between_many(wanted: set[str], runs: Iterable[str]) -> Iterator[str]:
    before, after = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for run in runs:
        for size in (2, 3):
            for at in range(len(run) - size + 1):
                if (piece := run[at : at + size]) in wanted:
                    before[piece].add(run[at - 1 : at])
                    after[piece].add(run[at + size : at + size + 1])
    return (piece for piece in wanted if min(len(before[piece]), len(after[piece])) >= LEAST_NEIGHBOURS)


def _listed_words() -> Iterator[str]:
    """All that the lists of names, translations and synonyms speak of."""
    for path in LEXICON.glob("*.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                names = [letters(name) for name in re.split(r"[=,，、]", line)]
                yield from names
                yield from map(stem, names)
