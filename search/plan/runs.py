"""Words that no dictionary knows and the archive does: characters that the segmenter leaves alone join their neighbours
where some entry holds them in a row.

    时 / 区            ─► 时区          大 / 模型 / 部署 ─► 大模型 / 部署
    网页 / 的 / 工具   ─► as before: 的 is a word of grammar and joins nothing but single characters

What is joined must then be found in a row; that its pieces stand apart is a looser reading.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from wangqi.search.plan.stopwords import STOP_WORDS

MAX_CHARS: Final = 4
"""Of a word that is joined: what is longer is a phrase."""

MAX_WORDS: Final = 24
"""Runs that are cut into more are left alone: each pair of neighbours is a question to the index."""

LEAST_SHARE: Final = 0.02
"""Of the documents that hold the rarer of two pieces, so many must hold both in a row: 看程序员 in two entries is no
word. nDCG@10 over 15 topics is the same up to 0.02, 0.011 less from 0.04 on; of 306 unseen queries two more have their
entry among the first five."""

PARTICLES: Final = frozenset("的了着过吗呢吧啊呀嘛哦得地和与及或是把被在也都就还又很给我你您他她它这那哪谁")
"""Join nothing: they stand beside every other character somewhere."""

Pieces = tuple[str, ...]
"""What a word was joined from; one piece of a word that was not."""


@dataclass(frozen=True, slots=True)
class RunJoiner:
    """Joins the words of a run of Han characters."""

    count: Callable[[str], int]
    """How many documents hold these characters in a row."""
    is_known: Callable[[str], bool]
    """Whether a dictionary has a word."""

    def __call__(self, words: Sequence[str], *, is_all: bool) -> list[Pieces]:
        """`words`, which together are the run, and what became one word of several. `is_all`: nothing but this run was
        typed, so that it is what is looked for, grammar or not."""
        joined: list[Pieces] = [(word,) for word in words]
        if len(words) > MAX_WORDS:
            return joined
        words = self._with_borders_mended(words)
        joined = [(word,) for word in words]
        if not any(map(_is_left_alone, joined)):
            return joined
        run = "".join(words)
        # A word of the dictionary is one though no document holds it: 死门 is not 死 and 门.
        if len(run) <= MAX_CHARS and (is_all or _may_be_one(words)) and (self.count(run) or self.is_known(run)):
            return [tuple(words)]
        # The pair that most documents hold comes first: 开源 / 大 / 模型 is 开源 and 大模型, not 开源大.
        while pairs := self._pairs(joined):
            at = max(pairs, key=lambda at: (pairs[at], -at))
            joined[at : at + 2] = [joined[at] + joined[at + 1]]
        return joined

    def _with_borders_mended(self, words: Sequence[str]) -> list[str]:
        """`words`, where what the segmenter guessed and no document holds gives its last character to the next word if
        some document holds these in a row: 贴外 / 链 is 贴 / 外链."""
        mended = list(words)
        for at, (word, following) in enumerate(pairwise(words)):
            is_mistaken = len(word) > 1 and not self.is_known(word) and not self.count(word)
            if is_mistaken and self.count(word[-1] + following):
                mended[at : at + 2] = [word[:-1], word[-1] + following]
        return mended

    def _pairs(self, joined: Sequence[Pieces]) -> dict[int, int]:
        """Positions where two neighbours may become one word, with the number of documents that hold them so."""
        counts = {
            at: self._together("".join(left), "".join(right))
            for at, (left, right) in enumerate(pairwise(joined))
            if _may_join(left, right)
        }
        return {at: count for at, count in counts.items() if count}

    def _together(self, left: str, right: str) -> int:
        """How many documents hold both in a row; 0 where so few do that these met by chance."""
        count = self.count(left + right)
        return count if count and count >= LEAST_SHARE * min(self.count(left), self.count(right)) else 0


def _may_join(left: Pieces, right: Pieces) -> bool:
    if len("".join(left + right)) > MAX_CHARS or not (_is_left_alone(left) or _is_left_alone(right)):
        return False
    return _may_be_one(left + right)


def _may_be_one(words: Sequence[str]) -> bool:
    """Whether these could be a word: one of grammar (中, 时) only beside other single characters, and not among nothing
    but such."""
    if any(word in PARTICLES for word in words):
        return False
    grammar = [word in STOP_WORDS for word in words]
    return not any(grammar) or (not all(grammar) and all(len(word) == 1 for word in words))


def _is_left_alone(pieces: Pieces) -> bool:
    return len(pieces) == 1 and len(pieces[0]) == 1
