"""Choose among candidates: the word that stands in one entry with the other words of the query."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress, islice
from typing import Final

from wangqi.search.correction.candidate import MISTAKE, Certainty
from wangqi.search.query.tree import And, Everything, Or, Query

MAX_MEANT: Final = 3
"""So many words are searched for in place of one that could be any of them: 音频 OR 饮品."""

AS_LIKELY: Final = MISTAKE / 2
"""Words are where their scores differ by no more."""

SURE: Final = math.log(5) - MISTAKE
"""A word with this score may take the place of one that nothing holds, whatever stands with it: five documents hold it,
with one mistake. Below, what is unknown may as well be a name that was never mentioned. Thirty documents left a judged
query uncorrected; wrong corrections were not counted at this value."""

Count = Callable[[Sequence[Query]], Sequence[int]]
"""How many documents match each of some queries, which are asked together: each call may be a round trip."""


@dataclass(frozen=True, slots=True)
class Option:
    query: Query
    score: float
    """As that of a `Candidate`."""
    certainty: Certainty = Certainty.SURE


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of the query."""

    part: int
    """Number of the part of the typed query that it comes from."""
    options: tuple[Option, ...]
    """What may stand there, best first; one leaves no choice."""
    typed: Query | None = None
    """What stands there when none of the options fits the other words; None where that cannot be."""
    is_replaced: bool = True


def either(queries: Sequence[Query]) -> Query:
    """Combine `queries` into one that finds the hits of any."""
    parts = [part for query in queries for part in (query.parts if isinstance(query, Or) else (query,))]
    unique = tuple(dict.fromkeys(parts))
    return Or(unique) if len(unique) > 1 else unique[0]


def all_of(queries: Sequence[Query]) -> Query:
    """Combine `queries` into one that finds the hits of all."""
    parts = [part for query in queries for part in (query.parts if isinstance(query, And) else (query,))]
    return And(tuple(parts)) if len(parts) > 1 else parts[0] if parts else Everything()


def first_counted(slots: Sequence[Slot]) -> list[Query]:
    """What `fit_together` and `choose_together` count, and `choose_apart` where nothing fits, as far as it is known
    before the first count."""
    either_of = _queries(_any_options(slots))
    first = next((at for at, slot in enumerate(slots) if len(slot.options) > 1), len(slots))
    options = slots[first].options if first < len(slots) else ()
    others = either_of[:first] + either_of[first + 1 :]
    together = [all_of([option.query, *others]) for option in options]
    replaced = next((at for at, slot in enumerate(slots) if slot.is_replaced), None)
    apart = [] if replaced is None else _met(slots[replaced], either_of[:replaced] + either_of[replaced + 1 :])
    return [all_of(either_of), *together, *apart]


def fit_together(slots: Sequence[Slot], count: Count) -> bool:
    """Whether some entry holds one option of each slot."""
    return any(count([all_of(_queries(_any_options(slots)))]))


def choose_together(slots: Sequence[Slot], count: Count) -> list[Option]:
    """Choose an option for each slot so that one entry holds them all; `slots` fit together."""
    chosen = _any_options(slots)
    for index, slot in enumerate(slots):
        if len(slot.options) > 1:
            others = _queries(chosen[:index] + chosen[index + 1 :])
            found = count([all_of([option.query, *others]) for option in slot.options])
            fitting = list(compress(slot.options, found))
            likely = [option for option in fitting if option.score > fitting[0].score - AS_LIKELY]
            chosen[index] = _any_of(likely[:MAX_MEANT]) if And not in map(type, _queries(likely)) else likely[0]
    return chosen


def choose_apart(slots: Sequence[Slot], count: Count) -> list[Option]:
    """Choose an option for each slot where no entry holds all: for each the one that stands with the most others."""
    chosen = _any_options(slots)
    for index, slot in enumerate(slots):
        if slot.is_replaced:
            chosen[index] = _meeting_most(slot, _queries(chosen[:index] + chosen[index + 1 :]), count)
    return chosen


def _any_options(slots: Sequence[Slot]) -> list[Option]:
    return [_any_of(slot.options) for slot in slots]


def _any_of(options: Sequence[Option]) -> Option:
    """`options` as one: what could be any of several is never sure."""
    if len(options) == 1:
        return options[0]
    certainty = min(Certainty.SHOWN, max(option.certainty for option in options))
    return Option(either(_queries(options)), options[0].score, certainty)


def _queries(options: Sequence[Option]) -> list[Query]:
    return [option.query for option in options]


def _meeting_most(slot: Slot, others: Sequence[Query], count: Count) -> Option:
    likely = slot.options[:MAX_MEANT]
    if _is_settled(slot):
        return likely[0]
    found = iter(count(_met(slot, others)))
    met = {option: sum(map(bool, islice(found, len(others)))) for option in likely}
    best = max(likely, key=lambda option: (met[option], option.score))
    if slot.typed is not None and others and not met[best] and best.score < SURE:
        return Option(slot.typed, best.score)
    return best


def _is_settled(slot: Slot) -> bool:
    return slot.typed is None and len(slot.options) == 1


def _met(slot: Slot, others: Sequence[Query]) -> list[Query]:
    """Each of the likely options with each of the others, where there is a choice."""
    likely = () if _is_settled(slot) else slot.options[:MAX_MEANT]
    return [all_of([option.query, other]) for option in likely for other in others]
