"""Needles: what to find in a text, as units joined, and how they may be written there.

>>> Needle("nodejs").spelled.findall("node.js、nodejs、node js")
['node.js', 'nodejs', 'node js']
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Final

from wangqi.search.analysis.units import CJK, CONNECTORS, SEPARATORS
from wangqi.search.answer.result import Range

_HAN_ONLY: Final = re.compile(f"[{CJK}]+")
_SHARP: Final = (re.escape("+"), re.escape("#"))
_SQUEEZED_OUT: Final = (*sorted({*CONNECTORS, *SEPARATORS} - {"::"}), *" \t\r\v\f\u1680\u2028\u2029")
"""Connectors, separators, and the white space of folded texts besides the end of a line."""
MAX_JOINT: Final = 40
"""Characters between units that still belong together: with any number, a text of signs alone took quadratic time."""

_JOINT: Final = rf"[^\w\n]{{0,{MAX_JOINT}}}+"
"""What stands between units, where _ is written as a hyphen: more than may stand there, since an exact expression takes
1 to 3 ms to compile, and twice as long with _ as an alternative."""


class Needle:
    """Units to find, joined."""

    def __init__(self, text: str, *, is_prefix: bool = False, is_phrase: bool = False, dotted: bool = False) -> None:
        self.text = text
        self.is_prefix = is_prefix
        """Whether it may end inside a unit."""
        self.is_phrase = is_phrase
        self.dotted = dotted
        """Whether its one unit must have its dot: .NET"""
        self.is_han = bool(_HAN_ONLY.fullmatch(text))
        self._hint = squeezed(text)

    def solid_spans(self, text: str, squeezed_text: Callable[[], str]) -> Sequence[Range] | None:
        """The ranges at which the needle stands in `text`, which is folded; None when it may also stand there with
        something between its units. `squeezed_text` gives the same text squeezed."""
        if self.is_phrase:
            is_solid = self.is_han and min(map(text.count, self.text)) == text.count(self.text)
            return occurrences(text, self.text) if is_solid else None
        number = squeezed_text().count(self._hint)
        if not number:
            return ()
        return occurrences(text, self.text) if number <= text.count(self.text) else None

    def spaced_spans(self, text: str) -> Iterator[Range]:
        """All ranges at which the needle is spelled in `text`; the expression that finds them takes a while to
        compile."""
        text = text.replace("_", "-")
        match = self.spelled.search(text)
        while match:
            yield match.span()
            match = self.spelled.search(text, match.start() + 1)

    @cached_property
    def spelled(self) -> re.Pattern[str]:
        """Every way to write the needle: what is no unit may stand between any two characters."""
        first, *others = map(re.escape, self.text)
        # The + and # of C++ and C# follow their letter without anything between.
        return re.compile(first + "".join(char if char in _SHARP else _joint(char) + char for char in others))


def _joint(following: str) -> str:
    """A pattern of the characters between two units, before the escaped character `following`; it is not matched
    itself, as it may be a sign such as an emoji."""
    return _JOINT if following.isalnum() else _JOINT.replace(r"\n", rf"\n{following}")


def squeezed(text: str) -> str:
    """A folded text without blanks and what else may join units, lines kept apart: what holds a word, however written,
    holds it here."""
    for char in _SQUEEZED_OUT:
        text = text.replace(char, "")
    return text


def occurrences(text: str, part: str) -> list[Range]:
    """All ranges of `part` in `text`, overlapping ones included."""
    found = []
    at = text.find(part)
    while at >= 0:
        found.append((at, at + len(part)))
        at = text.find(part, at + 1)
    return found
