"""Texts that would make a regular expression slow, made from its own alphabet.

What backtracks does so over a repetition: a text that leads up to it, what it repeats many times, and an end that does
not fit. `pumped(pattern)` gives such texts for each repetition of a pattern, each as a function of its length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from re import _constants as codes
from re import _parser as parser
from typing import Any, Final

Pump = Callable[[int], str]

_CATEGORIES: Final = {
    codes.CATEGORY_DIGIT: "7",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_DIGIT: "a",
    codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_NOT_WORD: ".",
}
_ENDS: Final = ("", "\x00", "甲", " ", "\n")
MAX_PUMPS: Final = 120


def pumped(pattern: re.Pattern[str]) -> list[Pump]:
    """Texts for `pattern`, at most `MAX_PUMPS`, spread over all that it repeats."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    found = dict.fromkeys(_pumps(list(tree)))
    chosen = list(found)[:: max(1, -(-len(found) // MAX_PUMPS))]
    return [lambda size, parts=parts: _text(parts, size) for parts in chosen]  # type: ignore[misc]


def _text(parts: tuple[str, str, str], size: int) -> str:
    before, repeated, after = parts
    return before + repeated * (size // len(repeated)) + after


def _pumps(tree: list[Any]) -> Iterator[tuple[str, str, str]]:
    whole, alphabet = _sample(tree), sorted(set(_alphabet(tree)))
    repeated = [*alphabet, *(one + other for one in alphabet[:8] for other in alphabet[:8] if one != other)]
    for before, body in _repetitions(tree, ""):
        for inner in dict.fromkeys([body, *_alphabet_of(body), *alphabet[:6]]):
            for end in _ENDS[:3]:
                yield before, inner or " ", end
    for length in range(1, len(whole) + 1):  # begun again and again, never ended
        yield "", whole[:length], _ENDS[0]
    for inner in repeated:
        yield "", inner, _ENDS[1]
        yield whole, inner, _ENDS[1]


def _alphabet_of(body: str) -> Iterator[str]:
    yield from dict.fromkeys(body)


def _repetitions(tree: list[Any], before: str) -> Iterator[tuple[str, str]]:
    """What leads up to each repetition of the tree, and what it repeats."""
    for code, argument in tree:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            yield before, _sample(list(argument[2]))
        for inner in _inside(code, argument):
            yield from _repetitions(inner, before)
        before += _sample([(code, argument)])


def _inside(code: Any, argument: Any) -> list[list[Any]]:
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return [list(argument[2])]
    if code is codes.SUBPATTERN:
        return [list(argument[3])]
    if code is codes.ATOMIC_GROUP:
        return [list(argument)]
    if code is codes.BRANCH:
        return [list(branch) for branch in argument[1]]
    return []


def _sample(tree: list[Any]) -> str:
    """A short text that the tree matches, its assertions left aside."""
    text = ""
    for code, argument in tree:
        if code is codes.LITERAL:
            text += chr(argument)
        elif code in (codes.NOT_LITERAL, codes.ANY):
            text += "a" if argument != ord("a") else "b"
        elif code is codes.IN:
            text += next(_members(argument))
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            text += _sample(list(argument[2])) * min(max(argument[0], 1), 20)
        elif inside := _inside(code, argument):
            text += _sample(inside[0])
    return text


def _alphabet(tree: list[Any]) -> Iterator[str]:
    for code, argument in tree:
        if code is codes.LITERAL:
            yield chr(argument)
        elif code is codes.IN:
            yield next(_members(argument))
        for inner in _inside(code, argument):
            yield from _alphabet(inner)


def _members(members: list[Any]) -> Iterator[str]:
    """Characters of a class; of one that excludes, a letter that it does not."""
    if members[0][0] is codes.NEGATE:
        excluded = set(_listed(members[1:]))
        yield from (char for char in "a甲 7.b" if char not in excluded)
        yield "\u4e59"
    yield from _listed(members)


def _listed(members: list[Any]) -> Iterator[str]:
    for code, argument in members:
        if code is codes.LITERAL:
            yield chr(argument)
        elif code is codes.RANGE:
            yield chr(argument[0])
        elif code is codes.CATEGORY:
            yield _CATEGORIES.get(argument, "a")
