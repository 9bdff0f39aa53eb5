"""The measures: each asks the site for what was drawn, and counts what is wrong with the answers.

A *typed* hit is one of the first tier: it is not marked `partial`, so that the answer says that it holds every word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from bench.trust.draws import BESIDE, GRAMMAR, Draws
from bench.trust.site import Answer, TrustSite
from bench.trust.texts import HAN, Texts, letters_of, prose_of
from wangqi.search.analysis.stemming import stem

FIRST: Final = 10
"""Hits of a first page."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of those looked at are as the measure counts them, and the queries that brought these."""

    counted: int
    of: int
    queries: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        return self.counted / self.of if self.of else 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.counted + other.counted, self.of + other.of, self.queries + other.queries)


@dataclass(frozen=True, slots=True)
class Ground:
    """What everything is measured on."""

    site: TrustSite
    texts: Texts
    draws: Draws

    @classmethod
    def over(cls, site: TrustSite) -> Ground:
        texts = Texts(site.searcher)
        return cls(site, texts, Draws(texts))


def other_words(ground: Ground, random: Random, count: int) -> Tally:
    """Words of the dictionary that no entry holds, searched as something else."""
    return _shares(_is_something_else, ground, ground.draws.unheld_words(random, count))


def other_names(ground: Ground, random: Random, count: int) -> Tally:
    """Names of software that no entry holds, searched as something else."""
    return _shares(_is_something_else, ground, ground.draws.unheld_names(random, count))


def not_in_a_row(ground: Ground, random: Random, count: int) -> Tally:
    """Of the first ten hits for a Han word that ten entries or more hold in a row, those that do not. Half of the words
    are jieba's, half are what it cuts apart."""
    words = ground.draws.held_words(random, count // 2) + ground.draws.held_runs(random, count - count // 2)
    return _hits(words, lambda word: first_page(ground.site, word)["hits"], lambda word, hit: word not in prose_of(hit))


def held_nowhere(ground: Ground, random: Random, count: int) -> Tally:
    """Hits for a common word, newest first, that hold it in none of their own texts."""

    def newest(word: str) -> list[Any]:
        return typed_hits(ground.site.ask(word, sort="newest"))

    return _hits(ground.draws.common_words(random, count), newest, lambda word, hit: not _holds(hit, word))


def without_a_line(ground: Ground, random: Random, count: int) -> Tally:
    """Remembered words whose answer does not part the entries that hold all of them from those that do not."""
    queries = ground.draws.remembered(random, count)
    wrong = [" ".join(words) for words in queries if not all(_is_parted(ground.site, words, sort) for sort in SORTS)]
    return Tally(len(wrong), len(queries), tuple(wrong))


SORTS: Final = ("relevance", "newest")


def held_by_grammar(ground: Ground, random: Random, count: int) -> Tally:
    """Queries of a word that nothing holds and words of grammar alone that find anything; or beside a common word, that
    do not say which word is missing, or that find something that is said to hold it."""
    words = ground.draws.nonsense(random, count)
    found: list[str] = []
    for word in words:
        found += [q for q in (each.format(word) for each in GRAMMAR) if first_page(ground.site, q)["hits"]]
        found += [
            q for q in (each.format(word) for each in BESIDE) if not _says_missing(first_page(ground.site, q), word)
        ]
    return Tally(len(found), len(words) * len(GRAMMAR + BESIDE), tuple(found))


def first_page(site: TrustSite, q: str) -> Answer:
    """The answer with the hits that most readers see; those of the first tier come before the others."""
    return site.ask(q, per_page=FIRST)


def typed_hits(answer: Answer) -> list[Any]:
    """The hits of the first tier."""
    return [hit for hit in answer["hits"] if not hit.get("partial")]


def _is_something_else(ground: Ground, word: str) -> bool:
    """Whether `word`, which no entry holds, was replaced; or a hit is said to hold it, or is not said not to, that does
    not even hold its pieces of two characters or more."""
    answer = first_page(ground.site, word)
    codes = {notice["code"] for notice in answer["notices"]}
    if "corrected" in codes:
        return True
    return "relaxed" not in codes and not all(_holds_pieces(prose_of(hit), word) for hit in typed_hits(answer))


def _holds_pieces(text: str, word: str) -> bool:
    """Whether `word` can be cut into pieces of two characters or more that all stand in `text`."""
    sizes = range(2, len(word) + 1) if HAN.fullmatch(word) else (len(word),)
    return not word or any(word[:size] in text and _holds_pieces(text, word[size:]) for size in sizes)


def _holds(hit: Any, *words: str) -> bool:
    held = letters_of(hit)
    return all(word in held or stem(word) in held for word in words)  # the stem of ruby is rubi


def _is_parted(site: TrustSite, words: Sequence[str], sort: str) -> bool:
    answer = site.ask(" ".join(words), sort=sort)
    typed = typed_hits(answer)
    is_in_order = answer["hits"][: len(typed)] == typed
    is_whole = len(typed) == len(answer["hits"]) or answer["total"] == len(typed)
    return is_in_order and is_whole and all(_holds(hit, *words) for hit in typed)


def _says_missing(answer: Answer, word: str) -> bool:
    is_said = any(word in notice["message"] for notice in answer["notices"])
    return not typed_hits(answer) and (is_said or not answer["hits"])


def _shares(is_counted: Callable[[Ground, str], bool], ground: Ground, words: Sequence[str]) -> Tally:
    counted = tuple(word for word in words if is_counted(ground, word))
    return Tally(len(counted), len(words), counted)


def _hits(words: Iterable[str], hits: Callable[[str], list[Any]], is_counted: Callable[[str, Any], bool]) -> Tally:
    """Of the hits for all words, those that are counted."""
    total = Tally(0, 0)
    for word in words:
        found = hits(word)
        counted = sum(is_counted(word, hit) for hit in found)
        total += Tally(counted, len(found), (word,) if counted else ())
    return total
