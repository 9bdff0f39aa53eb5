"""Needles: what to find in a text, as units joined, and how they may be written there.

>>> Needle("nodejs").spelled.findall("node.js、nodejs、node / js")
['node.js', 'nodejs']
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from search.analysis.units import CJK, CONNECTORS, SEPARATORS, SYMBOL

_HAN_ONLY: Final = re.compile(f"[{CJK}]+")
_SHARP: Final = (re.escape("+"), re.escape("#"))
_NO_WORD: Final = re.compile(r"[\W_]+")
_JOINT: Final = f"(?:{'|'.join(map(re.escape, sorted({*CONNECTORS, *SEPARATORS})))}|[^\\S\n]+)?"
"""What may stand between the units of one word, or of words that belong together."""
_PHRASE_JOINT: Final = f"(?:[^\\w\n{SYMBOL}]|_)*"
"""What may stand between the units of a phrase: whatever is no unit, within a line."""


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

    def is_spaced_in(self, text: str, squeezed_text: str) -> bool:
        """Whether the needle may stand in `text`, folded, with something between its units."""
        return squeezed_text.count(self._hint) > text.count(self.text)

    @cached_property
    def spelled(self) -> re.Pattern[str]:
        """Every way to write the needle: what joins units may stand between any two characters."""
        joint = _PHRASE_JOINT if self.is_phrase else _JOINT
        first, *others = map(re.escape, self.text)
        # The + and # of C++ and C# follow their letter without anything between.
        return re.compile(first + "".join(char if char in _SHARP else joint + char for char in others))


def squeezed(text: str) -> str:
    """A folded text without all that is neither letter nor digit: whatever holds a needle holds it here."""
    return _NO_WORD.sub("", text)
